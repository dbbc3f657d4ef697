"""A deployed stack, local or on AWS: reads its outputs, and points AWS clients to it."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.environment import enter, local_environment, named_region, set_region
from local.errors import LocalError
from local.state import StateFolder

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

STACK_NAME = "lookalike"
USABLE = frozenset(
    {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
    }
)
"""The statuses of a stack that works, also as it was before a failed update."""


@dataclass(frozen=True)
class Outputs:
    """The outputs of the template."""

    api_url: str
    find_look_alike_arn: str
    selfies_bucket: str
    portraits_bucket: str
    pictures_bucket: str
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
    pictures_url: str | None
    """Where CloudFront serves the pictures; None where it does not."""


def read_outputs(
    stack: str = STACK_NAME, client: "CloudFormationClient | None" = None
) -> Outputs | None:
    """Return a stack's outputs; None where there is no such stack."""
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
        pictures_bucket=values.get("PicturesBucket", ""),  # until an older stack is deployed again
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
        pictures_url=values.get("PicturesUrl"),
    )


def reach(stack: str | None, state: StateFolder) -> tuple[Outputs, str | None]:
    """Point this process's AWS clients to a stack: on AWS by its name, else the local one.

    Return its outputs, and the address of the local stack's Rekognition. Raise LocalError.
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
        region = named_region() or boto3.Session().region_name
        if region is None:
            raise LocalError(f"no AWS region is set for the stack {stack}; set AWS_REGION")
        set_region(region)
    outputs = read_outputs(stack or STACK_NAME)
    if outputs is None:
        raise LocalError(f"there is no stack called {stack or STACK_NAME}")
    return outputs, rekognition_url


def resources_of(stack: str | None, kind: str) -> dict[str, str]:
    """Return the names, or addresses, of a stack's resources of a kind, by the template's names.

    For the stack that this process's AWS clients were directed to, see `reach`.
    """
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages.paginate(StackName=stack or STACK_NAME)
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == kind
    }


def function_names(stack: str | None, wanted: str | None = None) -> dict[str, str]:
    """Return the names of a stack's functions, by the template's names.

    Raise LocalError where the one that is wanted is not among them.
    """
    names = resources_of(stack, "AWS::Lambda::Function")
    if wanted is not None and wanted not in names:
        raise LocalError(f"there is no function {wanted}; there are {', '.join(sorted(names))}")
    return names
