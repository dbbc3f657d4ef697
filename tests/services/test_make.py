"""What `make` says where it is not given what it needs."""

import os
import shutil
import subprocess
from pathlib import Path

from local.state import ROOT


def make(*arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """Ask for a target, as if everything was set up."""
    command = shutil.which("make")
    assert command is not None
    # What runs these tests may be a make itself, which hands its own arguments down.
    kept = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    return subprocess.run(
        [command, "--old-file=setup", *arguments],
        cwd=ROOT,
        env=kept if path is None else {**kept, "PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_benchmark_without_photographs_says_what_it_needs() -> None:
    done = make("bench", "FACES=")

    assert done.returncode != 0
    assert "make bench FACES=folder" in done.stderr


def test_a_benchmark_of_an_empty_folder_says_so(tmp_path: Path) -> None:
    done = make("bench", f"FACES={tmp_path}")

    assert done.returncode != 0
    assert f"{tmp_path} holds no photograph" in done.stderr


def test_locking_without_uv_says_where_to_get_it(tmp_path: Path) -> None:
    done = make("lock", path=str(tmp_path))

    assert done.returncode != 0
    assert "https://docs.astral.sh/uv/" in done.stderr
