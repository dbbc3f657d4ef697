from collections.abc import Callable

import pytest

from rekognition.exceptions import ThrottlingError
from rekognition.rates import CallRate


class Clock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rate(clock: Clock) -> CallRate:
    return CallRate(5, clock)


def served(calls: int, take: Callable[[str], None], operation: str = "DetectFaces") -> int:
    """Call so many times; count the calls that are served."""
    count = 0
    for _ in range(calls):
        try:
            take(operation)
        except ThrottlingError:
            continue
        count += 1
    return count


def test_calls_of_one_second_may_come_at_once(rate: CallRate) -> None:
    assert served(60, rate.take) == 5


def test_each_operation_has_its_own(rate: CallRate) -> None:
    served(5, rate.take, "DetectFaces")

    assert served(5, rate.take, "SearchFacesByImage") == 5


def test_calls_come_back_at_the_rate(rate: CallRate, clock: Clock) -> None:
    served(5, rate.take)

    clock.seconds += 0.5

    assert served(5, rate.take) == 2


def test_a_pause_saves_at_most_a_second(rate: CallRate, clock: Clock) -> None:
    served(5, rate.take)

    clock.seconds += 3600

    assert served(60, rate.take) == 5


def test_steady_callers_get_the_rate(rate: CallRate, clock: Clock) -> None:
    count = 0
    for _ in range(1000):
        clock.seconds += 0.01
        count += served(1, rate.take)

    assert 50 <= count <= 55
