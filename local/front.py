"""The front: one origin that serves the page and forwards what the page calls.

It forwards the API, the presigned addresses of the two buckets, and Cognito's public calls, and
nothing else of the local AWS. Addresses in the API's answers are rewritten to its own origin, as
a reverse proxy does, so that the page works from wherever the front is reached.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientConnectionError, ClientResponse, ClientSession, ClientTimeout, web
from multidict import CIMultiDict
from yarl import URL

from local.deployment import REGION, Outputs
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

PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

BODY = frozenset({"content-length", "content-type"})
API_HEADERS = BODY | {"accept", "authorization", "user-agent"}
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

    def application(self) -> web.Application:
        """Make the aiohttp application."""
        application = web.Application(client_max_size=0)
        application.cleanup_ctx.append(self._open_session)
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

    async def _page(self, request: web.Request) -> web.StreamResponse:
        try:
            path = (self.pages / (request.match_info["path"] or "index.html")).resolve()
            found = path.is_relative_to(self.pages.resolve()) and path.is_file()
        except (OSError, ValueError):  # a name that no file can have
            found = False
        if not found:
            raise web.HTTPNotFound(headers=PAGE_HEADERS)
        return web.FileResponse(path, headers=PAGE_HEADERS)

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
        }
        return web.json_response(config, headers=PAGE_HEADERS)

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


HOST = re.compile(r"[A-Za-z0-9._\[\]:-]+")
SESSION: web.AppKey[ClientSession] = web.AppKey("session", ClientSession)


def _origin(request: web.Request) -> str:
    """Give the origin that the client sees, behind a proxy that ends TLS too."""
    forwarded = request.headers.get("X-Forwarded-Proto", "").split(",")[0].strip().lower()
    scheme = forwarded if forwarded in {"http", "https"} else request.scheme
    if not HOST.fullmatch(request.host):
        raise web.HTTPBadRequest
    return f"{scheme}://{request.host}"
