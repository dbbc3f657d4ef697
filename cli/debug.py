"""`lookalike debug`: runs a function of the local stack here, under Python's debugger."""

import importlib
import inspect
import json
import pdb
import re
import sys
import traceback
import uuid
from collections.abc import Callable
from typing import Any

import boto3

from cli import settings
from cli.invoke import read_event
from cli.terminal import console
from local.deployment import function_names, reach
from local.state import ROOT, StateFolder

TIME_LEFT = 3_600_000
"""Milliseconds that a function is told it has: it waits for the person who debugs it."""

Handler = Callable[[Any, Any], Any]


class Context:
    """What Lambda tells a function about its invocation."""

    memory_limit_in_mb = 512

    def __init__(self, name: str, arn: str) -> None:
        """Describe one invocation of a function."""
        self.function_name, self.invoked_function_arn = name, arn
        self.aws_request_id = str(uuid.uuid4())

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that is left."""
        return TIME_LEFT


def debug(function: str, event: str, state: StateFolder) -> int:
    """Run a function with an event, and stop in the first line of its handler.

    It runs as it is in the checkout, with the settings that are deployed. It may do anything: its
    role is not enforced. Where it raises, the debugger shows where; then return 1.
    """
    payload = json.loads(read_event(event))
    reach(None, state)
    name = function_names(None, function)[function]
    deployed = boto3.client("lambda").get_function_configuration(FunctionName=name)
    settings.take_over(deployed.get("Environment", {}).get("Variables", {}))
    handler = _handler(function)
    try:
        answer = _stopping_in(handler).runcall(
            handler, payload, Context(name, deployed["FunctionArn"])
        )
    except Exception:  # noqa: BLE001 - a function may raise anything
        traceback.print_exc()
        pdb.post_mortem()
        return 1
    console.print_json(data=answer)
    return 0


def _handler(function: str) -> Handler:
    """Import a function's handler: CheckFaceFunction's is in functions/check_face/app.py."""
    folder = re.sub(r"(?<!^)(?=[A-Z])", "_", function.removesuffix("Function")).lower()
    sys.path.insert(0, str(ROOT / "functions" / folder))
    handler: Handler = importlib.import_module("app").handler
    return handler


def _stopping_in(handler: Handler) -> pdb.Pdb:
    """Make a debugger that goes on from the decorators to the handler's first statement."""
    code = inspect.unwrap(handler).__code__
    first = min(line for _, _, line in code.co_lines() if line and line > code.co_firstlineno)
    debugger = pdb.Pdb(nosigint=True)
    debugger.set_break(code.co_filename, first)  # a temporary one says that it was deleted
    debugger.rcLines.append("continue")
    return debugger
