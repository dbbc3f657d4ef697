"""The API by its document: what it answers to made-up requests, right ones and wrong ones.

A few of them; soak/test_fuzz_api.py makes up thousands.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzzing import Fuzzer, callers
from tests.pictures import encode, open_face
from tests.running_stack import RunningStack

EXAMPLES = 12
SECONDS = 4.0


@pytest.fixture(scope="module")
def fuzzer(stack: RunningStack, selfie: Path) -> Fuzzer:
    """What makes up requests."""
    return Fuzzer(stack, encode(open_face(selfie)))


@pytest.mark.parametrize(("route", "kind"), callers())
def test_every_answer_is_in_the_document(fuzzer: Fuzzer, route: str, kind: str) -> None:
    fuzzer.fuzz(route, kind, EXAMPLES, SECONDS)


def test_any_bytes_get_an_answer_of_the_same_kinds(fuzzer: Fuzzer) -> None:
    fuzzer.fuzz_wire(60, 2 * SECONDS)


def test_all_kinds_of_answers_were_seen(fuzzer: Fuzzer, measured: Callable[[str], None]) -> None:
    statuses = {status for _, status in fuzzer.answers}
    measured(fuzzer.report())

    assert statuses >= {200, 201, 204, 400, 401, 403, 404, 422}
