"""`lookalike invoke`: calls one function of a stack with an event, as Lambda itself does."""

import base64
import json
import sys
from pathlib import Path

import boto3
from botocore.config import Config

from cli.examples import events_of, names_examples
from cli.logs import words_of
from cli.terminal import errors, say
from local.deployment import function_names, reach
from local.errors import LocalError
from local.state import StateFolder

LONGEST = 60.0
"""Seconds to wait for an answer: longer than any function may take."""
TAIL = 4096
"""The bytes of a log that Lambda returns: its last ones, so a longer log begins within a line."""


def list_functions(stack: str | None, state: StateFolder) -> int:
    """Print the functions of a stack, and the names of the events that each takes."""
    reach(stack, state)
    for function in sorted(function_names(stack)):
        say(f"{function}: {', '.join(events_of(function))}")
    say("`lookalike event NAME` prints an event; `lookalike invoke FUNCTION -e FILE` sends it.")
    return 0


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
    for line in log_lines(base64.b64decode(reply.get("LogResult", ""))):
        words = words_of(line)
        if words is not None:
            errors.print(words, markup=False, soft_wrap=True, style="dim")
    answer = json.loads(reply["Payload"].read() or b"null")
    print(json.dumps(answer, indent=2, ensure_ascii=False))  # noqa: T201 - what the command is for
    return 1 if "FunctionError" in reply else 0


def log_lines(tail: bytes) -> list[str]:
    """Return the whole lines of a log's tail."""
    if len(tail) >= TAIL:
        tail = tail.partition(b"\n")[2]
    return tail.decode(errors="replace").splitlines()


def read_event(event: str) -> bytes:
    """Read an event from a file, or standard input.

    Raise LocalError if it is no JSON, or is an example that names what no stack has.
    """
    try:
        text = sys.stdin.read() if event == "-" else Path(event).read_text()
        json.loads(text)
    except OSError as error:
        raise LocalError(f"{event}: {error.strerror}") from error
    except ValueError as error:
        raise LocalError(f"{event} is no JSON: {error}") from error
    if names_examples(text):
        raise LocalError(
            f"{event} names examples, which no stack has; use `lookalike event NAME`, which prints "
            "the event with what the stack has"
        )
    return text.encode()
