"""What the tests have ministack run first: faults in the workflow's calls, on request.

A fault is a JSON file in the folder that LOOKALIKE_FAULTS names (see tests/running_stack.py). It
applies to the workflow's calls whose resource and input hold given texts, and is used up after
so many of them. Retries wait for nothing, and the gateway's clock can be put ahead.
"""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

from ministack.services import apigateway, stepfunctions

FOLDER = Path(os.environ["LOOKALIKE_FAULTS"])
LOCK = threading.Lock()

invoke = stepfunctions._invoke_resource


def take(resource: str, data: Any) -> dict[str, Any] | None:
    """Give the first fault that applies to a call, and count it."""
    with LOCK:
        for path in sorted(FOLDER.glob("*.json")):
            fault: dict[str, Any] = json.loads(path.read_text())
            if fault["resource"] in resource and fault["text"] in json.dumps(data):
                fault["times"] -= 1
                if fault["times"]:
                    path.write_text(json.dumps(fault))
                else:
                    path.unlink()
                return fault
    return None


def invoke_with_faults(resource: str, data: Any) -> Any:
    """Make a call of the workflow, unless a fault says otherwise."""
    fault = take(resource, data)
    if fault is None:
        return invoke(resource, data)
    if fault["kind"] == "hold":
        while Path(fault["until_gone"]).exists():
            time.sleep(0.02)
        return invoke(resource, data)
    if fault["kind"] == "lost reply":
        invoke(resource, data)
    raise stepfunctions._ExecutionError(fault["error"], "a fault of the tests")


class Clock:
    """The gateway's clock, ahead by the seconds that the file `ahead` holds."""

    def time(self) -> float:
        """Give the time, in seconds since the epoch."""
        ahead = FOLDER / "ahead"
        return time.time() + (float(ahead.read_text()) if ahead.exists() else 0.0)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


apigateway.time = Clock()
stepfunctions._SFN_WAIT_SCALE = float(os.environ.get("SFN_WAIT_SCALE", "0"))
stepfunctions._invoke_resource = invoke_with_faults
