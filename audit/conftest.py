"""The fixtures of the audits: a real Chromium, and Node, over a stack of their own."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.state import ROOT
from tests.browser.conftest import (
    base_url,
    browser_context_args,
    browser_type_launch_args,
    visitor,
    webcam,
)
from tests.conftest import (
    measured,
    new_state,
    portraits,
    pytest_terminal_summary,
    selfie,
    stack,
)
from tests.pictures import encode, open_face

__all__ = [
    "base_url",
    "browser_context_args",
    "browser_type_launch_args",
    "measured",
    "new_state",
    "portraits",
    "pytest_terminal_summary",
    "selfie",
    "stack",
    "visitor",
    "webcam",
]

Node = Callable[..., Any]


@pytest.fixture(scope="session")
def node() -> Node:
    """Run one of the scripts beside this file in Node; return the JSON that it prints."""

    def run(script: str, *arguments: str) -> Any:
        program = shutil.which("node")
        if program is None:
            pytest.fail("Node is needed, and is not on PATH: on Debian and Ubuntu, apt install npm")
        done = subprocess.run(
            [program, str(ROOT / "audit" / script), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def face(selfie: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A face that fills a square, as a JPEG."""
    path = tmp_path_factory.mktemp("face") / "face.jpg"
    path.write_bytes(encode(open_face(selfie, side=480)))
    return path
