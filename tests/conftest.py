"""What tests of several kinds need: the starter portraits, a stack, photographs to evaluate on."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog import starter
from local.state import STARTER
from tests.running_stack import RunningStack


@pytest.fixture(scope="session")
def portraits() -> list[Path]:
    """The starter portraits: one photograph each of several people, free to be shown."""
    return [STARTER / portrait.file for portrait in starter.fetch(STARTER)]


@pytest.fixture(scope="session")
def selfie(portraits: list[Path]) -> Path:
    """A portrait to send as a selfie: Grace Hopper's."""
    return next(path for path in portraits if path.stem.startswith("Grace_Hopper"))


@pytest.fixture(scope="session")
def faces_folder() -> Path:
    """The evaluation photographs, which come with no licence and so are not in the project."""
    if not os.environ.get("FACES"):
        pytest.skip("needs photographs of faces: set FACES to the folder that has their index.csv")
    return Path(os.environ["FACES"])


@pytest.fixture(scope="session")
def stack(
    portraits: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningStack]:
    """A local stack with the starter portraits, its state and ports its own."""
    assert portraits
    running = RunningStack(tmp_path_factory.mktemp("stack"))
    yield running
    running.stop()
