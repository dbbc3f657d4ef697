"""Compares what the face engine takes for a photograph with what dlib takes for it.

Both begin with a file, and end with the vector of its largest face, one photograph after the other.
dlib is used as `evaluation.dlib` uses it, in its own environment.
"""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from benchmarks.figures import Figure, Figures
from evaluation import environments
from rekognition.engine import FaceEngine


class _Found(NamedTuple):
    path: str
    box: list[float]
    """Left, top, width and height, in ratios of the picture."""
    milliseconds: float


def measure(photographs: list[Path]) -> Figures:
    """Measure both on the photographs in which both find the face; raise Unavailable."""
    found = [*_found(photographs)]
    wanted = json.dumps([(one.path, one.box) for one in found])
    answers = json.loads(environments.run("dlib", "evaluation.dlib", given=wanted, say=print))
    pairs = [
        (one.milliseconds, milliseconds)
        for one, (_, same, milliseconds) in zip(found, answers, strict=True)
        if same
    ]
    return {
        "a photograph: dlib over this engine": Figure.of(
            [other / own for own, other in pairs], better="higher"
        ),
        "a photograph: this engine": Figure.of([own for own, _ in pairs], "ms"),
        "a photograph: dlib": Figure.of([other for _, other in pairs], "ms"),
    }


def _found(photographs: list[Path]) -> Iterator[_Found]:
    """Yield the largest face of each photograph that has one, and how long its vector took.

    The first face is left out, because it takes as long as it takes to load the models.
    """
    loaded = False
    with closing(FaceEngine()) as engine:
        for path in photographs:
            began = time.perf_counter()
            faces = engine.detect(path.read_bytes())
            if not faces:
                continue
            face, crop = faces[0]
            engine.embed(crop)
            taken = 1000 * (time.perf_counter() - began)
            box = [face.left, face.top, face.width, face.height]
            if loaded:
                yield _Found(str(path.resolve()), box, taken)
            loaded = True
