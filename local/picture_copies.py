"""Serves the portraits' reduced copies, as CloudFront does on AWS; nothing else of the bucket."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import ClientSession, web
from yarl import URL

from lookalike.copies import copy_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PATH = (
    r"/pictures/{portrait_id:[0-9a-f]{32}}"
    r"/{version:(?!\.{1,2}/)[A-Za-z0-9._-]{1,100}}/{width:[1-9][0-9]{0,2}}.jpg"
)
FORWARDED = ("If-Modified-Since", "If-None-Match")
RETURNED = ("Cache-Control", "Content-Length", "Content-Type", "ETag", "Last-Modified")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
SIGNED_FOR = 60
"""Seconds for which the front's own request is signed."""


class PictureCopies:
    """The bucket's copies, read with the local stack's own key."""

    def __init__(self, bucket: str, s3: "S3Client") -> None:
        """Read one bucket of the local AWS."""
        self._bucket, self._s3 = bucket, s3

    async def answer(self, request: web.Request, session: ClientSession) -> web.StreamResponse:
        """Answer GET and HEAD for a path that matches PATH; raise HTTPNotFound."""
        named = request.match_info
        operation = "head_object" if request.method == "HEAD" else "get_object"
        address = self._s3.generate_presigned_url(
            operation,
            Params={
                "Bucket": self._bucket,
                "Key": copy_key(named["portrait_id"], named["version"], int(named["width"])),
            },
            ExpiresIn=SIGNED_FOR,
        )
        asked = {name: request.headers[name] for name in FORWARDED if name in request.headers}
        target = URL(address, encoded=True)
        async with session.request(request.method, target, headers=asked) as found:
            if found.status not in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
                raise web.HTTPNotFound(headers=HEADERS)
            kept = {name: found.headers[name] for name in RETURNED if name in found.headers}
            response = web.StreamResponse(status=found.status, headers={**kept, **HEADERS})
            await response.prepare(request)
            async for chunk in found.content.iter_chunked(2**16):
                await response.write(chunk)
            await response.write_eof()
            return response
