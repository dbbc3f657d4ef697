"""Makes the people of a pack from the rows of queries. Pure: same rows, same people."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from catalog.recipes import Recipe
from catalog.wikimedia import Row
from lookalike.portrait_files import LONGEST_DESCRIPTION, Gender

ELSEWHERE = "elsewhere"
OTHER = "other"
GENDERS: dict[str, Gender] = {
    "Q6581072": "female",
    "Q1052281": "female",  # trans woman
    "Q6581097": "male",
    "Q2449503": "male",  # trans man
}
"""Values of Wikidata's P21. Every other value is `other`."""
_FILE_PATH = "/Special:FilePath/"


@dataclass(frozen=True)
class Candidate:
    """A person who can be chosen for a pack."""

    qid: str
    name: str
    files: tuple[str, ...]
    """Titles of their pictures on Commons."""
    fame: int
    """How many wikis have a page about the person."""
    born: int
    traits: dict[str, str]
    """Axis to label, for the balance of the pack."""
    gender: Gender = ""
    description: str = ""


@dataclass
class _Found:
    """What all rows of one person say. Each row has one combination of the person's values."""

    names: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    fame: int = 0
    years: set[int] = field(default_factory=set)
    genders: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    labels: dict[str, set[str]] = field(default_factory=dict)
    description: str = ""


def fold(
    answers: Iterable[tuple[dict[str, str], Iterable[Row]]], recipe: Recipe
) -> list[Candidate]:
    """Return the people in the rows of all slices, the most famous first."""
    found: dict[str, _Found] = {}
    for labels, rows in answers:
        for row in rows:
            qid = entity(row.get("item", ""))
            if qid:
                _add(found.setdefault(qid, _Found()), row, labels)
    people = [person for qid, one in found.items() if (person := _person(qid, one, recipe))]
    return sorted(people, key=_by_fame)


def select(people: Iterable[Candidate], balance: list[str], size: int) -> list[Candidate]:
    """Choose people in turn from every cell of the balance, the most famous of each cell first.

    Of equally full cells, the one whose labels were chosen least is next.
    """
    cells: dict[tuple[str, ...], list[Candidate]] = {}
    for person in sorted(people, key=_by_fame, reverse=True):
        cells.setdefault(tuple(person.traits[axis] for axis in balance), []).append(person)
    taken: Counter[tuple[str, ...]] = Counter()
    labels: Counter[tuple[int, str]] = Counter()
    chosen: list[Candidate] = []
    while cells and len(chosen) < size:
        cell = min(
            cells,
            key=lambda cell: (
                taken[cell],
                sum(labels[pair] for pair in enumerate(cell)),
                _by_fame(cells[cell][-1]),
            ),
        )
        chosen.append(cells[cell].pop())
        taken[cell] += 1
        labels.update(enumerate(cell))
        if not cells[cell]:
            del cells[cell]
    return chosen


def entity(uri: str) -> str:
    """Return the QID in a Wikidata URI; empty where a value is unknown and has none."""
    match = re.search(r"/entity/(Q\d+)$", uri)
    return match[1] if match else ""


def decade_of(year: int) -> str:
    """Return the name of a year's decade."""
    return f"{year // 10 * 10}s"


def gender_of(qids: Iterable[str]) -> Gender:
    """Return the gender that values of P21 tell: `other` where they differ, empty without any."""
    genders: set[Gender] = {GENDERS.get(qid, "other") for qid in qids if qid}
    return "other" if len(genders) > 1 else next(iter(genders), "")


def shortened(description: str) -> str:
    """Cut a description at a word, so that it is as long as a catalog takes it."""
    return textwrap.shorten(
        description, LONGEST_DESCRIPTION, placeholder="", break_on_hyphens=False
    )


def _add(one: _Found, row: Row, labels: dict[str, str]) -> None:
    if row.get("name"):
        one.names.setdefault(row.get("language", ""), row["name"])
    if _FILE_PATH in row.get("image", ""):
        one.files.add("File:" + unquote(row["image"].split(_FILE_PATH)[1]).replace("_", " "))
    if row.get("fame", "").isdigit():
        one.fame = int(row["fame"])
    year = re.match(r"(\d{4})-", row.get("born", ""))
    if year:
        one.years.add(int(year[1]))
    one.description = one.description or row.get("description", "")
    one.genders.add(entity(row.get("gender", "")))
    one.countries.add(entity(row.get("country", "")))
    for axis, label in labels.items():
        one.labels.setdefault(axis, set()).add(label)


def _person(qid: str, one: _Found, recipe: Recipe) -> Candidate | None:
    """Return the person, with one of several values each; None where a value is missing."""
    name = one.names.get("en") or one.names.get("mul")
    if not (name and one.files and one.years):
        return None
    born = min(one.years)
    traits = {
        axis: next(label for label in recipe.axes[axis] if label in labels)
        for axis, labels in one.labels.items()
    }
    traits["gender"] = recipe.label_of("gender", "genders", frozenset(one.genders)) or OTHER
    traits["region"] = recipe.label_of("region", "countries", frozenset(one.countries)) or ELSEWHERE
    traits["decade"] = decade_of(born)
    return Candidate(
        qid,
        name,
        tuple(sorted(one.files)),
        one.fame,
        born,
        traits,
        gender_of(one.genders),
        shortened(one.description),
    )


def _by_fame(person: Candidate) -> tuple[int, int]:
    return -person.fame, int(person.qid[1:])
