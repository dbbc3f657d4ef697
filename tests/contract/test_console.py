"""Who gets to see the console: a browser on this machine, and no other."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import ClientSession

from local import page_headers
from local.console import server
from local.console.server import FILES, FORWARDED, NEWEST, RunConsole
from local.deployment import Outputs
from local.executions import Executions
from local.filling import Filling
from local.front import Front
from local.runs import Run
from local.state import ROOT, StateFolder, free_port
from tests.unit.recorded_runs import run_of

PATHS = ["/console", "/console/", "/console/main.js", "/console/runs", "/console/runs/succeeded"]
NOTHING = "/console/runs/nothing", "/console/nothing", "/console/../front.py", "/console/server.py"
NAMES = ["succeeded", "no_face", "retried"]


class Recorded:
    """Executions that have been recorded."""

    def __init__(self) -> None:
        self.read_runs: list[str] = []

    def newest(self) -> Iterator[dict[str, Any]]:
        """List them."""
        for name in NAMES:
            run = run_of(name)
            yield {
                "executionArn": name,
                "name": name,
                "status": run.status,
                "startDate": run.started,
                "stopDate": run.stopped,
            }

    def arn_of(self, name: str) -> str:
        """Return the name itself."""
        return name

    def read(self, name: str) -> Run | None:
        """Read one, if there is such a one."""
        self.read_runs.append(name)
        return run_of(name) if name in NAMES else None

    def definition(self) -> Any:
        """Return a workflow."""
        return {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}


def console() -> RunConsole:
    return RunConsole(cast("Executions", Recorded()))


def outputs() -> Outputs:
    values: dict[str, Any] = {one.name: "x" for one in fields(Outputs)}
    named = {"selfies_bucket": "selfies-bucket", "portraits_bucket": "portraits-bucket"}
    return Outputs(**{**values, **named})


async def ask(
    path: str, origin: str | None, headers: Mapping[str, str], shown: RunConsole | None
) -> tuple[int, Mapping[str, str], bytes]:
    """Ask a front for a path, without following where it leads."""
    port = free_port()
    front = Front(ROOT / "web", f"http://127.0.0.1:{free_port()}", outputs(), origin, shown)
    served = await front.serve(port)
    url = f"http://127.0.0.1:{port}{path}"
    async with (
        ClientSession() as client,
        client.get(url, headers=headers, allow_redirects=False) as answer,
    ):
        told = answer.status, dict(answer.headers), await answer.read()
    await served.cleanup()
    return told


def get(
    path: str,
    *,
    origin: str | None = None,
    headers: Mapping[str, str] | None = None,
    shown: RunConsole | None = None,
) -> tuple[int, Mapping[str, str], bytes]:
    """Ask in a thread of its own: another test's loop may run in this one."""
    with ThreadPoolExecutor(1) as pool:
        work = ask(path, origin, headers or {}, shown or console())
        return pool.submit(asyncio.run, work).result()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000"])
def test_a_loopback_name_gets_the_console(path: str, host: str) -> None:
    status, _, _ = get(path, headers={"Host": host})

    assert status == (302 if path == "/console" else 200)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["faces.example", "localhost.faces.example", "192.168.1.2:8000"])
def test_another_host_gets_404(path: str, host: str) -> None:
    assert get(path, headers={"Host": host})[0] == 404


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["localhost", "faces.example"])
def test_with_an_origin_no_host_gets_it(path: str, host: str) -> None:
    assert get(path, origin="https://faces.example", headers={"Host": host})[0] == 404


@pytest.mark.parametrize("header", sorted(FORWARDED))
def test_what_a_proxy_has_passed_on_gets_404(header: str) -> None:
    assert get("/console/runs", headers={header.lower(): "for=192.0.2.1"})[0] == 404


def test_a_page_of_another_origin_may_not_ask() -> None:
    assert get("/console/runs", headers={"Origin": "https://evil.example"})[0] == 403


