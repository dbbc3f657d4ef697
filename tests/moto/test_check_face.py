import json
from typing import Any

import pytest

from lookalike.errors import RecogniserBusy, RecogniserUnavailable
from lookalike.faces import PNG
from lookalike.telemetry import reference_to
from tests.moto.cloud import Cloud, Context, load_function
from tests.recogniser import NO_FACE, Recogniser, face_detail, picture

KEY = "selfies/0b6e3c5e-4a0c-4b55-9f3c-0a6b6d8b1b52"


class CheckFace:
    """The function, and the bucket that its selfies lie in."""

    def __init__(self, cloud: Cloud, module: Any) -> None:
        self._cloud, self._module = cloud, module

    def __call__(self, selfie: bytes) -> Any:
        bucket = self._cloud.name("SelfiesBucket")
        version = self._cloud.s3.put_object(Bucket=bucket, Key=KEY, Body=selfie)["VersionId"]
        self._cloud.s3.put_object(Bucket=bucket, Key=KEY, Body=b"sent later by the same form")
        event = {"bucket": bucket, "key": KEY, "version": version}
        self.answer = json.loads(json.dumps(self._module.handler(event, Context())))
        return self.answer["failure"]


@pytest.fixture
def check_face(cloud: Cloud, recogniser: Recogniser, monkeypatch: pytest.MonkeyPatch) -> CheckFace:
    assert recogniser
    environment = cloud.environment("CheckFaceFunction")
    return CheckFace(cloud, load_function("check_face", monkeypatch, environment))


def refusal(code: str) -> dict[str, Any]:
    return {"code": code, "faces": []}


def place(left: float, width: float) -> dict[str, float]:
    return {"Left": left, "Top": 0.3, "Width": width, "Height": 0.4}


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_selfie_of_one_usable_face_is_taken(check_face: CheckFace, form: str) -> None:
    assert check_face(picture(form=form)) is None


def test_a_taken_selfie_says_where_the_face_is(check_face: CheckFace) -> None:
    check_face(picture())

    assert check_face.answer["selfie_face"] == {
        "box": {"left": 0.25, "top": 0.25, "width": 0.5, "height": 0.5},
        "eyes": [[0.4, 0.4], [0.6, 0.4]],
    }


def test_a_refused_selfie_has_no_place(check_face: CheckFace) -> None:
    check_face(picture(NO_FACE))

    assert check_face.answer["selfie_face"] is None
    assert check_face.answer["other_faces"] == []


def test_a_taken_selfie_lists_the_other_faces_that_are_large_enough(
    check_face: CheckFace, recogniser: Recogniser
) -> None:
    recogniser.sees = [
        face_detail(),
        face_detail(BoundingBox=place(0.8, 0.1)),
        face_detail(BoundingBox=place(0.9, 0.01)),
    ]

    assert check_face(picture(width=640, height=640)) is None

    assert check_face.answer["other_faces"] == [
        {"left": 0.8, "top": 0.3, "width": 0.1, "height": 0.4}
    ]


def test_photo_without_a_face_is_refused(check_face: CheckFace) -> None:
    assert check_face(picture(NO_FACE)) == refusal("no_face")


@pytest.mark.parametrize("content", [b"", b"text", b"GIF89a" + bytes(60), PNG + b"cut"])
def test_what_is_no_picture_is_refused_without_a_detection(
    check_face: CheckFace, recogniser: Recogniser, content: bytes
) -> None:
    assert check_face(content) == refusal("unsupported_image")
    assert recogniser.calls == []


def test_small_picture_is_refused_without_a_detection(
    check_face: CheckFace, recogniser: Recogniser
) -> None:
    assert check_face(picture(width=79)) == refusal("image_too_small")
    assert recogniser.calls == []


def test_picture_that_would_burst_is_refused_without_a_detection(
    check_face: CheckFace, recogniser: Recogniser
) -> None:
    size = (60_000).to_bytes(4, "big")
    bomb = PNG + b"\x00\x00\x00\rIHDR" + size + size + b"\x08\x00\x00\x00\x00" + bytes(4)

    assert check_face(bomb) == refusal("image_too_large")
    assert recogniser.calls == []


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("InvalidImageFormatException", "unsupported_image"),
        ("ImageTooLargeException", "image_too_large"),
    ],
)
def test_picture_that_the_recogniser_cannot_take_is_refused(
    check_face: CheckFace, recogniser: Recogniser, code: str, failure: str
) -> None:
    recogniser.failures["DetectFaces"] = [code]

    assert check_face(picture()) == refusal(failure)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ThrottlingException", RecogniserBusy),
        ("InternalServerError", RecogniserUnavailable),
    ],
)
def test_recognisers_own_troubles_are_errors_that_the_workflow_retries(
    check_face: CheckFace, recogniser: Recogniser, code: str, error: type[Exception]
) -> None:
    recogniser.failures["DetectFaces"] = [code]

    with pytest.raises(error):
        check_face(picture())


def test_several_faces_are_listed_to_choose_from(
    check_face: CheckFace, recogniser: Recogniser
) -> None:
    recogniser.sees = [
        face_detail(BoundingBox=place(0.1, 0.3)),
        face_detail(BoundingBox=place(0.6, 0.3)),
    ]

    failure = check_face(picture())

    assert failure["code"] == "several_faces"
    assert [face["left"] for face in failure["faces"]] == [0.1, 0.6]


def test_faces_are_measured_in_pixels_of_the_upright_picture(
    check_face: CheckFace, recogniser: Recogniser
) -> None:
    recogniser.sees = [face_detail(BoundingBox=place(0.4, 0.2))]

    assert check_face(picture(width=190, height=400)) == refusal("face_too_small")
    assert check_face(picture(width=210, height=400)) is None


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        ({"Quality": {"Brightness": 2.0, "Sharpness": 90.0}}, "face_too_dark"),
        ({"Quality": {"Brightness": 80.0, "Sharpness": 5.0}}, "face_too_blurry"),
        ({"Pose": {"Yaw": -70.0, "Pitch": 0.0, "Roll": 0.0}}, "face_turned_away"),
        ({"FaceOccluded": {"Value": True, "Confidence": 99.0}}, "face_covered"),
    ],
)
def test_unusable_face_is_refused(
    check_face: CheckFace, recogniser: Recogniser, said: dict[str, Any], failure: str
) -> None:
    recogniser.sees = [face_detail(**said)]

    assert check_face(picture()) == refusal(failure)


def test_refusal_is_logged_by_the_reference_of_its_match(
    capsys: pytest.CaptureFixture[str], check_face: CheckFace
) -> None:
    check_face(picture(NO_FACE))

    output = capsys.readouterr().out
    log = json.loads(output)
    assert (log["message"], log["refusal"]) == ("selfie judged", "no_face")
    assert log["match"] == reference_to(KEY.split("/")[1])
    assert KEY.split("/")[1] not in output


def test_error_is_logged_by_the_reference_of_its_match(
    capsys: pytest.CaptureFixture[str], check_face: CheckFace, recogniser: Recogniser
) -> None:
    recogniser.failures["DetectFaces"] = ["ThrottlingException"]

    with pytest.raises(RecogniserBusy):
        check_face(picture())

    log = json.loads(capsys.readouterr().out)
    assert (log["level"], log["exception_name"]) == ("ERROR", "RecogniserBusy")
    assert log["match"] == reference_to(KEY.split("/")[1])
