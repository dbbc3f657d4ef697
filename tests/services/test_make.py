"""What `make` says where it is not given what it needs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from local.state import ROOT

PYTHON = """#!/bin/sh
# A Python that makes an environment with a pip that installs nothing.
mkdir -p .venv/bin
cat > .venv/bin/python <<'END'
#!/bin/sh
echo "WARNING: Location '/none' is ignored: it is not there" >&2
echo "ERROR: what went wrong" >&2
for word in Collecting Processing; do
    for number in $(seq 24); do echo "$word package-$number==1.0 (from -r requirements.txt)"; done
done
for number in 1 2; do echo "Ignoring package-$number: markers don't match your environment"; done
echo "Installing collected packages: package-1"
exit STATUS
END
chmod +x .venv/bin/python
"""


def make(
    *arguments: str, path: str | None = None, folder: Path = ROOT, done: str = "setup"
) -> subprocess.CompletedProcess[str]:
    """Ask for a target, as if everything was set up, or something else was done."""
    command = shutil.which("make")
    assert command is not None
    # What runs these tests may be a make itself, which hands its own arguments down.
    kept = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    return subprocess.run(
        [command, f"--old-file={done}", *arguments],
        cwd=folder,
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


def test_an_evaluation_without_photographs_says_what_it_needs() -> None:
    done = make("evaluate", "FACES=")

    assert done.returncode != 0
    assert "make evaluate FACES=folder" in done.stderr


def test_locking_without_uv_says_where_to_get_it(tmp_path: Path) -> None:
    done = make("lock", path=str(tmp_path))

    assert done.returncode != 0
    assert "https://docs.astral.sh/uv/" in done.stderr


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the Makefile, in which nothing is set up."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").write_text("package==1.0\n" * 50)
    return tmp_path


def set_up(clone: Path, status: int) -> subprocess.CompletedProcess[str]:
    """Set up a folder's environment, with a pip that ends with a status."""
    python = clone / "python"
    python.write_text(PYTHON.replace("STATUS", str(status)))
    python.chmod(0o755)
    return make(".venv/.ready", "PYTHON=./python", folder=clone)


def test_setting_up_says_how_far_it_is(clone: Path) -> None:
    done = set_up(clone, status=0)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == [
        "  .venv: fetched 25 of 50 packages …",
        "  .venv: fetched 50 of 50 packages …",
        "  .venv: installing them …",
    ]
    assert (clone / ".venv" / ".ready").exists()


def test_setting_up_shows_errors_and_not_what_pip_ignores(clone: Path) -> None:
    done = set_up(clone, status=1)

    assert "ERROR: what went wrong" in done.stderr
    assert "is ignored" not in done.stdout + done.stderr


def test_setting_up_that_fails_is_no_set_up(clone: Path) -> None:
    done = set_up(clone, status=1)

    assert done.returncode != 0
    assert not (clone / ".venv" / ".ready").exists()


def test_a_second_try_begins_again_with_the_python_that_it_names(clone: Path) -> None:
    set_up(clone, status=1)
    left = clone / ".venv" / "bin" / "python"
    assert left.exists()

    done = make("setup", "PYTHON=/usr/bin/false", folder=clone, done="nothing")

    assert done.returncode != 0
    assert "/usr/bin/false cannot make a virtual environment" in done.stderr
    assert not left.exists()


def test_help_names_what_chooses_the_tests() -> None:
    assert "TESTS=" in make("help").stdout


def test_a_check_looks_for_a_state_that_is_not_there() -> None:
    assert "pytest --quiet tests/contract/test_state_machine.py" in make("-n", "check").stdout
