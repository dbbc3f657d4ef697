"""Judges portraits before the importer sends them, with a local face engine that costs nothing."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from catalog.folder import Entry
from lookalike.errors import PictureTooLarge, UnreadablePicture
from lookalike.faces import DetectedFace, Refusal, judge_portrait, read_size, refuse_size
from lookalike.failures import FailureCode
from lookalike.pictures import LARGEST_PICTURE
from lookalike.ranking import SAME_FACE
from rekognition.matrix import VectorMatrix
from rekognition.scores import similarity

Vector = npt.NDArray[np.float32]


class Examination(NamedTuple):
    """What a face engine sees in a picture."""

    faces: list[DetectedFace]
    vector: Vector | None
    """Of the most prominent face, of unit length; None where there is no face."""


Examine = Callable[[bytes], Examination]
"""Examines a JPEG or PNG; raises UnreadablePicture or PictureTooLarge."""


@dataclass(frozen=True, eq=False)
class Subject:
    """The face that an accepted portrait is about; equal to itself alone.

    Numpy compares vectors number by number, so `==` of two vectors is neither true nor false.
    """

    vector: Vector


def judge(data: bytes, examine: Examine) -> Subject | FailureCode:
    """Return a portrait's subject, or why it is refused.

    The rules are those of functions/index_portrait, which judges again what Rekognition finds.
    """
    size = read_size(io.BytesIO(data))
    refusal = refuse_size(size)
    if size is None or refusal is not None:
        return refusal.code if refusal else FailureCode.UNSUPPORTED_IMAGE
    if len(data) > LARGEST_PICTURE:
        return FailureCode.IMAGE_TOO_LARGE
    try:
        seen = examine(data)
    except UnreadablePicture:
        return FailureCode.UNSUPPORTED_IMAGE
    except PictureTooLarge:
        return FailureCode.IMAGE_TOO_LARGE
    judged = judge_portrait(seen.faces, size)
    if isinstance(judged, Refusal):
        return judged.code
    return FailureCode.NO_FACE if seen.vector is None else Subject(seen.vector)


class FacesSoFar:
    """The faces of the accepted portraits, to find one face under two names."""

    def __init__(self) -> None:
        self._vectors: VectorMatrix | None = None
        self._entries: list[Entry] = []

    def add(self, entry: Entry, vector: Vector) -> None:
        """Remember the face of a portrait."""
        if self._vectors is None:
            self._vectors = VectorMatrix(len(vector))
        self._vectors.append(vector)
        self._entries.append(entry)

    def same_face(self, entry: Entry, vector: Vector) -> Entry | None:
        """Return a portrait of another person that almost certainly shows this face, if any."""
        if self._vectors is None:
            return None
        scores = similarity(self._vectors.cosines(vector))
        for place in np.argsort(-scores):
            if scores[place] < SAME_FACE:
                return None
            other = self._entries[int(place)]
            if other.caption.celebrity_id != entry.caption.celebrity_id:
                return other
        return None
