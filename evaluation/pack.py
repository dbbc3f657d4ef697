"""A pack of portraits in memory: it is searched and ranked as the product does it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from lookalike.ranking import (
    Attribution,
    Celebrity,
    FaceMatch,
    Geometry,
    Portrait,
    distribution_of,
    rank,
)
from rekognition.engine import DIMENSIONS, Vector
from rekognition.matrix import VectorMatrix
from rekognition.scores import similarity

MOST_FOUND = 100
"""The most faces that a search returns, as in statemachine/find_lookalike.asl.yaml."""


class PortraitFace(NamedTuple):
    """The subject's face of one portrait."""

    file: str
    name: str
    vector: Vector
    geometry: Geometry | None = None


class Pack:
    """People and their portraits."""

    def __init__(self, faces: Sequence[PortraitFace]) -> None:
        self._vectors = VectorMatrix(DIMENSIONS)
        self.portraits: dict[str, Portrait] = {}
        for number, face in enumerate(faces):
            self._vectors.append(face.vector)
            self.portraits[str(number)] = Portrait(
                str(number),
                "evaluation",
                face.file,
                face.name,
                face.name,
                Attribution(),
                face.geometry,
            )
        self._names = np.array([face.name for face in faces])
        self._distribution = distribution_of(
            (face.name, self._nearest_other(face)) for face in faces
        )

    def find(self, query: Vector) -> list[Celebrity]:
        """Return the people whom a query resembles, best first."""
        scores = similarity(self._vectors.cosines(query))
        best = np.argsort(-scores, kind="stable")[:MOST_FOUND]
        return self.rank(FaceMatch(str(place), float(scores[place])) for place in best)

    def rank(self, matches: Iterable[FaceMatch]) -> list[Celebrity]:
        """Return the people of the faces that a search has found, best first."""
        return rank(matches, self.portraits, self._distribution)

    def _nearest_other(self, face: PortraitFace) -> float:
        others = self._vectors.cosines(face.vector)[self._names != face.name]
        return float(similarity(others).max(initial=0.0))


def first_name(people: Sequence[Celebrity]) -> str | None:
    """Return the name of the first person; None where there is none."""
    return people[0].portrait.name if people else None
