"""One run of the workflow, as a tree: its states, what each tried, and what it all cost.

Pure: it reads what DescribeExecution and GetExecutionHistory answer, of AWS or the local AWS.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.redaction import redact
from lookalike.selfies import SELFIE_PREFIX

RUNNING = "RUNNING"

USD_TRANSITION = 0.025 / 1000
USD_RECOGNISER_CALL = 0.001
USD_FUNCTION_SECOND = 0.0000133334 * 0.5
"""Of a function with 512 MB on arm."""
USD_FUNCTION_CALL = 0.20 / 1_000_000
USD_TABLE_WRITE = 0.625 / 1_000_000
USD_TABLE_READ = 0.125 / 1_000_000
USD_EVENT = 1.00 / 1_000_000
"""List prices of us-east-1 in US dollars, of 2025, not looked up again."""

UNPAID_REFUSALS = frozenset({"image_too_large", "image_too_small", "unsupported_image"})
"""What Check Face refuses by a picture's header, before it asks the recogniser."""


@dataclass
class Attempt:
    """One call of a task; a retry is another."""

    service: str
    """As in the history, such as `lambda` or `aws-sdk:rekognition`."""
    call: str
    """Such as `invoke`."""
    started: datetime
    ended: datetime | None = None
    parameters: Any = None
    result: Any = None
    error: str | None = None
    cause: str | None = None
    stack_trace: str | None = None

    @property
    def function(self) -> str | None:
        """The name or ARN of the function that was called, if one was."""
        if self.service != "lambda" or not isinstance(self.parameters, dict):
            return None
        return self.parameters.get("FunctionName")

    def fail(self, ended: datetime, details: Mapping[str, Any], versions: set[str]) -> None:
        """Note the error that ended it."""
        self.ended, self.error = ended, details.get("error")
        self.cause = redact(details.get("cause") or "", versions)
        self.stack_trace = _stack_trace(self.cause or "")


@dataclass
class Step:
    """One visit of a state."""

    name: str
    type: str
    entered: datetime
    input: Any
    exited: datetime | None = None
    output: Any = None
    variables: dict[str, Any] = field(default_factory=dict)
    """What its Assign has set."""
    attempts: list[Attempt] = field(default_factory=list)
    status: str = "running"
    """`succeeded`; `caught`, where its error led on to another state; `failed`; or `running`."""
    error: str | None = None
    cause: str | None = None

    @property
    def retries(self) -> int:
        """How often it was tried again."""
        return max(0, len(self.attempts) - 1)

    @property
    def usd(self) -> float:
        """About what it cost, at list price."""
        return USD_TRANSITION * (1 + self.retries) + sum(map(_usd_of, self.attempts))


@dataclass
class Run:
    """One execution of the workflow."""

    arn: str
    name: str
    match_id: str | None
    status: str
    """Step Functions' own, such as `RUNNING`."""
    started: datetime
    stopped: datetime | None
    input: Any
    output: Any
    error: str | None
    cause: str | None
    steps: list[Step]
    outcome: str
    """What became of the match: `succeeded`, a failure's code, or in words where the run ended."""

    @property
    def usd(self) -> float:
        """About what it cost, at list price: the states, not the upload and the polls."""
        return sum(step.usd for step in self.steps)


