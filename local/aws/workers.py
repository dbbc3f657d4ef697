"""Bounds the functions' processes: a function has a few, and its calls wait for a free one.

ministack starts a process for each call at once, and refuses calls beyond its limits. On one
machine fifty people would start fifty processes of the API, which slow each other down. So a call
waits here, in the thread that ministack gave it. The function's timeout starts after the wait.
"""

import contextvars
import os
import threading
import time
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

PROCESSES = os.cpu_count() or 1
"""Processes of each function: a function that computes can use every core."""
WAITING_FUNCTIONS = ("-ApiFunction-", "-CheckFaceFunction-")
"""Parts of the names of functions that mostly wait: for DynamoDB and S3, or for the recogniser.

They have twice as many processes. A picture that is costly to decode occupies one for seconds.
"""
WORTH_WAITING = 0.3
"""Seconds to wait for a running process before another one is started."""
has_process: contextvars.ContextVar[threading.Event | None] = contextvars.ContextVar(
    "has_process", default=None
)
"""The event to set once a call has a process; None where its caller does not wait for that."""


def bounded_workers() -> None:
    """Make a function's calls wait for one of a few processes."""
    execute = lambda_svc._execute_function_warm
    places: dict[str, threading.Semaphore] = {}
    guard = threading.Lock()

    def execute_in_turn(function: dict[str, Any], *args: Any) -> Any:
        name = (function.get("config") or function)["FunctionName"]
        with guard:
            if name not in places:
                waits = any(function in name for function in WAITING_FUNCTIONS)
                count = 2 * PROCESSES if waits else PROCESSES
                places[name] = threading.Semaphore(count)
        with places[name]:
            _wait_for_an_idle_process(name)
            if event := has_process.get():
                event.set()
            return execute(function, *args)

    lambda_svc._execute_function_warm = execute_in_turn


def old_versions_end() -> None:
    """End a version's processes some time after an alias names another version.

    Otherwise ministack keeps one process of each version, so each change of the code would leave
    one. They stay as long as an idle process does, so that their calls end.
    """
    update = lambda_svc._update_alias

    def update_and_end(function: str, alias: str, wanted: dict[str, Any]) -> Any:
        known = lambda_svc._functions.get(function, {}).get("aliases", {}).get(alias, {})
        before = known.get("FunctionVersion")
        reply = update(function, alias, wanted)
        if before not in {None, known.get("FunctionVersion")}:
            end = threading.Timer(
                lambda_runtime._LOCAL_WORKER_TTL,
                lambda_runtime.invalidate_worker,
                (function, before),
            )
            end.daemon = True
            end.start()
        return reply

    lambda_svc._update_alias = update_and_end


def _wait_for_an_idle_process(function: str) -> None:
    """Wait a moment for a process to become free, if all of them are busy.

    To start a process takes a second or two of a core. Most calls take less than a tenth of that.
    """
    deadline = time.monotonic() + WORTH_WAITING
    while time.monotonic() < deadline:
        with lambda_runtime._lock:
            processes = [
                process
                for key, pool in lambda_runtime._workers.items()
                if f":{function}:" in key
                for process in pool
            ]
            if not processes or any(not process.in_use for process in processes):
                return
        time.sleep(0.01)
