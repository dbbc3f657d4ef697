"""Bounds what ministack remembers, and what it keeps for the next start.

Unfixed, it remembers and keeps everything, so each match costs memory.
"""

import copy
from typing import Any

from ministack.services import cloudwatch_logs, stepfunctions

EXECUTIONS_KEPT = 200
"""The newest finished executions, which the console shows."""
LOG_LINES_KEPT = 2000
"""The newest lines of each log group."""
MACHINES = (
    "state_machines",
    "tags",
    "activities",
    "state_machine_versions",
    "state_machine_aliases",
)
"""What Step Functions keeps for the next start."""


def machines() -> dict[str, Any]:
    """Return the state of Step Functions without executions: none goes on after a restart.

    Its own `get_state` would first copy all executions, with their histories.
    """
    kept = {name: copy.deepcopy(getattr(stepfunctions, f"_{name}")) for name in MACHINES}
    return {**kept, "executions": type(stepfunctions._executions)(), "map_runs": {}}


def forget_old_executions() -> None:
    """Delete the oldest finished executions."""
    executions: Any = stepfunctions._executions
    for arn in list(executions)[:-EXECUTIONS_KEPT]:
        if executions[arn]["status"] != "RUNNING":
            del executions[arn]


def forget_old_log_lines() -> None:
    """Delete each log group's oldest lines."""
    for _, group in cloudwatch_logs._log_groups.all_items():
        left = LOG_LINES_KEPT
        for stream in reversed(list(group["streams"].values())):  # the newest stream is the last
            with cloudwatch_logs._log_events_lock:
                lines = stream["events"]
                dropped = lines[: max(0, len(lines) - left)]
                del lines[: len(dropped)]
            left -= len(lines)
            for line in dropped:
                cloudwatch_logs._log_records._data.pop(
                    cloudwatch_logs._log_records._scoped(line.get("eventId")), None
                )
