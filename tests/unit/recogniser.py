"""A Rekognition that knows people by their shade of grey."""

import io
import itertools
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import boto3
from botocore.exceptions import ClientError
from PIL import Image

NOBODY = 0
"""The shade of a picture that shows no face."""

LEAST_SIDE = 80
"""Pixels; Rekognition takes nothing smaller."""


def picture(shade: int = 128, width: int = 100, height: int = 100, form: str = "PNG") -> bytes:
    """A picture of one person, whom its shade (1-255) stands for."""
    data = io.BytesIO()
    Image.new("L", (width, height), shade).save(data, form)
    return data.getvalue()


def similarity(one: int, other: int) -> float:
    """How similar (0-100) two shades are found."""
    return 100 - abs(one - other) / 2.55


def face_detail(shade: int = 128, **changes: Any) -> dict[str, Any]:
    """A FaceDetail of one good face in the middle, its landmarks those of its shade."""
    drop = shade / 2550
    landmarks = {
        "eyeLeft": (0.4, 0.4),
        "eyeRight": (0.6, 0.4),
        "mouthLeft": (0.42, 0.6),
        "mouthRight": (0.58, 0.6),
        "nose": (0.5, 0.45 + drop),
    }
    return {
        "BoundingBox": {"Left": 0.25, "Top": 0.25, "Width": 0.5, "Height": 0.5},
        "Confidence": 99.9,
        "Landmarks": [{"Type": name, "X": x, "Y": y} for name, (x, y) in landmarks.items()],
        "Quality": {"Brightness": 80.0, "Sharpness": 90.0},
        "Pose": {"Yaw": 1.0, "Pitch": -2.0, "Roll": 0.5},
        "FaceOccluded": {"Value": False, "Confidence": 99.0},
        **changes,
    }


class Recogniser:
    """Takes the place of a Rekognition client; reads its pictures from S3, as that does."""

    def __init__(self) -> None:
        self.collections: defaultdict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
        """Collections to face ids to the portrait's id and shade."""
        self.calls: list[str] = []
        self.failures: dict[str, list[str]] = defaultdict(list)
        """Operations to the codes of the errors that their next calls meet."""
        self.after_index: Callable[[], object] = lambda: None
        self.sees: list[dict[str, Any]] | None = None
        """The faces that every detection finds, if set."""
        self._ids = itertools.count(1)
        self._s3 = boto3.client("s3")

    def detect_faces(self, **request: Any) -> dict[str, Any]:
        self._begin("DetectFaces")
        if self.sees is not None:
            return {"FaceDetails": self.sees}
        shade = self._shade(request["Image"])
        return {"FaceDetails": [] if shade == NOBODY else [face_detail(shade)]}

    def index_faces(self, **request: Any) -> dict[str, Any]:
        self._begin("IndexFaces")
        shade = self._shade(request["Image"])
        if shade == NOBODY:
            return {"FaceRecords": [], "FaceModelVersion": "7.0"}
        faces, face = self.collections[request["CollectionId"]], (request["ExternalImageId"], shade)
        # As Rekognition does, which stores the same picture under the same name once.
        known = (face_id for face_id, one in faces.items() if one == face)
        face_id = next(known, None) or f"face-{next(self._ids)}"
        faces[face_id] = face
        self.after_index()
        record = {"Face": {"FaceId": face_id}, "FaceDetail": face_detail(shade)}
        return {"FaceRecords": [record], "FaceModelVersion": "7.0"}

    def search_faces(self, **request: Any) -> dict[str, Any]:
        self._begin("SearchFaces")
        faces = self.collections[request["CollectionId"]]
        if request["FaceId"] not in faces:
            raise self._error("SearchFaces", "InvalidParameterException")
        _, wanted = faces[request["FaceId"]]
        found = [
            {
                "Similarity": similarity(wanted, shade),
                "Face": {"FaceId": face_id, "ExternalImageId": portrait},
            }
            for face_id, (portrait, shade) in faces.items()
            if face_id != request["FaceId"]
        ]
        found.sort(key=lambda match: -float(str(match["Similarity"])))
        return {"FaceMatches": found[: request["MaxFaces"]]}

    def delete_faces(self, **request: Any) -> dict[str, Any]:
        self._begin("DeleteFaces")
        for face_id in request["FaceIds"]:
            self.collections[request["CollectionId"]].pop(face_id, None)
        return {}

    def _begin(self, operation: str) -> None:
        self.calls.append(operation)
        if self.failures[operation]:
            raise self._error(operation, self.failures[operation].pop(0))

    def _shade(self, image: dict[str, Any]) -> int:
        where = image["S3Object"]
        reply = self._s3.get_object(
            Bucket=where["Bucket"], Key=where["Name"], VersionId=where["Version"]
        )
        with Image.open(io.BytesIO(reply["Body"].read())) as shown:
            if min(shown.size) < LEAST_SIDE:
                raise self._error("", "InvalidParameterException")
            return shown.convert("L").tobytes()[0]

    def _error(self, operation: str, code: str) -> ClientError:
        return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)
