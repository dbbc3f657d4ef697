"""The API by its document, for some minutes: thousands of made-up requests (`make fuzz`).

No answer is a 5xx, and none is outside the document. FUZZ_SEED=… makes up those of an earlier run.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzzing import Fuzzer, callers
from tests.pictures import encode, open_face
from tests.running_stack import RunningStack

EXAMPLES = 150
"""Requests for each route and kind of caller; about 4,000 in all."""
SECONDS = 30.0
"""In which each must be over; a quarter of an hour in all, at worst."""
FEWEST = 1000
SEED = int(os.environ.get("FUZZ_SEED") or random.getrandbits(32))


@pytest.fixture(scope="module")
def fuzzer(stack: RunningStack, selfie: Path) -> Fuzzer:
    """What makes up requests."""
    return Fuzzer(stack, encode(open_face(selfie)), SEED)


@pytest.mark.parametrize(("route", "kind"), callers())
def test_every_answer_is_in_the_document(fuzzer: Fuzzer, route: str, kind: str) -> None:
    fuzzer.fuzz(route, kind, EXAMPLES, SECONDS)


def test_any_bytes_get_an_answer_of_the_same_kinds(fuzzer: Fuzzer) -> None:
    fuzzer.fuzz_wire(10 * EXAMPLES, 2 * SECONDS)


def test_there_were_enough_requests_for_every_route(
    fuzzer: Fuzzer, measured: Callable[[str], None]
) -> None:
    measured(fuzzer.report())

    assert fuzzer.answers.total() >= FEWEST
    assert {route for route, _ in fuzzer.answers} >= {route for route, _ in callers()}
