"""How the stores speak to S3 and DynamoDB."""

import functools
import math
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config
from botocore.exceptions import ClientError

from lookalike import clock
from lookalike.errors import Busy
from lookalike.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

URL_LIFETIME = timedelta(hours=1)
"""How long a picture's address is good for."""
BATCH = 100
"""The most keys that BatchGetItem takes."""
WRITE_TRIES = 6
"""How often a write is tried while other transactions write to the same item."""
PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
"""Reasons that pass soon: the same transaction may then succeed. boto3 does not retry it."""

Item = dict[str, Any]
"""A DynamoDB item in Python's own types; numbers are Decimal."""


class Account(Settings):
    """What the shared clients depend on. Lambda sets it, and the command may change it."""

    aws_region: str
    aws_endpoint_url: str = ""
    aws_access_key_id: str = ""
    aws_secret_access_key: str = ""
    aws_session_token: str = ""
    aws_profile: str = ""


class UploadForm(NamedTuple):
    """A presigned POST: the fields go first, then `file`."""

    url: str
    fields: dict[str, str]
    expires_at: datetime


_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def dynamodb_client() -> "DynamoDBClient":
    """Return the DynamoDB client that all stores share: it takes long to make one."""
    return _dynamodb_client(Account.from_environment())


def s3_client() -> "S3Client":
    """Return the shared S3 client, whose presigned forms and addresses every bucket accepts.

    It is made when it is first needed: what asks whether a match is done yet needs none.

    By default boto3 can sign with Signature Version 2, which buckets of other regions refuse. It
    can also name the global host, which redirects to the region, and in us-east-1 it does so
    unless it is told otherwise. The page's security policy names the regional host alone.
    """
    return _s3_client(Account.from_environment())


@functools.cache
def _dynamodb_client(_account: Account) -> "DynamoDBClient":
    return boto3.client("dynamodb")


@functools.cache
def _s3_client(account: Account) -> "S3Client":
    return boto3.client(
        "s3",
        region_name=account.aws_region,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
        ),
    )


def upload_form(
    bucket: str,
    key: str,
    fields: dict[str, str],
    largest: int,
    expires_at: datetime,
) -> UploadForm:
    """Make the form that sends one object of at most `largest` bytes, with exactly these fields."""
    form = s3_client().generate_presigned_post(
        bucket,
        key,
        Fields=dict(fields),
        Conditions=[
            *({name: value} for name, value in fields.items()),
            ["content-length-range", 1, largest],
        ],
        ExpiresIn=math.ceil((expires_at - clock.now()).total_seconds()),
    )
    return UploadForm(form["url"], form["fields"], expires_at)


def to_decimal(value: float) -> Decimal:
    """Write a number as a DynamoDB decimal, rounded to six places."""
    return Decimal(str(round(value, 6)))


def to_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """Write an item as DynamoDB's attribute values; leave out every None."""
    return {name: _serialize(value) for name, value in item.items() if value is not None}


def from_attributes(attributes: Mapping[str, Any]) -> Item:
    """Read an item from DynamoDB's attribute values."""
    return {name: _deserialize(value) for name, value in attributes.items()}


def batch_get(
    dynamodb: "DynamoDBClient", table: str, key: str, values: Iterable[str], **how: Any
) -> Iterator[Mapping[str, Any]]:
    """Read items by their keys, in DynamoDB's attribute values; leave out those that do not exist.

    `how` is what BatchGetItem takes beside the keys of a table.
    """
    wanted = sorted({*values})
    for start in range(0, len(wanted), BATCH):
        keys = [{key: {"S": value}} for value in wanted[start : start + BATCH]]
        pending: dict[str, Any] = {table: {"Keys": keys, **how}}
        while pending:
            reply = dynamodb.batch_get_item(RequestItems=pending)
            yield from reply["Responses"].get(table, [])
            pending = reply.get("UnprocessedKeys", {})


def patiently(write: Callable[[], object]) -> None:
    """Retry a write while other transactions write to the same item; in the end raise Busy."""
    for attempt in range(WRITE_TRIES):
        try:
            write()
        except ClientError as error:
            code = error.response["Error"]["Code"]
            canceled = code == "TransactionCanceledException" and PASSING & {*reasons_of(error)}
            if code != "TransactionConflictException" and not canceled:
                raise
        else:
            return
        time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 - no secret
    raise Busy(1)


def reasons_of(canceled: ClientError) -> list[str | None]:
    """Return the code of each write of a canceled transaction; the text "None" if it was fine."""
    reasons: list[Any] = canceled.response["CancellationReasons"]
    return [reason.get("Code") for reason in reasons]


def is_kept(item: Any) -> bool:
    """Return whether an item has not expired. DynamoDB can take days to remove an expired one."""
    return int(item["delete_at"]["N"]) > clock.now().timestamp()
