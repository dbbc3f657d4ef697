"""The environments of the evaluation's programs, with a `venv` and a `pip` that install nothing."""

import sys
from pathlib import Path

import pytest

from evaluation import environments
from evaluation.environments import Unavailable, run

PYTHON = """#!/bin/sh
# As `python -m venv FOLDER`, and then as that environment's Python.
case "$*" in
"-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
*" pip "*) echo x >> "$PWD/installed"; PIP ;;
*) echo "$*: $(cat)" ;;
esac
"""


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one program."""
    (tmp_path / "evaluation" / "plots").mkdir(parents=True)
    (tmp_path / "evaluation" / "plots" / "requirements.txt").write_text("package==1.0\n")
    monkeypatch.setattr(environments, "ROOT", tmp_path)
    python(tmp_path, monkeypatch, "true")
    return tmp_path


def python(root: Path, monkeypatch: pytest.MonkeyPatch, pip: str) -> None:
    path = root / "python"
    path.write_text(PYTHON.replace("PIP", pip))
    path.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(path))


def test_a_program_runs_in_an_environment_that_is_made_for_it(root: Path, said: list[str]) -> None:
    printed = run("plots", "evaluation.plots", "data.json", given="faces", say=said.append)

    assert printed == "-m evaluation.plots data.json: faces\n"
    assert said == ["Setting up .venv-plots …"]
    assert (root / ".venv-plots" / "bin" / "python").exists()


def test_an_environment_is_made_once(root: Path, said: list[str]) -> None:
    for _ in range(2):
        run("plots", "evaluation.plots", say=said.append)

    assert (root / "installed").read_text() == "x\n"


def test_other_requirements_make_the_environment_again(root: Path, said: list[str]) -> None:
    run("plots", "evaluation.plots", say=said.append)
    (root / "evaluation" / "plots" / "requirements.txt").write_text("package==2.0\n")
    run("plots", "evaluation.plots", say=said.append)

    assert (root / "installed").read_text() == "x\nx\n"


def test_an_environment_that_cannot_be_made_says_why_in_one_line(
    root: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    pip = "printf 'WARNING: x\\nERROR: no matching package\\nERROR: y\\n' >&2; exit 1"
    python(root, monkeypatch, pip)

    with pytest.raises(Unavailable, match=r"^ERROR: no matching package$"):
        run("plots", "evaluation.plots", say=said.append)

    assert not (root / ".venv-plots" / ".ready").exists()
