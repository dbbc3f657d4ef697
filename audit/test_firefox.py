"""The main path in Firefox: from the first screen over the camera to a result."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.conftest import Node
from tests.running_stack import RunningStack


def test_a_selfie_gets_its_result_in_firefox(
    node: Node, stack: RunningStack, face: Path, measured: Callable[[str], None]
) -> None:
    browser = shutil.which("firefox-esr") or shutil.which("firefox")
    if browser is None:
        pytest.fail(
            "Firefox is needed, and is not on PATH: on Debian and Ubuntu, apt install firefox-esr"
        )

    played = node("firefox.mjs", browser, stack.origin, str(face))

    measured(f"{played['browser']}: {played['name']}")
    assert played["name"] == "Grace Hopper"
