"""Virtual environments of programs that the product does not need, each made on demand.

`plots` is for programs that draw; `dlib` and `faiss` are for the peers that they are named after.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parent.parent
Environment = Literal["plots", "dlib", "faiss"]
REQUIREMENTS: dict[Environment, str] = {
    "plots": "evaluation/plots/requirements.txt",
    "dlib": "evaluation/dlib/requirements.txt",
    "faiss": "benchmarks/faiss/requirements.txt",
}


class Unavailable(Exception):
    """Raised with one line that says why a program cannot be run."""


def run(
    environment: Environment,
    module: str,
    *arguments: str,
    given: str = "",
    say: Callable[[str], None],
) -> str:
    """Run a module in an environment; return what it prints.

    Raises Unavailable where the environment cannot be made, or the program fails.
    """
    python = _python_of(environment, say)
    return _output([str(python), "-m", module, *arguments], given)


def _python_of(environment: Environment, say: Callable[[str], None]) -> Path:
    """Return the Python of an environment; make it where it is missing or outdated."""
    requirements, folder = ROOT / REQUIREMENTS[environment], ROOT / f".venv-{environment}"
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
