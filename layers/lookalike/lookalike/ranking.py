"""Ranking, and the landmark fallback. Pure: no AWS, no I/O."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from lookalike.faces import Place
from lookalike.measures import Measures, fold, logit

MOST_CELEBRITIES = 5
"""How many people a result names."""

SEARCHED_FACES = 500
"""How many faces the workflow's search asks for (statemachine/find_lookalike.asl.yaml)."""

MOST_COMPARED = 300
"""People compared with each other when the fallback needs a distribution of its own."""

SAME_PERSON = 95.0
"""From this similarity on, two pictures most probably show the same person.

The similarity of two people's portraits stays below 80 for all but 2 pairs in 100,000, and is
measured to be at most 83 for 95 % of strangers against 5,749 people (docs/decisions.md).
"""

SAME_FACE = 99.0
"""From this similarity on, the portraits of two people almost certainly show one person."""

CLEAR = 0.5
"""From this lead on, the first of a result is a clear one. Leads are differences of logits."""

CLOSE = 0.2
"""Below this lead, another photograph may well show the second of a result first.

After a clear result, another photograph of a stranger names the same celebrity in 40 to 55 of 100
cases; after a close one, in 15 to 26. At least a quarter of all results are clear, and at least a
quarter are close (docs/quality.md).
"""

FEWEST_TELLING = 30
"""Fewer people than this do not tell whether two photographs show one person."""

ONE_PERSON = 0.3
"""From this correlation of their scores on, two photographs most probably show one person.

Of the pairs of one person's photographs, 0.992 or more reach it, and of those of two people's,
0.107 at most (docs/quality.md).
"""

FEWEST_IN_GROUP = 5
"""Fewer people of a pack than this are no group that a client offers."""

Group = Literal["everyone", "women", "men"]
"""Among whom a selfie is compared."""
EVERYONE: Group = "everyone"
GENDERS: dict[Group, str] = {"women": "female", "men": "male"}
"""Each group's label in the catalog. Every other person is in EVERYONE alone."""

Scores = Mapping[str, float]
"""How similar (0-100) celebrities are to one photograph, by celebrity_id."""

Method = Literal["faces", "landmarks"]
Certainty = Literal["clear", "close"]
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
    face: Place | None = None
    """Where the celebrity's face is; None for a portrait that an older build indexed."""
    gender: str = ""
    """As the catalog says: `female`, `male` or `other`; empty if it says nothing."""
    description: str = ""
    """Who the celebrity is, in a few words."""
    version: str = ""
    """The version of the portrait's object that is indexed."""
    copies: tuple[int, ...] | None = None
    """The widths of its reduced copies; None for a portrait that an older build indexed."""
    siblings: int = 0
    """How many other portraits the celebrity had when the pack was measured."""


class FoundFace(NamedTuple):
    """One face that the search found: whose portrait, and how similar (0-100)."""

    portrait_id: str
    similarity: float


class Celebrity(NamedTuple):
    """One person of a result."""

    rank: int
    portrait: Portrait
    """The one that is most similar to the selfie."""
    similarity: float
    """0-100, folded over the person's portraits."""
    resemblance: int
    one_in: int | None = None
    same_person: bool = False
    """Whether `portrait` alone most probably shows the very person of the selfie."""

    def to_json(self) -> dict[str, Any]:
        """Return the person as the workflow stores them, in plain JSON; their place is their rank.

        Six places are plenty, and no JSONata changes them: it keeps 15 digits.
        """
        return {
            "celebrity_id": self.portrait.celebrity_id,
            "name": self.portrait.name,
            "similarity": round(self.similarity, 6),
            "resemblance": self.resemblance,
            "one_in": self.one_in,
            "same_person": self.same_person,
            "portrait_key": self.portrait.key,
            "face": self.portrait.face.to_json() if self.portrait.face else None,
            "attribution": vars(self.portrait.attribution),
        }


class Person(NamedTuple):
    """One celebrity whom a search found: the similarity, and the portrait that shows them best."""

    similarity: float
    """0-100, folded over the person's portraits."""
    best: FoundFace


def people_of(
    faces: Sequence[FoundFace], portraits: Mapping[str, Portrait], asked: int = SEARCHED_FACES
) -> dict[str, Person]:
    """Return one entry a person, by celebrity_id, best first, of the faces that a search found.

    All of a person's portraits count. A search returns at most as many faces as it is `asked` for.
    If it returns that many, a portrait that is not among them counts as the lowest similarity of
    the reply. Skip a face whose portrait is not given: the portrait was removed after the search.
    """
    found: dict[str, list[FoundFace]] = {}
    for face in sorted(faces, key=lambda face: face.similarity, reverse=True):
        if face.portrait_id in portraits:
            found.setdefault(portraits[face.portrait_id].celebrity_id, []).append(face)
    is_full = len(faces) >= asked
    lowest = min((face.similarity for face in faces), default=0.0)
    people: dict[str, Person] = {}
    for celebrity_id, theirs in found.items():
        had = 1 + max(portraits[face.portrait_id].siblings for face in theirs)
        missing = max(0, had - len(theirs)) if is_full else 0
        folded = fold([face.similarity for face in theirs], missing, lowest)
        people[celebrity_id] = Person(folded, theirs[0])
    return dict(sorted(people.items(), key=lambda one: one[1].similarity, reverse=True))


def fuse(own: Mapping[str, Person], earlier: Iterable[Scores]) -> dict[str, Person]:
    """Return the people of one photograph with their similarity over earlier ones, best first.

    It is the mean, on the scale of the logit, over the photographs that have a score for a person.
    A person whom this photograph's search did not find is left out: they may be gone.
    """
    scores = [*earlier]
    fused = {
        i: person._replace(
            similarity=fold([person.similarity, *(one[i] for one in scores if i in one)])
        )
        for i, person in own.items()
    }
    return dict(sorted(fused.items(), key=lambda one: one[1].similarity, reverse=True))


