"""A Rekognition that knows people by their shade of grey."""

import hashlib
import io
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import ClientError
from PIL import Image
from PIL.PngImagePlugin import PngInfo

COLLECTION = "lookalike-celebrities"
"""The collection of the template."""

NO_FACE = 0
"""The shade of a picture that shows no face."""

LEAST_SIDE = 80
"""Pixels; Rekognition takes nothing smaller."""

FACE_MODEL = "7.0"

DEFAULT_ATTRIBUTES = {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
"""What Rekognition says of every face. Its reference lists them at DetectFaces."""

MIDDLE = (0.25, 0.25, 0.5, 0.5)
"""A box: left, top, width and height, in ratios of the picture."""

Box = tuple[float, float, float, float]


class Person(NamedTuple):
    """A person in a picture, and what Rekognition says differently about their face."""

    shade: int
    box: Box = MIDDLE
    changes: dict[str, Any] = {}  # noqa: RUF012 - no code writes to it


def picture(shade: int = 128, width: int = 100, height: int = 100, form: str = "PNG") -> bytes:
    """A picture of one person, whom its shade (1-255) stands for."""
    data = io.BytesIO()
    Image.new("L", (width, height), shade).save(data, form)
    return data.getvalue()


def group(*people: Person, width: int = 1000, height: int = 1000) -> bytes:
    """A picture of several people."""
    data, who = io.BytesIO(), PngInfo()
    who.add_text("people", json.dumps(people))
    Image.new("1", (width, height)).save(data, "PNG", pnginfo=who)
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
        "BoundingBox": box_of(MIDDLE),
        "Confidence": 99.9,
        "Landmarks": [{"Type": name, "X": x, "Y": y} for name, (x, y) in landmarks.items()],
        "Quality": {"Brightness": 80.0, "Sharpness": 90.0},
        "Pose": {"Yaw": 1.0, "Pitch": -2.0, "Roll": 0.5},
        "FaceOccluded": {"Value": False, "Confidence": 99.0},
        **changes,
    }


def attribute_of(name: str) -> str:
    """Return the name by which a caller asks for a member of FaceDetail: EyesOpen, EYES_OPEN."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()


def asked_for(detail: dict[str, Any], attributes: list[str]) -> dict[str, Any]:
    """Return what Rekognition says of a face where these attributes are asked for."""
    return {
        name: value
        for name, value in detail.items()
        if name in DEFAULT_ATTRIBUTES or {attribute_of(name), "ALL"} & {*attributes}
    }


def box_of(box: Box) -> dict[str, float]:
    """A box in Rekognition's form."""
    return dict(zip(("Left", "Top", "Width", "Height"), box, strict=True))


def once(act: Callable[[], object]) -> Callable[[], object]:
    """What acts the first time it is called, and not again."""
    waiting = [act]
    return lambda: waiting.pop()() if waiting else None


class KnownFace(NamedTuple):
    """A face in a collection: its portrait, its person, and its number in its picture."""

    portrait: str
    shade: int
    picture: str
    number: int


