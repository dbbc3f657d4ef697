"""How the local Rekognition reads pictures from S3."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from rekognition import sources
from rekognition.exceptions import InvalidS3ObjectError
from rekognition.sources import _KEPT, _LARGEST_KEPT, ImageSource
from tests.running_stack import wait_for


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> ImageSource:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return ImageSource("http://127.0.0.1:1", "us-east-1")


@pytest.fixture
def s3(source: ImageSource) -> Iterator[Stubber]:
    with Stubber(source._s3) as stubber:
        yield stubber


def holds(s3: Stubber, data: bytes) -> None:
    """Let the next reading of S3 return a picture."""
    s3.add_response("get_object", {"Body": StreamingBody(io.BytesIO(data), len(data))})


def picture(version: str | None = "v1") -> dict[str, Any]:
    place = {"Bucket": "selfies", "Name": "selfies/1"}
    return {"S3Object": {**place, **({"Version": version} if version else {})}}


def test_a_version_is_fetched_once_for_two_readings(source: ImageSource, s3: Stubber) -> None:
    holds(s3, b"picture")

    assert [source.read(picture()) for _ in range(2)] == [b"picture"] * 2


def test_a_third_reading_fetches_it_again(source: ImageSource, s3: Stubber) -> None:
    holds(s3, b"picture")
    for _ in range(2):
        source.read(picture())
    s3.add_client_error("get_object", "NoSuchVersion", http_status_code=404)

    with pytest.raises(InvalidS3ObjectError):
        source.read(picture())


@pytest.mark.parametrize(
    ("first", "second"), [(None, None), ("v1", "v2")], ids=["no version", "another version"]
)
def test_what_may_differ_is_fetched_each_time(
    source: ImageSource, s3: Stubber, first: str | None, second: str | None
) -> None:
    holds(s3, b"old")
    holds(s3, b"new")

    assert [source.read(picture(first)), source.read(picture(second))] == [b"old", b"new"]


def test_a_large_picture_is_not_kept(source: ImageSource, s3: Stubber) -> None:
    holds(s3, b"x" * (_LARGEST_KEPT + 1))
    holds(s3, b"again")
    source.read(picture())

    assert source.read(picture()) == b"again"


def test_few_pictures_are_kept(source: ImageSource, s3: Stubber) -> None:
    for number in range(_KEPT + 1):
        holds(s3, str(number).encode())
        source.read(picture(f"v{number}"))
    holds(s3, b"again")

    assert source.read(picture("v0")) == b"0"
    assert source.read(picture(f"v{_KEPT}")) == b"again"


def test_a_picture_is_kept_for_a_short_time(
    source: ImageSource, s3: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "KEPT_SECONDS", 0.0)
    holds(s3, b"picture")

    source.read(picture())

    wait_for(lambda: not source._kept, 30)
