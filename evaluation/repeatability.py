"""Whether different photographs of one person get one answer, and what the answers tell of that."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import NamedTuple

import numpy as np

from evaluation.looks import Look
from evaluation.pack import Pack
from evaluation.recognition import portrait_faces
from evaluation.sample import Photograph, by_person
from evaluation.shares import Figures, ratio, share
from lookalike.measures import logit
from lookalike.ranking import (
    FEWEST_TELLING,
    MOST_CELEBRITIES,
    Certainty,
    Person,
    Scores,
    certainty_of,
    shows_one_person,
)

PHOTOGRAPHS = 4
"""Photographs of a person who takes part."""
PORTRAITS = (1, 3)
"""How many portraits each person of the pack has."""
SELFIES = (1, 2)
"""How many photographs are taken together."""
LINE_UPS = (FEWEST_TELLING, 60)
"""How many people the packs have that tell photographs of one person from those of two. One more
pack has everyone."""
OTHERS = 5
"""The first photograph of so many others is compared with each stranger's."""
LEADS = (30, 70)
"""The percentiles of the lead that the limits of `certainty` were fitted to."""

Photographs = Sequence[Sequence[Photograph]]


class Answer(NamedTuple):
    """What some of a stranger's photographs, taken together, are answered with."""

    of: frozenset[int]
    """The numbers of the photographs."""
    first: Sequence[str]
    """The people named, best first."""
    certainty: Certainty | None
    lead: float
    """The difference of logits between the first and the second."""


def measure_repeatability(photographs: Sequence[Photograph], looks: Mapping[str, Look]) -> Figures:
    """Return how often different photographs of one stranger get the same celebrity.

    Every other person with four photographs is in the pack, and the others are the strangers.
    """
    people = {
        name: found[:PHOTOGRAPHS]
        for name, found in sorted(by_person(photographs).items())
        if len(found) >= PHOTOGRAPHS
    }
    celebrities, strangers = list(people.values())[::2], list(people.values())[1::2]
    return {
        "celebrities": len(celebrities),
        "strangers": len(strangers),
        "packs": [
            _of_pack(celebrities, strangers, looks, portraits, selfies)
            for portraits in PORTRAITS
            for selfies in SELFIES
        ],
        "one_person": [
            _told(celebrities[:size], strangers, looks)
            for size in (*(few for few in LINE_UPS if few < len(celebrities)), len(celebrities))
        ],
    }


def _told(celebrities: Photographs, strangers: Photographs, looks: Mapping[str, Look]) -> Figures:
    """Return how often two photographs are said to show one person, by who they are of."""
    faces = [face for shown in celebrities for face in portrait_faces(shown, looks)[:1]]
    pack = Pack(faces)
    scores = {found[0].name: [*_own_scores(pack, found, looks)] for found in strangers}
    names = list(scores)
    same = [(name, two) for name, given in scores.items() for two in combinations(given, 2)]
    different = [
        (name, (own, other))
        for place, name in enumerate(names)
        for step in range(1, min(OTHERS, len(names) - 1) + 1)
        for own in scores[name]
        for other in scores[names[(place + step) % len(names)]][:1]
    ]
    return {
        "people": len(faces),
        "of_one": share((name, bool(shows_one_person(a, [b]))) for name, (a, b) in same),
        "of_two": share((name, bool(shows_one_person(a, [b]))) for name, (a, b) in different),
    }


def _own_scores(
    pack: Pack, photographs: Sequence[Photograph], looks: Mapping[str, Look]
) -> Iterator[Scores]:
    for one in photographs:
        query = looks[one.file].query
        if query is not None:
            yield {i: person.similarity for i, person in pack.people(query).items()}


def _of_pack(
    celebrities: Photographs,
    strangers: Photographs,
    looks: Mapping[str, Look],
    portraits: int,
    selfies: int,
) -> Figures:
    faces = [face for shown in celebrities for face in portrait_faces(shown, looks)[:portraits]]
    pack = Pack(faces)
    answers = {found[0].name: [*_answers(pack, found, looks, selfies)] for found in strangers}
    pairs = [
        (name, one, other)
        for name, given in answers.items()
        for one, other in combinations(given, 2)
        if not one.of & other.of
    ]
    return {
        "portraits": portraits,
        "selfies": selfies,
        "faces": len(faces),
        "same": share((name, one.first[0] == other.first[0]) for name, one, other in pairs),
        "shared": share((name, shared(one.first, other.first)) for name, one, other in pairs),
        "certainty": _certainty(answers),
    }


def _certainty(answers: Mapping[str, Sequence[Answer]]) -> Figures:
    """Return how often answers of each certainty are repeated, of the second half of the people.

    The first half shows the leads to which the limits were fitted.
    """
    names = list(answers)
    leads = [answer.lead for name in names[::2] for answer in answers[name]]
    seen = [
        (name, one.certainty, one.first[0] == other.first[0])
        for name in names[1::2]
        for one, other in permutations(answers[name], 2)
        if not one.of & other.of
    ]
    clear, close = (
        [(name, same) for name, certainty, same in seen if certainty == word]
        for word in ("clear", "close")
    )
    fitted = np.percentile(leads, LEADS) if leads else ()
    return {
        "fitted_leads": [round(float(lead), 3) for lead in fitted],
        "clear": {"of_all": round(len(clear) / max(1, len(seen)), 5), **share(clear)},
        "close": {"of_all": round(len(close) / max(1, len(seen)), 5), **share(close)},
        "ratio": ratio(clear, close),
    }


def _answers(
    pack: Pack, photographs: Sequence[Photograph], looks: Mapping[str, Look], selfies: int
) -> Iterator[Answer]:
    queries = {
        number: query
        for number, one in enumerate(photographs)
        if (query := looks[one.file].query) is not None
    }
    for numbers in combinations(queries, selfies):
        people = pack.people(*(queries[number] for number in numbers))
        if people:
            yield Answer(
                frozenset(numbers),
                list(people)[:MOST_CELEBRITIES],
                certainty_of(people),
                _lead(list(people.values())),
            )


def _lead(people: Sequence[Person]) -> float:
    similarities = [logit(person.similarity) for person in people[:2]]
    return similarities[0] - similarities[1] if len(similarities) == 2 else 0.0


def shared(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the share of the first five that two answers have in common."""
    return len({*one} & {*other}) / max(1, min(MOST_CELEBRITIES, len(one), len(other)))
