"""What Lighthouse says of the first screen and of a result, on a phone."""

import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.conftest import Node
from tests.browser import chromium
from tests.running_stack import RunningStack

TIMES = 5
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
"""The least medians of the scores; the performance depends on the machine."""


@pytest.mark.parametrize("screen", ["first screen", "result"])
def test_the_scores_are_high(
    node: Node, stack: RunningStack, face: Path, measured: Callable[[str], None], screen: str
) -> None:
    browser = chromium.find()
    assert browser is not None
    shown = []
    if screen == "result":
        match = stack.play(face.read_bytes())
        shown = [f"/guest/matches/{match['match_id']}"]

    found = node("lighthouse.mjs", str(browser), stack.origin, str(TIMES), *shown)

    medians = {name: statistics.median(one[name] for one in found) for name in LEAST}
    for one in found:
        measured(f"{screen}: {one}")
    measured(f"{screen}, medians: {medians}")
    assert {name: score for name, score in medians.items() if score < LEAST[name]} == {}
