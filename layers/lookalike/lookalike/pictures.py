"""Pictures as they lie in a bucket."""

import io
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError

from lookalike.faces import Size, read_size

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FIRST_BYTES = "bytes=0-999999"
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
    """Read a stored JPEG's or PNG's size from its header; None where it is neither, or broken."""
    try:
        reply = s3.get_object(
            Bucket=picture.bucket,
            Key=picture.key,
            VersionId=picture.version,
            Range=FIRST_BYTES,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "InvalidRange":  # an empty file has no first byte
            return None
        raise
    return read_size(io.BytesIO(reply["Body"].read()))
