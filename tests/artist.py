"""A face engine that knows people by their shade of grey."""

from dataclasses import replace

import numpy as np

from rekognition.engine import DIMENSIONS, FaceEngine, Vector
from rekognition.faces import Face
from rekognition.pictures import decode
from rekognition.search import Pixels
from tests.recogniser import NO_FACE
from tests.unit.test_rekognition_quality import GOOD

FACE = replace(GOOD, left=0.25, top=0.25, width=0.5, height=0.5)
"""A good face in the middle."""


class Artist(FaceEngine):
    """An engine that knows people by their shade of grey, and any two from each other."""

    def __init__(self) -> None:
        self.detections = self.embeddings = 0
        self.sees: dict[bytes, list[Face]] = {}
        """Pictures to the faces in them, where it is not the one good one."""

    def detect(self, data: bytes) -> list[tuple[Face, Pixels]]:
        shade = int(decode(data).pixels.flat[0])
        self.detections += 1
        found = self.sees.get(data, [] if shade == NO_FACE else [FACE])
        return [(face, np.array([shade, number], np.uint8)) for number, face in enumerate(found)]

    def embed(self, *crops: Pixels) -> list[Vector]:
        self.embeddings += len(crops)
        drawn = [np.random.default_rng(crop.tolist()).normal(size=DIMENSIONS) for crop in crops]
        return [np.asarray(one / np.linalg.norm(one), np.float32) for one in drawn]

    def close(self) -> None:
        """Leave everything as it is: there are no threads."""
