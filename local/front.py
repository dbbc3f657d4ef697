"""The front: one origin that serves the page and forwards what the page calls.

It forwards the API, the presigned addresses of the two buckets, and Cognito's public calls, and
nothing else of the local AWS. Addresses in the API's answers are rewritten to its own origin, as
a reverse proxy does, so that the page works from wherever the front is reached.
"""

import gzip
import hashlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from aiohttp import ClientConnectionError, ClientResponse, ClientSession, ClientTimeout, ETag, web
from multidict import CIMultiDict
from yarl import URL

from local import page_headers
from local.deployment import REGION, Outputs
from local.page_headers import Origins, Rule
from lookalike import CONSENT_VERSION

API_ROOTS = frozenset({"celebrities", "guest", "matches", "me", "packs", "status"})
"""The first segments of the API's routes."""

COGNITO_CALLS = frozenset(
    f"AWSCognitoIdentityProviderService.{name}"
    for name in (
        "ConfirmForgotPassword",
        "ConfirmSignUp",
        "ForgotPassword",
        "GetUser",
        "InitiateAuth",
        "ResendConfirmationCode",
        "RevokeToken",
        "SignUp",
    )
)
"""What a page may ask of Cognito without credentials."""

TEXTS = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
"""What is UTF-8, and worth compressing."""
OTHERS = {".png": "image/png"}

NOT_OVER_HTTP = frozenset({"Strict-Transport-Security"})
"""Not for a server without TLS to send (RFC 6797, 7.2). Behind a tunnel that has it, it would bind
every port of the tunnel's host, and for longer than the tunnel lasts."""

OF_DOCUMENTS = frozenset(
    {"Cross-Origin-Opener-Policy", "Permissions-Policy", "Referrer-Policy", "X-Frame-Options"}
)
"""These mean nothing on a script or a style, and without HTTP/2 each costs its bytes every time."""

BODY = frozenset({"content-length", "content-type"})
API_HEADERS = BODY | {"accept", "authorization", "idempotency-key", "user-agent"}
COGNITO_HEADERS = BODY | {"x-amz-target"}
PICTURE_HEADERS = frozenset({"if-modified-since", "if-none-match", "range"})
"""What is forwarded of a request, by route. Anything else could reach another service: the local
AWS goes by X-Amz-Target and Authorization before it looks at the path."""

NOT_RETURNED = frozenset({"connection", "keep-alive", "location", "server", "transfer-encoding"})
"""Headers of an answer that are about one connection, or lead past the front."""


