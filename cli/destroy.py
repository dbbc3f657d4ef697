"""`lookalike destroy`: everything of a deployed stack, with what was made beside it."""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from catalog.deployed import DELETIONS
from cli.readiness import check_account, stack_status
from cli.terminal import say
from local.errors import LocalError
from lookalike.packs import DEFAULT_PACK

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

SAM_STACK = "aws-sam-cli-managed-default"
"""SAM's own stack, with the bucket that every stack of the account is deployed from."""
TRIES = 3
"""How often the stack is deleted: an upload that arrives in between keeps its bucket."""
BUCKET, TABLE = "AWS::S3::Bucket", "AWS::DynamoDB::Table"
POOL, COLLECTION = "AWS::Cognito::UserPool", "AWS::Rekognition::Collection"
LOG_GROUP = "AWS::Logs::LogGroup"
GONE = frozenset({"NoSuchBucket", "404", "ResourceNotFoundException"})


@dataclass(frozen=True)
class Resources:
    """The physical ids of a stack's resources that do not go with it by themselves, by kind."""

    buckets: list[str]
    tables: dict[str, str]
    pools: list[str]
    collections: list[str]
    log_groups: list[str]


def destroy(stack: str, confirmed: str | None, *, unprotect: bool) -> int:
    """Delete a stack and everything that belongs to it.

    `confirmed` must be the stack's name; without it, the terminal is asked. Raise LocalError where
    it is not, where the stack is protected and `unprotect` is not said, or AWS refuses something.
    """
    check_account(say)
    try:
        if stack_status(stack) is None:
            raise LocalError(f"there is no stack called {stack}")
        resources = _resources(stack)
        protected = _protected(resources)
        if protected and not unprotect:
            raise LocalError(
                f"{stack} is protected ({', '.join(protected)}): what people have kept there would "
                "be gone for good. UNPROTECT=1 lifts the protection"
            )
        _confirm(stack, confirmed)
        _lift(resources, protected)
        _silence(resources.buckets)
        collections = _collections(stack, resources)
        # The stack last: without it, a run after a failed one would not know what belonged to it.
        _delete_uploads(stack)
        _delete_kept(resources.tables.values(), collections)
        _delete_stack(stack, resources)
    except (ClientError, BotoCoreError, WaiterError) as error:
        raise LocalError(
            f"AWS refused a call: {error}\nRun it again to go on from there."
        ) from error
    say(f"{stack} is gone. SAM's own stack, {SAM_STACK}, is shared by others and stays.")
    return 0


def _confirm(stack: str, confirmed: str | None) -> None:
    if confirmed is None and sys.stdin.isatty():
        confirmed = input(f"Everything of {stack} is deleted for good. Type its name: ")
    if confirmed != stack:
        raise LocalError(f"nothing is deleted: confirm it with the stack's name, {stack}")


def _resources(stack: str) -> Resources:
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
    found: dict[str, dict[str, str]] = {}
    for page in pages.paginate(StackName=stack):
        for one in page["StackResourceSummaries"]:
            if one.get("PhysicalResourceId"):
                kind = found.setdefault(one["ResourceType"], {})
                kind[one["LogicalResourceId"]] = one["PhysicalResourceId"]
    return Resources(
        buckets=[*found.get(BUCKET, {}).values()],
        tables=found.get(TABLE, {}),
        pools=[*found.get(POOL, {}).values()],
        collections=[*found.get(COLLECTION, {}).values()],
        log_groups=[*found.get(LOG_GROUP, {}).values()],
    )


def _protected(resources: Resources) -> list[str]:
    """Return the tables and user pools that refuse to be deleted."""
    dynamodb, cognito = boto3.client("dynamodb"), boto3.client("cognito-idp")
    protected = []
    for table in resources.tables.values():
        try:
            if dynamodb.describe_table(TableName=table)["Table"].get("DeletionProtectionEnabled"):
                protected.append(table)
        except dynamodb.exceptions.ResourceNotFoundException:
            continue  # an earlier run has deleted it
    for pool in resources.pools:
        try:
            found = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
        except cognito.exceptions.ResourceNotFoundException:
            continue
        if found.get("DeletionProtection") == "ACTIVE":
            protected.append(pool)
    return protected


