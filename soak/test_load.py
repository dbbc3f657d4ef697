"""Fifty and two hundred guests at once, and two thousand in a row (`make soak`).

Speeds are reported. What fails a test is a guest without an answer, an answer to another, or a cost
that grows. It looks for processes in /proc, so it needs Linux.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crowd import Guests, Outcome, cpu_seconds, memory, photographs, workers
from tests.running_stack import RunningStack, wait_for

MOST_MEMORY = 2 * 10**9
IN_A_ROW = 2000
MOST_GROWTH = 1.1


@pytest.fixture(scope="module")
def guests(stack: RunningStack) -> Guests:
    """The guests of the running stack's page."""
    return Guests(stack.origin)


def told(outcomes: list[Outcome]) -> str:
    times = sorted(one.seconds for one in outcomes)
    median, slow = statistics.median(times), times[int(0.95 * len(times))]
    return f"upload to result: median {median:.1f} s, 95th percentile {slow:.1f} s"


@pytest.mark.parametrize("how_many", [50, 200])
def test_everyone_at_once_gets_what_the_photograph_gets_alone(
    stack: RunningStack,
    guests: Guests,
    portraits: list[Path],
    how_many: int,
    measured: Callable[[str], None],
) -> None:
    photos = photographs(portraits, how_many)
    alone = [guests.play(photo) for photo in photos]
    guests.answers.clear()

    started = time.monotonic()
    crowd = guests.play_at_once(photos)
    seconds = time.monotonic() - started

    held = memory(stack.process.pid) / 10**6
    measured(f"{how_many} at once: all done after {seconds:.1f} s; {told(crowd)}; {held:.0f} MB")
    assert [one for one in crowd if one.status == "lost"] == []
    assert all(one.selfie_is_own for one in crowd)
    assert [one[:3] for one in crowd] == [one[:3] for one in alone]
    assert set(guests.answers) <= {200, 201, 204, 429}
    assert held * 10**6 < MOST_MEMORY


def test_two_minutes_later_the_machine_is_quiet(
    stack: RunningStack, measured: Callable[[str], None]
) -> None:
    wait_for(lambda: max(workers(stack.process.pid).values(), default=0) <= 1, 120)

    before = cpu_seconds(stack.process.pid)
    time.sleep(20)
    share = (cpu_seconds(stack.process.pid) - before) / 20

    measured(f"at rest: {share:.1%} of a core, {memory(stack.process.pid) / 10**6:.0f} MB")
    assert share < 0.1


def test_the_two_thousandth_match_costs_no_more_than_the_two_hundredth(
    stack: RunningStack,
    guests: Guests,
    portraits: list[Path],
    measured: Callable[[str], None],
) -> None:
    photos = photographs(portraits, IN_A_ROW)
    costs, held = [], []

    for photo in photos:
        before = cpu_seconds(stack.process.pid)
        assert guests.play(photo).status == "succeeded"
        costs.append(cpu_seconds(stack.process.pid) - before)
        held.append(memory(stack.process.pid))

    early, late = slice(100, 300), slice(-200, None)
    settled = slice(600, 800)  # as many runs are kept as ever will be, see local/aws/history.py
    cost = statistics.median(costs[late]) / statistics.median(costs[early])
    growth = statistics.median(held[late]) / statistics.median(held[settled])
    measured(
        f"{IN_A_ROW} in a row: processor's time a match {statistics.median(costs[early]):.2f} s, "
        f"at the end {cost:.2f} times that; memory {growth:.2f} times"
    )
    assert cost <= MOST_GROWTH
    assert growth <= MOST_GROWTH
