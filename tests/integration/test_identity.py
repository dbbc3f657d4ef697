"""Whether the right person comes first, on photographs with known answers (needs FACES)."""

import csv
import random
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NewState
from tests.running_stack import Match, RunningStack

SELFIES, STRANGERS = 12, 18


@pytest.fixture(scope="module")
def everyone(faces_folder: Path, new_state: NewState) -> Iterator[RunningStack]:
    """A stack whose catalog is the evaluation portraits."""
    running = RunningStack(new_state(), catalog=faces_folder / "portraits")
    yield running
    running.stop()


def sample(folder: Path, role: str, size: int) -> list[dict[str, str]]:
    with (folder / "index.csv").open(newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["role"] == role]
    return random.Random(7).sample(rows, size)


def play(stack: RunningStack, folder: Path, row: dict[str, str]) -> Match:
    return stack.play((folder / row["file"]).read_bytes())


def names(match: Match) -> list[str]:
    return [celebrity["name"] for celebrity in match["celebrities"]]


def test_the_right_person_comes_first(everyone: RunningStack, faces_folder: Path) -> None:
    rows = sample(faces_folder, "selfie", SELFIES)

    matches = [play(everyone, faces_folder, row) for row in rows]

    first = sum(names(m)[:1] == [row["name"]] for m, row in zip(matches, rows, strict=True))
    # 0.99 of all 495 do; of twelve of them, fewer than ten would be two samples in ten thousand.
    assert first >= 10
    assert all(len(set(names(match))) == len(names(match)) for match in matches)


def test_every_stranger_gets_a_celebrity(everyone: RunningStack, faces_folder: Path) -> None:
    rows = sample(faces_folder, "stranger", STRANGERS)

    matches = [play(everyone, faces_folder, row) for row in rows]

    assert all(names(match) for match in matches)
    resemblances = [match["celebrities"][0]["resemblance"] for match in matches]
    assert 5 <= statistics.median(resemblances) <= 95
    assert max(resemblances) - min(resemblances) >= 30
