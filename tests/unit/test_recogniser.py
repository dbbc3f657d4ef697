import importlib.util
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.stub import Stubber

from lookalike import recogniser
from lookalike.errors import (
    PictureTooLarge,
    RecogniserBusy,
    RecogniserRefused,
    RecogniserUnavailable,
    UnreadablePicture,
)
from lookalike.faces import Box, DetectedFace
from lookalike.pictures import StoredPicture
from lookalike.ranking import FoundFace
from tests.recogniser import DEFAULT_ATTRIBUTES, attribute_of, face_detail

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import FaceDetailTypeDef

SELFIE = StoredPicture("selfies-bucket", "selfies/one", "version-1")
IMAGE = {"S3Object": {"Bucket": "selfies-bucket", "Name": "selfies/one", "Version": "version-1"}}
FACE_ID = "11111111-2222-3333-4444-555555555555"
OTHER_FACE_ID = "66666666-7777-8888-9999-000000000000"


@pytest.fixture
def rekognition() -> Iterator[Stubber]:
    """Holds what is asked and answered against botocore's model of the service."""
    with Stubber(recogniser._client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def detected(rekognition: Stubber, **changes: Any) -> DetectedFace:
    reply = {"FaceDetails": [face_detail(**changes)]}
    rekognition.add_response("detect_faces", reply)
    (found,) = recogniser.detect(SELFIE)
    return found


def test_faces_of_the_named_version_are_detected(rekognition: Stubber) -> None:
    asked = {"Image": IMAGE, "Attributes": recogniser.ATTRIBUTES}
    rekognition.add_response("detect_faces", {"FaceDetails": []}, asked)

    assert recogniser.detect(SELFIE) == []


def test_detected_face_says_what_the_recogniser_says(rekognition: Stubber) -> None:
    found = detected(rekognition)

    assert found.box == Box(0.25, 0.25, 0.5, 0.5)
    assert (found.confidence, found.sharpness, found.brightness) == (99.9, 90.0, 80.0)
    assert (found.yaw, found.pitch) == (1.0, -2.0)
    assert found.landmarks["eyeLeft"] == (0.4, 0.4)


class Read(dict[str, Any]):
    """A FaceDetail that notes which of its members are read."""

    def __init__(self, detail: dict[str, Any]) -> None:
        super().__init__(detail)
        self.members: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.members.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.members.add(name)
        return super().get(name, default)


def test_every_attribute_that_is_read_is_asked_for_and_no_other() -> None:
    detail = Read(face_detail())

    DetectedFace.of_detail(cast("FaceDetailTypeDef", detail))

    read = {attribute_of(name) for name in detail.members - DEFAULT_ATTRIBUTES}
    asked = set(recogniser.ATTRIBUTES) - {"DEFAULT"}
    here = "ATTRIBUTES in layers/lookalike/lookalike/recogniser.py"
    assert read - asked == set(), f"DetectedFace.of_detail reads it, so add it to {here}"
    assert asked - read == set(), f"DetectedFace.of_detail does not read it: take it from {here}"


def test_face_that_is_surely_covered_says_how_surely(rekognition: Stubber) -> None:
    found = detected(rekognition, FaceOccluded={"Value": True, "Confidence": 98.0})

    assert found.covered == 98.0


def test_face_that_is_surely_not_covered_is_not(rekognition: Stubber) -> None:
    found = detected(rekognition, FaceOccluded={"Value": False, "Confidence": 98.0})

    assert found.covered == 0.0


def test_what_the_recogniser_does_not_say_is_unknown(rekognition: Stubber) -> None:
    reply = face_detail()
    for name in ("Quality", "Pose", "FaceOccluded"):
        del reply[name]
    rekognition.add_response("detect_faces", {"FaceDetails": [reply]})

    (found,) = recogniser.detect(SELFIE)

    assert (found.sharpness, found.brightness, found.yaw, found.pitch) == (None,) * 4
    assert found.covered is None


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ThrottlingException", RecogniserBusy),
        ("ProvisionedThroughputExceededException", RecogniserBusy),
        ("LimitExceededException", RecogniserBusy),
        ("InvalidImageFormatException", UnreadablePicture),
        ("ImageTooLargeException", PictureTooLarge),
        ("AccessDeniedException", RecogniserRefused),
        ("InvalidS3ObjectException", RecogniserRefused),
        ("InternalServerError", RecogniserUnavailable),
        ("RequestTimeoutException", RecogniserUnavailable),
        ("ExpiredTokenException", RecogniserUnavailable),
        ("429", RecogniserUnavailable),
    ],
)
def test_errors_of_rekognition_become_our_own(
    rekognition: Stubber, code: str, error: type[Exception]
) -> None:
    rekognition.add_client_error("detect_faces", code, "selfies/one cannot be read")

    with pytest.raises(error) as caught:
        recogniser.detect(SELFIE)

    assert str(caught.value) == code


class Wire:
    """Takes the place of the connection, and answers every request alike."""

    def __init__(self) -> None:
        session = boto3.Session("key", "secret", region_name="eu-west-1")
        self.client = session.client("rekognition", config=recogniser._client.meta.config)
        self.client.meta.events.register("before-send.rekognition", self._answer)
        self.requests = 0
        self.answer: Any = None

    def _answer(self, **_: Any) -> Any:
        self.requests += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture(scope="module")
def only_wire() -> Wire:
    return Wire()


