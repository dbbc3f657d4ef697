"""A recogniser that takes five calls a second, and one that does not answer (`make soak`)."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crowd import Guests, family, photographs
from tests.running_stack import RunningStack

RATE = 5
"""Calls a second of each operation: AWS's quota in most regions."""
BURST = 60


@pytest.fixture(scope="module")
def slow(portraits: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack whose recogniser throttles, and whose retries wait as on AWS."""
    assert portraits
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKALIKE_RECOGNISER_RATE", str(RATE))
        patch.setenv("SFN_WAIT_SCALE", "1")
        running = RunningStack(tmp_path_factory.mktemp("slow"))
    yield running
    running.stop()


def test_a_burst_is_absorbed_at_five_calls_a_second(
    slow: RunningStack, portraits: list[Path], measured: Callable[[str], None]
) -> None:
    guests = Guests(slow.origin)

    started = time.monotonic()
    crowd = guests.play_at_once(photographs(portraits, BURST))
    seconds = time.monotonic() - started

    slowest = max(one.seconds for one in crowd)
    measured(f"{BURST} at once at {RATE} a second: {seconds:.0f} s, the slowest {slowest:.0f} s")
    assert Counter((one.status, one.code) for one in crowd) == {("succeeded", ""): BURST}
    assert all(one.selfie_is_own for one in crowd)


@contextmanager
def unresponsive(stack: RunningStack) -> Iterator[None]:
    """Stop the recogniser's process: it then accepts calls and answers none."""
    pids = [
        pid
        for pid in family(stack.process.pid)
        if "rekognition" in Path(f"/proc/{pid}/cmdline").read_text()
    ]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_every_match_of_an_outage_has_a_named_end(
    slow: RunningStack, portraits: list[Path], measured: Callable[[str], None]
) -> None:
    guests = Guests(slow.origin)
    photos = photographs(portraits, 8)

    with unresponsive(slow):
        crowd = guests.play_at_once(photos)
    after = guests.play(photos[0])

    ends = Counter(f"{one.status} {one.code}" for one in crowd)
    measured(f"without a recogniser: {dict(ends)}, {max(one.seconds for one in crowd):.0f} s")
    assert {one.status for one in crowd} == {"failed"}
    assert {one.code for one in crowd} <= {"service_unavailable", "timed_out"}
    assert after.status == "succeeded"
