"""Whether one photograph, and one person, gets one answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations

from evaluation.acceptance import changed
from evaluation.degradations import SLIGHT
from evaluation.looks import Bar, Look, Looker, SeenFace
from evaluation.pack import Pack, first_name
from evaluation.recognition import Album, portrait_faces
from evaluation.sample import Photograph, by_person, draw
from evaluation.shares import Figures, share
from lookalike.ranking import MOST_CELEBRITIES, Celebrity
from rekognition.engine import Vector

NEAR = 10
"""Points of resemblance that two answers may differ."""
PHOTOGRAPHS = 4
"""Photographs of a person who takes part in the measure of repeatability."""

QUERIES: dict[str, Callable[[SeenFace], Vector]] = {
    "the face and its mirror image": lambda face: face.query,
    "one vector": lambda face: face.vector,
}
"""What a search may take; the first is what the product takes."""


def measure_steadiness(album: Album, looker: Looker, most: int, bar: Bar) -> Figures:
    """Return how often a slightly changed photograph of a stranger gets the same answer."""
    accepted = [one for one in album.strangers if album.look(one).query is not None]
    sample = draw(accepted, most, lambda one: one.file)
    jobs = [(change, one) for change in SLIGHT for one in sample]
    looks = looker.look_at_all(
        [partial(changed, one, change) for change, one in jobs],
        "Slightly changed photographs",
        bar,
    )
    done = [(change.name, one, look) for (change, one), look in zip(jobs, looks, strict=True)]
    return {
        "photographs": len(sample),
        "queries": [
            {"query": words, **_of_query(album, done, vector)} for words, vector in QUERIES.items()
        ],
    }


def _of_query(
    album: Album,
    done: Sequence[tuple[str, Photograph, Look]],
    vector: Callable[[SeenFace], Vector],
) -> Figures:
    answers = [
        (name, one.name, *_compared(album.pack, album.look(one), look, vector))
        for name, one, look in done
    ]
    return {
        "same": share((person, same) for _, person, same, _ in answers),
        "near": share((person, near) for _, person, _, near in answers),
        "changes": [
            {
                "change": change.name,
                "same": share((p, same) for name, p, same, _ in answers if name == change.name),
                "near": share((p, near) for name, p, _, near in answers if name == change.name),
            }
            for change in SLIGHT
        ],
    }


def _compared(
    pack: Pack, before: Look, after: Look, vector: Callable[[SeenFace], Vector]
) -> tuple[bool, bool]:
    """Return whether the first person is the same, and whether the first resemblance is near."""
    if before.largest is None or after.largest is None or after.refusal is not None:
        return False, False
    one, other = (pack.find(vector(look.largest)) for look in (before, after) if look.largest)
    near = abs(one[0].resemblance - other[0].resemblance) <= NEAR
    return first_name(one) == first_name(other), near


def measure_repeatability(photographs: Sequence[Photograph], looks: Mapping[str, Look]) -> Figures:
    """Return how often two photographs of one stranger get the same celebrity.

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
            {"portraits": count, **_of_pack(celebrities, strangers, looks, count)}
            for count in (1, 3)
        ],
    }


def _of_pack(
    celebrities: Sequence[Sequence[Photograph]],
    strangers: Sequence[Sequence[Photograph]],
    looks: Mapping[str, Look],
    count: int,
) -> Figures:
    faces = [face for portraits in celebrities for face in portrait_faces(portraits, looks)[:count]]
    pack = Pack(faces)
    pairs = [
        (found[0].name, one, other)
        for found in strangers
        for one, other in combinations(_answers(pack, found, looks), 2)
    ]
    return {
        "faces": len(faces),
        "same": share((name, first_name(one) == first_name(other)) for name, one, other in pairs),
        "shared": share((name, shared(one, other)) for name, one, other in pairs),
    }


def shared(one: Sequence[Celebrity], other: Sequence[Celebrity]) -> float:
    """Return the share of the first five that two answers have in common."""
    names = [{person.portrait.name for person in people} for people in (one, other)]
    return len(names[0] & names[1]) / max(1, min(MOST_CELEBRITIES, *map(len, (one, other))))


def _answers(
    pack: Pack, photographs: Sequence[Photograph], looks: Mapping[str, Look]
) -> Iterator[list[Celebrity]]:
    for one in photographs:
        query = looks[one.file].query
        if query is not None and (people := pack.find(query)):
            yield people
