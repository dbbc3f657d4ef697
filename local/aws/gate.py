"""The gate: decides which requests ministack sees, before ministack routes any.

ministack picks a service by headers, by `Action=`, by the host, and by the path. A caller can abuse
that order to reach another service. So the gate admits only the requests of this list, and removes
from them what could lead to another service:

    health        GET /_ministack/health
    keys          GET of a user pool's public keys, which the API's authorizer reads
    API           the API's own address; its authorizer and its functions check the caller
    Cognito       the calls that AWS serves without a signature
    form          a POST of a form to a bucket; S3 checks the form's policy and signature
    address       a signed address of an object; S3 checks the signature
    signed        all else: the gate checks Signature Version 4 in the Authorization header

A function in a container of `sam local invoke` calls by another host. It may only sign.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from ministack import app
from ministack.core import iam_evaluator, sigv4
from ministack.services import apigateway, cognito, s3

from local.aws import settings

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]

LARGEST_BODY = 64 * 2**20
"""Bytes of a signed request: `sam deploy` sends the functions' archives."""
LARGEST_UNSIGNED = 20 * 2**20
"""Bytes of any other request: a portrait's form takes 15 MB."""

API_ADDRESS = re.compile(r"/_aws/execute-api/([a-z0-9]+)/\$default/")
API_HOST = re.compile(r"([a-z0-9]+)\.execute-api\.localhost(:\d+)?")
KEYS_ADDRESS = re.compile(r"/[a-z0-9-]+_[A-Za-z0-9]+/\.well-known/jwks\.json")
LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|([a-z0-9-]+\.)+localhost|\[::1\])(:\d+)?")

SPEAKS_XML = re.compile(r"/(cloudformation|iam|s3|sns|sts)/aws4_request")
"""Services whose clients read XML, in a signature's scope."""

PREFLIGHT = frozenset({"access-control-request-headers", "access-control-request-method"})
BODY = frozenset({"content-length", "content-type", "transfer-encoding"})
API_HEADERS = PREFLIGHT | BODY | {"accept", "authorization", "content-encoding", "idempotency-key"}
PICTURE_HEADERS = PREFLIGHT | {"if-modified-since", "if-none-match", "range"}
EVERYWHERE = frozenset({"origin", "user-agent"})

ADDRESS_QUERY = frozenset(
    {
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-Security-Token",
        "X-Amz-Signature",
        "X-Amz-SignedHeaders",
        "versionId",
    }
)
"""The only names in the query of a signed address, each at most once and spelt like this.

The same set as in local/signed_addresses.py.
"""


class Refused(Exception):
    """Raised for a request that the gate does not admit."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass(frozen=True)
class Request:
    """An HTTP request, before its body is read."""

    scope: Message
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: list[tuple[str, str]]
    """In the order of arrival; names in lower case."""

    @classmethod
    def of(cls, scope: Message) -> "Request":
        """Return the request in a scope; raise Refused for a query that is not UTF-8."""
        try:
            query = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
        except UnicodeDecodeError as error:
            raise Refused(400, "InvalidQueryString") from error
        headers = [
            (name.decode("latin-1").lower(), sigv4.decode_header_value(value))
            for name, value in scope["headers"]
        ]
        return cls(scope, scope["method"], scope["path"], query, headers)

    def header(self, name: str) -> str:
        """Return a header's value, or "" without one; raise Refused where there are two."""
        values = [value for one, value in self.headers if one == name]
        if len(values) > 1:
            raise Refused(400, "DuplicateHeader")
        return values[0] if values else ""

    def reduced(self, headers: Iterable[str], path: str | None = None) -> Message:
        """Return the scope with only these headers, addressed to loopback."""
        kept = EVERYWHERE.union(headers)
        server = self.scope.get("server") or ("127.0.0.1", 0)
        pairs = [(k, v) for k, v in self.scope["headers"] if k.decode("latin-1").lower() in kept]
        scope = {**self.scope, "headers": [(b"host", f"127.0.0.1:{server[1]}".encode()), *pairs]}
        if path is not None:
            raw = self.scope.get("raw_path") or self.path.encode()
            prefix = path.removesuffix(self.path).encode()
            scope |= {"path": path, "raw_path": prefix + raw}
        return scope


