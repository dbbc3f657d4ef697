"""The way from a container to the local AWS."""

import asyncio
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local import containers

ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="Docker's bridge is an interface of this machine on Linux alone"
)


def run(work: Coroutine[Any, Any, bytes]) -> bytes:
    """Run it in a thread of its own: in this one, Playwright's loop may be running."""
    with ThreadPoolExecutor() as threads:
        return threads.submit(asyncio.run, work).result()


@ON_LINUX
def test_the_address_on_an_interface_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "BRIDGE", b"lo")

    assert containers.bridge_address() == "127.0.0.1"


def test_without_dockers_bridge_there_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "BRIDGE", b"no-such-bridge")

    assert containers.bridge_address() is None


@ON_LINUX
def test_what_reaches_the_bridge_is_passed_on_and_answered() -> None:
    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.read()).upper())
        await writer.drain()
        writer.close()

    async def ask() -> bytes:
        aws = await asyncio.start_server(shout, "127.0.0.1", 0)
        port = aws.sockets[0].getsockname()[1]
        bridge = await containers.forward("127.0.0.2", f"http://127.0.0.1:{port}")
        reader, writer = await asyncio.open_connection("127.0.0.2", port)
        writer.write(b"hello")
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        bridge.close()
        aws.close()
        return answer

    assert run(ask()) == b"HELLO"


@ON_LINUX
def test_a_caller_is_hung_up_on_when_the_local_aws_is_gone() -> None:
    async def ask() -> bytes:
        aws = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
        port = aws.sockets[0].getsockname()[1]
        aws.close()
        await aws.wait_closed()
        bridge = await containers.forward("127.0.0.2", f"http://127.0.0.1:{port}")
        reader, writer = await asyncio.open_connection("127.0.0.2", port)
        answer = await reader.read()
        writer.close()
        bridge.close()
        return answer

    assert run(ask()) == b""
