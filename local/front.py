"""The front: one origin that serves the page and forwards what the page calls.

It forwards the API, the presigned addresses of the two buckets, and Cognito's public calls, and
nothing else of the local AWS. Addresses in the API's answers are rewritten to its own origin, as
a reverse proxy does. It answers to loopback names, and to the one origin that it is told of.

It may stand behind a public tunnel, so it trusts no caller: each query and header that it forwards
is named here, bodies are bounded, and it gives up what is sent too slowly.
"""

import asyncio
import gzip
import hashlib
import json
import logging
import re
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ContentTypeError,
    ETag,
    TCPConnector,
    web,
)
from multidict import CIMultiDict
from yarl import URL

from local import page_headers
from local.deployment import REGION, Outputs
from local.page_config import page_config
from local.page_headers import Origins, Rule

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

API_HEADERS = frozenset(
    {"accept", "authorization", "content-type", "idempotency-key", "user-agent"}
)
COGNITO_HEADERS = frozenset({"content-type", "x-amz-target"})
FORM_HEADERS = frozenset({"content-length", "content-type"})
PICTURE_HEADERS = frozenset({"if-modified-since", "if-none-match", "range"})
"""What is forwarded of a request, by route. Anything else could reach another service: the local
AWS goes by X-Amz-Target and Authorization before it looks at the path. A call's body is read and
decoded, so its length is not the one that the client named."""

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
"""The only names in a signed address's query, each at most once and spelt like this."""

LARGEST_CALL = 256 * 2**10
"""Bytes of an API call's body."""
LARGEST_COGNITO_CALL = 16 * 2**10
"""Bytes of a call of Cognito's: ministack keeps what it is sent, and writes all of it each time."""
LARGEST_FORM = 16 * 2**20
"""Bytes of a form: a portrait of 15 MB, and its fields."""
MOST_CALLS = 200
"""API calls under way at once; what comes beyond them is told to come again."""
MOST_UPLOADS = 64
"""Forms under way at once; others wait their turn unread."""
CALL_WITHIN = 15.0
"""Seconds in which a call's body must arrive."""
CHUNK_WITHIN = 30.0
"""Seconds in which the next piece of a form must arrive."""
FORM_WITHIN = 300.0
"""Seconds in which a whole form must arrive."""
FORM_RATE = 16 * 2**10
"""Bytes a second that a form must bring, from CHUNK_WITHIN on: others wait for one that drips."""
IDLE_WITHIN = 30.0
"""Seconds in which a request's head must arrive."""
LINGER = 10.0
"""Seconds for which the rest of a refused body is read, so that its sender gets to the answer."""
BUSY_FOR = 2
"""Seconds after which a call that found too many others may come again."""

