"""Whether a match, and a member's list, take longer the more finished matches are kept."""

import time
from collections.abc import Callable, Sequence

import requests

from benchmarks.figures import Figure, Figures
from benchmarks.stack import Stack, subject_of

FEW, MANY, USERS = 100, 10_000, 200
"""Finished matches in the table, first and later, and how many users they belong to."""
OWN = 20
"""Finished matches of the member whose list is read, first and later."""
PLAYED, LISTED = 20, 40
"""How often each is measured."""


def measure(stack: Stack, photographs: Sequence[bytes]) -> Figures:
    """Measure with few finished matches in the table, and with many."""
    token = stack.sign_up()
    finished = stack.item(stack.play(photographs[0])[0])

    def play() -> float:
        return stack.play(photographs[0])[1]

    def list_matches() -> float:
        began = time.perf_counter()
        headers = {"Authorization": f"Bearer {token}"}
        requests.get(f"{stack.origin}/api/matches", headers=headers, timeout=30).raise_for_status()
        return time.perf_counter() - began

    stack.put_finished(finished, [subject_of(token)] * OWN)
    stack.put_finished(finished, _users(FEW - OWN))
    few = _times(play, PLAYED), _times(list_matches, LISTED)
    memory = stack.megabytes()
    stack.put_finished(finished, _users(MANY - FEW))
    many = _times(play, PLAYED), _times(list_matches, LISTED)
    growth = f"{MANY:,} finished matches of {USERS} users in the table, over about {FEW}"
    return {
        f"a match: {growth}": _ratio(many[0], few[0]),
        f"a member's list of {OWN} matches: {growth}": _ratio(many[1], few[1]),
        f"memory of the local stack with about {FEW} matches": Figure.of([memory], "MB"),
        f"memory of the local stack with {MANY:,} matches": Figure.of([stack.megabytes()], "MB"),
    }


def _times(act: Callable[[], float], times: int) -> list[float]:
    act()
    return [act() for _ in range(times)]


def _ratio(now: Sequence[float], before: Sequence[float]) -> Figure:
    return Figure.of([one / other for one, other in zip(sorted(now), sorted(before), strict=True)])


def _users(count: int) -> list[str]:
    return [f"user-{number % (USERS - 1)}" for number in range(count)]