def _lift(resources: Resources, protected: Iterable[str]) -> None:
    dynamodb, cognito = boto3.client("dynamodb"), boto3.client("cognito-idp")
    for name in protected:
        if name in resources.pools:
            # This puts every other setting of the pool back to its default. It goes in a moment.
            cognito.update_user_pool(UserPoolId=name, DeletionProtection="INACTIVE")
        else:
            dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
            dynamodb.get_waiter("table_exists").wait(TableName=name)
        say(f"{name} is not protected any more.")


def _collections(stack: str, resources: Resources) -> set[str]:
    """Return the stack's collections, with those that imports and re-indexings made beside it.

    They are those of its packs: another stack's name may begin with this one's.
    """
    packs = {DEFAULT_PACK, "probe"} | _packs(resources.tables.get("PacksTable"))
    names = "|".join(re.escape(pack) for pack in packs)
    own = re.compile(rf"{re.escape(stack)}-(?:{names})(?:-\d{{14}}-[0-9a-f]{{6}})?")
    pages = boto3.client("rekognition").get_paginator("list_collections").paginate()
    listed = {name for page in pages for name in page["CollectionIds"]}
    return {name for name in listed if own.fullmatch(name)} | {*resources.collections}


def _packs(table: str | None) -> set[str]:
    if table is None:
        return set()
    dynamodb = boto3.client("dynamodb")
    try:
        pages = list(dynamodb.get_paginator("scan").paginate(TableName=table))
    except dynamodb.exceptions.ResourceNotFoundException:
        return set()
    return {item["pack"]["S"] for page in pages for item in page["Items"]}


def _silence(buckets: Iterable[str]) -> None:
    """Have the buckets tell nothing any more: what is deleted there would start functions."""
    s3 = boto3.client("s3")
    for bucket in buckets:
        try:
            s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise


def _delete_kept(tables: Iterable[str], collections: Iterable[str]) -> None:
    """Delete what a stack in prod would leave behind, and what was made beside the stack."""
    dynamodb, rekognition = boto3.client("dynamodb"), boto3.client("rekognition")
    for table in tables:
        try:
            dynamodb.delete_table(TableName=table)
        except dynamodb.exceptions.ResourceNotFoundException:
            continue
    for collection in sorted(collections):
        try:
            rekognition.delete_collection(CollectionId=collection)
            say(f"The collection {collection} is deleted.")
        except rekognition.exceptions.ResourceNotFoundException:
            continue


def _delete_stack(stack: str, resources: Resources) -> None:
    cloudformation = boto3.client("cloudformation")
    for attempt in range(TRIES):
        for bucket in resources.buckets:
            _empty(bucket)
        say(f"Deleting the stack {stack} …")
        cloudformation.delete_stack(StackName=stack)
        try:
            cloudformation.get_waiter("stack_delete_complete").wait(
                StackName=stack, WaiterConfig={"Delay": 2, "MaxAttempts": 900}
            )
            break
        except WaiterError:
            if attempt + 1 == TRIES:
                raise
    _delete_remains(resources)


def _delete_remains(resources: Resources) -> None:
    """Delete the portraits' bucket, which a stack in prod leaves, and logs that came back."""
    s3, logs = boto3.client("s3"), boto3.client("logs")
    for bucket in resources.buckets:
        try:
            s3.delete_bucket(Bucket=bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise
    for group in resources.log_groups:
        # A function that ends after its log group is deleted makes it again.
        try:
            logs.delete_log_group(logGroupName=group)
        except logs.exceptions.ResourceNotFoundException:
            continue


def _delete_uploads(stack: str) -> None:
    """Delete what `sam deploy` uploaded for this stack into the bucket that others share."""
    try:
        found = boto3.client("cloudformation").describe_stacks(StackName=SAM_STACK)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return
        raise
    for output in found["Outputs"]:
        if output["OutputKey"] == "SourceBucket":
            _empty(output["OutputValue"], f"{stack}/")


def _empty(bucket: str, prefix: str = "") -> None:
    """Delete every version of every object under a prefix, and every delete marker."""
    s3 = boto3.client("s3")
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, Prefix=prefix, PaginationConfig={"PageSize": DELETIONS}
    )
    try:
        for page in pages:
            found: list[ObjectIdentifierTypeDef] = [
                {"Key": one["Key"], "VersionId": one["VersionId"]}
                for one in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            ]
            if not found:
                continue
            reply = s3.delete_objects(Bucket=bucket, Delete={"Objects": found, "Quiet": True})
            if reply.get("Errors"):  # S3 says 200 all the same
                raise LocalError(f"S3 does not empty {bucket}: {reply['Errors'][0].get('Message')}")
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
