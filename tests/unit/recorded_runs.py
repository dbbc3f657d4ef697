"""Runs that were recorded by tests/record_runs.py, as boto3 gives them."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from local.runs import Run, read_run

FOLDER = Path(__file__).with_name("runs")
TIMES = {"startDate", "stopDate", "timestamp"}


def recorded(name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what DescribeExecution and GetExecutionHistory answered about a run."""
    read = json.loads((FOLDER / f"{name}.json").read_text(), object_hook=_with_times)
    return read["run"], read["events"]


def run_of(name: str) -> Run:
    """Read a recorded run."""
    return read_run(*recorded(name))


def _with_times(value: dict[str, Any]) -> dict[str, Any]:
    return {k: datetime.fromisoformat(v) if k in TIMES else v for k, v in value.items()}
