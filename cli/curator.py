"""`lookalike curator`: lets accounts add and remove portraits, or takes that right away."""

from typing import TYPE_CHECKING

import boto3

from local.deployment import reach
from local.errors import LocalError
from local.state import StateFolder

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

GROUP = "curators"
"""The template's Cognito group, which functions/api checks."""


def appoint(email: str, stack: str | None, state: StateFolder) -> str:
    """Add an account to the group; return a message. Raise LocalError without an account."""
    pool, cognito = _open(stack, state)
    try:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=GROUP)
    except cognito.exceptions.UserNotFoundException as error:
        raise LocalError(f"{email} has no account; it is made on the page") from error
    return f"{email} is a curator from the next time they sign in."


def dismiss(email: str, stack: str | None, state: StateFolder) -> str:
    """Remove an account from the group; return a message. Raise LocalError without an account."""
    pool, cognito = _open(stack, state)
    try:
        cognito.admin_remove_user_from_group(UserPoolId=pool, Username=email, GroupName=GROUP)
    except cognito.exceptions.UserNotFoundException as error:
        raise LocalError(f"{email} has no account") from error
    return f"{email} is no longer a curator once their token has expired, within the hour."


def _open(stack: str | None, state: StateFolder) -> tuple[str, "CognitoIdentityProviderClient"]:
    outputs, _ = reach(stack, state)
    return outputs.user_pool_id, boto3.client("cognito-idp")
