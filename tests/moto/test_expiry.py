from datetime import timedelta

import boto3

from cli.expiry import erase_old_selfies
from local.deployment import Outputs
from lookalike import clock

RETENTION = timedelta(days=30)
SOON = timedelta(minutes=1)


def put(outputs: Outputs, name: str, tags: str = "") -> None:
    boto3.client("s3").put_object(
        Bucket=outputs.selfies_bucket, Key=f"selfies/{name}", Body=b"a photo", Tagging=tags
    )


def kept(outputs: Outputs) -> list[str]:
    listed = boto3.client("s3").list_object_versions(Bucket=outputs.selfies_bucket)
    assert listed.get("DeleteMarkers", []) == []
    return [one["Key"].removeprefix("selfies/") for one in listed.get("Versions", [])]


def test_every_version_of_a_selfie_is_erased_after_its_days(outputs: Outputs) -> None:
    put(outputs, "old")
    put(outputs, "old")
    began = clock.now()

    assert erase_old_selfies(outputs, began + RETENTION - SOON) == 0
    assert kept(outputs) == ["old", "old"]

    assert erase_old_selfies(outputs, began + RETENTION + SOON) == 2
    assert kept(outputs) == []


def test_a_copy_is_erased_after_the_days_that_its_original_had_left(outputs: Outputs) -> None:
    put(outputs, "original")
    put(outputs, "copy", "days=2")
    began = clock.now()

    assert erase_old_selfies(outputs, began + timedelta(days=2) - SOON) == 0
    assert erase_old_selfies(outputs, began + timedelta(days=2) + SOON) == 1
    assert kept(outputs) == ["original"]
