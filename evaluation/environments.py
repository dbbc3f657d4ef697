"""Virtual environments of programs that the product does not need, each made on demand.

A program is a folder here, with its requirements: `plots`, which draws, and `dlib`.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

HERE = Path(__file__).parent
ROOT = HERE.parent
Program = Literal["plots", "dlib"]


class Unavailable(Exception):
    """Raised with one line that says why a program cannot be run."""


def run(program: Program, *arguments: str, given: str = "", say: Callable[[str], None]) -> str:
    """Run a program in its environment; return what it prints.

    Raises Unavailable where the environment cannot be made, or the program fails.
    """
    python = _environment(program, say)
    return _output([str(python), "-m", f"evaluation.{program}", *arguments], given)


def _environment(program: Program, say: Callable[[str], None]) -> Path:
    """Return the Python of a program's environment; make it where it is missing or outdated."""
    requirements, folder = HERE / program / "requirements.txt", ROOT / f".venv-{program}"
    ready, wanted = folder / ".ready", hashlib.sha256(requirements.read_bytes()).hexdigest()
    python = folder / "bin" / "python"
    if ready.is_file() and ready.read_text() == wanted:
        return python
    say(f"Setting up {folder.name} …")
    shutil.rmtree(folder, ignore_errors=True)
    _output([sys.executable, "-m", "venv", str(folder)])
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
    _output([*pip, "install", "--no-deps", "--require-hashes", "-r", str(requirements)])
    ready.write_text(wanted)
    return python


def _output(command: list[str], given: str = "") -> str:
    try:
        done = subprocess.run(
            command, cwd=ROOT, input=given, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise Unavailable(str(error)) from error
    if done.returncode:
        raise Unavailable(_reason(done.stderr, done.returncode))
    return done.stdout


def _reason(words: str, status: int) -> str:
    """Return the line of an error output that says most: pip's first ERROR, or the last."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines[-1:] or [f"it ended with status {status}"])[0]
