"""Whether one photograph, slightly changed, gets one answer."""

from collections.abc import Callable, Sequence
from functools import partial

from evaluation.acceptance import changed
from evaluation.degradations import SLIGHT
from evaluation.looks import Bar, Look, Looker, SeenFace
from evaluation.pack import Pack, first_name
from evaluation.recognition import Album
from evaluation.sample import Photograph, draw
from evaluation.shares import Figures, share
from rekognition.engine import Vector

NEAR = 10
"""Points of resemblance that two answers may differ."""
FACTOR = 2
"""How many times one in how many pairs may differ."""
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
        "same": share((person, same) for _, person, same, _, _ in answers),
        "near": share((person, near) for _, person, _, near, _ in answers),
        "within_a_factor": share(
            (person, factor <= FACTOR) for _, person, _, _, factor in answers if factor is not None
        ),
        "changes": [
            {
                "change": change.name,
                "same": share((p, same) for name, p, same, _, _ in answers if name == change.name),
                "near": share((p, near) for name, p, _, near, _ in answers if name == change.name),
            }
            for change in SLIGHT
        ],
    }


def _compared(
    pack: Pack, before: Look, after: Look, vector: Callable[[SeenFace], Vector]
) -> tuple[bool, bool, float | None]:
    """Return whether the first person is the same, whether the first resemblance is near.

    Return also how many times one `one_in` is the other; None where the pack has no pairs.
    """
    if before.largest is None or after.largest is None or after.refusal is not None:
        return False, False, None
    one, other = (pack.find(vector(look.largest)) for look in (before, after) if look.largest)
    near = abs(one[0].resemblance - other[0].resemblance) <= NEAR
    pairs = [people[0].one_in for people in (one, other) if people[0].one_in is not None]
    factor = max(pairs) / min(pairs) if len(pairs) == 2 else None
    return first_name(one) == first_name(other), near, factor
