"""The photographs of an evaluation folder, and samples of them that are the same in every run."""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, get_args

COLUMNS = {"file", "name", "role"}
"""What `index.csv` must have; `gender` it may have, and every other column is ignored."""

Role = Literal["portrait", "selfie", "stranger"]
Item = TypeVar("Item")


class EvaluationError(Exception):
    """Raised with a message for the terminal: the folder cannot be evaluated."""


@dataclass(frozen=True)
class Photograph:
    """One row of the index."""

    file: str
    """The path in the folder."""
    name: str
    role: Role
    gender: str
    """As the index has it; empty where it has none."""
    path: Path


@dataclass(frozen=True)
class Sizes:
    """The most people and photographs that a run looks at."""

    people: int
    """People who have a portrait, each with all their photographs."""
    strangers: int
    """People who have none."""
    changed: int
    """Photographs that are degraded."""
    steady: int
    """Strangers' photographs that are changed slightly."""
    compared: int
    """Selfies that three methods look for."""


FULL = Sizes(people=100_000, strangers=100_000, changed=60, steady=120, compared=60)
QUICK = Sizes(people=40, strangers=20, changed=12, steady=12, compared=6)


def read_index(folder: Path) -> list[Photograph]:
    """Return the photographs of a folder in the order of its index.csv.

    Raises EvaluationError where the index or one of its photographs is missing or wrong.
    """
    try:
        with (folder / "index.csv").open(newline="") as index:
            reader = csv.DictReader(index)
            missing = COLUMNS - set(reader.fieldnames or ())
            rows = list(reader)
    except OSError as error:
        raise EvaluationError(f"{folder} has no index.csv that can be read") from error
    if missing:
        raise EvaluationError(f"{folder}/index.csv has no column {', '.join(sorted(missing))}")
    photographs = [_photograph(folder, row) for row in rows]
    if not any(one.role == "portrait" for one in photographs):
        raise EvaluationError(f"{folder}/index.csv names no portrait")
    return photographs


def _photograph(folder: Path, row: dict[str, str]) -> Photograph:
    path = folder / row["file"]
    if row["role"] not in get_args(Role):
        raise EvaluationError(f"{row['file']}: {row['role']} is none of {get_args(Role)}")
    if not path.is_file():
        raise EvaluationError(f"{path} is in index.csv, and is not there")
    role: Role = row["role"]  # type: ignore[assignment] # it is one of them
    return Photograph(row["file"], row["name"], role, (row.get("gender") or "").strip(), path)


def draw(items: Iterable[Item], most: int, key: Callable[[Item], str]) -> list[Item]:
    """Return at most so many items, the same ones in every run, in the order given.

    The hash of an item's key decides, so one more item in the folder changes one of the sample.
    """
    listed = list(items)
    chosen = sorted(range(len(listed)), key=lambda place: _digest(key(listed[place])))[:most]
    return [listed[place] for place in sorted(chosen)]


def choose(photographs: Sequence[Photograph], sizes: Sizes) -> list[Photograph]:
    """Return the photographs of the people whom a run of this size looks at."""
    known = people_with_portraits(photographs)
    everyone = list(dict.fromkeys(one.name for one in photographs))
    chosen = {
        *draw((name for name in everyone if name in known), sizes.people, str),
        *draw((name for name in everyone if name not in known), sizes.strangers, str),
    }
    return [one for one in photographs if one.name in chosen]


def people_with_portraits(photographs: Iterable[Photograph]) -> set[str]:
    """Return the names of the people who have a portrait."""
    return {one.name for one in photographs if one.role == "portrait"}


def by_person(photographs: Iterable[Photograph]) -> dict[str, list[Photograph]]:
    """Return each person's photographs, in the order given."""
    found: dict[str, list[Photograph]] = defaultdict(list)
    for one in photographs:
        found[one.name].append(one)
    return dict(found)


def thirds(items: Iterable[Item], key: Callable[[Item], float]) -> list[list[Item]]:
    """Return the lowest, the middle and the highest third of the items by a value."""
    ordered = sorted(items, key=key)
    first, second = round(len(ordered) / 3), round(2 * len(ordered) / 3)
    return [ordered[:first], ordered[first:second], ordered[second:]]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
