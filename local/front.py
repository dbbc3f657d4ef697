"""The front: one origin that serves the page and forwards what the page calls.

It forwards the API, the presigned addresses of the two buckets, and Cognito's public calls, and
nothing else of the local AWS. Addresses in the API's answers are rewritten to its own origin, as
a reverse proxy does, so that the page works from wherever the front is reached.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout, web
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

NOT_FORWARDED = frozenset(
    {"accept-encoding", "connection", "host", "keep-alive", "te", "transfer-encoding", "upgrade"}
)
"""Headers that are about one connection; and answers are wanted uncompressed, to be rewritten."""


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
        path = (self.pages / (request.match_info["path"] or "index.html")).resolve()
        if not path.is_relative_to(self.pages.resolve()) or not path.is_file():
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
        return await self._forward(request, target)

    async def _cognito(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("X-Amz-Target") not in COGNITO_CALLS:
            raise web.HTTPForbidden
        return await self._forward(request, "/")

    async def _forward_form(self, request: web.Request) -> web.StreamResponse:
        return await self._forward(request, request.raw_path)

    async def _forward_signed(self, request: web.Request) -> web.StreamResponse:
        if "X-Amz-Signature" not in request.query:
            raise web.HTTPForbidden
        return await self._forward(request, request.raw_path)

    async def _forward(self, request: web.Request, target: str) -> web.StreamResponse:
        """Pass a request on and its answer back, bodies streamed."""
        session = request.app[SESSION]
        headers = {k: v for k, v in request.headers.items() if k.lower() not in NOT_FORWARDED}
        async with session.request(
            request.method,
            URL(self.aws_url + target, encoded=True),
            headers=headers,
            data=request.content if request.body_exists else None,
            allow_redirects=False,
        ) as answer:
            kept = {k: v for k, v in answer.headers.items() if k.lower() not in NOT_FORWARDED}
            kept["X-Content-Type-Options"] = "nosniff"
            if answer.content_type.endswith("json"):
                del kept["Content-Length"]
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


SESSION: web.AppKey[ClientSession] = web.AppKey("session", ClientSession)


def _origin(request: web.Request) -> str:
    """Give the origin that the client sees, behind a proxy that ends TLS too."""
    scheme = request.headers.get("X-Forwarded-Proto", request.scheme)
    return f"{scheme}://{request.host}"
