"""The functions' only caller of Rekognition: it detects, indexes, compares and deletes faces.

The search for a selfie is the workflow's own call (statemachine/find_lookalike.asl.yaml).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from lookalike.errors import (
    PictureTooLarge,
    RecogniserBusy,
    RecogniserRefused,
    RecogniserUnavailable,
    UnreadablePicture,
)
from lookalike.faces import DetectedFace
from lookalike.pictures import StoredPicture
from lookalike.ranking import FoundFace
from lookalike.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_rekognition.literals import AttributeType
    from mypy_boto3_rekognition.type_defs import ImageTypeDef


class RecogniserSettings(Settings):
    """How patiently this function calls Rekognition."""

    # One attempt, because the workflow retries. A call that waits here occupies its function, and
    # other photographs wait for it. A function that reads from a queue has more time: the template
    # sets more attempts for it.
    recogniser_attempts: int = 1


_settings = RecogniserSettings.from_environment()
_client: "RekognitionClient" = boto3.client(
    "rekognition",
    config=Config(
        retries={"mode": "standard", "total_max_attempts": _settings.recogniser_attempts}
    ),
)

ATTRIBUTES: "list[AttributeType]" = ["DEFAULT", "FACE_OCCLUDED"]
"""What Rekognition is asked about each face: what `DetectedFace.of_detail` reads, no more."""
MOST_FACES = 20
"""How many faces of a portrait are stored, to choose its subject among them."""

_ERRORS: dict[str, type[Exception]] = {
    "ThrottlingException": RecogniserBusy,
    "ProvisionedThroughputExceededException": RecogniserBusy,
    "LimitExceededException": RecogniserBusy,
    "InvalidImageFormatException": UnreadablePicture,
    "ImageTooLargeException": PictureTooLarge,
    # These would be answered alike the next time. All others may pass, such as a lost request.
    "AccessDeniedException": RecogniserRefused,
    "InvalidParameterException": RecogniserRefused,
    "InvalidS3ObjectException": RecogniserRefused,
    "ResourceNotFoundException": RecogniserRefused,
}


class FaceRecord(NamedTuple):
    """The face that IndexFaces stored for a portrait."""

    face_id: str
    model_version: str
    face: DetectedFace


def detect(picture: StoredPicture) -> list[DetectedFace]:
    """Find the faces of a picture.

    Raises UnreadablePicture, PictureTooLarge, RecogniserBusy, RecogniserUnavailable or
    RecogniserRefused.
    """
    with _translated_errors():
        reply = _client.detect_faces(Image=_image(picture), Attributes=ATTRIBUTES)
    return [DetectedFace.of_detail(detail) for detail in reply["FaceDetails"]]


def index(collection: str, picture: StoredPicture, portrait_id: str) -> list[FaceRecord]:
    """Store the largest faces of a portrait, and return them; none if Rekognition finds none.

    A second call with the same picture returns the same faces, and stores nothing twice.

    Raises UnreadablePicture, PictureTooLarge, RecogniserBusy, RecogniserUnavailable or
    RecogniserRefused.
    """
    with _translated_errors():
        reply = _client.index_faces(
            CollectionId=collection,
            Image=_image(picture),
            ExternalImageId=portrait_id,
            DetectionAttributes=ATTRIBUTES,
            MaxFaces=MOST_FACES,
            QualityFilter="NONE",  # our own rules judge the quality, and give the reason
        )
    return [
        FaceRecord(
            record["Face"]["FaceId"],
            reply["FaceModelVersion"],
            DetectedFace.of_detail(record["FaceDetail"]),
        )
        for record in reply["FaceRecords"]
    ]


def search_similar(collection: str, face_id: str, most: int = 100) -> list[FoundFace]:
    """Find the stored faces most similar to a stored face, best first, with no threshold.

    Return none if that face is gone.
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
        FoundFace(found["Face"]["ExternalImageId"], found["Similarity"])
        for found in reply["FaceMatches"]
    ]


def delete_faces(collection: str, face_ids: list[str]) -> None:
    """Delete stored faces; ignore those that are gone, and a collection that is gone."""
    with _translated_errors(), suppress(_client.exceptions.ResourceNotFoundException):
        _client.delete_faces(CollectionId=collection, FaceIds=face_ids)


def _image(picture: StoredPicture) -> "ImageTypeDef":
    return {"S3Object": {"Bucket": picture.bucket, "Name": picture.key, "Version": picture.version}}


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        # Rekognition's message can quote its input, so pass on only the code. botocore takes the
        # HTTP status as the code if it does not know the error, such as a load balancer's 503.
        raise _ERRORS.get(code, RecogniserUnavailable)(code) from error
    except (ConnectionError, HTTPClientError) as error:
        raise RecogniserUnavailable(type(error).__name__) from error
