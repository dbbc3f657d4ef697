"""docs/scale.md: that it is what the command writes, and what its simulation says."""

import random

import pytest

from benchmarks import cost, scale, usage

MEASURED = usage.read(cost.USAGE)
_, QUOTAS = scale.read_quotas()


def test_the_page_is_what_the_command_writes() -> None:
    page = scale.page(MEASURED)

    assert scale.PAGE.read_text() == page, "run `.venv/bin/python -m benchmarks.scale`"


def test_each_quota_is_held_against_what_a_match_uses() -> None:
    assert scale.of_a_match(MEASURED).keys() == QUOTAS.keys()
    assert all(used > 0 for used in scale.of_a_match(MEASURED).values())


@pytest.mark.parametrize("quota", [5, 50])
def test_within_the_quota_nearly_everyone_is_answered_soon(quota: float) -> None:
    found = scale.rush(quota / 2, quota)

    assert found.answered > 0.99
    assert found.median == pytest.approx(2 * scale.CALL_SECONDS)


def test_past_the_quota_fewer_are_answered_and_later() -> None:
    within, past, far_past = (scale.rush(selfies, 5) for selfies in (5, 7.5, 20))

    assert within.answered > past.answered > far_past.answered
    assert within.median < past.median < far_past.median


def test_no_one_is_answered_faster_than_the_quota_allows() -> None:
    answered = scale.rush(20, 5).answered * 20 * scale.ARRIVAL_SECONDS

    last = scale.ARRIVAL_SECONDS + sum(retry.attempts * retry.longest for retry in scale.retries())
    assert answered <= 5 * (last + 1)


def test_a_wait_is_between_none_and_the_longest() -> None:
    retry = scale.Retry(first=2, attempts=10, rate=2, longest=8)
    chance = random.Random(1)

    first, last = ([retry.wait(n, chance) for _ in range(500)] for n in (0, 9))

    assert 0 <= min(first) < max(first) <= 2
    assert 2 < max(last) <= 8


def test_a_limiter_takes_a_second_s_calls_at_once_and_then_its_rate() -> None:
    limiter = scale.Limiter(5)

    taken = [limiter.takes(tenths / 10) for tenths in range(100)]

    assert taken[:5] == [True] * 5
    assert sum(taken) == pytest.approx(5 + 5 * 9.9, abs=1)
