"""The bodies of the requests that the front takes: bounded in length and in time.

A call's body is read whole and unpacked. A form's is passed on in pieces.
"""

import asyncio
import json
import time
import zlib
from collections.abc import AsyncIterator

from aiohttp import ContentTypeError, web

LARGEST_CALL = 256 * 2**10
"""Bytes of an API call's body."""
LARGEST_FORM = 16 * 2**20
"""Bytes of a form: a portrait of 15 MB, and its fields."""
CALL_WITHIN = 15.0
"""Seconds in which a call's body must arrive."""
CHUNK_WITHIN = 30.0
"""Seconds in which the next piece of a form must arrive."""
FORM_WITHIN = 300.0
"""Seconds in which a whole form must arrive."""
FORM_RATE = 16 * 2**10
"""Bytes a second that a form must bring after CHUNK_WITHIN: other forms wait for a slow one."""


async def read_call(request: web.Request, most: int = LARGEST_CALL) -> bytes:
    """Return a call's body, unpacked, of at most so many bytes.

    Raise the HTTP error for a body that is too long, too slow or broken.
    """
    try:
        async with asyncio.timeout(CALL_WITHIN):
            body = await request.read()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except web.HTTPRequestEntityTooLarge as error:
        raise _too_long() from error
    except (ContentTypeError, web.RequestPayloadError) as error:
        raise web.HTTPBadRequest from error
    decoded = _decoded(body, request.headers.get("Content-Encoding", "identity").lower())
    if len(decoded) > most:
        raise _too_long()
    return decoded


def _decoded(body: bytes, coding: str) -> bytes:
    if coding == "identity" or not body:
        return body
    if coding != "gzip":
        raise web.HTTPBadRequest
    decoder = zlib.decompressobj(wbits=31)  # with gzip's own header and checksum
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
    body = json.dumps({"message": "Request Too Long"})  # in API Gateway's words
    return web.HTTPRequestEntityTooLarge(
        LARGEST_CALL, LARGEST_CALL, text=body, content_type="application/json"
    )


class Form:
    """A form's bytes as they arrive, bounded in number and time.

    `refusal` is the answer to a form that has proved too long or too slow; None before.
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
                self.refusal = too_large()
                raise OSError
            yield piece


def too_large() -> web.Response:
    """Return the answer to a form that is too long."""
    body = "<Error><Code>EntityTooLarge</Code></Error>"  # in S3's words, which the page reads
    return web.Response(status=413, text=body, content_type="application/xml")