def agreeing_count(people: Mapping[str, Person], photographs: Iterable[Scores]) -> int:
    """Return how many photographs, each by its own scores, have the first of these people first.

    A photograph that has a score for none of them does not.
    """
    first = next(iter(people))
    return sum(
        max((i for i in people if i in scores), key=lambda i: scores[i], default=None) == first
        for scores in photographs
    )


def shows_one_person(own: Scores, earlier: Iterable[Scores]) -> bool | None:
    """Return whether earlier photographs most probably all show the person of this one.

    Two photographs of one person resemble the same celebrities, and differ from the same ones. So
    their scores correlate, on the scale of the logit. Return None if there is no earlier
    photograph, or one that is equally similar to everyone, or that has a score in common for fewer
    than FEWEST_TELLING people.
    """
    photographs = [*earlier]
    if not photographs:
        return None
    # Most matches are of one photograph, and do not come here: it takes a moment to import.
    from statistics import correlation

    found = []
    for scores in photographs:
        both = [i for i in own if i in scores]
        one, other = [logit(own[i]) for i in both], [logit(scores[i]) for i in both]
        is_flat = len({*one}) <= 1 or len({*other}) <= 1  # equally similar to everyone
        if len(both) < FEWEST_TELLING or is_flat:
            return None
        found.append(correlation(one, other))
    return min(found) >= ONE_PERSON


def people_among(
    group: Group, people: Mapping[str, Person], portraits: Iterable[Portrait]
) -> dict[str, Person]:
    """Return the people of a group, in their order. One labelled portrait of a person is enough."""
    members = members_of(group, portraits)
    return {i: person for i, person in people.items() if i in members}


def members_of(group: Group, portraits: Iterable[Portrait]) -> set[str]:
    """Return the celebrity_ids of a group's people."""
    return {
        portrait.celebrity_id
        for portrait in portraits
        if group == EVERYONE or portrait.gender == GENDERS[group]
    }


def groups_of(portraits: Iterable[Portrait]) -> dict[Group, int]:
    """Return how many people the catalog labels as of each group, but for EVERYONE."""
    shown = [*portraits]
    return {group: len(members_of(group, shown)) for group in GENDERS}


def rank(
    people: Mapping[str, Person], portraits: Mapping[str, Portrait], measures: Measures
) -> list[Celebrity]:
    """Return the first MOST_CELEBRITIES people, best first, with what their similarity means."""
    first = list(people.values())[:MOST_CELEBRITIES]
    return [
        Celebrity(
            place,
            portraits[person.best.portrait_id],
            person.similarity,
            measures.resemblance(person.similarity),
            measures.one_in(person.similarity),
            person.best.similarity >= SAME_PERSON,
        )
        for place, person in enumerate(first, start=1)
    ]


def certainty_of(people: Mapping[str, Person]) -> Certainty | None:
    """Return how clearly the first of the people leads; None in between, or for one person."""
    similarities = [person.similarity for person in people.values()][:2]
    if len(similarities) < 2:
        return None
    lead = logit(similarities[0]) - logit(similarities[1])
    if lead >= CLEAR:
        return "clear"
    return "close" if lead < CLOSE else None


def normalise(landmarks: Mapping[str, tuple[float, float]], aspect: float) -> Geometry | None:
    """Bring landmarks to a common place, size and tilt; None if one is missing.

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


def rank_by_landmarks(
    geometry: Geometry, portraits: Sequence[Portrait], group: Group = EVERYONE
) -> list[Celebrity]:
    """Rank a pack's portraits of a group by the cosine similarity of their landmark geometry.

    A search rarely returns nothing. This fallback still finds a celebrity then. Faces differ
    little in geometry, so subtract the pack's mean face first.
    """
    geometries = {p.portrait_id: p.geometry for p in portraits if p.geometry is not None}
    if not geometries:
        return []
    mean = [sum(values) / len(geometries) for values in zip(*geometries.values(), strict=True)]
    shapes = {portrait_id: _less(shape, mean) for portrait_id, shape in geometries.items()}
    by_id = {portrait.portrait_id: portrait for portrait in portraits}
    by_person = {by_id[i].celebrity_id: shape for i, shape in shapes.items()}
    step = max(1, -(-len(by_person) // MOST_COMPARED))
    sample = list(by_person.values())[::step]
    distribution = sorted(
        max(_similarity(one, other) for other in sample if other is not one)
        for one in sample
        if len(sample) > 1
    )
    query = _less(geometry, mean)
    faces = [FoundFace(i, _similarity(query, shape)) for i, shape in shapes.items()]
    all_of_them = people_of(faces, by_id, asked=len(faces) + 1)
    people = people_among(group, all_of_them, portraits)
    return rank(people, by_id, Measures(distribution))


def _less(shape: Sequence[float], mean: Sequence[float]) -> Geometry:
    return tuple(a - b for a, b in zip(shape, mean, strict=True))


def _similarity(one: Geometry, other: Geometry) -> float:
    """Return how alike two geometries less the mean are: their cosine of -1 to 1 as 0 to 100.

    Return 50 if one of them is the mean face itself, which has no direction.
    """
    norms = math.hypot(*one) * math.hypot(*other)
    dot = sum(a * b for a, b in zip(one, other, strict=True))
    return 50 * (1 + max(-1.0, min(1.0, dot / norms))) if norms else 50.0
