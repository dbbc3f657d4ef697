"""What the tests have ministack run first: faults in calls, on request.

A fault is a file in the folder that LOOKALIKE_FAULTS names (see tests/running_stack.py), and is
used up after so many calls. A `.json` applies to the workflow's own calls whose resource and input
hold given texts, a `.wire` to requests over HTTP, as the functions make them, that hold given
texts. Retries of the workflow wait for nothing, a queue's own delay is a second at most, and the
gateway's clock can be put ahead.
"""

import asyncio
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

from ministack import app
from ministack.services import apigateway, sqs, stepfunctions

FOLDER = Path(os.environ["LOOKALIKE_FAULTS"])
LOCK = threading.Lock()

invoke = stepfunctions._invoke_resource


def take(resource: str, data: Any) -> dict[str, Any] | None:
    """Return the first fault that applies to a call, and count it."""
    with LOCK:
        for path in sorted(FOLDER.glob("*.json")):
            fault: dict[str, Any] = json.loads(path.read_text())
            if fault["resource"] in resource and fault["text"] in json.dumps(data):
                fault["times"] -= 1
                if fault["times"]:
                    path.write_text(json.dumps(fault))
                else:
                    path.unlink()
                return fault
    return None


def invoke_with_faults(resource: str, data: Any) -> Any:
    """Make a call of the workflow, unless a fault says otherwise."""
    fault = take(resource, data)
    if fault is None:
        return invoke(resource, data)
    if fault["kind"] == "hold":
        while Path(fault["until_gone"]).exists():
            time.sleep(0.02)
        return invoke(resource, data)
    if fault["kind"] == "lost reply":
        invoke(resource, data)
    raise stepfunctions._ExecutionError(fault["error"], "a fault of the tests")


def take_on_wire(request: str) -> dict[str, Any] | None:
    """Return the first fault that applies to a request over HTTP, and count it."""
    with LOCK:
        for path in sorted(FOLDER.glob("*.wire")):
            fault: dict[str, Any] = json.loads(path.read_text())
            if fault["times"] and all(text in request for text in fault["texts"]):
                fault["times"] -= 1
                path.write_text(json.dumps(fault))
                return fault
    return None


async def serve_with_faults(scope: Any, receive: Any, send: Any) -> None:
    """Serve a request, unless a fault says otherwise."""
    if scope["type"] != "http" or not any(FOLDER.glob("*.wire")):
        await serve(scope, receive, send)
        return
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    body = b"".join(message.get("body", b"") for message in messages)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    address = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
    target, is_part = headers.get("x-amz-target", ""), "a range" if "range" in headers else ""
    told = (scope["method"], address, target, is_part, body.decode("latin-1"))
    fault = take_on_wire(" ".join(told))

    async def replay() -> Any:
        return messages.pop(0) if messages else await receive()

    async def drop(_message: Any) -> None:
        """Lose an answer."""

    if fault is None:
        await serve(scope, replay, send)
        return
    if fault["kind"] == "delay":
        await asyncio.sleep(fault["seconds"])
        await serve(scope, replay, send)
        return
    if fault["kind"] == "lost reply":
        await serve(scope, replay, drop)
    if "x-amz-target" in headers:
        text, kind = json.dumps({"__type": fault["code"], "message": ""}), "application/json"
    else:
        text, kind = f"<Error><Code>{fault['code']}</Code></Error>", "application/xml"
    answer = text.encode()
    sent = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": fault["status"], "headers": sent})
    await send({"type": "http.response.body", "body": answer})


def send_soon(data: Any, queue_url: str) -> Any:
    """Send a message after a second at most, unless the sender says when."""
    if data.get("DelaySeconds") is None:
        queue = sqs._get_q(data.get("QueueUrl", queue_url), "sqs:SendMessage")
        data = {**data, "DelaySeconds": min(1, sqs.queue_delay(queue))}
    return send(data, queue_url)


class Clock:
    """The gateway's clock, ahead by the seconds that the file `ahead` holds."""

    def time(self) -> float:
        """Return the time, in seconds since the epoch."""
        ahead = FOLDER / "ahead"
        return time.time() + (float(ahead.read_text()) if ahead.exists() else 0.0)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


serve = app.app
app.app = serve_with_faults
apigateway.time = Clock()
send = sqs._HANDLERS["SendMessage"]
sqs._HANDLERS["SendMessage"] = send_soon
stepfunctions._SFN_WAIT_SCALE = float(os.environ.get("SFN_WAIT_SCALE", "0"))
stepfunctions._invoke_resource = invoke_with_faults
