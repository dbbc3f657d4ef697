"""Adds what ministack ignores of a state machine: delays, jitter, time limit, whole history.

It also takes away the pause that ministack makes before each execution.
"""

import contextvars
import json
import random
import re
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

from ministack.services import stepfunctions

from local.aws.workers import has_process

_deadline: contextvars.ContextVar[float] = contextvars.ContextVar("deadline", default=float("inf"))
"""When the execution of this thread is to end, by the monotonic clock."""


_parameters: contextvars.ContextVar[Any] = contextvars.ContextVar("parameters", default=None)
"""What the latest task of this thread's execution was called with."""
_assigned: contextvars.ContextVar[dict[str, str]] = contextvars.ContextVar("assigned")
"""The variables that the state under way in this thread has set, each as JSON."""

PAUSE = 0.15
"""Seconds that ministack sleeps before an execution's first state."""

MATCH_ID = re.compile(r"selfies/([0-9a-f-]{36})")


class MachineTimedOut(BaseException):
    """Raised in an execution that has run for longer than its machine's TimeoutSeconds.

    No Retry and no Catch of a state sees it, as on AWS.
    """


class _Clock:
    """Python's `time`, for a ministack that starts an execution without its pause."""

    def sleep(self, seconds: float) -> None:
        """Sleep, but not for the pause."""
        if seconds != PAUSE:
            time.sleep(seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def prompt_start() -> None:
    """Start an execution at once: a match has no part that takes longer than the pause."""
    stepfunctions.time = _Clock()


def retry_delays() -> None:
    """Apply MaxDelaySeconds and JitterStrategy of a Retry."""
    find = stepfunctions._find_matching_retrier

    def find_with_delay(retriers: Any, error: str, counts: dict[int, int]) -> Any:
        retrier, index = find(retriers, error, counts)
        if retrier is None:
            return retrier, index
        growth = retrier.get("BackoffRate", 2.0) ** counts.get(index, 0)
        delay = retrier.get("IntervalSeconds", 1) * growth
        delay = min(delay, retrier.get("MaxDelaySeconds", delay))
        if retrier.get("JitterStrategy") == "FULL":
            delay = random.uniform(0, delay)  # noqa: S311 - it spreads retries, and protects nothing
        # ministack multiplies the two, so together they make the delay.
        return {**retrier, "IntervalSeconds": delay, "BackoffRate": 1.0}, index

    stepfunctions._find_matching_retrier = find_with_delay


def machine_timeout() -> None:
    """End an execution after its TimeoutSeconds, and start a task's timeout when it runs."""
    run, sleep = stepfunctions._run_execution, stepfunctions._scaled_sleep

    def run_in_time(arn: str) -> None:
        execution = stepfunctions._executions[arn]
        machine = stepfunctions._state_machines.get(execution["stateMachineArn"])
        limit = json.loads(machine["definition"]).get("TimeoutSeconds") if machine else None
        if limit:
            _deadline.set(time.monotonic() + limit)
        try:
            run(arn)
        except MachineTimedOut:
            _time_out(execution)

    def sleep_in_time(seconds: float) -> None:
        # ministack scales the seconds before it sleeps, so the time left is scaled back.
        scale = stepfunctions._SFN_WAIT_SCALE
        left = _deadline.get() - time.monotonic()
        sleep(min(seconds, left / scale) if scale else seconds)
        _check_deadline()

    def invoke_in_time(resource: str, data: Any, timeout: float) -> Any:
        _check_deadline()
        begun = threading.Event()
        has_process.set(begun)
        pool = ThreadPoolExecutor(max_workers=1)
        future = pool.submit(
            contextvars.copy_context().run, stepfunctions._invoke_resource, resource, data
        )
        pool.shutdown(wait=False)
        future.add_done_callback(lambda _: begun.set())
        if "lambda:invoke" in resource:
            begun.wait(_seconds_left())
        try:
            return future.result(min(timeout, _deadline.get() - time.monotonic()))
        except FutureTimeoutError:
            _check_deadline()
            raise stepfunctions._ExecutionError(
                "States.Timeout", f"Task timed out after {timeout} seconds"
            ) from None

    stepfunctions._run_execution = run_in_time
    stepfunctions._scaled_sleep = sleep_in_time
    stepfunctions._invoke_resource_with_timeout = invoke_in_time


def _seconds_left() -> float | None:
    left = _deadline.get() - time.monotonic()
    return None if left == float("inf") else left


def _check_deadline() -> None:
    if time.monotonic() >= _deadline.get():
        raise MachineTimedOut


def _time_out(execution: Any) -> None:
    if execution["status"] != "RUNNING":
        return
    execution |= {"status": "TIMED_OUT", "error": "States.Timeout", "cause": "", "output": None}
    execution["stopDate"] = stepfunctions.now_iso()
    details = {"error": "States.Timeout", "cause": ""}
    stepfunctions._add_event(
        execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": details}
    )
    stepfunctions._emit_execution_status_event(execution)


def execution_names() -> None:
    """Name an execution that EventBridge starts after the match that it is about.

    On AWS, EventBridge makes a name of its own event's id and a random part.
    """
    start = stepfunctions._start_execution

    def start_named(data: Any) -> Any:
        found = MATCH_ID.search(data.get("input", ""))
        if found and not data.get("name"):
            data = {**data, "name": f"{found[1]}_{uuid.uuid4().hex[:16]}"}
        return start(data)

    stepfunctions._start_execution = start_named


def whole_history() -> None:
    """Note in the history what a task was called with, and which variables a state has set."""
    arguments, assign = stepfunctions._apply_jsonata_arguments, stepfunctions._apply_state_assign
    add = stepfunctions._add_event

    def note_arguments(*args: Any) -> Any:
        found = arguments(*args)
        _parameters.set(found)
        return found

    def note_assigned(state: Any, raw_input: Any, ctx: Any, *args: Any, **kwargs: Any) -> None:
        assign(state, raw_input, ctx, *args, **kwargs)
        names = state.get("Assign") or {}
        _assigned.set({name: json.dumps(ctx["variables"][name]) for name in names})

    def add_whole(execution: Any, event_type: str, details: Any = None) -> Any:
        if event_type.endswith("StateEntered"):
            _assigned.set({})
        elif event_type.endswith("StateExited"):
            details["stateExitedEventDetails"]["assignedVariables"] = _assigned.get({})
        elif event_type.startswith("Task"):
            event_type, details = _as_on_aws(event_type, details)
        return add(execution, event_type, details)

    stepfunctions._apply_jsonata_arguments = note_arguments
    stepfunctions._apply_state_assign = note_assigned
    stepfunctions._add_event = add_whole


def _as_on_aws(event_type: str, details: Any) -> tuple[str, Any]:
    """Return a task's event with the service and the call named apart, and its parameters."""
    (noted,) = details.values()
    integration = noted["resource"].split(":::")[-1]
    service, _, call = integration.rpartition(":")
    noted = {**noted, "resourceType": service or "lambda", "resource": call}
    if event_type == "TaskScheduled":
        noted |= {"region": "us-east-1", "parameters": json.dumps(_parameters.get())}
    elif event_type == "TaskFailed" and noted["error"] == "States.Timeout":
        event_type = "TaskTimedOut"
    return event_type, {f"{event_type[0].lower()}{event_type[1:]}EventDetails": noted}
