"""The stack's buckets, tables, queues and functions on moto, made of template.yaml itself."""

import importlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
from moto import mock_aws
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

from local.deployment import Outputs
from local.state import ROOT
from tests.recogniser import COLLECTION

if TYPE_CHECKING:
    import pytest

REGION = "us-east-1"


TEMPLATE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
PARAMETERS: dict[str, str] = {
    name: str(parameter["Default"]) for name, parameter in TEMPLATE["Parameters"].items()
}
ROUTES: list[tuple[str, str]] = [
    (event["Properties"]["Method"], event["Properties"]["Path"])
    for event in RESOURCES["ApiFunction"]["Properties"]["Events"].values()
]


_clients: dict[str, Any] = {}


def shared_client(service: str, **options: Any) -> Any:
    """Take the place of boto3.client: make each client once for all tests, as it takes long."""
    config = options.get("config")
    given = {**options, "config": config and vars(config)["_user_provided_options"]}
    made_for = repr((service, given, os.environ["AWS_REGION"]))
    if made_for not in _clients:
        session: Any = boto3.Session()
        _clients[made_for] = session.client(service, **options)
    return _clients[made_for]


@contextmanager
def hooked(client: Any, event: str, act: Callable[..., object]) -> Iterator[None]:
    """Call a function at an event of a client, such as `before-call.s3.DeleteObjects`.

    What is returned before a call takes the place of the answer: a status and what was parsed.
    """
    client.meta.events.register(event, act)
    try:
        yield
    finally:
        client.meta.events.unregister(event, act)


@contextmanager
def empty_account(patch: "pytest.MonkeyPatch") -> Iterator[None]:
    """Run an AWS account in this process, with nothing in it."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        patch.delenv(name)
    patch.setenv("AWS_REGION", REGION)
    patch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield


class Cloud:
    """The template's buckets, tables and queues, empty, and clients to look into them."""

    def __init__(self) -> None:
        self.s3 = boto3.client("s3")
        self.dynamodb = boto3.client("dynamodb")
        self.sqs = boto3.client("sqs")
        self._names = {
            "CelebritiesCollection": COLLECTION,
            "UserPool": f"{REGION}_none",
        }
        for name, resource in RESOURCES.items():
            if resource["Type"] == "AWS::S3::Bucket":
                self._make_bucket(name, resource["Properties"])
            if resource["Type"] == "AWS::DynamoDB::Table":
                self._make_table(name, resource["Properties"])
            if resource["Type"] == "AWS::SQS::Queue":
                # What is sent arrives at once: a test waits for no delay.
                self._names[name] = self.sqs.create_queue(QueueName=name)["QueueUrl"]

    def name(self, resource: str) -> str:
        """The physical name of a resource of the template, or a queue's address."""
        return self._names[resource]

    def make_user_pool(self) -> str:
        """Make the user pool, which takes moto longer than all the rest."""
        properties = RESOURCES["UserPool"]["Properties"]
        made = boto3.client("cognito-idp").create_user_pool(
            PoolName="users",
            UsernameAttributes=properties["UsernameAttributes"],
            AutoVerifiedAttributes=properties["AutoVerifiedAttributes"],
        )
        self._names["UserPool"] = made["UserPool"]["Id"]
        return self._names["UserPool"]

    def environment(self, function: str, **parameters: str) -> dict[str, str]:
        """A function's environment variables as the template gives them."""
        values = PARAMETERS | self._names | parameters
        variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"] | RESOURCES[
            function
        ]["Properties"].get("Environment", {}).get("Variables", {})
        return {name: _resolved(value, values) for name, value in variables.items()}

    def items(self, table: str) -> list[dict[str, Any]]:
        """Everything in a table, in DynamoDB's own form."""
        return list(self.dynamodb.scan(TableName=self.name(table))["Items"])

    def versions(self, bucket: str) -> list[tuple[str, str]]:
        """Every key and version in a bucket, delete markers included."""
        found = self.s3.list_object_versions(Bucket=self.name(bucket))
        return [
            (entry["Key"], entry["VersionId"])
            for entry in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]
        ]

    def take_messages(self, queue: str) -> list[str]:
        """Return and delete all messages of a queue, in the order in which they were sent."""
        url, taken = self.name(queue), []
        while found := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in found:
                taken.append(message["Body"])
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def add_pack(self, pack: str, title: str = "", collection: str = "") -> None:
        """Add a pack, with a collection that is named alike where no other is named."""
        item = {"pack": pack, "title": title or pack.title(), "collection": collection or pack}
        self.dynamodb.put_item(
            TableName=self.name("PacksTable"),
            Item={name: {"S": value} for name, value in item.items()},
        )

    def _make_bucket(self, name: str, properties: dict[str, Any]) -> None:
        self._names[name] = "lookalike-" + re.sub(r"bucket$", "", name.lower())
        self.s3.create_bucket(Bucket=self._names[name])
        if "VersioningConfiguration" in properties:
            self.s3.put_bucket_versioning(
                Bucket=self._names[name],
                VersioningConfiguration=properties["VersioningConfiguration"],
            )

    def _make_table(self, name: str, properties: dict[str, Any]) -> None:
        self._names[name] = name
        self.dynamodb.create_table(
            TableName=name,
            BillingMode=properties["BillingMode"],
            AttributeDefinitions=properties["AttributeDefinitions"],
            KeySchema=properties["KeySchema"],
            **{
                index: properties[index]
                for index in ("GlobalSecondaryIndexes",)
                if index in properties
            },
        )


