"""How much of the past ministack keeps: by itself all of it, so that each match costs memory."""

from typing import Any

from ministack.services import cloudwatch_logs, stepfunctions

EXECUTIONS_KEPT = 500
"""Finished executions to keep for the console, the newest."""
LOG_LINES_KEPT = 2000
"""Of each log group, the newest."""


def forget_old_executions() -> None:
    """Drop the oldest finished executions, which ministack keeps for ever."""
    executions: Any = stepfunctions._executions
    for arn in list(executions)[:-EXECUTIONS_KEPT]:
        if executions[arn]["status"] != "RUNNING":
            del executions[arn]


def forget_old_log_lines() -> None:
    """Drop each log group's oldest lines, which ministack keeps for ever."""
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
