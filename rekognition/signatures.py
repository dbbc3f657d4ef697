"""Signatures of requests, AWS's Signature Version 4 in the Authorization header."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from multidict import CIMultiDictProxy

from rekognition.exceptions import (
    IncompleteSignatureError,
    InvalidSignatureError,
    MissingAuthenticationTokenError,
    UnrecognizedClientError,
)

SERVICE = "rekognition"
TOLERANCE = timedelta(minutes=15)
"""How far the caller's clock may be from ours, as AWS allows."""

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 "
    r"Credential=(?P<key>[^/, ]+)/(?P<date>\d{8})/(?P<region>[^/, ]+)/(?P<service>[^/, ]+)"
    r"/aws4_request, ?"
    r"SignedHeaders=(?P<signed>[a-z0-9;-]+), ?"
    r"Signature=(?P<signature>[0-9a-f]{64})",
    re.ASCII,
)
_PAYLOAD_HASH = "x-amz-content-sha256"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request's headers say about its signature."""

    timestamp: str
    signed: list[str]
    signature: str


class Signatures:
    """Checks that requests are signed with one key, for this service in one region."""

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        region: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._access_key, self._region, self._now = access_key, region, now
        self._signer = SigV4Auth(Credentials(access_key, secret_key), SERVICE, region)

    def claim(self, headers: "CIMultiDictProxy[str]") -> Claim:
        """Return what the headers claim; raise where they alone are reason to refuse the request.

        Raises `MissingAuthenticationTokenError`, `IncompleteSignatureError`,
        `UnrecognizedClientError` and `InvalidSignatureError`.
        """
        if "Authorization" not in headers:
            raise MissingAuthenticationTokenError
        found = _AUTHORIZATION.fullmatch(headers["Authorization"])
        if found is None or len(headers.getall("Authorization")) > 1:
            raise IncompleteSignatureError("The Authorization header is not of SigV4's form")
        signed = found["signed"].split(";")
        present = {name.lower() for name in headers}
        must = {"host", "x-amz-date"} | {name for name in present if name.startswith("x-amz-")}
        if not must <= set(signed) <= present:
            raise IncompleteSignatureError(f"SignedHeaders must name {', '.join(sorted(must))}")
        if not hmac.compare_digest(found["key"].encode(), self._access_key.encode()):
            raise UnrecognizedClientError
        if (found["service"], found["region"]) != (SERVICE, self._region):
            raise InvalidSignatureError(
                f"Credential should be scoped to service {SERVICE} in region {self._region}"
            )
        timestamp = headers["X-Amz-Date"]
        if not timestamp.startswith(found["date"]) or not self._is_now(timestamp):
            raise InvalidSignatureError("The signature's date is not of now")
        return Claim(timestamp, signed, found["signature"])

    def verify(
        self, claim: Claim, method: str, path: str, headers: "CIMultiDictProxy[str]", body: bytes
    ) -> None:
        """Raise `InvalidSignatureError` unless the signature is that of this request.

        `path` is that of the request line, with the query.
        """
        request = AWSRequest(method, f"http://{headers['Host']}{path}", data=body)
        for name in claim.signed:
            for value in headers.getall(name):
                if not value.isascii():
                    raise InvalidSignatureError("The request cannot have been signed")
                request.headers[name] = value  # adds a value, where the name has one already
        request.context["timestamp"] = claim.timestamp
        # botocore takes the hash of the body from this header, if it is present.
        if headers.get(_PAYLOAD_HASH, digest := hashlib.sha256(body).hexdigest()) != digest:
            raise InvalidSignatureError("The body is not the one that was signed")
        try:
            canonical = self._signer.canonical_request(request)
            expected = self._signer.signature(
                self._signer.string_to_sign(request, canonical), request
            )
        except ValueError as error:  # no client writes such an address
            raise InvalidSignatureError("The request cannot have been signed") from error
        if not hmac.compare_digest(expected, claim.signature):
            raise InvalidSignatureError(
                "The request signature we calculated does not match the signature you provided."
            )

    def _is_now(self, timestamp: str) -> bool:
        try:
            signed_at = datetime.strptime(timestamp, SIGV4_TIMESTAMP).replace(tzinfo=UTC)
        except ValueError:
            return False
        return abs(self._now() - signed_at) <= TOLERANCE


def sign(
    url: str, body: bytes, headers: Mapping[str, str], credentials: Credentials, region: str
) -> dict[str, str]:
    """Return the given headers and those that sign a POST of this body."""
    request = AWSRequest("POST", url, headers=dict(headers), data=body)
    SigV4Auth(credentials, SERVICE, region).add_auth(request)
    return dict(request.headers.items())
