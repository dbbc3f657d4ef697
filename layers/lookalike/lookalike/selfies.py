"""SelfiesBucket: how the functions receive, show, copy and delete selfies.

A match's selfie is the object `selfies/<match_id>`. The bucket is versioned, so each upload to one
form is a version of its own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lookalike.errors import SelfieNotDeleted, UnknownMatch
from lookalike.pictures import LARGEST_SELFIE
from lookalike.settings import Settings
from lookalike.storage import URL_LIFETIME, UploadForm, s3_client, upload_form

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

SELFIE_PREFIX = "selfies/"
VERSIONS_AT_ONCE = 1000
"""The most versions that DeleteObjects takes."""
DAYS_TAG = "days"
"""The tag that tells S3 after how many days it deletes a copy (template.yaml)."""
DAYS_OF_COPIES = (1, 2, 4, 8, 16)
"""The days after which a rule of the bucket deletes a copy. A copy gets the most days
that end before its original. If the original has less than a day left, the copy gets one day."""


class SelfiesSettings(Settings):
    """Where the selfies are."""

    selfies_bucket: str


def days_of_copy(left: timedelta) -> int:
    """Return after how many days S3 deletes a copy of a selfie that has so much time left."""
    return max(days for days in DAYS_OF_COPIES if timedelta(days=days) <= max(left, _SHORTEST))


_SHORTEST = timedelta(days=DAYS_OF_COPIES[0])


class SelfieFiles:
    """The selfies of all matches."""

    def __init__(self, settings: SelfiesSettings) -> None:
        """Open the bucket."""
        self._bucket = settings.selfies_bucket

    def upload_form(self, match_id: str, content_type: str, expires_at: datetime) -> UploadForm:
        """Make the form that uploads a match's selfie."""
        fields = {"Content-Type": content_type}
        key = _key(match_id)
        return upload_form(self._bucket, key, fields, LARGEST_SELFIE, expires_at)

    def url(self, match_id: str, version: str) -> str:
        """Sign an address of one version of a match's selfie."""
        return s3_client().generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": _key(match_id), "VersionId": version},
            ExpiresIn=int(URL_LIFETIME.total_seconds()),
        )

    def copy(self, match_id: str, version: str, to_match_id: str, days: int) -> None:
        """Copy a version to another match, for so many days. The copy's event starts the workflow.

        Raise UnknownMatch if the version is gone.
        """
        try:
            s3_client().copy_object(
                Bucket=self._bucket,
                Key=_key(to_match_id),
                CopySource={
                    "Bucket": self._bucket,
                    "Key": _key(match_id),
                    "VersionId": version,
                },
                TaggingDirective="REPLACE",
                Tagging=f"{DAYS_TAG}={days}",
            )
        except ClientError as error:
            # S3 denies a key that is gone to a caller who may not list the bucket.
            if error.response["Error"]["Code"] not in {
                "NoSuchKey",
                "NoSuchVersion",
                "AccessDenied",
            }:
                raise
            raise UnknownMatch from error

    def versions(self, match_id: str) -> "list[ObjectIdentifierTypeDef]":
        """List every version and delete marker of a match's selfie."""
        paginator = s3_client().get_paginator("list_object_versions")
        pages = paginator.paginate(Bucket=self._bucket, Prefix=_key(match_id))
        return [
            {"Key": version["Key"], "VersionId": version["VersionId"]}
            for page in pages
            for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        ]

    def delete(self, selfies: "Sequence[ObjectIdentifierTypeDef]") -> None:
        """Delete versions; raise SelfieNotDeleted if S3 keeps one."""
        for first in range(0, len(selfies), VERSIONS_AT_ONCE):
            versions = selfies[first : first + VERSIONS_AT_ONCE]
            reply = s3_client().delete_objects(
                Bucket=self._bucket, Delete={"Objects": versions, "Quiet": True}
            )
            if reply.get("Errors"):  # S3 says 200 all the same
                raise SelfieNotDeleted(reply["Errors"][0].get("Code", ""))


def _key(match_id: str) -> str:
    return f"{SELFIE_PREFIX}{match_id}"
