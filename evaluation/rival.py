"""dlib's recogniser on the same photographs, pairs and portraits as the product's."""

import json
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from evaluation.environments import Unavailable
from evaluation.looks import SeenFace
from evaluation.recognition import Album, Pairs
from evaluation.sample import Photograph
from evaluation.shares import Figures, Scores, share

Describe = Callable[[str], str]
"""Gives `evaluation.dlib` its list, and returns what it prints; raises Unavailable."""
Face = tuple[str, tuple[float, ...]]


class _Described(NamedTuple):
    vector: list[float]
    found: bool
    """Whether dlib's own detector found the face."""
    milliseconds: float


def measure_dlib(album: Album, describe: Describe) -> Figures:
    """Return both recognisers' figures on the accepted photographs, or why dlib's are missing."""
    pairs = Pairs.of(album)
    queries, portraits = (
        [_face(one, face) for one, face in zip(photographs, faces, strict=True)]
        for photographs, faces in zip((pairs.queries, pairs.portraits), pairs.faces, strict=True)
    )
    wanted = list(dict.fromkeys([*queries, *portraits]))
    try:
        answers = json.loads(describe(json.dumps(wanted)))
    except Unavailable as error:
        return {"unavailable": str(error)}
    described = dict(zip(wanted, (_Described(*one) for one in answers), strict=True))
    scores = -_distances(
        np.array([described[face].vector for face in queries], np.float32),
        np.array([described[face].vector for face in portraits], np.float32),
    )
    return {
        "faces": len(described),
        "found_by_dlib": sum(one.found for one in described.values()),
        "dlib": _figures(album, pairs, scores),
        "product": _figures(album, pairs, pairs.cosines()),
    }


def _figures(album: Album, pairs: Pairs, scores: Scores) -> Figures:
    """Return the pairs' figures, and how often the nearest portrait is the right person's."""
    enrolled = {portrait.key for portrait in album.pack.portraits.values()}
    columns = [place for place, one in enumerate(pairs.portraits) if one.file in enrolled]
    known = {one.file for one in album.known}
    nearest: list[int] = scores[:, columns].argmax(axis=1).tolist() if columns else []
    outcomes = [
        (one.name, pairs.portraits[columns[place]].name == one.name)
        for one, place in zip(pairs.queries, nearest, strict=True)
        if one.file in known
    ]
    return {"nearest": share(outcomes), "pairs": pairs.told(scores)}


def _face(photograph: Photograph, face: SeenFace) -> Face:
    return str(photograph.path.resolve()), tuple(face.box)


def _distances(one: Scores, other: Scores) -> Scores:
    """Return the Euclidean distance of each row to each row of the other."""
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None, :] - 2 * one @ other.T
    distances: Scores = np.sqrt(np.maximum(squares, 0))
    return distances