class Recogniser:
    """Takes the place of a Rekognition client; reads its pictures from S3, as that does."""

    class exceptions:  # noqa: N801 - as a client names it
        """The errors that are caught by their class."""

        class ResourceNotFoundException(ClientError):
            """There is no such collection."""

        class ResourceAlreadyExistsException(ClientError):
            """There is such a collection already."""

    def __init__(self) -> None:
        self.collections: dict[str, dict[str, KnownFace]] = {COLLECTION: {}}
        """Collections to face ids to the faces."""
        self.models: dict[str, str] = {}
        """Collections to their face models, where they are not the newest."""
        self.calls: list[str] = []
        self.failures: dict[str, list[str]] = defaultdict(list)
        """Operations to the codes of the errors that their next calls meet."""
        self.before: dict[str, Callable[[], object]] = {}
        """What happens before an operation begins."""
        self.after: dict[str, Callable[[], object]] = {}
        """What happens before an operation's reply arrives."""
        self.sees: list[dict[str, Any]] | None = None
        """The faces that every detection finds, if set."""
        self._ids = itertools.count(1)
        self._s3 = boto3.client("s3")

    def shades(self, collection: str = COLLECTION) -> dict[str, int]:
        """Whom a collection knows, by portrait; fails where it knows a portrait twice."""
        faces = self.collections[collection].values()
        found = {face.portrait: face.shade for face in faces}
        assert len(found) == len(faces)
        return found

    # Collections

    def create_collection(self, **request: Any) -> dict[str, Any]:
        self._begin("CreateCollection")
        if request["CollectionId"] in self.collections:
            raise self._error("CreateCollection", "ResourceAlreadyExistsException")
        self.collections[request["CollectionId"]] = {}
        return {"StatusCode": 200, "FaceModelVersion": FACE_MODEL}

    def delete_collection(self, **request: Any) -> dict[str, Any]:
        self._begin("DeleteCollection")
        self._faces("DeleteCollection", request)
        del self.collections[request["CollectionId"]]
        return {"StatusCode": 200}

    def describe_collection(self, **request: Any) -> dict[str, Any]:
        self._begin("DescribeCollection")
        faces = self._faces("DescribeCollection", request)
        return {"FaceCount": len(faces), "FaceModelVersion": self._model(request)}

    def get_paginator(self, operation: str) -> "ListFaces":
        assert operation == "list_faces"
        return ListFaces(self)

    def list_faces(self, **request: Any) -> dict[str, Any]:
        self._begin("ListFaces")
        faces = self._faces("ListFaces", request)
        return {
            "Faces": [
                {"FaceId": face_id, "ExternalImageId": face.portrait}
                for face_id, face in faces.items()
            ],
            "FaceModelVersion": self._model(request),
        }

    # Faces

    def detect_faces(self, **request: Any) -> dict[str, Any]:
        self._begin("DetectFaces")
        if self.sees is None:
            _, people = self._look_at(request["Image"])
            details = [_detail_of(person) for person in people]
        else:
            details = self.sees
        asked = request.get("Attributes", [])
        return {"FaceDetails": [asked_for(detail, asked) for detail in details]}

    def index_faces(self, **request: Any) -> dict[str, Any]:
        self._begin("IndexFaces")
        faces = self._faces("IndexFaces", request)
        assert request["QualityFilter"] == "NONE"
        digest, people = self._look_at(request["Image"])
        records = []
        for number, person in enumerate(people[: request["MaxFaces"]]):
            face = KnownFace(request["ExternalImageId"], person.shade, digest, number)
            # As Rekognition does, which stores the same picture under the same name once.
            known = (face_id for face_id, one in faces.items() if one == face)
            face_id = next(known, None) or f"face-{next(self._ids)}"
            faces[face_id] = face
            detail = asked_for(_detail_of(person), request.get("DetectionAttributes", []))
            records.append({"Face": {"FaceId": face_id}, "FaceDetail": detail})
        self.after.get("IndexFaces", _nothing)()
        return {"FaceRecords": records, "FaceModelVersion": self._model(request)}

    def search_faces(self, **request: Any) -> dict[str, Any]:
        self._begin("SearchFaces")
        faces = self._faces("SearchFaces", request)
        if request["FaceId"] not in faces:
            raise self._error("SearchFaces", "InvalidParameterException")
        wanted = faces[request["FaceId"]].shade
        found = [
            {
                "Similarity": similarity(wanted, face.shade),
                "Face": {"FaceId": face_id, "ExternalImageId": face.portrait},
            }
            for face_id, face in faces.items()
            if face_id != request["FaceId"]
        ]
        found.sort(key=lambda match: -float(str(match["Similarity"])))
        return {"FaceMatches": found[: request["MaxFaces"]]}

    def delete_faces(self, **request: Any) -> dict[str, Any]:
        self._begin("DeleteFaces")
        faces = self._faces("DeleteFaces", request)
        assert request["FaceIds"]
        deleted = [face_id for face_id in request["FaceIds"] if faces.pop(face_id, None)]
        return {"DeletedFaces": deleted}

    def _begin(self, operation: str) -> None:
        self.calls.append(operation)
        self.before.get(operation, _nothing)()
        if self.failures[operation]:
            raise self._error(operation, self.failures[operation].pop(0))

    def _faces(self, operation: str, request: dict[str, Any]) -> dict[str, KnownFace]:
        if request["CollectionId"] not in self.collections:
            raise self._error(operation, "ResourceNotFoundException")
        return self.collections[request["CollectionId"]]

    def _model(self, request: dict[str, Any]) -> str:
        return self.models.get(request["CollectionId"], FACE_MODEL)

    def _look_at(self, image: dict[str, Any]) -> tuple[str, list[Person]]:
        """Return which picture it is and who is in it, the largest first."""
        where = image["S3Object"]
        reply = self._s3.get_object(
            Bucket=where["Bucket"], Key=where["Name"], VersionId=where["Version"]
        )
        data = reply["Body"].read()
        with Image.open(io.BytesIO(data)) as shown:
            if min(shown.size) < LEAST_SIDE:
                raise self._error("", "InvalidParameterException")
            people = _people_in(shown)
        return hashlib.sha256(data).hexdigest(), people

    def _error(self, operation: str, code: str) -> ClientError:
        error = getattr(self.exceptions, code, ClientError)
        made: ClientError = error({"Error": {"Code": code, "Message": "no"}}, operation)
        return made


class ListFaces:
    """The paginator of ListFaces."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        yield self._recogniser.list_faces(**request)


def _people_in(shown: Image.Image) -> list[Person]:
    if "people" in shown.info:
        people = [Person(shade, tuple(box), more) for shade, box, more in _read_people(shown)]
        return sorted(people, key=lambda person: -person.box[2] * person.box[3])
    shade = shown.convert("L").tobytes()[0]
    return [] if shade == NO_FACE else [Person(shade)]


def _read_people(shown: Image.Image) -> Any:
    return json.loads(shown.info["people"])


def _detail_of(person: Person) -> dict[str, Any]:
    return face_detail(person.shade, **{"BoundingBox": box_of(person.box), **person.changes})


def _nothing() -> None:
    """Do nothing."""
