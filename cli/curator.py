"""`lookalike curator`: who may add portraits to packs, and take them out."""

from typing import TYPE_CHECKING

import boto3

from local.deployment import reach
from local.errors import LocalError
from local.state import StateFolder

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

GROUP = "curators"
"""The template's Cognito group, which functions/api looks for."""


def appoint(email: str, stack: str | None, state: StateFolder) -> str:
    """Put an account into the group; return words about it. Raise LocalError without one."""
    pool, cognito = _open(stack, state)
    try:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=GROUP)
    except cognito.exceptions.UserNotFoundException as error:
        raise LocalError(f"{email} has no account; it is made on the page") from error
    return f"{email} is a curator from the next time they sign in."


def dismiss(email: str, stack: str | None, state: StateFolder) -> str:
    """Take an account out of the group; return words about it. Raise LocalError without one."""
    pool, cognito = _open(stack, state)
    try:
        cognito.admin_remove_user_from_group(UserPoolId=pool, Username=email, GroupName=GROUP)
    except cognito.exceptions.UserNotFoundException as error:
        raise LocalError(f"{email} has no account") from error
    return f"{email} is no curator any more, once their token has expired, within the hour."


def _open(stack: str | None, state: StateFolder) -> tuple[str, "CognitoIdentityProviderClient"]:
    outputs, _ = reach(stack, state)
    return outputs.user_pool_id, boto3.client("cognito-idp")
