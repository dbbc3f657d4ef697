"""Ranking, resemblance, and the landmark fallback. Pure: no AWS, no I/O."""

import bisect
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

MOST_CELEBRITIES = 5
"""How many people a result names."""

PRIOR = 5
"""A pack's distribution outweighs the similarity itself once it holds more people than this."""

SAMPLE = 300
"""People compared with each other when the fallback needs a distribution of its own."""

DISTRIBUTION_VALUES = 1000
"""The most values that a pack's distribution keeps: plenty for whole percents."""

SAME_PERSON = 95.0
"""From this similarity on, two pictures most probably show the same person.

The similarity of two people's portraits stays below 80 for all but 2 pairs in 100,000, and is
measured to be at most 83 for 95 % of strangers against 5,749 people (docs/decisions.md).
"""

SAME_FACE = 99.0
"""From this similarity on, the portraits of two people almost certainly show one person."""

Method = Literal["faces", "landmarks"]
Geometry = tuple[float, ...]
"""Five landmarks as ten numbers: x and y in turn, centred, of unit length, eyes level."""

GEOMETRY_LANDMARKS = ("eyeLeft", "eyeRight", "nose", "mouthLeft", "mouthRight")


@dataclass(frozen=True)
class Attribution:
    """Who made a portrait, and under which licence."""

    author: str = ""
    license: str = ""
    license_url: str = ""
    source_url: str = ""


@dataclass(frozen=True)
class Portrait:
    """One indexed portrait of one celebrity."""

    portrait_id: str
    pack: str
    key: str
    celebrity_id: str
    name: str
    attribution: Attribution
    geometry: Geometry | None = None
    gender: str = ""
    """As the catalog says: `female`, `male` or `other`; empty where it says nothing."""
    description: str = ""
    """Who the celebrity is, in a few words."""


class FaceMatch(NamedTuple):
    """One face that the search found: whose portrait, and how similar (0-100)."""

    portrait_id: str
    similarity: float


class Celebrity(NamedTuple):
    """One person of a result."""

    rank: int
    portrait: Portrait
    similarity: float
    resemblance: int

    def to_json(self) -> dict[str, Any]:
        """Return the person as the workflow stores them, in plain JSON; their place is their rank.

        Six places are plenty, and no JSONata changes them: it keeps 15 digits.
        """
        return {
            "celebrity_id": self.portrait.celebrity_id,
            "name": self.portrait.name,
            "similarity": round(self.similarity, 6),
            "resemblance": self.resemblance,
            "portrait_key": self.portrait.key,
            "attribution": vars(self.portrait.attribution),
        }


def rank(
    matches: Iterable[FaceMatch],
    portraits: Mapping[str, Portrait],
    distribution: Sequence[float],
) -> list[Celebrity]:
    """Fold matches into one entry a person, best first, each with the portrait that matched.

    Skip a match whose portrait was removed after the search. The distribution is the pack's,
    sorted: each celebrity's similarity to their nearest other celebrity.
    """
    best: dict[str, FaceMatch] = {}
    for match in sorted(matches, key=lambda match: match.similarity, reverse=True):
        portrait = portraits.get(match.portrait_id)
        if portrait is not None:
            best.setdefault(portrait.celebrity_id, match)
    return [
        Celebrity(
            place,
            portraits[match.portrait_id],
            match.similarity,
            resemblance(match.similarity, distribution),
        )
        for place, match in enumerate(list(best.values())[:MOST_CELEBRITIES], start=1)
    ]


def resemblance(similarity: float, distribution: Sequence[float]) -> int:
    """Return a similarity as a percentile of the pack's (sorted) distribution, 0-100.

    A small pack has a coarse percentile, so it is drawn towards the similarity.
    """
    below = bisect.bisect_left(distribution, similarity)
    upto = bisect.bisect_right(distribution, similarity)
    share = 50 * (below + upto)  # the middle of the ties, times the number of people
    return round((share + PRIOR * similarity) / (len(distribution) + PRIOR))


def distribution_of(nearest: Iterable[tuple[str, float]]) -> list[float]:
    """Return a pack's distribution: each celebrity's similarity to their nearest other, sorted.

    `nearest` holds, for each portrait, its celebrity_id and its similarity to the nearest portrait
    of another celebrity. Of more than DISTRIBUTION_VALUES values, keep evenly spaced ones.
    """
    best: dict[str, float] = {}
    for celebrity_id, similarity in nearest:
        best[celebrity_id] = max(best.get(celebrity_id, 0.0), similarity)
    values = sorted(best.values())
    if len(values) <= DISTRIBUTION_VALUES:
        return values
    step = (len(values) - 1) / (DISTRIBUTION_VALUES - 1)
    return [values[round(place * step)] for place in range(DISTRIBUTION_VALUES)]


def normalise(landmarks: Mapping[str, tuple[float, float]], aspect: float) -> Geometry | None:
    """Bring landmarks to a common place, size and tilt; None where one is missing.

    Landmarks are in ratios of the picture, whose width by height is `aspect`.
    """
    if not all(name in landmarks for name in GEOMETRY_LANDMARKS):
        return None
    points = [complex(landmarks[n][0] * aspect, landmarks[n][1]) for n in GEOMETRY_LANDMARKS]
    centre = sum(points) / len(points)
    eyes = points[1] - points[0]
    size = math.sqrt(sum(abs(point - centre) ** 2 for point in points))
    if abs(eyes) == 0 or size == 0:
        return None
    turned = [(point - centre) / size * (abs(eyes) / eyes) for point in points]
    return tuple(value for point in turned for value in (point.real, point.imag))


def rank_by_landmarks(geometry: Geometry, portraits: Sequence[Portrait]) -> list[Celebrity]:
    """Rank a pack's portraits by the cosine similarity of their landmark geometry.

    A search rarely returns nothing. This fallback still finds a celebrity then. Faces differ
    little in geometry, so subtract the pack's mean face first.
    """
    geometries = {p.portrait_id: p.geometry for p in portraits if p.geometry is not None}
    if not geometries:
        return []
    mean = [sum(values) / len(geometries) for values in zip(*geometries.values(), strict=True)]
    shapes = {portrait_id: _less(shape, mean) for portrait_id, shape in geometries.items()}
    by_id = {portrait.portrait_id: portrait for portrait in portraits}
    people = {by_id[portrait_id].celebrity_id: shape for portrait_id, shape in shapes.items()}
    step = max(1, len(people) // SAMPLE)
    sample = list(people.values())[::step]
    distribution = sorted(
        max(_similarity(one, other) for other in sample if other is not one)
        for one in sample
        if len(sample) > 1
    )
    query = _less(geometry, mean)
    matches = [FaceMatch(i, _similarity(query, shape)) for i, shape in shapes.items()]
    return rank(matches, by_id, distribution)


def _less(shape: Sequence[float], mean: Sequence[float]) -> Geometry:
    return tuple(a - b for a, b in zip(shape, mean, strict=True))


def _similarity(one: Geometry, other: Geometry) -> float:
    """Return how alike two geometries less the mean are: their cosine of -1 to 1 as 0 to 100.

    Return 50 where one of them is the mean face itself, which has no direction.
    """
    norms = math.hypot(*one) * math.hypot(*other)
    dot = sum(a * b for a, b in zip(one, other, strict=True))
    return 50 * (1 + max(-1.0, min(1.0, dot / norms))) if norms else 50.0
