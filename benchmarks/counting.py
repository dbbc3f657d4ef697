"""What the local AWS runs first when a match's cost is measured: it counts what is asked of it.

Each request over HTTP, each call of the workflow, and each invocation of a function, is a line of
JSON in the file that LOOKALIKE_COUNTS names. This runs in ministack's own environment.
"""

import json
import os
import threading
from pathlib import Path
from typing import Any

from ministack import app
from ministack.services import lambda_svc, stepfunctions

FILE = Path(os.environ["LOOKALIKE_COUNTS"])
LOCK = threading.Lock()

serve = app.app
invoke = stepfunctions._invoke_resource
write_log = lambda_svc._emit_lambda_logs


def note(**what: Any) -> None:
    """Append a line."""
    with LOCK, FILE.open("a") as file:
        file.write(json.dumps(what) + "\n")


def keys_in(operation: str, body: bytes) -> int:
    """Return how many items a request asks for."""
    if operation != "BatchGetItem":
        return 1
    tables = json.loads(body)["RequestItems"].values()
    return sum(len(table["Keys"]) for table in tables)


async def serve_and_count(scope: Any, receive: Any, send: Any) -> None:
    """Serve a request, and note what it was."""
    if scope["type"] != "http":
        await serve(scope, receive, send)
        return
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    service, _, operation = headers.get("x-amz-target", "").rpartition(".")
    if service.startswith("DynamoDB"):
        body = b"".join(message.get("body", b"") for message in messages)
        note(service="dynamodb", operation=operation, keys=keys_in(operation, body))
    elif "/execute-api/" in scope["path"]:
        note(service="api", operation=scope["method"])
    elif "bucket" in scope["path"].split("/")[1]:
        note(service="s3", operation=scope["method"])

    async def replay() -> Any:
        return messages.pop(0) if messages else await receive()

    await serve(scope, replay, send)


def invoke_and_count(resource: str, data: Any) -> Any:
    """Make a call of the workflow, and note what it was."""
    note(service="workflow", operation=resource.removeprefix("arn:aws:states:::"))
    return invoke(resource, data)


def log_and_count(
    function: Any, request_id: str, text: str, error: bool, milliseconds: int, **more: Any
) -> None:
    """Write the log of an invocation, and note how long it took."""
    name = (function.get("config") or function)["FunctionName"]
    note(service="function", operation=name, milliseconds=milliseconds)
    write_log(function, request_id, text, error, milliseconds, **more)


app.app = serve_and_count
lambda_svc._emit_lambda_logs = log_and_count
stepfunctions._invoke_resource = invoke_and_count
