"""A pack of portraits in memory: it is searched and ranked as the product does it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lookalike.measures import Measures, curve_of, distribution_of, histogram_of
from lookalike.ranking import (
    SEARCHED_FACES,
    Attribution,
    Celebrity,
    FoundFace,
    Geometry,
    Person,
    Portrait,
    fuse,
    people_of,
    rank,
)
from rekognition.engine import DIMENSIONS, Vector
from rekognition.matrix import VectorMatrix
from rekognition.scores import similarity


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
        self._measures = self._measured(faces)

    def find(self, *queries: Vector) -> list[Celebrity]:
        """Return the people whom the queries of one person resemble together, best first."""
        return rank(self.people(*queries), self.portraits, self._measures)

    def people(self, *queries: Vector) -> dict[str, Person]:
        """Return everyone whom the queries of one person resemble together, best first."""
        *earlier, newest = (
            people_of(self._search(query, SEARCHED_FACES), self.portraits) for query in queries
        )
        scores = [{i: person.similarity for i, person in people.items()} for people in earlier]
        return fuse(newest, scores)

    def rank(self, matches: Sequence[FoundFace]) -> list[Celebrity]:
        """Return the people of the faces that a search has found, best first."""
        return rank(people_of(matches, self.portraits), self.portraits, self._measures)

    def _search(self, query: Vector, most: int) -> list[FoundFace]:
        scores = similarity(self._vectors.cosines(query))
        best = np.argsort(-scores, kind="stable")[:most]
        return [FoundFace(str(place), float(scores[place])) for place in best]

    def _measured(self, faces: Sequence[PortraitFace]) -> Measures:
        """Return what Measure Pack stores of this pack."""
        compared = [(face.name, self._others(face)) for face in faces]
        nearest = [
            (name, max(person.similarity for person in people.values()))
            for name, people in compared
            if people
        ]
        pairs = [histogram_of(one.similarity for one in people.values()) for _, people in compared]
        return Measures(distribution_of(nearest), curve_of(pairs, len({f.name for f in faces})))

    def _others(self, face: PortraitFace) -> dict[str, Person]:
        others = {i: one for i, one in self.portraits.items() if one.name != face.name}
        return people_of(self._search(face.vector, len(self.portraits)), others)


def first_name(people: Sequence[Celebrity]) -> str | None:
    """Return the name of the first person; None where there is none."""
    return people[0].portrait.name if people else None
