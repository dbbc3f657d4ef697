from pathlib import Path

import pytest

from cli import main as cli
from cli.match import Match
from lookalike import VERSION


def test_version_is_the_one_that_the_api_names(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["lookalike", "--version"])

    with pytest.raises(SystemExit, match="0"):
        cli.main()

    assert capsys.readouterr().out == f"lookalike {VERSION}\n"


def test_the_help_of_match_says_what_a_sender_agrees_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["lookalike", "match", "--help"])

    with pytest.raises(SystemExit, match="0"):
        cli.main()

    words = " ".join(capsys.readouterr().out.split())
    assert "By sending a photograph you agree" in words
    assert "18 or over" in words


def test_several_faces_say_what_to_do_without_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    failure = {"message": "Several faces.", "hint": "Choose one.", "faces": [{}, {}]}

    cli._print_match(Path("two.jpg"), {"failure": failure})

    words = " ".join(capsys.readouterr().out.split())
    assert words.startswith("two.jpg: Several faces. Choose one. Only the page lets you choose.")


@pytest.mark.parametrize(("one_person", "said"), [(False, 1), (True, 0), (None, 0)])
def test_photographs_that_may_show_two_people_are_named(
    capsys: pytest.CaptureFixture[str], one_person: bool | None, said: int
) -> None:
    match: Match = {"selfies": 2, "celebrities": [], "one_person": one_person, "failure": None}

    cli._print_match(Path("me.jpg"), {**match, "match_id": "1"})

    words = "These photographs may not all show the same person."
    assert capsys.readouterr().out.count(words) == said


def test_which_of_several_faces_was_compared_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    faces: Match = {"selfies": 1, "other_faces": [{}, {}], "celebrities": []}

    cli._print_match(Path("me.jpg"), {**faces, "match_id": "1", "failure": None})

    assert capsys.readouterr().out == "me.jpg (the most prominent of 3 faces):\n  match 1\n"
