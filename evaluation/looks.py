"""What the product sees in a photograph, and what it decides about it."""

import io
import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

from lookalike.faces import (
    Box,
    DetectedFace,
    Refusal,
    Size,
    judge_portrait,
    read_size,
    refuse_faces,
    refuse_size,
)
from lookalike.failures import FailureCode
from lookalike.ranking import Geometry, normalise
from rekognition.engine import FaceEngine, Vector
from rekognition.exceptions import RekognitionError, ThrottlingError
from rekognition.images import ImageMemory, SeenImage

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import FaceDetailTypeDef

_PAUSE = 0.2
"""Seconds until a decoder that was busy with a large picture is asked again."""

Bar = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Shows a progress bar under these words; it takes how many are done, and of how many."""


class SeenFace(NamedTuple):
    """One face of a photograph."""

    box: Box
    vector: Vector
    """What a collection stores of it."""
    query: Vector
    """What the product searches with."""
    brightness: float
    yaw: float
    geometry: Geometry | None


@dataclass(frozen=True)
class Look:
    """What the product decides about a photograph, as a selfie and as a portrait."""

    refusal: FailureCode | None
    """Why it is refused as a selfie; None where it is accepted."""
    largest: SeenFace | None
    """The face that a search takes, also of a refused photograph."""
    portrait: SeenFace | FailureCode
    """The subject's face of a portrait, or why it is refused."""

    @property
    def query(self) -> Vector | None:
        """The vector with which an accepted selfie is searched for."""
        return self.largest.query if self.largest and self.refusal is None else None


class Looker:
    """Looks at photographs with one face engine, as Check Face and Index Portrait do."""

    def __init__(self, engine: FaceEngine) -> None:
        self._images = ImageMemory(engine)

    def look(self, data: bytes) -> Look:
        """Return what the product decides about a picture."""
        size = read_size(io.BytesIO(data))
        refusal = refuse_size(size)
        if size is None or refusal is not None:
            return _unseen(refusal.code if refusal else FailureCode.UNSUPPORTED_IMAGE)
        try:
            image = self._see(data)
        except RekognitionError:
            return _unseen(FailureCode.UNSUPPORTED_IMAGE)
        faces = [_detected(image, number) for number in range(len(image.faces))]
        refused = refuse_faces(faces, size)
        judged = judge_portrait(faces, size)
        return Look(
            refusal=refused.code if refused else None,
            largest=self._face(data, image, 0, size) if faces else None,
            portrait=judged.code
            if isinstance(judged, Refusal)
            else self._face(data, image, faces.index(judged), size),
        )

    def look_at_all(
        self, pictures: Sequence[Callable[[], bytes]], words: str, bar: Bar
    ) -> list[Look]:
        """Look at pictures, as many at a time as there are processors; keep their order."""
        with bar(words) as done, ThreadPoolExecutor(os.cpu_count()) as threads:
            looks = []
            for look in threads.map(lambda read: self.look(read()), pictures):
                looks.append(look)
                done(len(looks), len(pictures))
            return looks

    def _see(self, data: bytes) -> SeenImage:
        while True:
            try:
                return self._images.see(data)
            except ThrottlingError:
                time.sleep(_PAUSE)

    def _face(self, data: bytes, image: SeenImage, number: int, size: Size) -> SeenFace:
        face = image.faces[number]
        query = self._images.query(image, number, data)
        marks = _detected(image, number).landmarks
        return SeenFace(
            box=Box(face.left, face.top, face.width, face.height),
            vector=self._images.vector(image, number, data),
            query=query,
            brightness=face.brightness,
            yaw=face.yaw,
            geometry=normalise(marks, size.width / size.height),
        )


def codes(looks: Iterable[Look]) -> dict[str, int]:
    """Return how often selfies are refused, by code."""
    found = [look.refusal.value for look in looks if look.refusal is not None]
    return {code: found.count(code) for code in sorted(set(found))}


def _unseen(code: FailureCode) -> Look:
    return Look(code, None, code)


def _detected(image: SeenImage, number: int) -> DetectedFace:
    return DetectedFace.of_detail(cast("FaceDetailTypeDef", image.faces[number].detail()))