@pytest.mark.parametrize("path", NOTHING)
def test_what_there_is_not_is_404(path: str) -> None:
    assert get(path)[0] == 404


def test_the_console_only_reads() -> None:
    async def post() -> int:
        port = free_port()
        front = Front(ROOT / "web", "http://127.0.0.1:1", outputs(), None, console())
        served = await front.serve(port)
        url = f"http://127.0.0.1:{port}/console/runs"
        async with ClientSession() as client, client.post(url) as answer:
            status = answer.status
        await served.cleanup()
        return status

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, post()).result() == 405


# More celebrities

MAIL = "me@example.org"
HOST = "localhost:8000"
OWN = {
    "Host": HOST,
    "Origin": f"http://{HOST}",
    "Content-Type": "application/json",
    "Sec-Fetch-Site": "same-origin",
}


class Fetching:
    """Takes the place of what starts the process."""

    def __init__(self) -> None:
        self.contacts: list[str] = []

    def __call__(self, contact: str) -> "Fetching":
        self.contacts.append(contact)
        return self

    def poll(self) -> int | None:
        return None


@pytest.fixture
def fetching() -> Fetching:
    return Fetching()


@pytest.fixture
def filling(tmp_path: Path, fetching: Fetching) -> Filling:
    state = StateFolder(tmp_path)
    state.pack_source.write_text("starter")
    return Filling(state, cast("Any", fetching))


def ask_for_people(
    filling: Filling | None,
    body: bytes = json.dumps({"contact": MAIL}).encode(),
    headers: Mapping[str, str] = OWN,
    origin: str | None = None,
) -> tuple[int, bytes]:
    """Send a contact to a front that shows the console; return the status and the body."""

    async def post() -> tuple[int, bytes]:
        port = free_port()
        shown = RunConsole(cast("Executions", Recorded()), filling)
        front = Front(ROOT / "web", "http://127.0.0.1:1", outputs(), origin, shown)
        served = await front.serve(port)
        url = f"http://127.0.0.1:{port}/console/celebrities"
        async with (
            ClientSession(skip_auto_headers=["Content-Type"]) as client,
            client.post(url, data=body, headers=headers) as answer,
        ):
            told = answer.status, await answer.read()
        await served.cleanup()
        return told

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, post()).result()


def test_the_console_fetches_more_people_once_and_keeps_the_contact(
    filling: Filling, fetching: Fetching
) -> None:
    first, second = ask_for_people(filling), ask_for_people(filling)

    assert (first, second[0]) == ((202, b'{"stage": "running"}'), 409)
    assert fetching.contacts == [MAIL]
    assert filling.state.contact.read_text() == MAIL
    assert answered(RunConsole(cast("Executions", None), filling), "celebrities") == {
        "stage": "running"
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:8001"},
        {"Origin": "https://localhost:8000"},
        {"Origin": "null"},
        {"Origin": None},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": None},
    ],
    ids=str,
)
def test_no_page_but_the_consoles_own_can_ask_for_people(
    filling: Filling, fetching: Fetching, headers: dict[str, str | None]
) -> None:
    sent = {name: value for name, value in {**OWN, **headers}.items() if value is not None}

    assert ask_for_people(filling, headers=sent)[0] == 403
    assert fetching.contacts == []


