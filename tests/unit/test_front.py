"""The front before a local AWS that is slow: what it gives up, and when it says that it is busy."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from yarl import URL

from local import bodies, front
from local.deployment import Outputs
from local.front import Front
from local.state import free_port
from tests.loops import apart

BUCKET = "selfies-of-lookalike"
SOON = 0.2
"""Seconds after which the front gives up, in these tests."""


def outputs() -> Outputs:
    values: dict[str, Any] = {one.name: "x" for one in fields(Outputs)}
    return Outputs(
        **{
            **values,
            "api_url": "http://abc.execute-api.localhost",
            "selfies_bucket": BUCKET,
            "pictures_bucket": "pictures-of-it",
        }
    )


@asynccontextmanager
async def serving(
    answer: Callable[[web.Request], Coroutine[Any, Any, web.Response]],
) -> AsyncIterator[int]:
    """Serve a front before a local AWS that answers with `answer`; yield the port."""
    behind = web.Application(client_max_size=0)
    behind.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(behind)
    await runner.setup()
    aws, port = free_port(), free_port()
    await web.TCPSite(runner, "127.0.0.1", aws).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{aws}")
        served = await Front(Path("web"), f"http://127.0.0.1:{aws}", outputs()).serve(port)
        try:
            yield port
        finally:
            await served.cleanup()
            await runner.cleanup()


async def at_once(request: web.Request) -> web.Response:
    await request.read()
    return web.json_response({})


async def send(port: int, data: bytes) -> bytes:
    """Send only these bytes; return all that comes back until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    answer = await reader.read()
    writer.close()
    return answer


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CALL_WITHIN", "CHUNK_WITHIN", "FORM_WITHIN"):
        monkeypatch.setattr(bodies, name, SOON)
    for name in ("IDLE_WITHIN", "LINGER"):
        monkeypatch.setattr(front, name, SOON)


HEAD = "Host: localhost\r\nContent-Type: {kind}\r\nContent-Length: 100\r\n\r\n"


@pytest.mark.usefixtures("impatient")
def test_half_a_head_is_given_up() -> None:
    async def run() -> bytes:
        async with serving(at_once) as port:
            return await send(port, b"GET / HTTP/1.1\r\nHost: loc")

    assert apart(run()) == b""


@pytest.mark.usefixtures("impatient")
def test_half_a_call_is_given_up() -> None:
    async def run() -> bytes:
        async with serving(at_once) as port:
            head = "POST /api/matches HTTP/1.1\r\n" + HEAD.format(kind="application/json")
            return await send(port, head.encode() + b"{")

    assert apart(run()).startswith(b"HTTP/1.1 408 ")


@pytest.mark.usefixtures("impatient")
def test_half_a_form_is_given_up() -> None:
    async def run() -> bytes:
        async with serving(at_once) as port:
            head = f"POST /{BUCKET} HTTP/1.1\r\n" + HEAD.format(kind="multipart/form-data")
            return await send(port, head.encode() + b"--x")

    assert apart(run()).startswith(b"HTTP/1.1 408 ")


def test_a_call_beyond_the_most_gets_429_and_when_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(front, "MOST_CALLS", 1)

    async def run() -> tuple[int, str, Any, int]:
        come, go = asyncio.Event(), asyncio.Event()

        async def hang(_: web.Request) -> web.Response:
            come.set()
            await go.wait()
            return web.json_response({})

        async with serving(hang) as port, ClientSession() as client:
            url = f"http://localhost:{port}/api/status"
            first = asyncio.create_task(client.get(url))
            await come.wait()
            async with client.get(url) as second:
                told = second.status, second.headers["Retry-After"], await second.json()
            go.set()
            return (*told, (await first).status)

    status, wait, problem, first = apart(run())

    assert (status, problem["code"], first) == (429, "busy", 200)
    assert wait.isdigit()


def test_half_a_call_keeps_no_other_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "MOST_CALLS", 1)

    async def run() -> int:
        async with serving(at_once) as port, ClientSession() as client:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            head = "POST /api/matches HTTP/1.1\r\n" + HEAD.format(kind="application/json")
            writer.write(head.encode() + b"{")
            await asyncio.sleep(SOON)
            async with client.get(f"http://localhost:{port}/api/status") as answer:
                writer.close()
                return answer.status

    assert apart(run()) == 200


def test_a_form_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "CHUNK_WITHIN", SOON)
    monkeypatch.setattr(front, "LINGER", SOON)

    async def run() -> bytes:
        async with serving(at_once) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            head = f"POST /{BUCKET} HTTP/1.1\r\n" + HEAD.format(kind="multipart/form-data")
            writer.write(head.encode())
            answer = asyncio.create_task(reader.readline())
            while not answer.done():  # each piece is in time
                writer.write(b"x")
                await asyncio.sleep(SOON / 10)
            writer.close()
            return await answer

    assert apart(run()).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("body", [b"{}", b" " * 3000 + b"{}"])
