"""A front of the tests' own that shows the console: the stack's own has another origin."""

import asyncio
import threading
from pathlib import Path
from typing import Any, cast

import boto3

from local.console.server import RunConsole
from local.executions import Executions
from local.filling import Filling
from local.front import Front
from local.state import ROOT, StateFolder, free_port
from tests.running_stack import RunningStack


class Fetching:
    """A process that fetches people, until the test says that the pack is filled."""

    def __init__(self, filled: Path) -> None:
        """Begin to run."""
        self._filled = filled

    def poll(self) -> int | None:
        """Return whether it runs."""
        return None if self._filled.read_text() == "starter" else 0


class ConsoleFront:
    """Serves the page and the console before a running stack, from a thread of its own."""

    def __init__(self, stack: RunningStack, folder: Path) -> None:
        """Begin to serve; the folder is for what a contact starts."""
        self.pack_source = StateFolder(folder).pack_source
        """A test writes `starter` into it, so that the console offers more celebrities."""
        self.contacts: list[str] = []
        """With which fetching was started."""
        self.stack, port = stack, free_port()
        self.origin = f"http://localhost:{port}"
        secret = (stack.state / "secret").read_text()
        session = boto3.Session("test", secret, region_name="us-east-1")
        url = stack.addresses["aws_url"]
        executions = Executions(stack.outputs, session, endpoint_url=url)
        filling = Filling(StateFolder(folder), cast("Any", self._fetch))
        front = Front(ROOT / "web", url, stack.outputs, console=RunConsole(executions, filling))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._runner = asyncio.run_coroutine_threadsafe(front.serve(port), self._loop).result(30)

    def _fetch(self, contact: str) -> Fetching:
        self.contacts.append(contact)
        return Fetching(self.pack_source)

    def close(self) -> None:
        """End it."""
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
