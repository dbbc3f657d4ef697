"""Erases the selfies of the local stack whose time is over.

On AWS the lifecycle rules of the bucket do that. The local S3 knows no lifecycle.
"""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from catalog.selfies import SelfieCheck, SelfieVersion
from local.deployment import Outputs
from local.stack import LocalStack
from lookalike import clock
from lookalike.selfies import DAYS_TAG, SELFIE_PREFIX

EVERY = 3600.0
"""Seconds between two looks."""


def keep_erasing(outputs: Outputs, stack: LocalStack, say: Callable[[str], None]) -> None:
    """Erase what is due in a background thread, now and every hour."""
    threading.Thread(target=_erase_each_hour, args=(outputs, stack, say), daemon=True).start()


def erase_old_selfies(outputs: Outputs, now: datetime) -> int:
    """Delete each version of a selfie whose time is over; return how many there were."""
    due = list(_due(outputs.selfies_bucket, timedelta(days=outputs.selfie_retention_days), now))
    SelfieCheck(outputs.matches_table, outputs.selfies_bucket).delete(due)
    return len(due)


def _due(bucket: str, retention: timedelta, now: datetime) -> Iterator[SelfieVersion]:
    s3 = boto3.client("s3")
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=SELFIE_PREFIX)
    for page in pages:
        for version in page.get("Versions", []):
            key, version_id = version["Key"], version["VersionId"]
            age = now - version["LastModified"]
            if age >= timedelta(days=1):  # no copy has less
                tags = s3.get_object_tagging(Bucket=bucket, Key=key, VersionId=version_id)["TagSet"]
                days = [int(tag["Value"]) for tag in tags if tag["Key"] == DAYS_TAG]
                if age >= min([retention, *(timedelta(days=number) for number in days)]):
                    yield SelfieVersion(key, version_id)


def _erase_each_hour(outputs: Outputs, stack: LocalStack, say: Callable[[str], None]) -> None:
    while not stack.stopped:
        try:
            erase_old_selfies(outputs, clock.now())
        except (ClientError, BotoCoreError, RuntimeError) as error:
            if not stack.stopped:
                say(f"Old photos are not erased yet, the next try is in an hour: {error}")
        time.sleep(EVERY)
