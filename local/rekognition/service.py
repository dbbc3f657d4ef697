"""The wire protocol, AWS JSON 1.1: which operation a request is for, and how its answer looks."""

import asyncio
import json
import logging
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

from local.rekognition.engine import FaceEngine
from local.rekognition.examination import examine
from local.rekognition.exceptions import (
    InternalServerError,
    RekognitionError,
    RequestTooLargeError,
    SerializationError,
    UnknownOperationError,
)
from local.rekognition.operations import OPERATIONS, Members, Rekognition
from local.rekognition.validation import parse
from lookalike.pictures import LARGEST_PICTURE

_TARGET_PREFIX = "RekognitionService."
_CONTENT_TYPE = "application/x-amz-json-1.1"
# A portrait to examine, or the two images of 5 MiB that CompareFaces takes, each in base64.
_MAX_BODY = max(LARGEST_PICTURE, 2 * 5 * 1024 * 1024 * 4 // 3 + 64 * 1024)
# More than the engine has: most of them wait for S3 or for the engine.
_WORKERS = 32

_log = logging.getLogger(__name__)


class RekognitionService:
    """Serves the operations over HTTP, and how often each was called at `GET /`."""

    def __init__(self, rekognition: Rekognition, engine: FaceEngine) -> None:
        self._rekognition = rekognition
        self._engine = engine
        self._calls: Counter[str] = Counter()
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="operation")

    def application(self) -> web.Application:
        """Return the aiohttp application."""
        application = web.Application(client_max_size=_MAX_BODY)
        application.router.add_get("/", self._report)
        application.router.add_post("/", self._answer)
        application.router.add_post("/examine", self._examine)
        application.on_cleanup.append(self._close)
        return application

    async def _report(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "status": "ok",
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
        status = 200
        try:
            if operation not in OPERATIONS:
                operation = "-"  # what a stranger sent is nothing to log
                raise UnknownOperationError("The operation is not served here")
            self._calls[operation] += 1
            body = await _read(request)
            reply = await asyncio.get_running_loop().run_in_executor(
                self._workers, self._perform, operation, body
            )
        except RekognitionError as error:
            status, reply = error.status, {"__type": error.code, "Message": str(error)}
            operation = f"{operation} {error.code}"
        except Exception:  # noqa: BLE001 - whatever it is, the caller is owed an answer
            _log.exception("%s failed", operation)
            status = InternalServerError.status
            reply = {"__type": InternalServerError.code, "Message": "Internal server error"}
        _log.info("%s %d %.0f ms", operation, status, 1000 * (time.perf_counter() - started))
        return web.Response(
            status=status,
            body=json.dumps(reply).encode(),
            headers={"Content-Type": _CONTENT_TYPE, "x-amzn-RequestId": str(uuid.uuid4())},
        )

    async def _examine(self, request: web.Request) -> web.Response:
        """Tell what the engine sees in a picture: no operation of AWS's, but for our own importer.

        The faces, and the vector of the one that the picture is about. What it saw is remembered,
        so that IndexFaces of the same picture a moment later costs nothing.
        """
        try:
            data = await _read(request)
            seen = await asyncio.get_running_loop().run_in_executor(
                self._workers, examine, self._rekognition.images, data
            )
        except RekognitionError as error:
            return web.json_response({"__type": error.code}, status=error.status)
        return web.json_response(seen)

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


async def _read(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise RequestTooLargeError(f"Request body exceeds {_MAX_BODY} bytes") from error


def _refuse_constant(name: str) -> None:
    # Python reads NaN and Infinity, which are no JSON and pass every range check.
    raise ValueError(name)
