"""A front of the tests' own: its files can change, and the line to it can be cut."""

import asyncio
import shutil
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import ClientSession, web

from local.front import Front
from local.state import ROOT, free_port
from tests.running_stack import RunningStack

Value = TypeVar("Value")


class _CopiesOf:
    """The portraits' reduced copies, as another front serves them."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    async def answer(self, request: web.Request, session: ClientSession) -> web.Response:
        async with session.request(request.method, self._origin + request.path) as found:
            kept = {name: found.headers[name] for name in ("Cache-Control", "Content-Type")}
            return web.Response(status=found.status, body=await found.read(), headers=kept)


class BreakableFront:
    """Serves a copy of the page, before a running stack, over a line that counts and breaks."""

    def __init__(self, stack: RunningStack, pages: Path) -> None:
        self.pages = pages
        self.port, self._inner_port = free_port(), free_port()
        self.origin = f"http://localhost:{self.port}"
        self.code_for = stack.code_for
        self.carried = 0
        """The bytes that went to the browser, headers and all."""
        self.refused = b""
        """What the browser may not ask for: its connection breaks."""
        self._silent = False
        self._lines: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        front = Front(pages, stack.addresses["aws_url"], stack.outputs)
        # The front signs with the keys of `lookalike up`, which a test has not.
        vars(front)["pictures"] = _CopiesOf(stack.origin)
        self._runner = web.AppRunner(front.application(), access_log=None)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._call(self._open())

    def restore(self) -> None:
        """Have the page's own files again, and a line that works."""
        shutil.copytree(ROOT / "web", self.pages, dirs_exist_ok=True)
        self.refused = b""
        self.mend()
        self.carried = 0

    def cut(self) -> None:
        """Refuse every connection, and end those that there are."""
        self._call(self._cut())

    def fall_silent(self) -> None:
        """Accept connections, and never say anything."""
        self.cut()
        self._silent = True
        self._call(self._listen())

    def mend(self) -> None:
        """Let everything through."""
        self.cut()
        self._silent = False
        self._call(self._listen())

    def close(self) -> None:
        """End it."""
        self.cut()
        self._call(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, Value]) -> Value:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _open(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._inner_port).start()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)

    async def _cut(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        for line in self._lines:
            line.transport.abort()

    async def _connect(self, browser: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        self._lines.add(answer)
        try:
            if self._silent:
                await browser.read(-1)
                return
            front, request = await asyncio.open_connection("127.0.0.1", self._inner_port)
            try:
                await asyncio.gather(self._ask(browser, request), self._answer(front, answer))
            finally:
                request.transport.abort()
        except OSError:
            pass  # cut
        finally:
            self._lines.discard(answer)
            answer.transport.abort()

    async def _ask(self, browser: asyncio.StreamReader, request: asyncio.StreamWriter) -> None:
        while said := await browser.read(2**16):
            if self.refused and self.refused in said:
                raise ConnectionAbortedError
            request.write(said)
            await request.drain()
        request.write_eof()

    async def _answer(self, front: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        while said := await front.read(2**16):
            self.carried += len(said)
            answer.write(said)
            await answer.drain()
        answer.write_eof()
