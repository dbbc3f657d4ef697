"""`lookalike invoke`: calls one function of a stack with an event, as Lambda itself does."""

import base64
import json
import sys
from pathlib import Path

import boto3
from botocore.config import Config

from cli.logs import words_of
from cli.terminal import errors
from local.deployment import function_names, reach
from local.errors import LocalError
from local.state import StateFolder

LONGEST = 60.0
"""Seconds to wait for an answer: longer than any function may take."""


def invoke(function: str, event: str, stack: str | None, state: StateFolder) -> int:
    """Call a function; print its answer, and its log beside it. Return 1 where it raised.

    `event` is a file, or - for standard input.
    """
    payload = read_event(event)
    reach(stack, state)
    name = function_names(stack, function)[function]
    # Without a second try: a function that has raised, or is slow, would run again.
    once = Config(read_timeout=LONGEST, retries={"total_max_attempts": 1})
    reply = boto3.client("lambda", config=once).invoke(
        FunctionName=name, Payload=payload, LogType="Tail"
    )
    for line in base64.b64decode(reply.get("LogResult", "")).decode(errors="replace").splitlines():
        words = words_of(line)
        if words is not None:
            errors.print(words, markup=False, soft_wrap=True, style="dim")
    answer = json.loads(reply["Payload"].read() or b"null")
    print(json.dumps(answer, indent=2, ensure_ascii=False))  # noqa: T201 - what the command is for
    return 1 if "FunctionError" in reply else 0


def read_event(event: str) -> bytes:
    """Read an event off a file, or standard input; raise LocalError where it is no JSON."""
    try:
        text = sys.stdin.read() if event == "-" else Path(event).read_text()
        json.loads(text)
    except OSError as error:
        raise LocalError(f"{event}: {error.strerror}") from error
    except ValueError as error:
        raise LocalError(f"{event} is no JSON: {error}") from error
    return text.encode()
