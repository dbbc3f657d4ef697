"""`lookalike logs`: what the functions of a stack log, in words for a terminal."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import boto3

from cli.terminal import console
from local.deployment import function_names, reach, resources_of
from local.state import StateFolder

LOG_GROUP = "FunctionsLogGroup"
"""The template's, which its functions share."""
PAST = 3600.0
"""Seconds to look back."""
POLL = 1.0
"""Seconds between two looks at what is new."""
LATE = 10.0
"""Seconds for which a line that is older than another may still come."""

STREAM = re.compile(r"[\d/]+/(?P<function>[^/\[]+)\[")
"""A stream's name: the day, the function, its version and a process's id."""
REPORT = re.compile(r"REPORT RequestId: .*?\tDuration: (?P<took>[\d.]+) ms")
FRAME = re.compile(r"(START|END) RequestId: |INIT_START ")
"""What the platform writes around the lines of a call, in plain text."""
OF_EVERY_LINE = frozenset(
    {
        *("level", "location", "message", "timestamp", "service", "cold_start", "xray_trace_id"),
        *("function_name", "function_memory_size", "function_arn", "function_request_id"),
        *("exception", "exception_name", "stack_trace"),
    }
)
"""What the functions' logger writes beside what a call of it names."""


class Line(NamedTuple):
    """One line of a function's log; `identity` tells it from every other."""

    identity: str
    milliseconds: int
    function: str
    message: str


class FunctionsLog:
    """The log of a stack's functions."""

    def __init__(self, group: str, functions: Mapping[str, str]) -> None:
        """Read a log group; `functions` are names of functions, by the template's names."""
        self._logs, self._group = boto3.client("logs"), group
        self._functions = {name: logical for logical, name in functions.items()}

    def since(self, milliseconds: int) -> Iterator[Line]:
        """Return the lines from a time on, oldest first."""
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=self._group, startTime=milliseconds
        )
        for event in (one for page in pages for one in page["events"]):
            stream = STREAM.match(event["logStreamName"])
            name = stream["function"] if stream else ""
            function = self._functions.get(name, name)
            at, message = event["timestamp"], event["message"]
            # Lines that an earlier version of the emulator stored have no id.
            yield Line(event.get("eventId", f"{at} {message}"), at, function, message)

    def follow(self, milliseconds: int) -> Iterator[Line]:
        """Return the lines from a time on, and those that come, for ever."""
        seen: dict[str, int] = {}
        while True:
            for line in self.since(milliseconds):
                if line.identity not in seen:
                    seen[line.identity] = line.milliseconds
                    yield line
            newest = max(seen.values(), default=milliseconds)
            milliseconds = max(milliseconds, newest - int(LATE * 1000))
            seen = {identity: at for identity, at in seen.items() if at >= milliseconds}
            time.sleep(POLL)


def show_logs(function: str | None, stack: str | None, state: StateFolder, *, follow: bool) -> int:
    """Show what the functions logged within the hour, or one did, and go on where told to."""
    reach(stack, state)
    groups = resources_of(stack, "AWS::Logs::LogGroup")
    log = FunctionsLog(groups[LOG_GROUP], function_names(stack, function))
    since = int((time.time() - PAST) * 1000)
    for line in log.follow(since) if follow else log.since(since):
        words = words_of(line.message)
        if words is not None and function in {None, line.function}:
            at = datetime.fromtimestamp(line.milliseconds / 1000).strftime("%H:%M:%S")
            name = line.function.removesuffix("Function")
            console.print(f"{at}  {name:14}  {words}", markup=False, soft_wrap=True)
    return 0


def words_of(message: str) -> str | None:
    """Return what a line says to a person; None where it only frames others, or counts."""
    try:
        record = json.loads(message)
    except ValueError:
        record = None
    if isinstance(record, dict):
        return _words_of_record(record)
    if report := REPORT.match(message):
        return f"took {float(report['took']):.0f} ms"
    return None if FRAME.match(message) else message


def _words_of_record(record: dict[str, Any]) -> str | None:
    match record:
        case {"_aws": _}:
            return None  # metrics
        case {"type": "platform.report", "record": {"status": status, "metrics": metrics}}:
            ending = "" if status == "success" else f", {status}"
            return f"took {metrics['durationMs']:.0f} ms{ending}"
        case {"type": str(kind)} if kind.startswith("platform."):
            return None
        case {"errorType": kind, "errorMessage": words}:  # what a handler raised, by the runtime
            trace = [str(line).rstrip() for line in record.get("stackTrace", [])]
            return "\n".join([f"ERROR {kind}: {words}", *trace])
        case {"level": level, "message": words}:
            more = [f"{k}={v}" for k, v in record.items() if k not in OF_EVERY_LINE]
            first = " ".join([level, str(words), *more])
            return "\n".join(filter(None, [first, record.get("exception")]))
    return json.dumps(record)
