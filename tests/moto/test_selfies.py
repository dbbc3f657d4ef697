from typing import Any

import boto3
import pytest

from catalog.selfies import SelfieCheck, SelfieVersion

TABLE, BUCKET = "matches", "selfies-of-lookalike"


@pytest.fixture
def check(aws: None) -> SelfieCheck:
    assert aws is None
    boto3.client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "match_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "match_id", "KeyType": "HASH"}],
    )
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return SelfieCheck(TABLE, BUCKET)


def upload(match_id: str) -> SelfieVersion:
    key = f"selfies/{match_id}"
    version = boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"x")["VersionId"]
    return SelfieVersion(key, version)


def record(match_id: str, **attributes: str) -> None:
    item: dict[str, Any] = {
        name: {"S": value} for name, value in {"match_id": match_id, **attributes}.items()
    }
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=item)


def test_photograph_that_its_match_has_claimed_is_in_order(check: SelfieCheck) -> None:
    record("a", status="succeeded", version=upload("a").version)

    found = check.look()

    assert (found.ownerless, found.unclaimed, found.processing) == ([], [], {})


def test_photograph_without_a_match_is_found(check: SelfieCheck) -> None:
    stray = upload("gone")

    assert check.look().ownerless == [stray]


def test_delete_marker_without_a_match_is_found(check: SelfieCheck) -> None:
    stray = upload("gone")
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=stray.key)

    assert len(check.look().ownerless) == 2


def test_photograph_that_its_match_has_not_claimed_is_found(check: SelfieCheck) -> None:
    record("waiting", status="awaiting_upload")
    first, claimed, second = upload("waiting"), upload("done"), upload("done")
    record("done", status="succeeded", version=claimed.version)

    assert sorted(check.look().unclaimed) == sorted([first, second])


def test_match_in_work_is_found_with_its_execution(check: SelfieCheck) -> None:
    record("a", status="processing", execution="arn:e", version=upload("a").version)

    assert check.look().processing == {"a": "arn:e"}


def test_other_items_of_the_table_are_passed_over(check: SelfieCheck) -> None:
    record("user#1")

    found = check.look()

    assert (found.ownerless, found.unclaimed, found.processing) == ([], [], {})


def test_versions_are_deleted_for_good(check: SelfieCheck) -> None:
    strays = [upload("gone"), upload("gone"), upload("lost")]

    check.delete(strays)

    assert check.look().ownerless == []


def test_version_that_s3_keeps_is_an_error(
    check: SelfieCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = upload("gone")
    monkeypatch.setattr(
        check._s3, "delete_objects", lambda **_: {"Errors": [{"Code": "AccessDenied"}]}
    )

    with pytest.raises(RuntimeError, match="AccessDenied"):
        check.delete([stray])
