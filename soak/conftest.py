"""The fixtures of the long tests, on a stack whose retries wait as on AWS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import measured, portraits, pytest_terminal_summary, selfie
from tests.running_stack import RunningStack

__all__ = ["measured", "portraits", "pytest_terminal_summary", "selfie"]


@pytest.fixture(scope="session")
def stack(
    portraits: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningStack]:
    """A local stack with the starter portraits, and with its own state and ports."""
    assert portraits
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SFN_WAIT_SCALE", "1")
        running = RunningStack(tmp_path_factory.mktemp("stack"))
    yield running
    running.stop()
