"""How the stores speak to S3 and DynamoDB."""

import os
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

URL_LIFETIME = timedelta(hours=1)
"""How long a picture's address is good for."""

Item = dict[str, Any]
"""A DynamoDB item in Python's own types; numbers are Decimal."""

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def dynamodb_client() -> "DynamoDBClient":
    """Make a DynamoDB client."""
    return boto3.client("dynamodb")


def s3_client() -> "S3Client":
    """Make an S3 client whose presigned forms and addresses every bucket accepts.

    boto3's defaults can sign with Signature Version 2 and name the global host; buckets of
    other regions refuse the first and redirect the second.
    """
    return boto3.client(
        "s3",
        region_name=os.environ["AWS_REGION"],
        config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}),
    )


def to_decimal(value: float) -> Decimal:
    """Write a number as DynamoDB's exact decimals; six places are plenty here."""
    return Decimal(str(round(value, 6)))


def to_attribute(value: Any) -> dict[str, Any]:
    """Write one value as DynamoDB's attribute value."""
    return dict(_serialize(value))


def to_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """Write an item as DynamoDB's attribute values; what is None is left out."""
    return {name: _serialize(value) for name, value in item.items() if value is not None}


def from_attributes(attributes: Mapping[str, Any]) -> Item:
    """Read an item from DynamoDB's attribute values."""
    return {name: _deserialize(value) for name, value in attributes.items()}
