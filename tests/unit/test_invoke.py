"""What `lookalike invoke` takes, and what it shows of a function's log."""

import re
from pathlib import Path

import pytest

from cli.examples import EVENTS, events_of
from cli.invoke import TAIL, list_functions, log_lines, read_event
from local.errors import LocalError
from local.state import StateFolder


@pytest.mark.parametrize("name", ["check_face", "resolve_matches", "index_portrait_created"])
def test_an_event_of_examples_is_refused_with_the_command_that_makes_it_real(name: str) -> None:
    with pytest.raises(LocalError, match=r"names examples.*`lookalike event NAME`"):
        read_event(str(EVENTS / f"{name}.json"))


def test_an_event_without_examples_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text('{"bucket": "mine"}')

    assert read_event(str(tmp_path / "event.json")) == b'{"bucket": "mine"}'
    assert b"/status" in read_event(str(EVENTS / "api_read_status.json"))


def test_a_full_tail_of_a_log_begins_with_a_whole_line() -> None:
    lines = [b"first line".rjust(TAIL, b"."), b"second line", b"third line"]

    assert log_lines(b"\n".join(lines)[-TAIL:]) == ["second line", "third line"]


def test_a_short_log_is_shown_whole() -> None:
    assert log_lines(b"first line\nsecond line\n") == ["first line", "second line"]


def test_the_functions_are_listed_with_their_events(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    names = ["CheckFaceFunction", "CountMatchFunction"]
    monkeypatch.setattr("cli.invoke.reach", lambda *_: None)
    monkeypatch.setattr("cli.invoke.function_names", lambda *_: dict.fromkeys(names, "deployed"))

    assert list_functions(None, StateFolder(tmp_path)) == 0

    first, second, last = capsys.readouterr().out.splitlines()
    assert first == "CheckFaceFunction: check_face"
    assert second == "CountMatchFunction: count_match_failed, count_match_succeeded"
    assert "lookalike event NAME" in last


def test_each_event_is_of_one_function_or_of_the_workflow() -> None:
    template = (EVENTS.parent / "template.yaml").read_text()
    functions = re.findall(r"^  (\w+Function):$", template, re.MULTILINE)

    found = sorted(event for function in functions for event in events_of(function))

    written = {path.stem for path in EVENTS.glob("*.json")}
    assert found == sorted(written - {"find_lookalike_selfie_uploaded"})
