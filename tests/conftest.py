"""What tests of several kinds need: the starter portraits, a stack, photographs to evaluate on."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# The layer makes its AWS clients when it is imported, which asks for a region.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from catalog import starter
from local.state import ROOT, STARTER
from tests.running_stack import RunningStack

SLOWEST_FIRST = ("integration", "browser", "contract", "services", "moto", "scripts", "unit")
"""The kinds of tests, by how long one of their modules takes."""

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow kinds first: when one process has no module left, the other's is a short one.

    In each kind, the modules that need no stack are first: one process makes the state that all
    stacks begin with, and meanwhile another has something to do.
    """

    def kind(item: pytest.Item) -> int:
        folder = item.path.relative_to(ROOT).parts[1]
        return SLOWEST_FIRST.index(folder) if folder in SLOWEST_FIRST else len(SLOWEST_FIRST)

    with_a_stack = {item.path for item in items if "new_state" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: (kind(item), item.path in with_a_stack))


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


NewState = Callable[[], Path]


@pytest.fixture(scope="session")
def new_state(portraits: list[Path], tmp_path_factory: pytest.TempPathFactory) -> NewState:
    """Makes state folders whose stack is deployed and has the starter portraits.

    The first start of a stack takes six times as long as a later one. Here one stack is started
    for all the processes of a test run, and the state that it leaves is copied.
    """
    assert portraits
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    started = shared / "started-once"
    with (shared / "started-once.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not started.exists():
            starting = shared / "starting"
            RunningStack(starting).stop()
            starting.rename(started)
    return lambda: shutil.copytree(started, tmp_path_factory.mktemp("state"), dirs_exist_ok=True)


@pytest.fixture(scope="session")
def stack(new_state: NewState) -> Iterator[RunningStack]:
    """A local stack with the starter portraits, its state and ports its own."""
    running = RunningStack(new_state())
    yield running
    running.stop()


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Report a measurement at the end of the run; how fast this machine is fails no test."""
    return lambda figure: record_property(MEASURED, figure)


MEASURED = "measured"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show, with a test that fails on a stack, what the stack's functions logged in its time."""
    report = yield
    running = getattr(item, "funcargs", {}).get("stack")
    if report.failed and isinstance(running, RunningStack):
        lines = running.logged(time.time() - call.duration)
        report.sections.append(("the functions' log", "\n".join(lines)))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured."""
    figures = [
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in getattr(report, "user_properties", [])
        if name == MEASURED
    ]
    if figures:
        terminalreporter.section("measured")
        for figure in figures:
            terminalreporter.line(figure)
