"""Which attributes of an account its owner may write: those of Cognito's schema.

ministack accepts any attribute, and makes each a claim of its id tokens. So a caller could sign up
as a member of a group, or with a token that never expires.
"""

from typing import Any

from ministack.services import cognito

WRITING = frozenset({"SignUp", "UpdateUserAttributes"})
"""The public calls that write attributes."""
WRITTEN_BY_COGNITO = frozenset({"sub", "email_verified", "phone_number_verified"})
LONGEST = 2048
"""Characters of an attribute's value."""


def schema_attributes() -> None:
    """Refuse attributes that the schema does not have, and keep them out of id tokens.

    The template's pool has only the standard attributes. A state folder of an earlier release may
    hold accounts with others.
    """
    run, token = cognito._run_idp_handler, cognito._fake_token
    schema = frozenset(cognito._STANDARD_ATTRIBUTES_BY_NAME)

    def run_checked(handler: Any, action: str, data: dict[str, Any]) -> Any:
        if action in WRITING and not _conform(
            data.get("UserAttributes", []), schema - WRITTEN_BY_COGNITO
        ):
            return cognito.error_response_json(
                "InvalidParameterException", "Attributes did not conform to the schema.", 400
            )
        return run(handler, action, data)

    def token_of_schema(*args: Any, **named: Any) -> Any:
        attributes = named.get("user_attrs") or {}
        known = {name: value for name, value in attributes.items() if name in schema}
        return token(*args, **{**named, "user_attrs": known})

    cognito._run_idp_handler = run_checked
    cognito._fake_token = token_of_schema


def _conform(attributes: Any, writable: frozenset[str]) -> bool:
    return isinstance(attributes, list) and all(
        isinstance(one, dict)
        and one.get("Name") in writable
        and isinstance(one.get("Value"), str)
        and len(one["Value"]) <= LONGEST
        for one in attributes
    )
