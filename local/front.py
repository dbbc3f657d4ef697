"""The front: one origin that serves the page and forwards what the page calls.

It forwards only the API, the presigned addresses of two buckets, the reduced copies of a third, and
Cognito's public calls to the local AWS. Like a reverse proxy, it rewrites addresses in the API's
answers to its own origin. It answers to loopback names, and to the one origin that it is given. It
shows the console to a browser on this machine alone.

It may stand behind a public tunnel, so it trusts no caller. It forwards only the queries and
headers that it lists, bounds bodies (local/bodies.py), and ends requests that arrive too slowly.
"""

import asyncio
import gzip
import hashlib
import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ETag,
    TCPConnector,
    web,
)
from multidict import CIMultiDict
from yarl import URL

from local import page_headers, picture_copies
from local.bodies import LARGEST_CALL, LARGEST_FORM, Form, read_call, too_large
from local.console.server import (
    FILES,
    FORWARDED,
    LARGEST_CONTACT_CALL,
    RunConsole,
    is_of_own_page,
)
from local.deployment import Outputs
from local.environment import REGION
from local.page_config import page_config
from local.page_headers import Origins, Rule
from local.picture_copies import PictureCopies
from local.signed_addresses import is_signed_address
from lookalike.storage import s3_client

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
"""Media types of files that are UTF-8, and worth compressing."""
OTHERS = {".png": "image/png"}

NOT_OVER_HTTP = frozenset({"Strict-Transport-Security"})
"""A server without TLS must not send these (RFC 6797, 7.2). Behind a tunnel that has TLS, they
would bind every port of the tunnel's host, for longer than the tunnel lasts."""

OF_DOCUMENTS = frozenset(
    {
        "Content-Security-Policy",
        "Cross-Origin-Opener-Policy",
        "Cross-Origin-Resource-Policy",
        "Permissions-Policy",
        "Referrer-Policy",
        "X-Frame-Options",
    }
)
"""Headers that only a document or a worker obeys, or that keep no secret of a public file. Without
HTTP/2, each costs its bytes again."""
PARTS_OF_DOCUMENTS = ("/scripts/", "/styles/", "/vendor/")
"""Where the files are that are neither. The service worker is at the root."""

API_HEADERS = frozenset(
    {"accept", "authorization", "content-type", "idempotency-key", "user-agent"}
)
COGNITO_HEADERS = frozenset({"content-type", "x-amz-target"})
FORM_HEADERS = frozenset({"content-length", "content-type"})
PICTURE_HEADERS = frozenset({"if-modified-since", "if-none-match", "range"})
"""The headers that are forwarded, by route. Others could lead to another service: the local AWS
reads X-Amz-Target and Authorization before the path. The front decodes a call's body, so it does
not forward the length that the client sent."""

LARGEST_COGNITO_CALL = 16 * 2**10
"""Bytes of a call of Cognito's: ministack keeps what calls send, and writes all of it each time."""
MOST_CALLS = 200
"""API calls under way at once; the front answers 429 to more."""
MOST_UPLOADS = 64
"""Forms under way at once; others wait unread."""
IDLE_WITHIN = 30.0
"""Seconds in which a request's head must arrive."""
LINGER = 10.0
"""Seconds for which the front reads the rest of a refused body, so that the answer arrives."""
ENDING = 2.0
"""Seconds for which the front waits at its end for requests that are under way."""
BUSY_FOR = 2
"""Seconds after which the client of a call that was one too many may send it again."""

