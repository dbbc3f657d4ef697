"""The bytes of a request's Image: in the request, or in S3."""

import threading
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from rekognition.exceptions import (
    ImageTooLargeError,
    InternalServerError,
    InvalidParameterError,
    InvalidS3ObjectError,
)

# https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
MAX_S3_BYTES = 15 * 1024 * 1024

KEPT_SECONDS = 5.0
_KEPT = 32
_LARGEST_KEPT = 2 * 1024 * 1024
"""How many pictures are kept for a second reading, and how large each may be. A page sends less."""


class ImageSource:
    """Reads images from requests and from S3. It reads S3 with the key of the environment.

    A workflow has a picture examined and then searched for. So a version, which never changes, is
    kept from its first reading to its second, for KEPT_SECONDS at most. Unlike on AWS, the second
    reading finds a picture that was deleted in that time.
    """

    def __init__(self, s3_endpoint: str, region: str) -> None:
        self._s3 = boto3.client(
            "s3",
            endpoint_url=s3_endpoint,
            region_name=region,
            config=Config(
                s3={"addressing_style": "path"},
                signature_version="s3v4",
                response_checksum_validation="when_required",
                # The callers try again, too.
                retries={"mode": "standard", "total_max_attempts": 2},
                connect_timeout=5,
                read_timeout=30,
                max_pool_connections=32,
            ),
        )
        self._kept: dict[tuple[str, str, str], bytes] = {}

    def read(self, image: dict[str, Any]) -> bytes:
        """Return the bytes of an Image.

        Raises `InvalidParameterError` unless it names exactly one source, `InvalidS3ObjectError`
        for what S3 refuses, `ImageTooLargeError` above `MAX_S3_BYTES`.
        """
        if ("Bytes" in image) == ("S3Object" in image):
            raise InvalidParameterError("Image must have either Bytes or an S3Object")
        if "Bytes" in image:
            data: bytes = image["Bytes"]
            return data
        place = image["S3Object"]
        if "Bucket" not in place or "Name" not in place:
            raise InvalidParameterError("S3Object must have a Bucket and a Name")
        if "Version" not in place:
            return self._read_s3(place["Bucket"], place["Name"], None)
        return self._read_version(place["Bucket"], place["Name"], place["Version"])

    def _read_version(self, bucket: str, name: str, version: str) -> bytes:
        key = bucket, name, version
        kept = self._kept.pop(key, None)
        if kept is not None:
            return kept
        data = self._read_s3(bucket, name, version)
        if len(data) <= _LARGEST_KEPT and len(self._kept) < _KEPT:
            self._kept[key] = data
            forget = threading.Timer(KEPT_SECONDS, self._kept.pop, (key, None))
            forget.daemon = True
            forget.start()
        return data

    def _read_s3(self, bucket: str, name: str, version: str | None) -> bytes:
        try:
            if version is None:
                reply = self._s3.get_object(Bucket=bucket, Key=name)
            else:
                reply = self._s3.get_object(Bucket=bucket, Key=name, VersionId=version)
            with reply["Body"] as body:
                # One byte beyond the limit is enough to refuse the object; the rest is not read.
                data = body.read(MAX_S3_BYTES + 1)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                raise InvalidS3ObjectError from error
            raise InternalServerError("S3 failed to answer") from error
        except BotoCoreError as error:
            raise InternalServerError(f"S3 cannot be read: {type(error).__name__}") from error
        if len(data) > MAX_S3_BYTES:
            raise ImageTooLargeError(f"Image exceeds {MAX_S3_BYTES} bytes")
        return data
