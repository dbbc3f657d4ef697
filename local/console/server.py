"""What the console's page asks for: runs, the workflow's definition, and more celebrities."""

import asyncio
import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from aiohttp import web

from local.executions import Executions
from local.filling import ContactError, Filling, contact_of
from local.runs import RUNNING, Run, match_of

PAGE = Path(__file__).with_name("page")
NEWEST = 200
"""Runs that are listed; the local AWS keeps as many, see local/aws/history.py."""
READ_AT_ONCE = 25
"""Runs whose outcome is looked up for one answer; the page asks again for the others'."""
LARGEST_CONTACT_CALL = 512
"""Bytes of the call that brings a contact."""
FORWARDED = frozenset({"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip"})
"""Headers of a request that a proxy or a tunnel has passed on."""

FILES = {
    "": PAGE / "index.html",
    **{path.name: path for path in sorted(PAGE.iterdir()) if path.name != "index.html"},
}
"""What the page consists of, by its path below /console/."""


def is_of_own_page(request: web.Request) -> bool:
    """Whether the console's own page sends a request, and not a page of another site.

    Only a script can send JSON, and browsers ask before a script sends it to another origin.
    """
    return (
        request.headers.getall("Origin", []) == [f"http://{request.host}"]
        and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        and request.content_type == "application/json"
    )


@dataclass
class RunConsole:
    """Answers about a stack's runs; what has ended is read once."""

    executions: Executions
    filling: Filling | None = None
    """What fetches more celebrities; None where the pack is a folder's."""
    _outcomes: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def answer(self, name: str) -> Any:
        """Return the JSON of a name below /console/; None for one that there is not."""
        if name == "celebrities":
            return {"stage": self.filling.stage if self.filling else "closed"}
        if name == "runs":
            return await asyncio.to_thread(self._list)
        if name == "workflow":
            return await asyncio.to_thread(self.executions.definition)
        if name.startswith("runs/"):
            return await asyncio.to_thread(self._read, name.removeprefix("runs/"))
        return None

    def fill(self, body: bytes) -> web.Response:
        """Begin to fetch more celebrities with the contact of a call's JSON."""
        if self.filling is None:
            raise web.HTTPConflict
        try:
            contact = contact_of(json.loads(body)["contact"])
        except (ContactError, ValueError, LookupError, TypeError, RecursionError):
            raise web.HTTPUnprocessableEntity from None  # its cause would quote the contact
        if not self.filling.begin(contact):
            raise web.HTTPConflict
        self.filling.keep(contact)
        return web.json_response({"stage": self.filling.stage}, status=202)

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
