"""A deployed stack, local or on AWS: its outputs, and how to reach its services."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.errors import LocalError
from local.state import StateFolder

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

STACK_NAME = "lookalike"
REGION = "us-east-1"
USABLE = frozenset(
    {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
    }
)
"""What CloudFormation says of a stack that works, if only as it was before a failed update."""


@dataclass(frozen=True)
class Outputs:
    """What the template gives out."""

    api_url: str
    find_look_alike_arn: str
    selfies_bucket: str
    portraits_bucket: str
    selfie_retention_days: int
    matches_table: str
    portraits_table: str
    packs_table: str
    celebrities_collection: str
    portrait_changes_queue: str
    user_pool_id: str
    user_pool_client_id: str
    allow_guests: bool
    web_app_id: str | None
    web_branch: str | None
    web_url: str | None
    """The last three are None where the stack does not host the page."""


def local_environment(aws_url: str, secret: str) -> dict[str, str]:
    """Return this process's environment, but for AWS's variables, which lead to the local one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAM_CLI_TELEMETRY": "0",
    }


def enter(environment: Mapping[str, str]) -> None:
    """Make an environment this process's own, for every client that it makes from here on."""
    for name in set(os.environ) - set(environment):
        del os.environ[name]
    os.environ.update(environment)


def read_outputs(
    stack: str = STACK_NAME, client: "CloudFormationClient | None" = None
) -> Outputs | None:
    """Read a stack's outputs; None where there is no such stack."""
    try:
        client = client or boto3.client("cloudformation")
        found = client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise LocalError(f"cannot read the stack {stack}: {error}") from error
    except BotoCoreError as error:
        raise LocalError(f"cannot read the stack {stack}: {error}") from error
    if found["StackStatus"] not in USABLE:
        return None
    values = {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
    return Outputs(
        api_url=values["ApiUrl"],
        find_look_alike_arn=values["FindLookAlikeArn"],
        selfies_bucket=values["SelfiesBucket"],
        portraits_bucket=values["PortraitsBucket"],
        selfie_retention_days=int(values["SelfieRetentionDays"]),
        matches_table=values["MatchesTable"],
        portraits_table=values["PortraitsTable"],
        packs_table=values["PacksTable"],
        celebrities_collection=values["CelebritiesCollection"],
        portrait_changes_queue=values["PortraitChangesQueue"],
        user_pool_id=values["UserPoolId"],
        user_pool_client_id=values["UserPoolClientId"],
        allow_guests=values["AllowGuests"] == "true",
        web_app_id=values.get("WebAppId"),
        web_branch=values.get("WebBranch"),
        web_url=values.get("WebUrl"),
    )


def reach(stack: str | None, state: StateFolder) -> tuple[Outputs, str | None]:
    """Direct this process's AWS clients to a stack: on AWS by its name, else the local one.

    Give its outputs and, of the local one, where its Rekognition answers. Raise LocalError.
    """
    rekognition_url = None
    if stack is None:
        try:
            addresses = json.loads(state.running.read_text())
        except (OSError, ValueError) as error:
            raise LocalError(
                "no local stack runs; start it with `make run`, or name one on AWS with --stack"
            ) from error
        enter(local_environment(addresses["aws_url"], state.secret()))
        rekognition_url = addresses["rekognition_url"]
    else:
        region = boto3.Session().region_name or os.environ.get("AWS_REGION")
        if region is None:
            raise LocalError("no AWS region is set; set AWS_REGION")
        os.environ |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    outputs = read_outputs(stack or STACK_NAME)
    if outputs is None:
        raise LocalError(f"there is no stack called {stack or STACK_NAME}")
    return outputs, rekognition_url