NOT_RETURNED = frozenset({"connection", "keep-alive", "location", "server", "transfer-encoding"})
"""Headers of an answer that are about one connection, or lead past the front."""


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Front:
    """The page, and what stands behind it."""

    pages: Path
    aws_url: str
    outputs: Outputs
    origin: str | None = None
    """Where else it is reached: a tunnel's or a proxy's origin, such as https://faces.example."""
    rules: list[Rule] = field(
        default_factory=lambda: page_headers.render(page_headers.FILE.read_text(), Origins())
    )

    def application(self) -> web.Application:
        """Make the aiohttp application."""
        application = web.Application(
            client_max_size=LARGEST_CALL, middlewares=[_catch, self._check_addressee]
        )
        application.cleanup_ctx.append(self._open_session)
        application.on_response_prepare.append(_withhold_server)
        application.router.add_get("/config.json", self._config)
        application.router.add_route("*", "/api/{path:[\\s\\S]*}", self._api)
        application.router.add_post("/cognito", self._cognito)
        for bucket in (self.outputs.selfies_bucket, self.outputs.portraits_bucket):
            application.router.add_post(f"/{bucket}", self._forward_form)
            application.router.add_get(f"/{bucket}/{{key:.+}}", self._forward_signed)
        application.router.add_get("/{path:[\\s\\S]*}", self._page)
        return application

    async def serve(self, port: int) -> web.AppRunner:
        """Serve on one port of this machine; return what ends it."""
        runner = web.AppRunner(
            self.application(),
            access_log=None,
            keepalive_timeout=IDLE_WITHIN,
            lingering_time=LINGER,
            logger=QUIET,
            # aiohttp would wait for ever for the end of what is cut off; `_read` decodes instead.
            auto_decompress=False,
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        return runner

    async def _open_session(self, application: web.Application) -> AsyncIterator[None]:
        application[CALLS] = Calls()
        application[UPLOADS] = asyncio.Semaphore(MOST_UPLOADS)
        connector = TCPConnector(limit=MOST_CALLS + MOST_UPLOADS)
        async with ClientSession(timeout=ClientTimeout(total=120), connector=connector) as session:
            application[SESSION] = session
            yield

    @web.middleware
    async def _check_addressee(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what is addressed to another host, or sent by another site's page."""
        if not request.raw_path.startswith("/"):
            raise web.HTTPBadRequest  # a proxy's form, which would not be forwarded as it is read
        origin = self._origin(request)
        if origin is None:
            # As of a page that had its own name lead here, to read what this machine serves.
            raise web.HTTPMisdirectedRequest
        if request.headers.get("Origin", origin) != origin:
            raise web.HTTPForbidden
        return await handler(request)

    def _origin(self, request: web.Request) -> str | None:
        """Return the origin that the client sees; None where it is not one of this front's."""
        told = URL(self.origin or "")
        if self.origin and request.host.lower() in {self.origin.split("//")[1], told.authority}:
            return self.origin  # with the port that it implies, or without
        return f"http://{request.host}" if LOOPBACK.fullmatch(request.host) else None

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
        config = page_config(
            self.outputs,
            api_url="/api",
            cognito=f"{self._origin(request)}/cognito",
            region=REGION,
            local=True,
        )
        return self._answer(request, json.dumps(config).encode(), ".json")

    async def _api(self, request: web.Request) -> web.StreamResponse:
        path = request.raw_path.removeprefix("/api/")
        segments = [unquote(segment) for segment in path.split("?", 1)[0].split("/")]
        if segments[0] not in API_ROOTS:
            # What API Gateway says of a route that it does not have.
            return web.json_response({"message": "Not Found"}, status=404)
        if any(not SEGMENT.fullmatch(segment) for segment in segments):
            return _problem(404, "not_found", "Not found", "There is nothing of this name.")
        body = await _read(request)  # before it counts: half a body keeps no other caller out
        calls = request.app[CALLS]
        if calls.under_way >= MOST_CALLS:
            busy = _problem(429, "busy", "Busy", "Too many people are here at this moment.")
            busy.headers["Retry-After"] = str(BUSY_FOR)
            return busy
        calls.under_way += 1
        try:
            api_id = URL(self.outputs.api_url).host or ""
            target = f"/_aws/execute-api/{api_id.split('.')[0]}/$default/{path}"
            answer = await self._forward(request, target, API_HEADERS, body)
        finally:
            calls.under_way -= 1
        if answer.status == HTTPStatus.BAD_GATEWAY:
            # ministack tells what a function has raised. API Gateway does not.
            return web.json_response({"message": "Internal Server Error"}, status=500)
        return answer

    async def _cognito(self, request: web.Request) -> web.StreamResponse:
        targets = request.headers.getall("X-Amz-Target", [])
        if len(targets) != 1 or targets[0] not in COGNITO_CALLS:
            raise web.HTTPForbidden
        body = await _read(request)
        if len(body) > LARGEST_COGNITO_CALL:
            raise _too_long()
        return await self._forward(request, "/", COGNITO_HEADERS, body)

    async def _forward_form(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise web.HTTPBadRequest
        if (request.content_length or 0) > LARGEST_FORM:
            return _too_large()
        async with request.app[UPLOADS]:
            form = Form(request)
            try:
                return await self._forward(request, request.path, FORM_HEADERS, form.pieces())
            except (ClientError, OSError):
                if form.refusal is None:
                    raise
                return form.refusal

    async def _forward_signed(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        scope = query.get("X-Amz-Credential", "").split("/")
        if (
            len(set(query)) != len(query)
            or not set(query) <= ADDRESS_QUERY
            or "X-Amz-Signature" not in query
            or scope[3:4] != ["s3"]
            or request.path.count("//")
            or ".." in request.path.split("/")
        ):
            raise web.HTTPForbidden
        return await self._forward(request, request.raw_path, PICTURE_HEADERS, None)

    async def _forward(
        self,
        request: web.Request,
        target: str,
        forwarded: frozenset[str],
        body: bytes | AsyncIterator[bytes] | None,
    ) -> web.StreamResponse:
        """Pass a request on, with the headers named, and its answer back, streamed."""
        headers = {k: v for k, v in request.headers.items() if k.lower() in forwarded}
        # JSON is read, to be rewritten.
        headers["Accept-Encoding"] = "identity"
        async with request.app[SESSION].request(
            request.method,
            URL(self.aws_url + target, encoded=True),
            headers=headers,
            data=body,
            allow_redirects=False,
        ) as answer:
            return await self._return(request, answer)

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
                f"{self.aws_url}/".encode(), f"{self._origin(request)}/".encode()
            )
            return web.Response(status=answer.status, body=body, headers=kept)
        response = web.StreamResponse(status=answer.status, headers=kept)
        await response.prepare(request)
        async for chunk in answer.content.iter_chunked(2**16):
            await response.write(chunk)
        await response.write_eof()
        return response


class Form:
    """A form's bytes as they arrive, bounded in number and time.

    `refusal` is the answer to one that is too long or too slow, once it has shown to be.
    """

    def __init__(self, request: web.Request) -> None:
        self._content = request.content
        self.refusal: web.Response | None = None

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the pieces; raise OSError once the form is refused."""
        seen, started = 0, time.monotonic()
        while True:
            took = time.monotonic() - started
            left = FORM_WITHIN - took
            try:
                if took > CHUNK_WITHIN and seen < took * FORM_RATE:
                    raise TimeoutError
                piece = await asyncio.wait_for(self._content.readany(), min(left, CHUNK_WITHIN))
            except TimeoutError:
                self.refusal = web.Response(status=408)
                raise
            if not piece:
                return
            seen += len(piece)
            if seen > LARGEST_FORM:
                self.refusal = _too_large()
                raise OSError
            yield piece


@dataclass
class Calls:
    """How many API calls are under way."""

    under_way: int = 0


async def _read(request: web.Request) -> bytes:
    """Return a call's body; raise the HTTP error that a client deserves who sent none such."""
    try:
        async with asyncio.timeout(CALL_WITHIN):
            body = await request.read()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except web.HTTPRequestEntityTooLarge as error:
        raise _too_long() from error
    except (ContentTypeError, web.RequestPayloadError) as error:
        raise web.HTTPBadRequest from error
    return _decoded(body, request.headers.get("Content-Encoding", "identity").lower())


def _decoded(body: bytes, coding: str) -> bytes:
    if coding == "identity" or not body:
        return body
    if coding != "gzip":
        raise web.HTTPBadRequest
    decoder = zlib.decompressobj(wbits=31)  # gzip's own header and check
    try:
        decoded = decoder.decompress(body, LARGEST_CALL + 1)
    except zlib.error as error:
        raise web.HTTPBadRequest from error
    if len(decoded) > LARGEST_CALL:
        raise _too_long()
    if not decoder.eof:
        raise web.HTTPBadRequest
    return decoded


def _too_long() -> web.HTTPException:
    body = json.dumps({"message": "Request Too Long"})  # as API Gateway says it
    return web.HTTPRequestEntityTooLarge(
        LARGEST_CALL, LARGEST_CALL, text=body, content_type="application/json"
    )


def _problem(status: int, code: str, title: str, detail: str) -> web.Response:
    """Return an error in the form of the API's own."""
    problem = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    # Without a charset, which JSON has not, as the API answers.
    headers = {"Content-Type": "application/problem+json"}
    return web.Response(status=status, body=json.dumps(problem).encode(), headers=headers)


def _too_large() -> web.Response:
    body = "<Error><Code>EntityTooLarge</Code></Error>"  # as S3 says it, and the page reads it
    return web.Response(status=413, text=body, content_type="application/xml")


@web.middleware
async def _catch(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what nothing else has foreseen, and note of it no more than its kind."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except (ClientError, TimeoutError):  # the local AWS does not answer, or the client has gone
        return web.json_response({"message": "Bad Gateway"}, status=502)
    except Exception as error:  # noqa: BLE001 - a message could quote the request
        LOG.error("a request failed: %s", type(error).__name__)
        return web.json_response({"message": "Internal Server Error"}, status=500)


GZIP_ACCEPTED = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", re.IGNORECASE)
SEGMENT = re.compile(r"(?!\.{1,2}$)[^\x00-\x1f\x7f-\x9f/\ufffd]*")
"""A part of a path to the API: no control characters, and no bytes that are not text."""
LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")
SESSION: web.AppKey[ClientSession] = web.AppKey("session", ClientSession)
CALLS: web.AppKey[Calls] = web.AppKey("calls", Calls)
UPLOADS: web.AppKey[asyncio.Semaphore] = web.AppKey("uploads", asyncio.Semaphore)
LOG = logging.getLogger(__name__)
QUIET = logging.getLogger(f"{__name__}.quiet")
"""Where aiohttp notes a broken request, with pieces of it: nowhere."""
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


@lru_cache(maxsize=128)
def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


async def _withhold_server(_request: web.Request, response: web.StreamResponse) -> None:
    """Leave out which software answers, and at which version."""
    response.headers.popall("Server", None)