@dataclass(frozen=True)
class Front:
    """The page, and what stands behind it."""

    pages: Path
    aws_url: str
    outputs: Outputs
    rules: list[Rule] = field(
        default_factory=lambda: page_headers.render(page_headers.FILE.read_text(), Origins())
    )

    def application(self) -> web.Application:
        """Make the aiohttp application."""
        application = web.Application(client_max_size=0)
        application.cleanup_ctx.append(self._open_session)
        application.on_response_prepare.append(_withhold_server)
        application.router.add_get("/config.json", self._config)
        application.router.add_route("*", "/api/{path:.*}", self._api)
        application.router.add_post("/cognito", self._cognito)
        for bucket in (self.outputs.selfies_bucket, self.outputs.portraits_bucket):
            application.router.add_post(f"/{bucket}", self._forward_form)
            application.router.add_get(f"/{bucket}/{{key:.+}}", self._forward_signed)
        application.router.add_get("/{path:.*}", self._page)
        return application

    async def _open_session(self, application: web.Application) -> AsyncIterator[None]:
        async with ClientSession(timeout=ClientTimeout(total=120)) as session:
            application[SESSION] = session
            yield

    async def _page(self, request: web.Request) -> web.Response:
        name = request.match_info["path"] or "index.html"
        try:
            path = (self.pages / name).resolve()
            found = path.is_relative_to(self.pages.resolve()) and path.is_file()
        except (OSError, ValueError):  # a name that no file can have
            found = False
        if not found:
            raise web.HTTPNotFound(headers=self._headers(request))
        return self._answer(request, path.read_bytes(), path.suffix)

    def _headers(self, request: web.Request) -> dict[str, str]:
        headers = page_headers.headers_for(request.path, self.rules)
        unused = NOT_OVER_HTTP
        if request.path.endswith((".css", ".js")):
            unused |= OF_DOCUMENTS
        return {name: value for name, value in headers.items() if name not in unused}

    def _answer(self, request: web.Request, body: bytes, suffix: str) -> web.Response:
        """Answer with a file of the page: compressed, or not at all where the client has it."""
        response = web.Response(headers=self._headers(request))
        tag = hashlib.sha256(body).hexdigest()[:16]
        response.etag = ETag(tag, is_weak=True)  # the same for the compressed bytes and the plain
        if suffix in TEXTS:
            response.headers["Vary"] = "Accept-Encoding"
        if tag in {known.value for known in request.if_none_match or ()}:
            response.set_status(304)
            return response
        response.content_type = TEXTS.get(suffix) or OTHERS.get(suffix, "application/octet-stream")
        if suffix in TEXTS:
            response.charset = "utf-8"
            if GZIP_ACCEPTED.search(request.headers.get("Accept-Encoding", "")):
                response.headers["Content-Encoding"] = "gzip"
                body = _compressed(body)
        response.body = body
        return response

    async def _config(self, request: web.Request) -> web.Response:
        config = {
            "api_url": "/api",
            "consent_version": CONSENT_VERSION,
            "guests": True,
            "cognito": {
                "endpoint": f"{_origin(request)}/cognito",
                "region": REGION,
                "client_id": self.outputs.user_pool_client_id,
            },
            "local": True,
            "selfie_retention_days": self.outputs.selfie_retention_days,
        }
        return self._answer(request, json.dumps(config).encode(), ".json")

    async def _api(self, request: web.Request) -> web.StreamResponse:
        path = request.raw_path.removeprefix("/api/")
        segments = path.split("?", 1)[0].split("/")
        if segments[0] not in API_ROOTS or {".", ".."} & set(segments):
            # What API Gateway says of a route that it does not have.
            return web.json_response({"message": "Not Found"}, status=404)
        api_id = URL(self.outputs.api_url).host or ""
        target = f"/_aws/execute-api/{api_id.split('.')[0]}/$default/{path}"
        return await self._forward(request, target, API_HEADERS)

    async def _cognito(self, request: web.Request) -> web.StreamResponse:
        targets = request.headers.getall("X-Amz-Target", [])
        if len(targets) != 1 or targets[0] not in COGNITO_CALLS:
            raise web.HTTPForbidden
        return await self._forward(request, "/", COGNITO_HEADERS)

    async def _forward_form(self, request: web.Request) -> web.StreamResponse:
        return await self._forward(request, request.path, BODY)

    async def _forward_signed(self, request: web.Request) -> web.StreamResponse:
        if "X-Amz-Signature" not in request.query:
            raise web.HTTPForbidden
        return await self._forward(request, request.raw_path, PICTURE_HEADERS)

    async def _forward(
        self, request: web.Request, target: str, forwarded: frozenset[str]
    ) -> web.StreamResponse:
        """Pass a request on, with the headers named, and its answer back, bodies streamed."""
        headers = {k: v for k, v in request.headers.items() if k.lower() in forwarded}
        # JSON is read, to be rewritten.
        headers["Accept-Encoding"] = "identity"
        try:
            async with request.app[SESSION].request(
                request.method,
                URL(self.aws_url + target, encoded=True),
                headers=headers,
                data=request.content if request.body_exists else None,
                allow_redirects=False,
            ) as answer:
                return await self._return(request, answer)
        except ClientConnectionError:
            return web.json_response({"message": "Bad Gateway"}, status=502)

    async def _return(self, request: web.Request, answer: ClientResponse) -> web.StreamResponse:
        kept = CIMultiDict(
            (name, value)
            for name, value in answer.headers.items()
            if name.lower() not in NOT_RETURNED
        )
        kept["X-Content-Type-Options"] = "nosniff"
        if answer.content_type.endswith("json"):
            kept.popall("Content-Length", None)
            body = (await answer.read()).replace(
                f"{self.aws_url}/".encode(), f"{_origin(request)}/".encode()
            )
            return web.Response(status=answer.status, body=body, headers=kept)
        response = web.StreamResponse(status=answer.status, headers=kept)
        await response.prepare(request)
        async for chunk in answer.content.iter_chunked(2**16):
            await response.write(chunk)
        await response.write_eof()
        return response


GZIP_ACCEPTED = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", re.IGNORECASE)
HOST = re.compile(r"[A-Za-z0-9._\[\]:-]+")
SESSION: web.AppKey[ClientSession] = web.AppKey("session", ClientSession)


@lru_cache(maxsize=128)
def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


async def _withhold_server(_request: web.Request, response: web.StreamResponse) -> None:
    """Leave out which software answers, and at which version."""
    response.headers.popall("Server", None)


def _origin(request: web.Request) -> str:
    """Give the origin that the client sees, behind a proxy that ends TLS too."""
    forwarded = request.headers.get("X-Forwarded-Proto", "").split(",")[0].strip().lower()
    scheme = forwarded if forwarded in {"http", "https"} else request.scheme
    if not HOST.fullmatch(request.host):
        raise web.HTTPBadRequest
    return f"{scheme}://{request.host}"