@pytest.fixture
def wire(only_wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Wire:
    only_wire.requests = 0
    monkeypatch.setattr(recogniser, "_client", only_wire.client)
    monkeypatch.setattr(time, "sleep", lambda _: None)  # before botocore tries again
    return only_wire


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", [b"", b"<html>Service Unavailable</html>", b"{}"])
def test_failure_that_rekognitions_model_does_not_know_is_unavailability(
    wire: Wire, status: int, body: bytes
) -> None:
    headers: Any = HeadersDict()
    wire.answer = AWSResponse("https://rekognition", status, headers, None)
    wire.answer._content = body

    with pytest.raises(RecogniserUnavailable) as caught:
        recogniser.detect(SELFIE)

    assert str(caught.value) == str(status)
    assert wire.requests == 1


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://rekognition"),
        ConnectTimeoutError(endpoint_url="https://rekognition"),
        ReadTimeoutError(endpoint_url="https://rekognition"),
        ConnectionClosedError(endpoint_url="https://rekognition"),
    ],
)
def test_connection_that_fails_is_unavailability(wire: Wire, error: Exception) -> None:
    wire.answer = error

    with pytest.raises(RecogniserUnavailable) as caught:
        recogniser.detect(SELFIE)

    assert str(caught.value) == type(error).__name__


def test_every_face_of_a_portrait_is_indexed_under_its_id(rekognition: Stubber) -> None:
    small = {"Left": 0.0, "Top": 0.0, "Width": 0.1, "Height": 0.1}
    records = [
        {"Face": {"FaceId": FACE_ID}, "FaceDetail": face_detail()},
        {"Face": {"FaceId": OTHER_FACE_ID}, "FaceDetail": face_detail(BoundingBox=small)},
    ]
    rekognition.add_response(
        "index_faces",
        {"FaceRecords": records, "FaceModelVersion": "7.0"},
        {
            "CollectionId": "celebrities",
            "Image": IMAGE,
            "ExternalImageId": "portrait-1",
            "MaxFaces": 20,
            "DetectionAttributes": ["DEFAULT", "FACE_OCCLUDED"],
            "QualityFilter": "NONE",
        },
    )

    indexed = recogniser.index("celebrities", SELFIE, "portrait-1")

    assert [(one.face_id, one.model_version) for one in indexed] == [
        (FACE_ID, "7.0"),
        (OTHER_FACE_ID, "7.0"),
    ]
    assert [one.face.box for one in indexed] == [Box(0.25, 0.25, 0.5, 0.5), Box(0, 0, 0.1, 0.1)]


def test_portrait_without_a_face_is_not_indexed(rekognition: Stubber) -> None:
    rekognition.add_response("index_faces", {"FaceRecords": [], "FaceModelVersion": "7.0"})

    assert recogniser.index("celebrities", SELFIE, "portrait-1") == []


def test_similar_faces_are_found_however_dissimilar(rekognition: Stubber) -> None:
    match = {"Similarity": 12.5, "Face": {"FaceId": FACE_ID, "ExternalImageId": "portrait-2"}}
    rekognition.add_response(
        "search_faces",
        {"FaceMatches": [match]},
        {
            "CollectionId": "celebrities",
            "FaceId": FACE_ID,
            "FaceMatchThreshold": 0,
            "MaxFaces": 100,
        },
    )

    assert recogniser.search_similar("celebrities", FACE_ID) == [FoundFace("portrait-2", 12.5)]


def test_stored_faces_are_forgotten(rekognition: Stubber) -> None:
    asked = {"CollectionId": "celebrities", "FaceIds": [FACE_ID]}
    rekognition.add_response("delete_faces", {"DeletedFaces": [FACE_ID]}, asked)

    recogniser.delete_faces("celebrities", [FACE_ID])


def test_face_that_is_gone_is_similar_to_no_face(rekognition: Stubber) -> None:
    rekognition.add_client_error("search_faces", "InvalidParameterException")

    assert recogniser.search_similar("celebrities", FACE_ID) == []


def test_collection_that_is_gone_cannot_be_searched(rekognition: Stubber) -> None:
    rekognition.add_client_error("search_faces", "ResourceNotFoundException")

    with pytest.raises(RecogniserRefused):
        recogniser.search_similar("celebrities", FACE_ID)


def test_faces_of_a_collection_that_is_gone_are_forgotten(rekognition: Stubber) -> None:
    rekognition.add_client_error("delete_faces", "ResourceNotFoundException")

    recogniser.delete_faces("celebrities", [FACE_ID])


def test_faces_that_a_busy_recogniser_keeps_are_not_forgotten(rekognition: Stubber) -> None:
    rekognition.add_client_error("delete_faces", "ThrottlingException")

    with pytest.raises(RecogniserBusy):
        recogniser.delete_faces("celebrities", [FACE_ID])


@pytest.mark.parametrize(("set_to", "attempts"), [(None, 1), ("6", 6)])
def test_functions_environment_says_how_patient_it_is(
    monkeypatch: pytest.MonkeyPatch, set_to: str | None, attempts: int
) -> None:
    monkeypatch.delenv("RECOGNISER_ATTEMPTS", raising=False)
    if set_to:
        monkeypatch.setenv("RECOGNISER_ATTEMPTS", set_to)

    found = importlib.util.find_spec("lookalike.recogniser")
    assert found is not None
    assert found.loader is not None
    cold = importlib.util.module_from_spec(found)
    found.loader.exec_module(cold)

    assert cold._client.meta.config.retries["total_max_attempts"] == attempts
