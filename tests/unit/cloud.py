"""The stack's buckets, tables and functions on moto, made from template.yaml's own properties."""

import importlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

from local.state import ROOT

if TYPE_CHECKING:
    import pytest

REGION = "us-east-1"
COLLECTION = "lookalike-celebrities"

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
def hooked(client: Any, event: str, act: Callable[..., None]) -> Iterator[None]:
    """Let something happen at an event of a client, such as `before-call.s3.DeleteObjects`."""
    client.meta.events.register(event, act)
    try:
        yield
    finally:
        client.meta.events.unregister(event, act)


class Cloud:
    """The template's buckets and tables, empty, and clients to look into them."""

    def __init__(self) -> None:
        self.s3 = boto3.client("s3")
        self.dynamodb = boto3.client("dynamodb")
        self._names = {
            "CelebritiesCollection": COLLECTION,
            "UserPool": f"{REGION}_none",
        }
        for name, resource in RESOURCES.items():
            if resource["Type"] == "AWS::S3::Bucket":
                self._make_bucket(name, resource["Properties"])
            if resource["Type"] == "AWS::DynamoDB::Table":
                self._make_table(name, resource["Properties"])

    def name(self, resource: str) -> str:
        """The physical name of a resource of the template."""
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
        variables = (
            TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
            | RESOURCES[function]["Properties"]["Environment"]["Variables"]
        )
        return {
            name: values[value["Ref"]] if isinstance(value, dict) else str(value)
            for name, value in variables.items()
        }

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

    def _make_bucket(self, name: str, properties: dict[str, Any]) -> None:
        self._names[name] = "lookalike-" + re.sub(r"bucket$", "", name.lower())
        self.s3.create_bucket(Bucket=self._names[name])
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


class Output:
    """Standard output as it is when it is written to: pytest changes it, and loggers stay."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


def load_function(folder: str, patch: "pytest.MonkeyPatch", environment: dict[str, str]) -> Any:
    """Import a function's module anew, as a cold start does; it reads its settings then."""
    for name, value in environment.items():
        patch.setenv(name, value)
    for name in (f"functions.{folder}.app", "lookalike.telemetry"):
        sys.modules.pop(name, None)
    module: ModuleType = importlib.import_module(f"functions.{folder}.app")
    module.logger.registered_handler.stream = Output()
    return module
