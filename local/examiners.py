"""The face engines that look at portraits before they are sent."""

from typing import Any

import numpy as np
import requests

from catalog.examining import Examination, Examine
from local.errors import LocalError
from lookalike.errors import PictureTooLarge, UnreadablePicture
from lookalike.photographs import Face

REFUSALS = {
    "ImageTooLargeException": PictureTooLarge,
    "InvalidImageFormatException": UnreadablePicture,
    "InvalidParameterException": UnreadablePicture,
}


def of_service(url: str) -> Examine:
    """Ask the running local Rekognition, which remembers what it saw until it indexes it."""
    session = requests.Session()

    def examine(data: bytes) -> Examination:
        try:
            answer = session.post(f"{url}/examine", data=data, timeout=120)
            seen = answer.json()
        except requests.RequestException as error:  # its JSONDecodeError is one, too
            raise LocalError(f"the local Rekognition does not answer: {error}") from error
        if not answer.ok:
            raise REFUSALS.get(seen["__type"], LocalError)(seen["__type"])
        return _examination(seen)

    return examine


def of_engine() -> Examine:
    """Look with an engine in this process, for a stack on AWS: nothing is sent or paid for."""
    from local.rekognition.engine import FaceEngine
    from local.rekognition.examination import examine
    from local.rekognition.exceptions import RekognitionError
    from local.rekognition.images import ImageMemory

    images = ImageMemory(FaceEngine())

    def look(data: bytes) -> Examination:
        try:
            return _examination(examine(images, data))
        except RekognitionError as error:
            raise REFUSALS.get(error.code, LocalError)(error.code) from error

    return look


def _examination(seen: dict[str, Any]) -> Examination:
    vector = seen["vector"]
    return Examination(
        [Face.of_detail(detail) for detail in seen["faces"]],
        None if vector is None else np.array(vector, np.float32),
    )
