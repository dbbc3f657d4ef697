import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from botocore.credentials import Credentials
from multidict import CIMultiDict, CIMultiDictProxy

from rekognition.exceptions import (
    IncompleteSignatureError,
    InvalidSignatureError,
    MissingAuthenticationTokenError,
    RekognitionError,
    UnrecognizedClientError,
)
from rekognition.signatures import TOLERANCE, Signatures, sign

KEY = Credentials("test", "the secret of this folder")
REGION = "us-east-1"
URL = "http://127.0.0.1:4567/"
BODY = b'{"CollectionId": "c"}'
TARGET = {"X-Amz-Target": "RekognitionService.ListFaces", "Content-Type": "application/json"}

Headers = CIMultiDict[str]


def signed(
    body: bytes = BODY,
    key: Credentials = KEY,
    region: str = REGION,
    more: dict[str, str] | None = None,
) -> Headers:
    """Sign as a client does; the client also sends a Host, and headers that no signature covers."""
    headers = sign(URL, body, {**TARGET, **(more or {})}, key, region)
    return CIMultiDict({**headers, "Host": "127.0.0.1:4567", "User-Agent": "a test"})


def check(
    headers: Headers,
    body: bytes = BODY,
    path: str = "/",
    method: str = "POST",
    later: timedelta = timedelta(),
) -> None:
    signatures = Signatures(
        KEY.access_key, KEY.secret_key, REGION, lambda: datetime.now(UTC) + later
    )
    given = CIMultiDictProxy(headers)
    signatures.verify(signatures.claim(given), method, path, given, body)


def changed(name: str, pattern: str, replacement: str) -> Callable[[], Headers]:
    def change() -> Headers:
        headers = signed()
        value, count = re.subn(pattern, replacement, headers[name])
        assert count == 1
        headers[name] = value
        return headers

    return change


def without(name: str) -> Callable[[], Headers]:
    def leave_out() -> Headers:
        headers = signed()
        del headers[name]
        return headers

    return leave_out


def with_more(name: str, value: str) -> Callable[[], Headers]:
    def add() -> Headers:
        headers = signed()
        headers.add(name, value)
        return headers

    return add


@pytest.mark.parametrize("body", [b"", BODY, bytes(range(256))])
def test_what_the_key_signed_is_accepted(body: bytes) -> None:
    check(signed(body), body)


def test_signed_hash_of_the_body_is_accepted() -> None:
    check(signed(more={"X-Amz-Content-SHA256": hashlib.sha256(BODY).hexdigest()}))


def test_clock_may_differ_by_a_quarter_of_an_hour() -> None:
    check(signed(), later=TOLERANCE - timedelta(minutes=1))
    check(signed(), later=timedelta(minutes=1) - TOLERANCE)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (without("Authorization"), MissingAuthenticationTokenError),
        (changed("Authorization", "AWS4-HMAC-SHA256", "AWS3"), IncompleteSignatureError),
        (changed("Authorization", ", Signature=.*", ""), IncompleteSignatureError),
        (changed("Authorization", "/aws4_request", ""), IncompleteSignatureError),
        (changed("Authorization", "host;", ""), IncompleteSignatureError),
        (changed("Authorization", "x-amz-date;", ""), IncompleteSignatureError),
        (changed("Authorization", ";x-amz-target", ""), IncompleteSignatureError),
        (without("X-Amz-Date"), IncompleteSignatureError),
        (without("X-Amz-Target"), IncompleteSignatureError),
        (with_more("X-Amz-Security-Token", "a role's"), IncompleteSignatureError),
        (with_more("Authorization", "AWS4-HMAC-SHA256 Credential=x"), IncompleteSignatureError),
        (changed("Authorization", "=test/", "=tess/"), UnrecognizedClientError),
        (changed("Authorization", "=test/", "=123456789012/"), UnrecognizedClientError),
        (changed("Authorization", "/rekognition/", "/s3/"), InvalidSignatureError),
        (changed("Authorization", "/us-east-1/", "/us-east-2/"), InvalidSignatureError),
        (changed("Authorization", "=test/....", "=test/1999"), InvalidSignatureError),
        (changed("Authorization", "Signature=.*", "Signature=" + "0" * 64), InvalidSignatureError),
        (changed("X-Amz-Date", "T.*", "T250000Z"), InvalidSignatureError),
        (changed("X-Amz-Date", "T", "U"), InvalidSignatureError),
        (changed("X-Amz-Target", "ListFaces", "DeleteCollection"), InvalidSignatureError),
        (changed("X-Amz-Target", "ListFaces", "\udcff"), InvalidSignatureError),
        (changed("Host", "127.0.0.1", "rebind.evil.example"), InvalidSignatureError),
        (with_more("X-Amz-Target", "RekognitionService.ListFaces"), InvalidSignatureError),
        (lambda: signed(key=Credentials("test", "test")), InvalidSignatureError),
        (lambda: signed(region="eu-west-1"), InvalidSignatureError),
        (lambda: signed(more={"X-Amz-Content-SHA256": "0" * 64}), InvalidSignatureError),
        (
            lambda: signed(more={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}),
            InvalidSignatureError,
        ),
    ],
)
def test_what_was_signed_otherwise_is_refused(
    make: Callable[[], Headers], error: type[RekognitionError]
) -> None:
    with pytest.raises(error):
        check(make())


def test_another_body_is_refused() -> None:
    with pytest.raises(InvalidSignatureError):
        check(signed(), BODY + b" ")


@pytest.mark.parametrize("path", ["/examine", "/?Action=ListFaces", "/%ff"])
def test_another_path_is_refused(path: str) -> None:
    with pytest.raises(InvalidSignatureError):
        check(signed(), path=path)


def test_another_method_is_refused() -> None:
    with pytest.raises(InvalidSignatureError):
        check(signed(), method="PUT")


@pytest.mark.parametrize("side", [1, -1])
def test_signature_of_another_time_is_refused(side: int) -> None:
    with pytest.raises(InvalidSignatureError):
        check(signed(), later=side * (TOLERANCE + timedelta(minutes=1)))
