"""The whole evaluation of a folder."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from evaluation.acceptance import measure_degradations
from evaluation.looks import Bar, Looker
from evaluation.methods import measure_methods
from evaluation.mistakes import Mistake, find_mistakes
from evaluation.recognition import Album, make_album, measure_recognition
from evaluation.repeatability import measure_repeatability
from evaluation.rival import Describe, measure_dlib
from evaluation.sample import EvaluationError, Photograph, Sizes, choose, read_index
from evaluation.shares import Figures
from evaluation.steadiness import measure_steadiness
from rekognition.engine import FACE_MODEL_VERSION, FaceEngine


@dataclass(frozen=True)
class Evaluation:
    """What was measured."""

    data: Figures
    """The figures, without a person's name or picture."""
    mistakes: Sequence[Mistake]


def evaluate(folder: Path, sizes: Sizes, describe: Describe, bar: Bar) -> Evaluation:
    """Measure everything; raise EvaluationError where the folder does not serve."""
    photographs = choose(read_index(folder), sizes)
    with closing(FaceEngine()) as engine:
        album = _look(photographs, Looker(engine), bar)
        data = {
            "face_model": FACE_MODEL_VERSION,
            "recognition": measure_recognition(album),
            "degradations": measure_degradations(album, Looker(engine), sizes.changed, bar),
            "steadiness": measure_steadiness(album, Looker(engine), sizes.steady, bar),
            "repeatability": measure_repeatability(album.photographs, album.looks),
            "methods": measure_methods(album, engine, sizes.compared, bar),
        }
    with bar("dlib") as done:
        data["dlib"] = measure_dlib(album, describe)
        done(1, 1)
    return Evaluation(data, find_mistakes(album))


def _look(photographs: Sequence[Photograph], looker: Looker, bar: Bar) -> Album:
    looks = looker.look_at_all([one.path.read_bytes for one in photographs], "Photographs", bar)
    album = make_album(photographs, looks)
    if not album.pack.portraits:
        raise EvaluationError("no portrait of the folder is accepted")
    return album
