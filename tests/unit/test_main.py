import pytest

from cli import main as cli
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
