"""`lookalike logs`, as it is typed, and the words for each kind of line."""

import json
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import boto3
import pytest

from cli import logs as module
from cli import main as cli
from cli.logs import FunctionsLog, words_of
from local.errors import LocalError
from tests.moto.cloud import empty_account

GROUP = "functions"
FUNCTIONS = {"ApiFunction": "s-ApiFunction-1", "CheckFaceFunction": "s-CheckFaceFunction-2"}

Write = Callable[..., None]
Run = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def write(monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write lines to the log of a function."""
    with empty_account(monkeypatch):
        client = boto3.client("logs")
        client.create_log_group(logGroupName=GROUP)
        for name in FUNCTIONS.values():
            client.create_log_stream(logGroupName=GROUP, logStreamName=stream(name))

        def write_lines(function: str, *lines: str, ago: float = 0) -> None:
            at = int((time.time() - ago) * 1000)
            client.put_log_events(
                logGroupName=GROUP,
                logStreamName=stream(FUNCTIONS[function]),
                logEvents=[{"timestamp": at, "message": line} for line in lines],
            )

        yield write_lines


def stream(name: str) -> str:
    return f"2026/11/27/{name}[$LATEST]0123456789abcdef"


def names(_stack: str | None, wanted: str | None) -> dict[str, str]:
    if wanted not in {None, *FUNCTIONS}:
        raise LocalError(f"there is no function {wanted}")
    return FUNCTIONS


@pytest.fixture
def run(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Type the command; gives its exit code and its lines."""
    monkeypatch.setattr(module, "reach", lambda *_: None)
    monkeypatch.setattr(module, "resources_of", lambda *_: {"FunctionsLogGroup": GROUP})
    monkeypatch.setattr(module, "function_names", names)

    def type_in(*words: str) -> tuple[int, list[str]]:
        monkeypatch.setattr("sys.argv", ["lookalike", "logs", *words, "--state", str(tmp_path)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert isinstance(ended.value.code, int)
        return ended.value.code, capsys.readouterr().out.splitlines()

    return type_in


def test_lines_are_shown_with_the_time_and_the_function(run: Run, write: Write) -> None:
    write("ApiFunction", "START RequestId: 1 Version: $LATEST", "[red] text", ago=2)
    write("CheckFaceFunction", "other", ago=1)

    code, lines = run()

    assert code == 0
    assert [line.split(maxsplit=2)[1:] for line in lines] == [
        ["Api", "[red] text"],
        ["CheckFace", "other"],
    ]


def test_lines_of_one_function_are_shown_where_it_is_named(run: Run, write: Write) -> None:
    write("ApiFunction", "one", ago=2)
    write("CheckFaceFunction", "other", ago=1)

    _, lines = run("CheckFaceFunction")

    assert [line.split()[-1] for line in lines] == ["other"]


def test_what_is_older_than_an_hour_is_not_shown(run: Run, write: Write) -> None:
    write("ApiFunction", "old", ago=3700)

    assert run() == (0, [])


@pytest.mark.usefixtures("write")
def test_function_that_is_not_there_ends_the_command(
    run: Run,
) -> None:
    assert run("CheckFace")[0] == 1


def test_following_shows_each_line_once_and_those_that_come(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = FunctionsLog(GROUP, FUNCTIONS)
    write("ApiFunction", "same", "same", ago=3)
    coming = iter([("second", 2.0), ("late", 2.5), ("third", 1.0)])

    def sleep(_seconds: float) -> None:
        line, ago = next(coming)
        write("ApiFunction", line, ago=ago)

    monkeypatch.setattr("cli.logs.time.sleep", sleep)

    lines = [line.message for line in islice(log.follow(int((time.time() - 60) * 1000)), 5)]

    assert lines == ["same", "same", "second", "late", "third"]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("START RequestId: 1 Version: $LATEST", None),
        ("END RequestId: 1", None),
        ("REPORT RequestId: 1\tDuration: 12.7 ms\tBilled Duration: 13 ms", "took 13 ms"),
        ("Traceback (most recent call last):", "Traceback (most recent call last):"),
        ("[1, 2]", "[1, 2]"),
        ({"_aws": {"Timestamp": 1}, "CelebritiesFound": 5}, None),
        ({"type": "platform.start", "record": {"requestId": "1"}}, None),
        (
            {
                "type": "platform.report",
                "record": {"status": "success", "metrics": {"durationMs": 12.7}},
            },
            "took 13 ms",
        ),
        (
            {
                "type": "platform.report",
                "record": {"status": "timeout", "metrics": {"durationMs": 20000}},
            },
            "took 20000 ms, timeout",
        ),
        (
            {"level": "INFO", "message": "selfie refused", "service": "x", "code": "no_face"},
            "INFO selfie refused code=no_face",
        ),
        (
            {"level": "ERROR", "message": "not settled", "exception": "Traceback\n  line"},
            "ERROR not settled\nTraceback\n  line",
        ),
        (
            {
                "log_level": "ERROR",
                "errorType": "KeyError",
                "errorMessage": "'key'",
                "stackTrace": ["  File app.py\n", "    event['key']\n"],
            },
            "ERROR KeyError: 'key'\n  File app.py\n    event['key']",
        ),
        ({"something": "else"}, '{"something": "else"}'),
    ],
)
def test_line_in_words(message: Any, words: str | None) -> None:
    assert words_of(message if isinstance(message, str) else json.dumps(message)) == words
