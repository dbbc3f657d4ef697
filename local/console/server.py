"""What the console's page asks for: the runs, one run, and the workflow's definition."""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from local.executions import Executions
from local.runs import RUNNING, Run, match_of

PAGE = Path(__file__).with_name("page")
NEWEST = 200
"""Runs that are listed; the local AWS keeps as many, see local/aws/history.py."""
READ_AT_ONCE = 25
"""Runs whose outcome is looked up for one answer; the page asks again for the others'."""
FORWARDED = frozenset({"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip"})
"""Headers of a request that a proxy or a tunnel has passed on."""

FILES = {
    "": PAGE / "index.html",
    **{path.name: path for path in sorted(PAGE.iterdir()) if path.name != "index.html"},
}
"""What the page consists of, by its path below /console/."""


@dataclass
class RunConsole:
    """Answers about a stack's runs; what has ended is read once."""

    executions: Executions
    _outcomes: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def answer(self, name: str) -> Any:
        """Return the JSON of a name below /console/: `runs`, `workflow` or `runs/NAME`; or None."""
        if name == "runs":
            return await asyncio.to_thread(self._list)
        if name == "workflow":
            return await asyncio.to_thread(self.executions.definition)
        if name.startswith("runs/"):
            return await asyncio.to_thread(self._read, name.removeprefix("runs/"))
        return None

    def _list(self) -> dict[str, Any]:
        with self._lock:  # two pages that ask at once read no run twice
            listed: list[Any] = list(islice(self.executions.newest(), NEWEST))
            listed.sort(key=lambda one: one["startDate"], reverse=True)
            known = {one["name"] for one in listed}
            self._outcomes = {k: v for k, v in self._outcomes.items() if k in known}
            unread = (
                one
                for one in listed
                if one["status"] != RUNNING and one["name"] not in self._outcomes
            )
            for one in islice(unread, READ_AT_ONCE):
                if run := self.executions.read(one["executionArn"]):
                    self._outcomes[one["name"]] = run.outcome
            return {"runs": [self._summary(one) for one in listed], "most": NEWEST}

    def _summary(self, listed: Mapping[str, Any]) -> dict[str, Any]:
        running = listed["status"] == RUNNING
        return {
            "name": listed["name"],
            "match_id": match_of(listed["name"]),
            "status": listed["status"],
            "started": _time(listed["startDate"]),
            "stopped": _time(listed.get("stopDate")),
            "outcome": "running" if running else self._outcomes.get(listed["name"]),
        }

    def _read(self, name: str) -> dict[str, Any] | None:
        run = self.executions.read(self.executions.arn_of(name))
        return run_as_json(run) if run else None


def run_as_json(run: Run) -> dict[str, Any]:
    """Return a run as the page reads it: times as text, and what it cost."""
    written: dict[str, Any] = _written(asdict(run))
    written["usd"] = run.usd
    for step, shown in zip(run.steps, written["steps"], strict=True):
        shown |= {"usd": step.usd, "retries": step.retries}
    return written


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, dict):
        return {name: _written(inner) for name, inner in value.items()}
    return [_written(inner) for inner in value] if isinstance(value, list) else value


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None
