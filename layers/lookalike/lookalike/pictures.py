"""Pictures as they lie in a bucket."""

import functools
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError

from lookalike.faces import JPEG, Size, read_size

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

MOST_FIRST_BYTES = 1_000_000
FIRST_BYTES = f"bytes=0-{MOST_FIRST_BYTES - 1}"
"""Cameras put previews and profiles before a JPEG's size. This reaches the size behind them."""

LARGEST_PICTURE = 15_000_000
"""Bytes: what Rekognition reads from S3."""
LARGEST_SELFIE = 6_000_000
"""Bytes. Clients reduce a selfie to 1600 pixels, which takes a fraction of this."""


class StoredPicture(NamedTuple):
    """One version of one object: what is judged, shown and deleted."""

    bucket: str
    key: str
    version: str


def stored_size(s3: "S3Client", picture: StoredPicture) -> Size | None:
    """Read a stored JPEG's or PNG's size from its header; None if it is neither, or broken.

    Raise ClientError if the object is gone: that is no fault of the picture.
    """
    read = functools.partial(
        s3.get_object, Bucket=picture.bucket, Key=picture.key, VersionId=picture.version
    )
    try:
        reply = read(Range=FIRST_BYTES)
    except ClientError as error:
        if error.response["Error"]["Code"] == "InvalidRange":  # an empty file has no first byte
            return None
        raise
    return size_in(reply, read)


def size_in(
    beginning: "GetObjectOutputTypeDef", read_all: Callable[[], "GetObjectOutputTypeDef"]
) -> Size | None:
    """Read a size from the reply to a request for an object's FIRST_BYTES; None without one.

    Editors put megabytes of metadata before a JPEG's size. Then ask for the whole object.
    """
    first = beginning["Body"].read()
    size = read_size(io.BytesIO(first))
    if size is None and first.startswith(JPEG) and len(first) == MOST_FIRST_BYTES:
        return read_size(io.BytesIO(read_all()["Body"].read()))
    return size