def gate() -> None:
    """Pass only admitted requests on to ministack."""
    inner: Asgi = app.app

    async def guarded(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await inner(scope, receive, send)
        elif scope["type"] == "http":
            try:
                admitted, body = await _admit(Request.of(scope), receive)
            except Refused as refusal:
                await _refuse(scope, send, refusal)
            else:
                await inner(admitted, body, send)
        else:  # a WebSocket: the template has none
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    app.app = guarded


async def _admit(request: Request, receive: Receive) -> tuple[Message, Receive]:
    """Return the scope and the body for ministack; raise Refused."""
    host = request.header("host")
    if host and host == settings.bridge_host():  # a container: it may call in a role's name alone
        return request.scope, _replay(await _signed_body(request, receive))
    if not LOOPBACK.fullmatch(host):
        raise Refused(421, "MisdirectedRequest")  # such as of a page that rebinds its own name
    if request.path.startswith(("/_ministack", "/_localstack")) or request.path == "/health":
        if (request.method, request.path) != ("GET", "/_ministack/health"):
            raise Refused(403, "Forbidden")
        return request.reduced(()), _bounded(receive, 0)
    if request.method == "GET" and KEYS_ADDRESS.fullmatch(request.path) and not request.query:
        return request.reduced(()), _bounded(receive, 0)
    if api := _api_address(request, host):
        authorization = request.header("authorization")
        headers = API_HEADERS if authorization.startswith("Bearer ") else _without_authorization()
        return request.reduced(headers, api), _bounded(receive, LARGEST_UNSIGNED)
    if any(_is_credential(name) for name, _ in request.query):
        return _address(request), _bounded(receive, 0)
    if request.header("authorization"):
        body = await _signed_body(request, receive)
        return request.scope, _replay(body)
    if request.method == "OPTIONS":
        return request.reduced(PREFLIGHT), _bounded(receive, 0)
    if request.path == "/" and not request.query:
        if not _is_public_cognito_call(request.header("x-amz-target")):
            raise Refused(403, "MissingAuthenticationTokenException")
        return request.reduced(BODY | {"x-amz-target"}), _bounded(receive, LARGEST_UNSIGNED)
    if _is_form(request):
        return request.reduced(BODY), _bounded(receive, LARGEST_UNSIGNED)
    raise Refused(403, "MissingAuthenticationTokenException")


def _without_authorization() -> frozenset[str]:
    # ministack would read a header without `Bearer` as AWS credentials.
    return API_HEADERS - {"authorization"}


def _api_address(request: Request, host: str) -> str | None:
    """Return the path of a request for an API in ministack's form; None for others."""
    if named := API_HOST.fullmatch(host):
        api, path = named[1], f"/_aws/execute-api/{named[1]}/$default{request.path}"
    elif named := API_ADDRESS.match(request.path):
        api, path = named[1], request.path
    else:
        return None
    if apigateway.find_api_scope(api) is None:
        raise Refused(404, "NotFoundException")
    return path


def _is_credential(name: str) -> bool:
    """Return whether a name in a query belongs to a signature, in any spelling."""
    lower = name.lower()
    return lower.startswith("x-amz-") or lower in {"awsaccesskeyid", "signature", "action"}


def _address(request: Request) -> Message:
    """Return the scope of a signed address of an object; S3 checks its signature."""
    query = dict(request.query)
    scope = query.get("X-Amz-Credential", "").split("/")
    if (
        len(query) != len(request.query)
        or not query.keys() <= ADDRESS_QUERY
        or not query.keys() >= ADDRESS_QUERY - {"X-Amz-Security-Token", "versionId"}
        or query["X-Amz-Algorithm"] != "AWS4-HMAC-SHA256"
        or query["X-Amz-SignedHeaders"] != "host"
        or scope[3:] != ["s3", "aws4_request"]
        or request.method not in {"GET", "HEAD", "OPTIONS"}
        or request.header("authorization")
        or not _names_a_bucket(request.path, with_key=True)
    ):
        raise Refused(403, "AccessDenied")
    reduced = request.reduced(PICTURE_HEADERS)
    # The signature includes the host as the signer spelt it.
    reduced["headers"][0] = (b"host", request.header("host").encode())
    return reduced


def _names_a_bucket(path: str, *, with_key: bool) -> bool:
    bucket, _, key = path.removeprefix("/").partition("/")
    owned = bool(bucket) and s3._bucket_owner_account(bucket) is not None
    return owned and bool(key) == with_key


def _is_public_cognito_call(target: str) -> bool:
    service, _, action = target.partition(".")
    # AWS serves these without a signature: they contain a password, a code, or a token.
    unsigned = cognito._UNSIGNED_IDP_ACTIONS
    return service == "AWSCognitoIdentityProviderService" and action in unsigned


def _is_form(request: Request) -> bool:
    return (
        request.method == "POST"
        and not request.query
        and request.header("content-type").lower().startswith("multipart/form-data")
        and _names_a_bucket(request.path, with_key=False)
    )


async def _signed_body(request: Request, receive: Receive) -> bytes:
    """Return the body of a request whose Signature Version 4 is right; raise Refused."""
    headers: dict[str, str] = {}
    for name, value in request.headers:
        # A header on several lines is signed as its values joined by a comma.
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    if request.header("origin"):
        raise Refused(403, "AccessDenied")  # a page of another site that has a leaked key
    if not request.header("authorization").startswith("AWS4-HMAC-SHA256 "):
        raise Refused(403, "IncompleteSignature")
    signature = sigv4.parse_header_signature(headers)
    if isinstance(signature, tuple):
        raise Refused(403, signature[0])
    if failure := sigv4.request_time_failure(signature):
        raise Refused(403, failure[0])
    signed = signature.signed_headers.split(";")
    if "host" not in signed or ("x-amz-target" in headers and "x-amz-target" not in signed):
        raise Refused(403, "IncompleteSignature")
    token = headers.get("x-amz-security-token", "")
    credential = iam_evaluator.resolve_credential(signature.access_key_id, None, token)
    if isinstance(credential, iam_evaluator.CredentialResolutionError):
        raise Refused(403, credential.code)
    body = await _read(_bounded(receive, LARGEST_BODY))
    query: dict[str, list[str]] = {}
    for name, value in request.query:
        query.setdefault(name, []).append(value)
    if failure := sigv4.header_signature_failure(
        signature,
        credential.secret_access_key,
        request.method,
        (request.scope.get("raw_path") or request.path.encode()).decode("latin-1"),
        query,
        headers,
        body,
    ):
        raise Refused(403, failure[0])
    return body


async def _read(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400, "IncompleteBody")
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def _bounded(receive: Receive, most: int) -> Receive:
    """Return a `receive` that reports a lost connection after more than so many bytes."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return message if seen <= most else {"type": "http.disconnect"}

    return bounded


def _replay(body: bytes) -> Receive:
    """Return a `receive` that returns a body that was read before."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return left.pop() if left else {"type": "http.disconnect"}

    return replay


async def _refuse(scope: Message, send: Send, refusal: Refused) -> None:
    """Answer in the format that the caller's client reads: XML or JSON."""
    sent = dict(scope["headers"])
    if SPEAKS_XML.search(sent.get(b"authorization", b"").decode("latin-1")):
        error = f"<Error><Code>{refusal.code}</Code><Message>Refused</Message></Error>"
        body, kind = f"<ErrorResponse>{error}</ErrorResponse>".encode(), b"text/xml"
    else:
        body = json.dumps({"__type": refusal.code, "message": "Refused"}).encode()
        kind = b"application/json"
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
