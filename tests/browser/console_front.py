"""A front of the tests' own that shows the console: the stack's own has another origin."""

import asyncio
import threading

import boto3

from local.console.server import RunConsole
from local.executions import Executions
from local.front import Front
from local.state import ROOT, free_port
from tests.running_stack import RunningStack


class ConsoleFront:
    """Serves the page and the console before a running stack, from a thread of its own."""

    def __init__(self, stack: RunningStack) -> None:
        """Begin to serve."""
        self.stack, port = stack, free_port()
        self.origin = f"http://localhost:{port}"
        secret = (stack.state / "secret").read_text()
        session = boto3.Session("test", secret, region_name="us-east-1")
        url = stack.addresses["aws_url"]
        executions = Executions(stack.outputs, session, endpoint_url=url)
        front = Front(ROOT / "web", url, stack.outputs, console=RunConsole(executions))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._runner = asyncio.run_coroutine_threadsafe(front.serve(port), self._loop).result(30)

    def close(self) -> None:
        """End it."""
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
