"""`python -m evaluation.dlib`: dlib's vectors of faces, in .venv-dlib.

It reads from standard input a JSON list of `[path, [left, top, width, height]]`, a face in ratios
of its upright picture. It prints a JSON list of `[vector, found, milliseconds]` in the same order:
whether dlib's own detector found the face, and how long it all took from the file to the vector.
"""

import importlib.util
import json
import sys
import time
from pathlib import Path
from typing import Any

import dlib
import numpy as np
from PIL import Image, ImageOps

LONG_SIDE, SMALL = 800, 400
"""Pixels. A larger picture is reduced; dlib searches a small one at twice its size."""
OVERLAP = 0.3
"""The share of their union that two boxes of one face have in common, at least."""


def main() -> None:
    """Answer one list."""
    models = _Models()
    faces = []
    for path, box in json.load(sys.stdin):
        began = time.perf_counter()
        vector, found = models.describe(Path(path), box)
        faces.append((vector, found, 1000 * (time.perf_counter() - began)))
    json.dump(faces, sys.stdout)


class _Models:
    """dlib's detector, its landmarks of five points, and its recogniser.

    The landmarks of 68 points may not be used commercially, so they are left out.
    """

    def __init__(self) -> None:
        found = importlib.util.find_spec("face_recognition_models")
        assert found is not None
        assert found.origin is not None
        folder = Path(found.origin).parent / "models"
        self._detector = dlib.get_frontal_face_detector()
        self._landmarks = dlib.shape_predictor(str(folder / "shape_predictor_5_face_landmarks.dat"))
        self._recogniser = dlib.face_recognition_model_v1(
            str(folder / "dlib_face_recognition_resnet_model_v1.dat")
        )

    def describe(self, path: Path, box: list[float]) -> tuple[list[float], bool]:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((LONG_SIDE, LONG_SIDE))
        pixels = np.asarray(upright)
        given = _rectangle(box, upright.width, upright.height)
        twice = int(max(upright.size) <= SMALL)
        found = list(self._detector(pixels, twice))
        best = max(found, key=lambda one: _overlap(one, given), default=None)
        own = best is not None and _overlap(best, given) >= OVERLAP
        shape = self._landmarks(pixels, best if own else given)
        return list(self._recogniser.compute_face_descriptor(pixels, shape)), own


def _rectangle(box: list[float], width: int, height: int) -> Any:
    left, top, across, down = box
    corners = left * width, top * height, (left + across) * width, (top + down) * height
    return dlib.rectangle(*(round(value) for value in corners))


def _overlap(one: Any, other: Any) -> float:
    both = one.intersect(other).area()
    return float(both / (one.area() + other.area() - both))


if __name__ == "__main__":
    main()
