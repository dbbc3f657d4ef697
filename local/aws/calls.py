"""Checks that Cognito's public calls are well formed, by the service's own model."""

import functools
import json
from typing import Any

import botocore.session
from botocore.validate import ParamValidator
from ministack import app
from ministack.services import cognito


def valid_calls() -> None:
    """Refuse a call whose body breaks the service's model.

    ministack accepts any JSON. It fails on a number in place of a name, with status 500 and a
    traceback in the log.
    """
    handle = app.SERVICE_HANDLERS["cognito-idp"]

    async def handle_valid(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Any
    ) -> Any:
        refusal = _refusal(headers.get("x-amz-target", "").rpartition(".")[2], body)
        return refusal or await handle(method, path, headers, body, query)

    app.SERVICE_HANDLERS["cognito-idp"] = handle_valid


def _refusal(action: str, body: bytes) -> Any:
    """Return the refusal of a call that is not well formed; None for any other."""
    try:
        data = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return cognito.error_response_json("SerializationException", "This is not JSON.", 400)
    model = _model()
    if action in model.operation_names:
        shape = model.operation_model(action).input_shape
        if ParamValidator().validate(data, shape).has_errors():
            return cognito.error_response_json(
                "InvalidParameterException", "A parameter is missing, or of another type.", 400
            )
    return None


@functools.cache
def _model() -> Any:
    return botocore.session.Session().get_service_model("cognito-idp")
