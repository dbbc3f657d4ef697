"""Who may call the local Rekognition, and how often."""

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.credentials import Credentials

from rekognition.signatures import sign
from tests.contract.pictures import encode, noise
from tests.contract.rekognition_service import (
    CREDENTIALS,
    KEY,
    REGION,
    RekognitionProcess,
    StubS3,
)

TARGET = {
    "X-Amz-Target": "RekognitionService.ListCollections",
    "Content-Type": "application/x-amz-json-1.1",
}
PATHS = ["/", "/examine", "/counters"]


def post(url: str, headers: dict[str, str], body: bytes = b"{}") -> tuple[int, str]:
    """Send a request; return the status and the name of the error."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, json.load(answer)["__type"]


@pytest.fixture(scope="module", params=["argument", "environment"])
def slow_service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, s3: StubS3
) -> Iterator[RekognitionProcess]:
    """One that serves a call a second of each operation, told so in either way."""
    folder = tmp_path_factory.mktemp("slow") / "data"
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "environment":
            patch.setenv("LOOKALIKE_RECOGNISER_RATE", "1")
            process = RekognitionProcess(folder, s3.endpoint)
        else:
            process = RekognitionProcess(folder, s3.endpoint, "--rate", "1")
    yield process
    process.stop()


def test_every_caller_learns_that_it_runs_and_nothing_else(service: RekognitionProcess) -> None:
    with urllib.request.urlopen(service.endpoint) as answer:
        assert json.load(answer) == {"status": "ok"}


@pytest.mark.parametrize("path", PATHS)
def test_unsigned_requests_are_refused(service: RekognitionProcess, path: str) -> None:
    assert post(service.endpoint + path, TARGET) == (403, "MissingAuthenticationTokenException")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("key", "error"),
    [
        (Credentials(KEY.access_key, "test"), "InvalidSignatureException"),
        (Credentials("000000000000", KEY.secret_key), "UnrecognizedClientException"),
        (Credentials("AKIAIOSFODNN7EXAMPLE", "test"), "UnrecognizedClientException"),
    ],
)
def test_requests_signed_with_another_key_are_refused(
    service: RekognitionProcess, path: str, key: Credentials, error: str
) -> None:
    url = service.endpoint + path

    assert post(url, sign(url, b"{}", TARGET, key, REGION)) == (403, error)


@pytest.mark.parametrize("path", PATHS)
def test_signature_made_for_another_request_is_refused(
    service: RekognitionProcess, path: str
) -> None:
    url = service.endpoint + path
    headers = sign(url, b"{}", TARGET, KEY, REGION)
    zeros = {**headers, "Authorization": headers["Authorization"][:-64] + "0" * 64}

    assert post(url, headers)[0] != 403
    assert post(url, zeros) == (403, "InvalidSignatureException")
    assert post(url, headers, b"{} ") == (403, "InvalidSignatureException")
    assert post(f"{url}?a=b", headers) == (403, "InvalidSignatureException")


def test_query_signatures_are_refused(service: RekognitionProcess) -> None:
    url = service.client().generate_presigned_url("list_collections", HttpMethod="POST")

    assert post(url, TARGET) == (403, "MissingAuthenticationTokenException")


@pytest.mark.parametrize("path", PATHS)
def test_requests_of_web_pages_are_refused_in_spite_of_their_signature(
    service: RekognitionProcess, path: str
) -> None:
    url = service.endpoint + path
    headers = {**sign(url, b"{}", TARGET, KEY, REGION), "Origin": service.endpoint}

    assert post(url, headers) == (403, "AccessDeniedException")


def test_body_of_an_unsigned_request_is_not_waited_for(service: RekognitionProcess) -> None:
    host, port = service.endpoint.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 30) as connection:
        connection.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 15000000\r\n\r\n{"
        )

        answer = connection.recv(100)

    assert answer.startswith(b"HTTP/1.1 403 ")


def test_refused_calls_are_not_counted(own_service: RekognitionProcess) -> None:
    post(own_service.endpoint, TARGET)
    own_service.client().list_collections()

    assert own_service.report()["calls"] == {"ListCollections": 1}


def test_calls_above_the_rate_are_throttled(slow_service: RekognitionProcess) -> None:
    url = slow_service.endpoint

    answers = [post(url, sign(url, b"{}", TARGET, KEY, REGION)) for _ in range(20)]

    assert answers[0] == (200, "")
    assert set(answers[1:]) <= {(200, ""), (400, "ThrottlingException")}
    assert answers.count((200, "")) < 20


def test_examining_a_portrait_is_not_throttled(slow_service: RekognitionProcess) -> None:
    url = f"{slow_service.endpoint}/examine"
    picture = encode(noise())

    answers = [post(url, sign(url, picture, {}, KEY, REGION), picture) for _ in range(5)]

    assert answers == [(200, "")] * 5


@pytest.mark.parametrize("missing", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_without_a_key_it_does_not_start(
    tmp_path: Path, s3: StubS3, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delitem(CREDENTIALS, missing)
    monkeypatch.delenv(missing, raising=False)

    with pytest.raises(AssertionError, match=f"{missing} must be set"):
        RekognitionProcess(tmp_path / "data", s3.endpoint)
