"""The wire protocol, AWS JSON 1.1: reads which operation a request calls, and writes its answer."""

import asyncio
import json
import logging
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

from lookalike.pictures import LARGEST_PICTURE
from rekognition.engine import FaceEngine
from rekognition.examination import examine
from rekognition.exceptions import (
    AccessDeniedError,
    InternalServerError,
    RekognitionError,
    RequestTimeoutError,
    RequestTooLargeError,
    SerializationError,
    UnknownOperationError,
)
from rekognition.operations import OPERATIONS, Members, Rekognition
from rekognition.rates import CallRate
from rekognition.signatures import Signatures
from rekognition.validation import parse

_TARGET_PREFIX = "RekognitionService."
_CONTENT_TYPE = "application/x-amz-json-1.1"
# The longest bodies are a portrait to examine, and CompareFaces' two images of 5 MiB in base64.
_MAX_BODY = max(LARGEST_PICTURE, 2 * 5 * 1024 * 1024 * 4 // 3 + 64 * 1024)
# More threads than the engine has: most of them wait for S3 or for the engine.
_WORKERS = 32
BODY_SECONDS = 30.0
"""Seconds in which a body must arrive."""
CONNECTION_SECONDS = 75.0
"""Seconds for which a connection may stay without a complete request."""

_log = logging.getLogger(__name__)


class RekognitionService:
    """Serves the operations over HTTP to callers that sign their requests.

    Beside the operations there is `POST /examine`, and `POST /counters`, which returns how often
    each operation was called. `GET /` needs no signature, and answers that the service runs.
    """

    def __init__(
        self,
        rekognition: Rekognition,
        engine: FaceEngine,
        signatures: Signatures,
        rate: CallRate | None = None,
    ) -> None:
        self._rekognition = rekognition
        self._engine = engine
        self._signatures = signatures
        self._rate = rate
        self._calls: Counter[str] = Counter()
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="operation")

    def application(self) -> web.Application:
        """Return the aiohttp application."""
        application = web.Application(client_max_size=_MAX_BODY, middlewares=[_refuse_pages])
        application.router.add_get("/", self._tell_health)
        application.router.add_post("/", self._answer)
        application.router.add_post("/examine", self._examine)
        application.router.add_post("/counters", self._tell_counters)
        application.on_cleanup.append(self._close)
        return application

    async def _tell_health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _tell_counters(self, request: web.Request) -> web.Response:
        try:
            await self._read(request)
        except RekognitionError as error:
            return _refusal(error)
        return web.json_response(
            {
                "calls": dict(self._calls),
                "engine": {
                    "detections": self._engine.detections,
                    "embeddings": self._engine.embeddings,
                },
            }
        )

    async def _answer(self, request: web.Request) -> web.Response:
        started = time.perf_counter()
        operation = request.headers.get("X-Amz-Target", "").removeprefix(_TARGET_PREFIX)
        if operation not in OPERATIONS:
            operation = "-"  # do not log what an unknown caller sent
        said, status = operation, 200
        try:
            body = await self._read(request)
            if operation not in OPERATIONS:
                raise UnknownOperationError("The operation is not served here")
            self._calls[operation] += 1
            if self._rate is not None:
                self._rate.take(operation)
            reply = await asyncio.get_running_loop().run_in_executor(
                self._workers, self._perform, operation, body
            )
        except RekognitionError as error:
            status, reply = error.status, {"__type": error.code, "Message": str(error)}
            said = f"{operation} {error.code}"
        except Exception:  # noqa: BLE001 - the caller gets an answer in any case
            _log.exception("%s failed", operation)
            status = InternalServerError.status
            reply = {"__type": InternalServerError.code, "Message": "Internal server error"}
        _log.info("%s %d %.0f ms", said, status, 1000 * (time.perf_counter() - started))
        return web.Response(
            status=status,
            body=json.dumps(reply).encode(),
            headers={"Content-Type": _CONTENT_TYPE, "x-amzn-RequestId": str(uuid.uuid4())},
        )

    async def _examine(self, request: web.Request) -> web.Response:
        """Return what the engine sees in a picture: its faces, and the vector of its subject.

        Only the importer uses this; AWS has no such operation. The service remembers what it saw,
        so that IndexFaces of the same picture shortly afterwards costs nothing.
        """
        try:
            data = await self._read(request)
            seen = await asyncio.get_running_loop().run_in_executor(
                self._workers, examine, self._rekognition.images, data
            )
        except RekognitionError as error:
            return _refusal(error)
        return web.json_response(seen)

    async def _read(self, request: web.Request) -> bytes:
        """Return the request's body, if the request is signed.

        Raises what `Signatures` raises, `RequestTooLargeError` and `RequestTimeoutError`.
        """
        claim = self._signatures.claim(request.headers)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except web.HTTPRequestEntityTooLarge as error:
            raise RequestTooLargeError(f"Request body exceeds {_MAX_BODY} bytes") from error
        except TimeoutError as error:
            raise RequestTimeoutError from error
        await asyncio.get_running_loop().run_in_executor(
            self._workers,
            self._signatures.verify,
            claim,
            request.method,
            request.raw_path,
            request.headers,
            body,
        )
        return body

    def _perform(self, operation: str, body: bytes) -> Members:
        try:
            members = json.loads(body or b"{}", parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise SerializationError("The body is not JSON") from error
        return OPERATIONS[operation](self._rekognition, parse(operation, members))

    async def _close(self, _: web.Application) -> None:
        self._workers.shutdown()
        self._engine.close()
        self._rekognition.store.close()


@web.middleware
async def _refuse_pages(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse requests of web pages: a browser sends an Origin header, an SDK does not."""
    if "Origin" in request.headers:
        return _refusal(AccessDeniedError())
    return await handler(request)


def _refusal(error: RekognitionError) -> web.Response:
    return web.json_response({"__type": error.code}, status=error.status)


def _refuse_constant(name: str) -> None:
    # Python reads NaN and Infinity, which are no JSON and pass every range check.
    raise ValueError(name)