def read_run(described: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> Run:
    """Read a run from DescribeExecution's answer and the events of its history, oldest first."""
    given = _value(described.get("input", "{}"))
    key = given.get("key", "") if isinstance(given, dict) else ""
    versions = {given["version"]} if isinstance(given, dict) and given.get("version") else set()
    steps: list[Step] = []
    for event in events:
        _apply_event(event, steps, versions)
    status = described["status"]
    if status != RUNNING:
        for step in steps:
            if step.status == "running":  # what the run ended in
                _end(step, described)
    return Run(
        arn=described["executionArn"],
        name=described["name"],
        match_id=key.removeprefix(SELFIE_PREFIX) or None,
        status=status,
        started=described["startDate"],
        stopped=described.get("stopDate"),
        input=redact(given, versions),
        output=redact(_value(described.get("output")), versions),
        error=described.get("error"),
        cause=redact(described.get("cause") or None, versions),
        steps=steps,
        outcome=_outcome(status, described.get("error"), steps),
    )


def _apply_event(event: Mapping[str, Any], steps: list[Step], versions: set[str]) -> None:
    """Add one event of a history to the states so far."""
    kind, at = event["type"], event["timestamp"]
    details = event.get(f"{kind[0].lower()}{kind[1:]}EventDetails", {})
    if kind.endswith("StateEntered"):
        details = event["stateEnteredEventDetails"]
        given = redact(_value(details.get("input")), versions)
        steps.append(Step(details["name"], kind.removesuffix("StateEntered"), at, given))
        return
    if not steps:
        return
    step = steps[-1]
    attempt = step.attempts[-1] if step.attempts else None
    if kind.endswith("StateExited"):
        _exit(step, at, event["stateExitedEventDetails"], versions)
    elif kind == "TaskScheduled":
        parameters = redact(_value(details.get("parameters")), versions)
        step.attempts.append(
            Attempt(details["resourceType"], details["resource"], at, parameters=parameters)
        )
    elif kind == "TaskSucceeded" and attempt:
        attempt.ended, attempt.result = at, redact(_value(details.get("output")), versions)
    elif kind in FAILURES and attempt:
        attempt.fail(at, details, versions)
    elif kind == "EvaluationFailed":
        step.error, step.cause = details.get("error"), redact(details.get("cause"), versions)


FAILURES = frozenset({"TaskFailed", "TaskStartFailed", "TaskSubmitFailed", "TaskTimedOut"})


def _exit(step: Step, at: datetime, details: Mapping[str, Any], versions: set[str]) -> None:
    step.exited, step.output = at, redact(_value(details.get("output")), versions)
    assigned = details.get("assignedVariables") or {}
    step.variables = redact({name: _value(text) for name, text in assigned.items()}, versions)
    last = step.attempts[-1] if step.attempts else None
    if last and last.error:
        step.error, step.cause = last.error, last.cause
    step.status = "caught" if step.error else "succeeded"


def _end(step: Step, described: Mapping[str, Any]) -> None:
    """End a state that the run never left."""
    step.exited, step.status = described.get("stopDate"), "failed"
    last = step.attempts[-1] if step.attempts else None
    if last and last.ended is None:
        last.ended = step.exited
    error = (last.error if last else None) or described.get("error")
    step.error = step.error or error or described["status"]
    step.cause = step.cause or (last.cause if last else None)


def _outcome(status: str, error: str | None, steps: list[Step]) -> str:
    """Say in a few words what became of the match."""
    if status == RUNNING:
        return "running"
    if status in {"TIMED_OUT", "ABORTED"}:
        return status.lower()
    failure = None
    for step in steps:
        if "failure" in step.variables:
            failure = step.variables["failure"]
    last = steps[-1].name if steps else ""
    if last in ENDS_OF_ITS_OWN:
        return last.lower()
    if isinstance(failure, dict) and failure.get("code"):
        return str(failure["code"])
    if status == "SUCCEEDED":
        return "succeeded"
    return error or "failed"


ENDS_OF_ITS_OWN = frozenset({"Discard Upload", "Duplicate Event", "Match Gone"})
"""States in which a run ends that leaves no result."""


def _usd_of(attempt: Attempt) -> float:
    seconds = (attempt.ended - attempt.started).total_seconds() if attempt.ended else 0.0
    if attempt.service == "lambda":
        calls = _recogniser_calls(attempt)
        return USD_FUNCTION_CALL + seconds * USD_FUNCTION_SECOND + calls * USD_RECOGNISER_CALL
    if attempt.service.endswith("rekognition"):
        return 0.0 if attempt.error else USD_RECOGNISER_CALL
    if attempt.service == "dynamodb":
        return USD_TABLE_READ if attempt.call == "getItem" else USD_TABLE_WRITE
    return USD_EVENT if attempt.service == "events" else 0.0


def _recogniser_calls(attempt: Attempt) -> int:
    """Count the calls of the recogniser that a function made, by what it answered."""
    answer = attempt.result.get("Payload") if isinstance(attempt.result, dict) else None
    if not isinstance(answer, dict):
        return 0
    if "CheckFace" in (attempt.function or ""):
        code = (answer.get("failure") or {}).get("code")
        return int(code not in UNPAID_REFUSALS)
    return int(answer.get("method") == "landmarks")


def _stack_trace(cause: str) -> str | None:
    """Read the stack trace from what Lambda says of a function that raised."""
    try:
        said = json.loads(cause)
    except ValueError:
        return None
    lines = said.get("stackTrace") if isinstance(said, dict) else None
    return "".join(map(str, lines)) if lines else None


def traceback_in(log: str, error: str) -> str | None:
    """Return the last traceback in a log that ends in an error of this name, its paths short."""
    found = [trace for trace in TRACEBACK.findall(log) if error in trace.rsplit("\n", 1)[-1]]
    return SITE.sub('File "', found[-1]) if found else None


TRACEBACK = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n)+.+", re.MULTILINE)
SITE = re.compile(r'File "\S+/(?:code|python|site-packages|task)/')


def _value(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def match_of(name: str) -> str | None:
    """Return the match that a run is named after, if it is named after one."""
    found = re.match(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_", name)
    return found[1] if found else None
