"""The face engines that examine portraits before the importer sends them."""

import time
from typing import Any

import boto3
import numpy as np
import requests

from catalog.examining import Examination, Examine
from local.errors import LocalError
from lookalike.errors import PictureTooLarge, UnreadablePicture
from lookalike.faces import DetectedFace
from rekognition.signatures import sign

REFUSALS = {
    "ImageTooLargeException": PictureTooLarge,
    "InvalidImageFormatException": UnreadablePicture,
    "InvalidParameterException": UnreadablePicture,
}


BUSY = "ThrottlingException"
PAUSE = 1.0
"""Seconds until a busy engine is asked again: one that has too many large pictures to decode."""
PATIENCE = 120.0
"""Seconds after which a busy engine is no longer asked."""


def of_service(url: str) -> Examine:
    """Return an examiner that asks the local Rekognition. IndexFaces then needs no second look.

    It signs requests with the credentials that this process has now.
    """
    session, signer = requests.Session(), boto3.Session()
    credentials, region = signer.get_credentials(), signer.region_name
    if credentials is None:
        raise LocalError("there are no AWS credentials with which to ask the local Rekognition")

    def examine(data: bytes) -> Examination:
        address = f"{url}/examine"
        headers = sign(address, data, {}, credentials, region)
        try:
            answer = session.post(address, data=data, headers=headers, timeout=120)
            seen = answer.json()
        except requests.RequestException as error:  # also its JSONDecodeError
            raise LocalError(f"the local Rekognition does not answer: {error}") from error
        if not answer.ok:
            raise _refusal(seen["__type"])
        return _examination(seen)

    return _patient(examine)


def of_engine() -> Examine:
    """Return an examiner with an engine in this process, for a stack on AWS: it sends nothing."""
    from rekognition.engine import FaceEngine
    from rekognition.examination import examine
    from rekognition.exceptions import RekognitionError
    from rekognition.images import ImageMemory

    images = ImageMemory(FaceEngine())

    def look(data: bytes) -> Examination:
        try:
            return _examination(examine(images, data))
        except RekognitionError as error:
            raise _refusal(error.code) from error

    return _patient(look)


class _Busy(Exception):
    """Raised where the engine is too busy to take a picture now."""


def _refusal(code: str) -> Exception:
    return _Busy(code) if code == BUSY else REFUSALS.get(code, LocalError)(code)


def _patient(examine: Examine) -> Examine:
    def examine_patiently(data: bytes) -> Examination:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return examine(data)
            except _Busy as error:
                if time.monotonic() > deadline:
                    raise LocalError("the face engine is busy; try again later") from error
                time.sleep(PAUSE)

    return examine_patiently


def _examination(seen: dict[str, Any]) -> Examination:
    vector = seen["vector"]
    return Examination(
        [DetectedFace.of_detail(detail) for detail in seen["faces"]],
        None if vector is None else np.array(vector, np.float32),
    )
