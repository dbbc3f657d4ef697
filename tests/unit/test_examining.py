from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from catalog.examining import Examination, FacesSoFar, Subject, Vector, judge
from catalog.folder import Entry
from lookalike.errors import PictureTooLarge, UnreadablePicture
from lookalike.faces import Box, DetectedFace
from lookalike.failures import FailureCode
from lookalike.pictures import LARGEST_PICTURE
from lookalike.portrait_files import Caption
from lookalike.ranking import SAME_FACE, Attribution
from tests.recogniser import picture

FACE = DetectedFace(
    Box(0.25, 0.25, 0.5, 0.5), confidence=99.9, sharpness=90, brightness=80, yaw=0, pitch=0
)
ASIDE = replace(FACE, box=Box(0.0, 0.25, 0.35, 0.5))
"""Someone at the edge, who has more than a quarter of the first one's prominence."""
VECTOR = np.array([1, 0], np.float32)


class Engine:
    """Sees what it is told to see."""

    def __init__(self, *faces: DetectedFace, vector: Vector | None = VECTOR) -> None:
        self.seen = Examination([*faces], vector)
        self.asked = 0

    def __call__(self, _data: bytes) -> Examination:
        self.asked += 1
        return self.seen


# Single portraits


def vector_of(judged: Subject | FailureCode) -> Vector:
    assert isinstance(judged, Subject), judged
    return judged.vector


def test_judgements_can_be_compared() -> None:
    first, second = (judge(picture(), Engine(FACE, vector=VECTOR.copy())) for _ in range(2))

    assert (first == FailureCode.NO_FACE) is False
    assert (first == second) is False
    assert first in [first, second]


def test_portrait_that_is_fine_gives_its_face(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.examining.LARGEST_PICTURE", len(picture()))

    assert vector_of(judge(picture(), Engine(FACE))) is VECTOR


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", FailureCode.UNSUPPORTED_IMAGE),
        (b"GIF89a", FailureCode.UNSUPPORTED_IMAGE),
        (picture()[:20], FailureCode.UNSUPPORTED_IMAGE),
        (picture(width=79), FailureCode.IMAGE_TOO_SMALL),
        (picture(width=10_000, height=5_201), FailureCode.IMAGE_TOO_LARGE),
        (picture() + bytes(LARGEST_PICTURE), FailureCode.IMAGE_TOO_LARGE),
    ],
    ids=["empty", "another format", "cut off", "narrow", "megapixels", "megabytes"],
)
def test_what_needs_no_engine_to_be_refused_is_shown_to_none(data: bytes, code: str) -> None:
    engine = Engine(FACE)

    assert judge(data, engine) == code
    assert engine.asked == 0


@pytest.mark.parametrize(
    ("faces", "code"),
    [
        ([], FailureCode.NO_FACE),
        ([replace(FACE, confidence=79.0)], FailureCode.NO_FACE),
        ([FACE, FACE], FailureCode.SEVERAL_FACES),
        ([FACE, ASIDE, ASIDE], FailureCode.SEVERAL_FACES),
        ([replace(FACE, box=Box(0.4, 0.4, 0.39, 0.5))], FailureCode.FACE_TOO_SMALL),
        ([replace(FACE, brightness=2.0)], FailureCode.FACE_TOO_DARK),
        ([replace(FACE, sharpness=17.0)], FailureCode.FACE_TOO_BLURRY),
        ([replace(FACE, yaw=-76.0)], FailureCode.FACE_TURNED_AWAY),
        ([replace(FACE, covered=96.0)], FailureCode.FACE_COVERED),
    ],
)
def test_portrait_is_refused_by_the_rules_of_the_pipeline(
    faces: list[DetectedFace], code: str
) -> None:
    assert judge(picture(), Engine(*faces)) == code


@pytest.mark.parametrize(
    "faces",
    [
        [replace(FACE, yaw=74.0)],
        [FACE, ASIDE],
        [replace(FACE, box=Box(0.0, 0.0, 0.55, 0.5)), FACE],
    ],
    ids=["a profile", "someone aside", "someone larger at the edge"],
)
def test_portrait_that_selfies_rules_would_not_all_admit_is_fine(faces: list[DetectedFace]) -> None:
    assert vector_of(judge(picture(), Engine(*faces))) is VECTOR


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnreadablePicture(), FailureCode.UNSUPPORTED_IMAGE),
        (PictureTooLarge(), FailureCode.IMAGE_TOO_LARGE),
    ],
)
def test_picture_that_the_engine_cannot_read_is_refused(error: Exception, code: str) -> None:
    def examine(_data: bytes) -> Examination:
        raise error

    assert judge(picture(), examine) == code


def test_face_that_has_no_vector_is_none() -> None:
    assert judge(picture(), Engine(FACE, vector=None)) == FailureCode.NO_FACE


# Faces that come again


def entry(name: str, file: str = "") -> Entry:
    file = file or f"{name}.jpg"
    return Entry(Path(file), file, Caption(name.lower(), name, Attribution()))


def vector(*values: float) -> Vector:
    return np.asarray(np.array(values) / np.linalg.norm(values), np.float32)


def test_first_face_is_new() -> None:
    assert FacesSoFar().same_face(entry("Ada"), vector(1, 0)) is None


def test_face_under_another_name_is_found_with_the_portrait_that_has_it() -> None:
    faces, ada = FacesSoFar(), entry("Ada")
    faces.add(ada, vector(1, 0))
    faces.add(entry("章子怡"), vector(0, 1))

    assert faces.same_face(entry("Bea"), vector(1, 0.1)) == ada


def test_face_of_the_same_person_may_come_again() -> None:
    faces = FacesSoFar()
    faces.add(entry("Ada", "Ada_1.jpg"), vector(1, 0))

    assert faces.same_face(entry("Ada", "Ada_2.jpg"), vector(1, 0)) is None


def test_another_person_is_found_behind_the_same_persons_own_portraits() -> None:
    faces, bea = FacesSoFar(), entry("Bea")
    faces.add(bea, vector(1, 0.2))
    faces.add(entry("Ada", "Ada_1.jpg"), vector(1, 0))

    assert faces.same_face(entry("Ada", "Ada_2.jpg"), vector(1, 0)) == bea


@pytest.mark.parametrize(("similarity", "same"), [(SAME_FACE - 0.01, False), (SAME_FACE, True)])
def test_faces_are_the_same_from_a_similarity_on(
    similarity: float, same: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def score(cosines: Any) -> Any:
        return np.full(len(cosines), similarity)

    monkeypatch.setattr("catalog.examining.similarity", score)
    faces = FacesSoFar()
    faces.add(entry("Ada"), vector(1, 0))

    assert (faces.same_face(entry("Bea"), vector(1, 0)) is not None) is same
