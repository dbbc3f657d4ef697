"""What `lookalike deploy` looks at before it changes anything, each in one plain sentence."""

from collections.abc import Callable
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.deployment import USABLE
from local.environment import named_region, set_region
from local.errors import LocalError
from lookalike.packs import DEFAULT_PACK

REGIONS = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)
"""Where every service and resource of the template exists; a test compares it with cfn-lint."""
FEW_INVOCATIONS = 50
"""At fewer concurrent invocations a handful of people wait for each other; a new account has 10."""
SEARCHES = "SearchFacesByImage"
FRESH = "ROLLBACK_COMPLETE"
"""What a stack is whose first deployment failed: it holds nothing, and only can be deleted."""


def check_account(say: Callable[[str], None]) -> None:
    """Check credentials and region, and settle this process on the region.

    Raise LocalError where one of them will not do.
    """
    session = boto3.Session()
    region = named_region() or session.region_name
    if session.get_credentials() is None:
        raise LocalError("there are no AWS credentials; `aws configure` or AWS_PROFILE sets them")
    if region is None:
        raise LocalError(f"no AWS region is set; set AWS_REGION to one of {', '.join(REGIONS)}")
    if region not in REGIONS:
        raise LocalError(
            f"{region} lacks a service that this needs, such as Rekognition's collections; "
            f"set AWS_REGION to one of {', '.join(REGIONS)}"
        )
    try:
        account = session.client("sts", region_name=region).get_caller_identity()["Account"]
    except (ClientError, BotoCoreError) as error:
        raise LocalError(f"AWS does not accept the credentials: {error}") from error
    set_region(region)
    say(f"Account {account}, region {region}.")


def check_stack(stack: str, say: Callable[[str], None]) -> None:
    """Check that the stack can be deployed; raise LocalError where something is in its way.

    What a first deployment has left that was rolled back is deleted.
    """
    cloudformation = boto3.client("cloudformation")
    status = stack_status(stack)
    if status == FRESH:
        say(f"The first deployment of {stack} was rolled back: what is left of it is deleted.")
        cloudformation.delete_stack(StackName=stack)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack)
        status = None
    if status is None:
        _check_collection(f"{stack}-{DEFAULT_PACK}")
        say(f"The stack {stack} is new.")
    elif status in USABLE:
        say(f"The stack {stack} is there and is brought up to date.")
    elif status != "REVIEW_IN_PROGRESS":  # a change set that was never executed
        raise LocalError(f"the stack {stack} is in the state {status}; it has to leave that first")


def stack_status(stack: str) -> str | None:
    """Return a stack's status; None where there is no such stack."""
    try:
        found = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise
    return str(found["StackStatus"])


def check_quotas(say: Callable[[str], None]) -> None:
    """Say what the account may do at once; a quota that cannot be read is only a warning."""
    for read in (_concurrency, _searches):
        try:
            say(read())
        except (ClientError, BotoCoreError) as error:
            say(f"Warning: {_name(read)} cannot be read ({type(error).__name__}).")


def _check_collection(collection: str) -> None:
    rekognition = boto3.client("rekognition")
    try:
        rekognition.describe_collection(CollectionId=collection)
    except rekognition.exceptions.ResourceNotFoundException:
        return
    raise LocalError(
        f"the collection {collection} is there and the stack is not: an earlier stack in prod left "
        "it, with its tables and portraits. Once nothing of it is needed any more, delete it: "
        f"aws rekognition delete-collection --collection-id {collection}"
    )


def _concurrency() -> str:
    """The quota of concurrent invocations."""
    settings = boto3.client("lambda").get_account_settings()
    limit = settings["AccountLimit"]["ConcurrentExecutions"]
    if limit < FEW_INVOCATIONS:
        return (
            f"Warning: Lambda runs at most {limit} invocations at once in this account; ask for "
            "more under Service Quotas before many people play."
        )
    return f"Lambda runs up to {limit} invocations at once."


def _searches() -> str:
    """The quota of searches a second."""
    quotas: Any = boto3.client("service-quotas")
    pages = quotas.get_paginator("list_service_quotas").paginate(ServiceCode="rekognition")
    for page in pages:
        for quota in page["Quotas"]:
            if SEARCHES in quota["QuotaName"]:
                return f"Rekognition takes {quota['Value']:.0f} searches a second."
    return f"Warning: the account names no quota for Rekognition's {SEARCHES}."


def _name(read: Callable[[], str]) -> str:
    return (read.__doc__ or "").rstrip(".").lower()
