"""A dozen guests at once; many more come in soak/test_load.py."""

import os
import sys
from pathlib import Path

import pytest

from tests.crowd import Guests, photographs, workers
from tests.running_stack import RunningStack

AT_ONCE = 12


def test_everyone_gets_what_the_photograph_gets_alone(
    stack: RunningStack, portraits: list[Path]
) -> None:
    guests, photos = Guests(stack.origin), photographs(portraits, AT_ONCE)
    alone = [guests.play(photo) for photo in photos]

    crowd = guests.play_at_once(photos)

    assert [one[:3] for one in crowd] == [one[:3] for one in alone]
    assert {one.status for one in crowd} == {"succeeded"}
    assert all(one.selfie_is_own for one in crowd)
    assert set(guests.answers) == {200, 201, 204}


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_crowd_is_served_by_a_few_processes_of_each_function(
    stack: RunningStack, portraits: list[Path]
) -> None:
    Guests(stack.origin).play_at_once(photographs(portraits, AT_ONCE))

    processes = workers(stack.process.pid)

    cores = os.cpu_count() or 1
    assert processes
    for function, count in processes.items():
        waits = "ApiFunction" in function or "CheckFaceFunction" in function
        assert count <= (2 * cores if waits else cores), processes
