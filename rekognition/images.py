"""Remembers what the engine saw in pictures, so that it examines each as rarely as possible."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np

from rekognition.engine import FaceEngine, Vector
from rekognition.faces import Face
from rekognition.search import Pixels
from rekognition.store import Store

# Enough to remember a selfie from DetectFaces to SearchFacesByImage.
_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class SeenImage:
    """The faces of one picture, largest first; `crops` is None where the store supplied them.

    `vectors` holds the vectors that were needed so far, by the number of the face, and `queries`
    those to search with.
    """

    sha256: bytes
    faces: list[Face]
    crops: list[Pixels] | None
    vectors: dict[int, Vector]
    queries: dict[int, Vector] = field(default_factory=dict)


class ImageMemory:
    """The latest pictures, in memory only: a selfie's vector must never reach a disk.

    The store, if there is one, remembers pictures that are indexed in a collection.
    """

    def __init__(self, engine: FaceEngine, store: Store | None = None) -> None:
        self._engine = engine
        self._store = store
        self._latest: OrderedDict[bytes, SeenImage] = OrderedDict()
        self._lock = threading.Lock()

    def see(self, data: bytes) -> SeenImage:
        """Return the faces of a JPEG or PNG; raises what `pictures.decode` raises."""
        sha256 = hashlib.sha256(data).digest()
        with self._lock:
            if sha256 in self._latest:
                self._latest.move_to_end(sha256)
                return self._latest[sha256]
        stored = self._store.seen(sha256) if self._store else None
        if stored is None:
            return self._look(sha256, data)
        return self._remember(SeenImage(sha256, stored[0], None, stored[1]))

    def vector(self, image: SeenImage, number: int, data: bytes) -> Vector:
        """Return the unit vector of one of the image's faces; `data` is the image's bytes."""
        if number not in image.vectors:
            (image.vectors[number],) = self._engine.embed(self._crop(image, number, data))
        return image.vectors[number]

    def query(self, image: SeenImage, number: int, data: bytes) -> Vector:
        """Return the unit vector with which to search for one of the image's faces.

        It is the mean of the face's vector and of its mirror image's. A slightly changed copy of a
        photograph finds the same person first more often with it (docs/quality.md). A collection
        holds the face's own vector, so whether a photograph is a portrait, too, changes no search.
        """
        if number not in image.queries:
            crop = self._crop(image, number, data)
            mirrored = np.ascontiguousarray(crop[:, ::-1])
            if number in image.vectors:
                (mirror,) = self._engine.embed(mirrored)
            else:
                image.vectors[number], mirror = self._engine.embed(crop, mirrored)
            both = image.vectors[number] + mirror
            image.queries[number] = both / np.linalg.norm(both)
        return image.queries[number]

    def _crop(self, image: SeenImage, number: int, data: bytes) -> Pixels:
        crops = image.crops or self._look(image.sha256, data).crops
        assert crops is not None
        return crops[number]

    def _look(self, sha256: bytes, data: bytes) -> SeenImage:
        found = self._engine.detect(data)
        faces, crops = [face for face, _ in found], [crop for _, crop in found]
        return self._remember(SeenImage(sha256, faces, crops, {}))

    def _remember(self, image: SeenImage) -> SeenImage:
        with self._lock:
            self._latest[image.sha256] = image
            self._latest.move_to_end(image.sha256)
            if len(self._latest) > _REMEMBERED:
                self._latest.popitem(last=False)
        return image