class Context:
    """What Lambda tells a function about its invocation."""

    function_name = "function"
    memory_limit_in_mb = 512
    invoked_function_arn = f"arn:aws:lambda:{REGION}:123456789012:function:function"
    aws_request_id = "52fdfc07-2182-454f-963f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def delivered(*bodies: str) -> dict[str, Any]:
    """What Lambda hands to a function that works off a queue; the ids are `0`, `1` and so on."""
    return {
        "Records": [
            {
                "messageId": str(number),
                "receiptHandle": f"receipt-{number}",
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1795363293000",
                    "SenderId": "AIDAEXAMPLE",
                    "ApproximateFirstReceiveTimestamp": "1795363293001",
                },
                "messageAttributes": {},
                "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:queue",
                "awsRegion": REGION,
            }
            for number, body in enumerate(bodies)
        ]
    }


class Output:
    """Standard output as it is when it is written to: pytest changes it, and loggers stay."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


def _resolved(value: Any, values: dict[str, str]) -> str:
    """A variable's value where there is no CloudFront, as on the local stack."""
    if not isinstance(value, dict):
        return str(value)
    return str(value["Fn::If"][2]) if "Fn::If" in value else values[value["Ref"]]


def outputs_of(cloud: Cloud) -> Outputs:
    """The outputs of a stack whose buckets, tables and queues the cloud has."""
    return Outputs(
        api_url="https://api.example",
        find_look_alike_arn="arn:aws:states:us-east-1:123456789012:stateMachine:FindLookAlike",
        selfies_bucket=cloud.name("SelfiesBucket"),
        portraits_bucket=cloud.name("PortraitsBucket"),
        selfie_retention_days=30,
        matches_table=cloud.name("MatchesTable"),
        portraits_table=cloud.name("PortraitsTable"),
        packs_table=cloud.name("PacksTable"),
        celebrities_collection=COLLECTION,
        portrait_changes_queue=cloud.name("PortraitChangesQueue"),
        user_pool_id="pool",
        user_pool_client_id="client",
        allow_guests=True,
        web_app_id=None,
        web_branch=None,
        web_url=None,
        pictures_bucket=cloud.name("PicturesBucket"),
        pictures_url=None,
    )


def load_function(folder: str, patch: "pytest.MonkeyPatch", environment: dict[str, str]) -> Any:
    """Import a function's module again, as a cold start does; it then reads its settings."""
    for name, value in environment.items():
        patch.setenv(name, value)
    for name in (f"functions.{folder}.app", "lookalike.telemetry"):
        sys.modules.pop(name, None)
    module: ModuleType = importlib.import_module(f"functions.{folder}.app")
    module.logger.registered_handler.stream = Output()
    return module
