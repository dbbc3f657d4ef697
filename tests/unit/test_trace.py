import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from cli.trace import draw, trace
from local.errors import LocalError
from local.executions import console_link
from local.state import StateFolder
from tests.unit.recorded_runs import run_of


def drawn(name: str, link: str | None = None, *, payloads: bool = False) -> str:
    console = Console(width=160, file=io.StringIO(), record=True)
    console.print(draw(run_of(name), link, payloads=payloads))
    return console.export_text()


def test_a_run_is_drawn_state_by_state() -> None:
    run = run_of("succeeded")
    text = drawn("succeeded")

    assert f"Match {run.match_id}  succeeded" in text
    assert "about USD 0.002" in text
    positions = [text.index(step.name) for step in run.steps]
    assert positions == sorted(positions)
    assert len(text.splitlines()) == len(run.steps) + len(["Match", "Run", "Began"])


def test_the_seconds_of_a_state_say_what_they_are() -> None:
    assert re.search(
        r"✓ Claim Upload  at \+\d+\.\d\d s, took \d+\.\d{3} s, USD", drawn("succeeded")
    )


def test_payloads_are_shown_where_they_are_asked_for() -> None:
    text = drawn("succeeded", payloads=True)

    assert "lambda:invoke lookalike-CheckFaceFunction" in text
    assert all(word in text for word in ("received {", "sent {", "got {", "set {", "passed on {"))


def test_without_payloads_a_failure_still_says_what_was_set() -> None:
    text = drawn("no_face")

    assert 'set {"failure": {"code": "no_face"' in text
    assert not any(word in text for word in ("received {", "sent {", "got {", "passed on {"))


def test_retries_are_counted_and_each_is_shown() -> None:
    text = drawn("retried")

    assert "Search Celebrities" in text
    assert "2 retries" in text
    assert text.count("Rekognition.ThrottlingException: a fault of the tests") == 2
    assert "try 3: aws-sdk:rekognition:searchFacesByImage" in text


def test_an_error_is_shown_with_its_cause() -> None:
    text = drawn("service_unavailable")

    assert "! Resolve Matches" in text
    assert "TypeError: a fault of the tests" in text
    assert "✗ Service Failed" in text


def test_long_lists_are_cut() -> None:
    assert '"… 3 more"' in drawn("succeeded", payloads=True)


def test_on_aws_there_is_a_link_to_its_console() -> None:
    link = console_link("arn:aws:states:eu-west-1:1:execution:Find:one")

    assert link == (
        "https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1"
        "#/v2/executions/details/arn:aws:states:eu-west-1:1:execution:Find:one"
    )
    assert link in drawn("succeeded", link)


def test_without_a_stack_a_word_says_so(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="no local stack runs"):
        trace("a-match", None, StateFolder(tmp_path))
