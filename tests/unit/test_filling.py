"""What is a contact, when the fetching of more people begins, and what a terminal asks."""

import asyncio
import os
import select
from pathlib import Path
from typing import Any, cast

import pytest

from cli import asking
from local.filling import ContactError, Filling, contact_of
from local.state import StateFolder
from tests.loops import apart

MAIL = "me@example.org"


class Process:
    """A process that runs until its code is set."""

    def __init__(self) -> None:
        self.code: int | None = None

    def poll(self) -> int | None:
        return self.code

    def kill(self) -> None:
        self.code = -9

    def wait(self) -> int:
        return self.code or 0


class Starts:
    """Starts processes, and notes with which contacts."""

    def __init__(self) -> None:
        self.contacts: list[str] = []
        self.processes: list[Process] = []

    def __call__(self, contact: str) -> Process:
        self.contacts.append(contact)
        self.processes.append(Process())
        return self.processes[-1]


@pytest.fixture
def starts() -> Starts:
    return Starts()


@pytest.fixture
def filling(tmp_path: Path, starts: Starts) -> Filling:
    """What could fill a pack of starter portraits."""
    state = StateFolder(tmp_path)
    state.pack_source.write_text("starter")
    return Filling(state, cast("Any", starts))


# A contact


@pytest.mark.parametrize(
    "typed",
    [
        MAIL,
        " me@example.org ",
        "first.last+tag@mail.example.co.uk",
        "https://git.example.org/people/celebrity",
        "http://example.org:8080/~me",
        f"{'m' * 64}@example.org",
    ],
)
def test_a_mail_or_web_address_is_a_contact(typed: str) -> None:
    assert contact_of(typed) == typed.strip()


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "me", "me@localhost", "@example.org", "me@@example.org", "example.org"),
        *(
            "me@example.org\r\nX-Header: 1",
            "me@example.org)",
            "me (at) example.org",
            "me@exa mple.org",
        ),
        *("https://me:secret@example.org/", "javascript:alert(1)", "ftp://example.org"),
        *(
            "mé@example.org",
            "<b>me@example.org</b>",
            '"><script>@example.org',
            "me@example.org\x00",
        ),
        f"{'m' * 60}@{'example.' * 30}org",
        *(None, 7, ["me@example.org"], {"contact": MAIL}),
    ],
)
def test_nothing_else_is_a_contact_and_the_error_does_not_quote_it(typed: object) -> None:
    with pytest.raises(ContactError) as raised:
        contact_of(typed)

    assert str(raised.value) == "this is neither a mail nor a web address"


def test_a_kept_contact_is_for_its_owner_alone(filling: Filling) -> None:
    filling.keep(MAIL)

    assert filling.state.contact.read_text() == MAIL
    assert filling.state.contact.stat().st_mode & 0o777 == 0o600


# When it begins


def test_it_begins_once_while_it_runs(filling: Filling, starts: Starts) -> None:
    stages = [filling.stage]

    begun = [filling.begin(MAIL), filling.begin("another@example.org")]

    assert (begun, [*stages, filling.stage]) == ([True, False], ["open", "running"])
    assert starts.contacts == [MAIL]


def test_after_a_failure_it_can_begin_again(filling: Filling, starts: Starts) -> None:
    filling.begin(MAIL)
    starts.processes[0].code = 1

    failed = filling.stage
    begun = filling.begin(MAIL)

    assert (failed, begun, filling.stage) == ("failed", True, "running")


def test_it_is_closed_once_the_pack_is_filled(filling: Filling, starts: Starts) -> None:
    filling.begin(MAIL)
    starts.processes[0].code = 0
    filling.state.pack_source.write_text("wikimedia")

    assert filling.stage == "closed"
    assert not filling.begin(MAIL)


def test_its_process_ends_with_the_stack(filling: Filling, starts: Starts) -> None:
    filling.begin(MAIL)

    filling.end()

    assert starts.processes[0].code == -9


# At a terminal


def offer(filling: Filling, typed: bytes, *, refused: bool = False, is_asked: bool = True) -> None:
    """Offer more people at a terminal where one types this, and wait until it was read."""

    async def run() -> None:
        asking.offer(filling, "http://localhost:8000", contact_refused=refused)
        while is_asked and select.select([reader], [], [], 0)[0]:
            await asyncio.sleep(0.01)

    writer, reader = os.openpty()
    os.write(writer, typed)
    with pytest.MonkeyPatch.context() as patch, os.fdopen(reader) as terminal:
        patch.setattr("sys.stdin", terminal)
        patch.setattr(asking, "_is_at_terminal", lambda: True)
        apart(run())
    os.close(writer)


def test_a_contact_that_is_typed_begins_it_and_is_kept(filling: Filling, starts: Starts) -> None:
    offer(filling, b"me@example.org\n")

    assert starts.contacts == [MAIL]
    assert filling.state.contact.read_text() == MAIL


def test_enter_alone_is_no_and_is_not_asked_again(
    filling: Filling, starts: Starts, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(filling, b"\n")
    assert "type your mail" in " ".join(capsys.readouterr().out.split())

    offer(filling, b"me@example.org\n", is_asked=False)

    assert starts.contacts == []
    assert "make run CONTACT=you@example.org" in capsys.readouterr().out


def test_what_is_no_contact_is_asked_for_again(filling: Filling, starts: Starts) -> None:
    assert not asking.answer(filling, b"who knows\n")
    assert not asking.answer(filling, b"\xff\xfe\n")

    assert asking.answer(filling, b"me@example.org\n")
    assert starts.contacts == [MAIL]


def test_the_end_of_the_terminal_settles_nothing_for_the_next_start(filling: Filling) -> None:
    assert asking.answer(filling, b"")

    assert not filling.state.contact.exists()


def test_a_contact_that_is_empty_on_purpose_is_not_asked_for(
    filling: Filling, starts: Starts, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(filling, b"me@example.org\n", refused=True, is_asked=False)

    assert starts.contacts == []
    assert "http://localhost:8000/console/" in capsys.readouterr().out


def test_without_a_terminal_the_ways_to_more_are_said(
    filling: Filling, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr("sys.stdin", nothing)

        asking.offer(filling, "http://localhost:8000", contact_refused=False)

    said = capsys.readouterr().out
    assert "make run CONTACT=you@example.org" in said
    assert "http://localhost:8000/console/" in said


def test_a_pack_that_has_more_people_offers_none(
    filling: Filling, capsys: pytest.CaptureFixture[str]
) -> None:
    filling.state.pack_source.write_text("wikimedia")

    asking.offer(filling, "http://localhost:8000", contact_refused=False)

    assert capsys.readouterr().out == ""