def test_a_compressed_call_is_forwarded_whole(body: bytes) -> None:
    seen: list[tuple[str | None, bytes]] = []

    async def note(request: web.Request) -> web.Response:
        seen.append((request.headers.get("Content-Length"), await request.read()))
        return web.json_response({})

    async def run() -> None:
        async with serving(note) as port, ClientSession() as client:
            await client.post(
                f"http://localhost:{port}/api/matches",
                data=gzip.compress(body),
                headers={"Content-Encoding": "gzip"},
            )

    apart(run())

    assert seen == [(str(len(body)), body)]


def test_a_long_call_of_cognitos_is_refused() -> None:
    async def run() -> int:
        headers = {"X-Amz-Target": "AWSCognitoIdentityProviderService.RevokeToken"}
        async with serving(at_once) as port, ClientSession(headers=headers) as client:
            url = f"http://localhost:{port}/cognito"
            async with client.post(url, data=b" " * 20_000) as answer:
                return answer.status

    assert apart(run()) == 413


@pytest.mark.parametrize("path", ["/api/status", f"/{BUCKET}/x?X-Amz-Signature=1", "/"])
def test_a_proxys_form_of_a_request_is_refused(path: str) -> None:
    async def run() -> bytes:
        async with serving(at_once) as port:
            line = f"GET http://localhost{path} HTTP/1.1\r\n"
            return await send(port, f"{line}Host: localhost\r\nConnection: close\r\n\r\n".encode())

    assert apart(run()).startswith(b"HTTP/1.1 400 ")


def test_a_local_aws_that_is_gone_is_a_bad_gateway() -> None:
    async def run() -> tuple[int, Any]:
        port = free_port()
        served = await Front(Path("web"), f"http://127.0.0.1:{free_port()}", outputs()).serve(port)
        url = f"http://localhost:{port}/api/status"
        async with ClientSession() as client, client.get(url) as answer:
            told = answer.status, json.loads(await answer.read())
        await served.cleanup()
        return told

    status, body = apart(run())

    assert status in {500, 502}
    assert set(body) == {"message"}


def test_what_is_no_http_is_refused_without_a_word_in_the_terminal(
    capfd: pytest.CaptureFixture[str],
) -> None:
    async def run() -> list[bytes]:
        async with serving(at_once) as port:
            return [
                await send(port, data)
                for data in (b"\x16\x03\x01 secret\r\n\r\n", b"GET /\x00secret HTTP/1.1\r\n\r\n")
            ]

    answers = apart(run())

    assert all(answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 ")) for answer in answers)
    assert capfd.readouterr() == ("", "")


COPY = f"/pictures/{'0123456789abcdef' * 2}/a-1_b.c/480.jpg"


def pictures(monkeypatch: pytest.MonkeyPatch, method: str, path: str) -> tuple[int, Any, list[str]]:
    """Ask the front for a path; return the status, the headers, and what it asked the local AWS."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    asked: list[str] = []

    async def store(request: web.Request) -> web.Response:
        asked.append(f"{request.method} {request.path}")
        headers = {"Cache-Control": "public, max-age=86400", "x-amz-request-id": "1"}
        return web.Response(body=b"a picture", content_type="image/jpeg", headers=headers)

    async def run() -> tuple[int, Any]:
        async with serving(store) as port, ClientSession() as client:
            url = URL(f"http://localhost:{port}{path}", encoded=True)
            async with client.request(method, url) as answer:
                return answer.status, answer.headers

    return *apart(run()), asked


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_copy_of_a_portrait_is_served_and_kept_for_a_day(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    status, headers, asked = pictures(monkeypatch, method, COPY)

    assert (status, asked) == (200, [f"{method} /pictures-of-it{COPY}"])
    assert headers["Cache-Control"] == "public, max-age=86400"
    assert headers["Content-Security-Policy"] == "default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "image/jpeg"
    assert "x-amz-request-id" not in headers


@pytest.mark.parametrize(
    "path",
    [
        COPY.replace("/480.jpg", "/4800.jpg"),
        COPY.replace("/480.jpg", "/480.png"),
        COPY.replace("/480.jpg", "/0.jpg"),
        COPY.replace("/a-1_b.c/", "/../"),
        COPY.replace("/a-1_b.c/", "/a%2Fb/"),
        COPY.replace("/0123", "/x123"),
        "/pictures/",
    ],
)
def test_nothing_else_of_the_bucket_is_served(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    status, _, asked = pictures(monkeypatch, "GET", path)

    assert (status, asked) == (404, [])


def test_a_copy_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    status, _, asked = pictures(monkeypatch, "PUT", COPY)

    assert (status, asked) == (405, [])
