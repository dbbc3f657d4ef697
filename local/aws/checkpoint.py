"""Saves ministack's state while it runs; it saves it only when it ends in order.

So a process that is killed, or a machine that goes down, costs the last few seconds at most. The
workflow's executions and the functions' logs are left to the orderly end: nothing depends on
them, and they are large. S3's objects are written as they come.
"""

import json
import threading
import time
from typing import Any

from ministack import app
from ministack.core import persistence
from ministack.services import stepfunctions

INTERVAL = 3.0
"""Seconds between two looks for something to save, at least."""
SHARE = 0.05
"""Of the time, that saving may take: while a large catalog is indexed, it is all new every time."""
LEFT_OUT = frozenset({"stepfunctions", "cloudwatch_logs"})
EXECUTIONS_KEPT = 500
"""Finished executions to keep for the console, the newest."""


class Checkpoints(threading.Thread):
    """Saves, every few seconds, the services whose state has changed."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._saved: dict[str, int] = {}

    def run(self) -> None:
        """Save until the process ends."""
        took = 0.0
        while True:
            time.sleep(max(INTERVAL, took / SHARE))
            started = time.thread_time()
            self.save()
            took = time.thread_time() - started
            forget_old_executions()

    def save(self) -> None:
        """Save the services whose state has changed."""
        for name, get_state in app._build_persistence_save_dict().items():
            if name in LEFT_OUT:
                continue
            try:
                state = get_state()
                digest = hash(json.dumps(state, default=persistence._json_default))
            except RuntimeError:  # it changed while it was read; the next look comes soon
                continue
            if state is not None and digest != self._saved.get(name):
                persistence.save_state(name, state)
                self._saved[name] = digest


def forget_old_executions() -> None:
    """Drop the oldest finished executions, which ministack keeps for ever."""
    executions: Any = stepfunctions._executions
    for arn in list(executions)[:-EXECUTIONS_KEPT]:
        if executions[arn]["status"] != "RUNNING":
            del executions[arn]
