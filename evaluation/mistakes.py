"""The worst mistakes of an evaluation, for people to look at. They never leave this machine."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from evaluation.recognition import Album, Pairs
from evaluation.shares import Mask, Scores

MOST = 24
"""The most mistakes of each kind."""


class Mistake(NamedTuple):
    """One mistake, and the photographs that show it."""

    kind: str
    words: str
    photographs: Sequence[Path]


def find_mistakes(album: Album) -> list[Mistake]:
    """Return wrong answers, refusals, and the pairs that are told worst."""
    pairs = Pairs.of(album)
    scores = pairs.cosines()
    return [
        *_wrong(album)[:MOST],
        *_refused(album)[:MOST],
        *_extreme(pairs, scores, pairs.compared & pairs.same, "One person, least alike"),
        *_extreme(pairs, scores, pairs.compared & ~pairs.same, "Two people, most alike", sign=-1),
    ]


def _wrong(album: Album) -> list[Mistake]:
    by_file = {one.file: one.path for one in album.photographs}
    own = {portrait.name: portrait.key for portrait in album.pack.portraits.values()}
    found = []
    for one in album.known:
        answer = album.answer(one)
        if answer and answer[0].portrait.name != one.name:
            shown = [answer[0].portrait.key, *([own[one.name]] if one.name in own else [])]
            words = (
                f"{one.name} is taken for {answer[0].portrait.name} ({answer[0].similarity:.1f})"
            )
            paths = [one.path, *(by_file[file] for file in shown)]
            found.append(
                (answer[0].similarity, Mistake("The wrong person comes first", words, paths))
            )
    return [mistake for _, mistake in sorted(found, key=lambda pair: -pair[0])]


def _refused(album: Album) -> list[Mistake]:
    return [
        Mistake("Refused as they are", f"{one.name}: {code.value}", [one.path])
        for one in (*album.known, *album.strangers)
        if (code := album.look(one).refusal) is not None
    ]


def _extreme(pairs: Pairs, scores: Scores, among: Mask, kind: str, sign: int = 1) -> list[Mistake]:
    """Return the pairs with the lowest scores, or with a sign of -1 those with the highest.

    A pair is one mistake, whichever of its two photographs is the query.
    """
    rows, columns = np.nonzero(among)
    cosines = scores[rows, columns]
    found: dict[frozenset[str], Mistake] = {}
    for place in np.argsort(sign * cosines)[: 2 * MOST]:
        one, other = pairs.queries[rows[place]], pairs.portraits[columns[place]]
        words = f"{one.name} and {other.name}, cosine {cosines[place]:.2f}"
        key = frozenset((one.file, other.file))
        found.setdefault(key, Mistake(kind, words, [one.path, other.path]))
    return list(found.values())[:MOST]
