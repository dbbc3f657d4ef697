"""Sends the API thousands of requests, generated from its document, for minutes (`make fuzz`).

No answer is a 5xx, and each is in the document. FUZZ_SEED=… repeats an earlier run's requests.
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
"""Seconds in which each route and kind of caller must be done: a quarter of an hour in all."""
FEWEST = 1000
SEED = int(os.environ.get("FUZZ_SEED") or random.getrandbits(32))


@pytest.fixture(scope="module")
def fuzzer(stack: RunningStack, selfie: Path) -> Fuzzer:
    """The generator of requests."""
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
