"""The product's only caller of Rekognition from Python.

The workflow's search is a service integration (statemachine/find_lookalike.asl.yaml).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from lookalike.errors import (
    PictureTooLarge,
    RecogniserBusy,
    RecogniserUnavailable,
    UnreadablePicture,
)
from lookalike.matching import FaceMatch
from lookalike.photographs import Box, Face
from lookalike.pictures import StoredPicture

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_rekognition.type_defs import FaceDetailTypeDef, ImageTypeDef

# The callers of the functions retry with patience; here a short second chance is enough.
_client: "RekognitionClient" = boto3.client(
    "rekognition", config=Config(retries={"mode": "standard", "total_max_attempts": 2})
)

_ERRORS: dict[str, type[Exception]] = {
    "ThrottlingException": RecogniserBusy,
    "ProvisionedThroughputExceededException": RecogniserBusy,
    "LimitExceededException": RecogniserBusy,
    "InvalidImageFormatException": UnreadablePicture,
    "ImageTooLargeException": PictureTooLarge,
}


class IndexedFace(NamedTuple):
    """The face that IndexFaces stored for a portrait."""

    face_id: str
    model_version: str
    face: Face


def detect(picture: StoredPicture) -> list[Face]:
    """Find the faces of a picture.

    Raises UnreadablePicture, PictureTooLarge, RecogniserBusy or RecogniserUnavailable.
    """
    with _translated_errors():
        reply = _client.detect_faces(Image=_image(picture), Attributes=["DEFAULT", "FACE_OCCLUDED"])
    return [_face(detail) for detail in reply["FaceDetails"]]


def index(collection: str, picture: StoredPicture, portrait_id: str) -> IndexedFace | None:
    """Store the largest face of a portrait; None where Rekognition finds none.

    Raises UnreadablePicture, PictureTooLarge, RecogniserBusy or RecogniserUnavailable.
    """
    with _translated_errors():
        reply = _client.index_faces(
            CollectionId=collection,
            Image=_image(picture),
            ExternalImageId=portrait_id,
            MaxFaces=1,
            QualityFilter="NONE",  # the portraits were chosen by people; see catalog checks
        )
    if not reply["FaceRecords"]:
        return None
    record = reply["FaceRecords"][0]
    return IndexedFace(
        record["Face"]["FaceId"], reply["FaceModelVersion"], _face(record["FaceDetail"])
    )


def search_similar(collection: str, face_id: str, most: int = 100) -> list[FaceMatch]:
    """Find the stored faces most similar to a stored face, best first, however dissimilar.

    None where that face is gone.
    """
    with _translated_errors():
        try:
            reply = _client.search_faces(
                CollectionId=collection, FaceId=face_id, FaceMatchThreshold=0, MaxFaces=most
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidParameterException":
                return []
            raise
    return [
        FaceMatch(match["Face"]["ExternalImageId"], match["Similarity"])
        for match in reply["FaceMatches"]
    ]


def forget(collection: str, face_ids: list[str]) -> None:
    """Delete stored faces; those that are gone already are passed over."""
    with _translated_errors():
        _client.delete_faces(CollectionId=collection, FaceIds=face_ids)


def _image(picture: StoredPicture) -> "ImageTypeDef":
    return {"S3Object": {"Bucket": picture.bucket, "Name": picture.key, "Version": picture.version}}


def _face(detail: "FaceDetailTypeDef") -> Face:
    box = detail["BoundingBox"]
    quality, pose, occluded = (
        detail.get("Quality", {}),
        detail.get("Pose", {}),
        detail.get("FaceOccluded", {}),
    )
    covered = occluded.get("Confidence") if occluded.get("Value") else 0.0
    return Face(
        box=Box(box["Left"], box["Top"], box["Width"], box["Height"]),
        confidence=detail["Confidence"],
        sharpness=quality.get("Sharpness"),
        brightness=quality.get("Brightness"),
        yaw=pose.get("Yaw"),
        pitch=pose.get("Pitch"),
        covered=covered if occluded else None,
        landmarks={mark["Type"]: (mark["X"], mark["Y"]) for mark in detail["Landmarks"]},
    )


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        # Rekognition's message can quote its input, so only the code is passed on.
        raise _ERRORS.get(code, RecogniserUnavailable)(code) from error
