"""Compares the selfies' bucket with the table of matches."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import boto3

from lookalike.matches import Status
from lookalike.selfies import SELFIE_PREFIX
from lookalike.storage import from_attributes

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

DELETIONS = 1000
"""The most versions that S3 deletes at a time."""


class SelfieVersion(NamedTuple):
    """One version of a selfie, or one of its delete markers."""

    key: str
    version: str


@dataclass
class SelfieFindings:
    """The versions in the bucket that are not the selfie of a match."""

    ownerless: list[SelfieVersion] = field(default_factory=list)
    """Versions whose match is gone. No API route shows or deletes them."""
    unclaimed: list[SelfieVersion] = field(default_factory=list)
    """Versions whose match has claimed no version, or another one."""
    processing: dict[str, str] = field(default_factory=dict)
    """match_id to the execution that holds the claim."""


class SelfieCheck:
    """Checks the selfies of one stack."""

    def __init__(self, table: str, bucket: str) -> None:
        """Check a table of matches and a bucket of selfies."""
        self._table, self._bucket = table, bucket
        self._dynamodb, self._s3 = boto3.client("dynamodb"), boto3.client("s3")

    def look(self) -> SelfieFindings:
        """Return the versions that no match has claimed, and the matches in processing."""
        # Read the bucket first. A match exists before its selfie, so each listed selfie has its
        # match in the table, unless the match was deleted.
        versions = self._versions()
        found, claimed = SelfieFindings(), {}
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table,
            ProjectionExpression="match_id, #status, version, execution",
            ExpressionAttributeNames={"#status": "status"},
            ConsistentRead=True,
        )
        for page in pages:
            for item in map(from_attributes, page["Items"]):
                claimed[SELFIE_PREFIX + item["match_id"]] = item.get("version")
                if item.get("status") == Status.PROCESSING:
                    found.processing[item["match_id"]] = item["execution"]
        for one in versions:
            if one.key not in claimed:
                found.ownerless.append(one)
            elif claimed[one.key] != one.version:
                found.unclaimed.append(one)
        return found

    def delete(self, versions: list[SelfieVersion]) -> None:
        """Delete versions; raise RuntimeError where S3 keeps one."""
        for start in range(0, len(versions), DELETIONS):
            objects: list[ObjectIdentifierTypeDef] = [
                {"Key": one.key, "VersionId": one.version}
                for one in versions[start : start + DELETIONS]
            ]
            reply = self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": objects})
            if errors := reply.get("Errors"):  # S3 says 200 all the same
                raise RuntimeError(f"S3 did not delete a selfie: {errors[0].get('Code', '')}")

    def _versions(self) -> list[SelfieVersion]:
        pages = self._s3.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=SELFIE_PREFIX
        )
        return [
            SelfieVersion(entry["Key"], entry["VersionId"])
            for page in pages
            for entry in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        ]