@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ({"Host": "faces.example", "Origin": "http://faces.example"}, None),
        ({"Host": "localhost.faces.example", "Origin": "http://localhost.faces.example"}, None),
        *(({name: "for=192.0.2.1"}, None) for name in sorted(FORWARDED)),
        ({"Host": "faces.example", "Origin": "https://faces.example"}, "https://faces.example"),
        ({}, "https://faces.example"),
    ],
    ids=str,
)
def test_who_gets_no_console_can_ask_for_no_people(
    filling: Filling, fetching: Fetching, headers: dict[str, str], origin: str | None
) -> None:
    assert ask_for_people(filling, headers={**OWN, **headers}, origin=origin)[0] == 404
    assert fetching.contacts == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"contact": "nobody"}', 422),
        (b'{"contact": "me@example.org\\r\\nX-Evil: 1"}', 422),
        (b'{"contact": ["me@example.org"]}', 422),
        *(
            (body, 422)
            for body in (b"", b"{}", b"[]", b"7", b"null", b"{", b"\xff\xfe", b"[" * 500)
        ),
        (json.dumps({"contact": MAIL, "more": "x" * 600}).encode(), 413),
        (b"x" * 300_000, 413),
    ],
)
def test_what_is_no_contact_is_refused_and_not_quoted(
    filling: Filling,
    fetching: Fetching,
    body: bytes,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = ask_for_people(filling, body)

    assert answer[0] == status
    assert b"example" not in answer[1]
    assert b"nobody" not in answer[1]
    assert (fetching.contacts, caplog.text) == ([], "")
    assert not filling.state.contact.exists()


@pytest.mark.parametrize("filled", ["folder", "wikimedia"])
def test_a_pack_that_is_not_the_starters_gets_no_people(
    filling: Filling, fetching: Fetching, filled: str
) -> None:
    filling.state.pack_source.write_text(filled)

    assert ask_for_people(filling)[0] == 409
    assert ask_for_people(None)[0] == 409
    assert fetching.contacts == []
    assert answered(console(), "celebrities") == {"stage": "closed"}


def test_the_console_never_reads_out_a_contact(filling: Filling) -> None:
    filling.keep(MAIL)

    told = answered(RunConsole(cast("Executions", Recorded()), filling), "celebrities")

    assert told == {"stage": "open"}


def test_it_has_the_pages_strict_policy() -> None:
    policy = get("/console/")[1]["Content-Security-Policy"]
    rules = page_headers.render(page_headers.FILE.read_text(), page_headers.Origins())

    assert policy == page_headers.headers_for("/", rules)["Content-Security-Policy"]


def test_its_page_names_only_files_that_it_has() -> None:
    text = FILES[""].read_text()

    assert "console.css" in text
    assert {"console.css", "main.js"} <= set(FILES)
    assert "style=" not in text
    assert "<style" not in text


def test_its_files_are_not_among_those_that_are_published() -> None:
    assert not Path(FILES[""]).is_relative_to(ROOT / "web")


def test_it_lists_as_many_runs_as_are_kept() -> None:
    history = (ROOT / "local" / "aws" / "history.py").read_text()  # its ministack is elsewhere

    assert f"EXECUTIONS_KEPT = {NEWEST}\n" in history


def answered(shown: RunConsole, name: str) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, shown.answer(name)).result()


def test_runs_are_listed_from_the_newest_and_each_is_read_once() -> None:
    recorded = Recorded()
    shown = RunConsole(cast("Executions", recorded))

    answers = [answered(shown, "runs") for _ in range(2)]

    runs = answers[1]["runs"]
    assert [one["started"] for one in runs] == sorted(one["started"] for one in runs)[::-1]
    assert {one["name"]: one["outcome"] for one in runs} == {
        "succeeded": "succeeded",
        "no_face": "no_face",
        "retried": "succeeded",
    }
    assert sorted(recorded.read_runs) == sorted(NAMES)


def test_only_so_many_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "READ_AT_ONCE", 1)
    shown = console()

    known = [sum(bool(one["outcome"]) for one in answered(shown, "runs")["runs"]) for _ in range(4)]

    assert known == [1, 2, 3, 3]


def test_a_run_is_told_in_json() -> None:
    run = answered(console(), "runs/retried")

    assert run["outcome"] == "succeeded"
    assert datetime.fromisoformat(run["started"]).tzinfo == UTC
    search = next(step for step in run["steps"] if step["name"] == "Search Celebrities")
    assert (search["retries"], len(search["attempts"])) == (2, 3)
    assert search["usd"] > 0.001