NOT_RETURNED = frozenset({"connection", "keep-alive", "location", "server", "transfer-encoding"})
"""Headers of an answer that belong to one connection, or lead past the front."""


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Front:
    """Serves the page, and forwards its calls."""

    pages: Path
    aws_url: str
    outputs: Outputs
    origin: str | None = None
    """The origin of a tunnel or a proxy before it, such as https://faces.example."""
    console: RunConsole | None = None
    """What /console shows. With another origin it is None: a tunnel's agent calls from loopback."""
    rules: list[Rule] = field(
        default_factory=lambda: page_headers.render(page_headers.FILE.read_text(), Origins())
    )

    def application(self) -> web.Application:
        """Return the aiohttp application."""
        application = web.Application(
            client_max_size=LARGEST_CALL, middlewares=[_catch, self._check_addressee]
        )
        application.cleanup_ctx.append(self._open_session)
        application.on_response_prepare.append(_withhold_server)
        application.router.add_get("/config.json", self._config)
        application.router.add_get("/console", self._console)
        application.router.add_post("/console/celebrities", self._fill)
        application.router.add_get("/console/{path:[\\s\\S]*}", self._console)
        application.router.add_route("*", "/api/{path:[\\s\\S]*}", self._api)
        application.router.add_post("/cognito", self._cognito)
        for bucket in (self.outputs.selfies_bucket, self.outputs.portraits_bucket):
            application.router.add_post(f"/{bucket}", self._forward_form)
            application.router.add_get(f"/{bucket}/{{key:.+}}", self._forward_signed)
        application.router.add_get(picture_copies.PATH, self._picture)
        application.router.add_get("/{path:[\\s\\S]*}", self._page)
        return application

    async def serve(self, port: int) -> web.AppRunner:
        """Serve on one port of this machine; return the runner, which ends it."""
        runner = web.AppRunner(
            self.application(),
            access_log=None,
            keepalive_timeout=IDLE_WITHIN,
            lingering_time=LINGER,
            shutdown_timeout=ENDING,
            logger=QUIET,
            # aiohttp would wait for ever for the rest of a cut-off body: `read_call` decodes.
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
        """Refuse requests for another host, and requests of another site's page."""
        if not request.raw_path.startswith("/"):
            raise web.HTTPBadRequest  # a request to a proxy, whose path is read in two ways
        origin = self._origin(request)
        if origin is None and request.path.split("/")[1] == "console":
            raise web.HTTPNotFound
        if origin is None:
            # Another site can let its own name lead here, to read what this machine serves.
            raise web.HTTPMisdirectedRequest
        if request.headers.get("Origin", origin) != origin:
            raise web.HTTPForbidden
        return await handler(request)

    def _origin(self, request: web.Request) -> str | None:
        """Return the origin that the client sees; None for one that is not this front's."""
        told = URL(self.origin or "")
        if self.origin and request.host.lower() in {self.origin.split("//")[1], told.authority}:
            return self.origin  # with or without the port that the scheme implies
        return f"http://{request.host}" if LOOPBACK.fullmatch(request.host) else None

    async def _page(self, request: web.Request) -> web.Response:
        name = request.match_info["path"] or "index.html"
        try:
            path = (self.pages / name).resolve()
            found = path.is_relative_to(self.pages.resolve()) and path.is_file()
        except (OSError, ValueError):  # no file can have this name
            found = False
        if not found:
            raise web.HTTPNotFound(headers=self._headers(request))
        return self._answer(request, path.read_bytes(), path.suffix)

    def _headers(self, request: web.Request) -> dict[str, str]:
        headers = page_headers.headers_for(request.path, self.rules)
        unused = NOT_OVER_HTTP
        if request.path.startswith(PARTS_OF_DOCUMENTS):
            unused |= OF_DOCUMENTS
        return {name: value for name, value in headers.items() if name not in unused}

    def _answer(self, request: web.Request, body: bytes, suffix: str) -> web.Response:
        """Answer with a file of the page, compressed; with 304 where the client has it."""
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

    def _private_console(self, request: web.Request) -> RunConsole:
        """Return the console for a browser on this machine; for others, it does not exist."""
        forwarded = any(name in request.headers for name in FORWARDED)
        private = self.origin is None and not forwarded
        if self.console is None or not private or not LOOPBACK.fullmatch(request.host):
            raise web.HTTPNotFound(headers=self._headers(request))
        return self.console

    async def _console(self, request: web.Request) -> web.Response:
        """Answer with the console's page, or with what it asks for."""
        console, path = self._private_console(request), request.match_info.get("path")
        if path is None:
            raise web.HTTPFound("/console/", headers=self._headers(request))
        if path in FILES:
            return self._answer(request, FILES[path].read_bytes(), FILES[path].suffix)
        found = await console.answer(path)
        if found is None:
            raise web.HTTPNotFound(headers=self._headers(request))
        return self._answer(request, json.dumps(found).encode(), ".json")

    async def _fill(self, request: web.Request) -> web.Response:
        """Fetch more celebrities, if the console's own page asks for it."""
        console = self._private_console(request)
        if not is_of_own_page(request):
            raise web.HTTPForbidden
        return console.fill(await read_call(request, LARGEST_CONTACT_CALL))

    async def _api(self, request: web.Request) -> web.StreamResponse:
        path = request.raw_path.removeprefix("/api/")
        segments = [unquote(segment) for segment in path.split("?", 1)[0].split("/")]
        if segments[0] not in API_ROOTS:
            # The answer of API Gateway for a route that it does not have.
            return web.json_response({"message": "Not Found"}, status=404)
        if any(not SEGMENT.fullmatch(segment) for segment in segments):
            return _problem(404, "not_found", "Not found", "There is nothing of this name.")
        body = await read_call(request)  # before it counts: half a body takes no place
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
            # ministack returns what a function raised. API Gateway does not.
            return web.json_response({"message": "Internal Server Error"}, status=500)
        return answer

    async def _cognito(self, request: web.Request) -> web.StreamResponse:
        targets = request.headers.getall("X-Amz-Target", [])
        if len(targets) != 1 or targets[0] not in COGNITO_CALLS:
            raise web.HTTPForbidden
        body = await read_call(request, LARGEST_COGNITO_CALL)
        return await self._forward(request, "/", COGNITO_HEADERS, body)

    async def _forward_form(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise web.HTTPBadRequest
        if (request.content_length or 0) > LARGEST_FORM:
            return too_large()
        async with request.app[UPLOADS]:
            form = Form(request)
            try:
                return await self._forward(request, request.path, FORM_HEADERS, form.pieces())
            except (ClientError, OSError):
                if form.refusal is None:
                    raise
                return form.refusal

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        return await self.pictures.answer(request, request.app[SESSION])

    @cached_property
    def pictures(self) -> PictureCopies:
        """The portraits' reduced copies."""
        return PictureCopies(self.outputs.pictures_bucket, s3_client())

    async def _forward_signed(self, request: web.Request) -> web.StreamResponse:
        if not is_signed_address(request.path, request.query):
            raise web.HTTPForbidden
        return await self._forward(request, request.raw_path, PICTURE_HEADERS, None)

    async def _forward(
        self,
        request: web.Request,
        target: str,
        forwarded: frozenset[str],
        body: bytes | AsyncIterator[bytes] | None,
    ) -> web.StreamResponse:
        """Forward a request with the named headers, and stream its answer back."""
        headers = {k: v for k, v in request.headers.items() if k.lower() in forwarded}
        # The front reads JSON to rewrite it.
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


@dataclass
class Calls:
    """How many API calls are under way."""

    under_way: int = 0


def _problem(status: int, code: str, title: str, detail: str) -> web.Response:
    """Return an error in the format of the API's own."""
    problem = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    # JSON has no charset; the API sends none.
    headers = {"Content-Type": "application/problem+json"}
    return web.Response(status=status, body=json.dumps(problem).encode(), headers=headers)


@web.middleware
async def _catch(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer unforeseen errors, and log only their type."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except (ClientError, TimeoutError):  # the local AWS does not answer, or the client is gone
        return web.json_response({"message": "Bad Gateway"}, status=502)
    except Exception as error:  # noqa: BLE001 - its message could quote the request
        LOG.error("a request failed: %s", type(error).__name__)
        return web.json_response({"message": "Internal Server Error"}, status=500)


GZIP_ACCEPTED = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", re.IGNORECASE)
SEGMENT = re.compile(r"(?!\.{1,2}$)[^\x00-\x1f\x7f-\x9f/\ufffd]*")
"""A segment of a path to the API: no control characters, and no bytes that are not text."""
LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")
SESSION: web.AppKey[ClientSession] = web.AppKey("session", ClientSession)
CALLS: web.AppKey[Calls] = web.AppKey("calls", Calls)
UPLOADS: web.AppKey[asyncio.Semaphore] = web.AppKey("uploads", asyncio.Semaphore)
LOG = logging.getLogger(__name__)
QUIET = logging.getLogger(f"{__name__}.quiet")
"""Takes aiohttp's messages about broken requests, which quote them, and drops them."""
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


@lru_cache(maxsize=128)
def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


async def _withhold_server(_request: web.Request, response: web.StreamResponse) -> None:
    """Remove the header that names the software and its version."""
    response.headers.popall("Server", None)
