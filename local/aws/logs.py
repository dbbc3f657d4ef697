"""The functions' log, in which ministack does not say which function wrote a line."""

import queue
import time
import uuid
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import cloudwatch_logs, lambda_svc

LOG_END = uuid.uuid4().hex
"""The line by which a function's process says that an invocation logs nothing more."""
LONGEST_LOG = 5.0
"""Seconds that the end of a log is waited for."""
POLL = 0.05
"""Seconds after which the log of a process that has ended is given up."""


def lambda_log_end() -> None:
    """Wait for all that an invocation logs, and no longer.

    ministack waits 50 ms for a first line. Many handlers log none, and on a busy machine a line
    comes later: then it was lost, or counted to the next invocation.
    """
    answered = "        _real_stdout.flush()\n\nrun()"
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    assert script.count(answered) == 1
    ended = f"        print({LOG_END!r}, file=sys.stderr, flush=True)\n{answered}"
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(answered, ended)

    def drain_to_the_end(worker: Any, **_: Any) -> str:
        lines: list[str] = []
        until = time.monotonic() + LONGEST_LOG
        while time.monotonic() < until:
            try:
                line = worker._stderr_queue.get(timeout=POLL)
            except queue.Empty:
                if not worker._stderr_thread.is_alive():
                    break
            else:
                if line.endswith(LOG_END):  # after a line that the function has not ended
                    lines += filter(None, [line.removesuffix(LOG_END)])
                    break
                lines.append(line)
        return "\n".join(lines)

    lambda_runtime.Worker._drain_stderr_bounded = drain_to_the_end


def function_logs() -> None:
    """Name each stream of the log after its function, and log why a function could not start.

    The functions share one log group. There AWS calls a stream DATE/FUNCTION[VERSION]ID, and
    ministack DATE/[VERSION]ID. Of a module that cannot be imported, ministack logs nothing. Each
    line gets an id, as on AWS, by which a reader knows it again.
    """
    emit, execute = lambda_svc._emit_lambda_logs, lambda_svc._execute_function_warm

    def emit_named(
        function: dict[str, Any],
        request_id: str,
        text: str,
        error: bool,
        milliseconds: int,
        **more: Any,
    ) -> None:
        config = function.get("config") or function
        group = cloudwatch_logs._log_groups.get((config.get("LoggingConfig") or {}).get("LogGroup"))
        if group is None:  # a function's own, which is named after it
            emit(function, request_id, text, error, milliseconds, **more)
            return
        version = config.get("Version", "$LATEST")
        name = f"{time.strftime('%Y/%m/%d')}/{config['FunctionName']}[{version}]{uuid.uuid4().hex}"
        lines = [
            f"START RequestId: {request_id} Version: {version}",
            *text.splitlines(),
            f"END RequestId: {request_id}",
            f"REPORT RequestId: {request_id}\tDuration: {milliseconds} ms",
        ]
        group["streams"][name] = _stream(lines)

    def execute_and_say_why(*arguments: Any) -> Any:
        result = execute(*arguments)
        if result.get("error") and not result.get("log"):
            result["log"] = str(result["body"].get("errorMessage", ""))
        return result

    lambda_svc._emit_lambda_logs = emit_named
    lambda_svc._execute_function_warm = execute_and_say_why


def _stream(lines: list[str]) -> dict[str, Any]:
    now = int(time.time() * 1000)
    stream = {
        "events": [],
        "uploadSequenceToken": "1",
        "creationTime": now,
        "firstEventTimestamp": None,
        "lastEventTimestamp": None,
        "lastIngestionTime": None,
    }
    events = [
        {"eventId": uuid.uuid4().hex, "timestamp": now, "ingestionTime": now, "message": line}
        for line in lines
    ]
    cloudwatch_logs._append_log_events(stream, events)
    return stream
