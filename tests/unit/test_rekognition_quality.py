from dataclasses import replace
from typing import Any

import pytest

from rekognition.faces import Face
from rekognition.quality import shortcomings

GOOD = Face(
    left=0.3,
    top=0.3,
    width=0.3,
    height=0.4,
    pixels=200,
    landmarks=((0.4, 0.4), (0.5, 0.4), (0.45, 0.5), (0.4, 0.6), (0.5, 0.6)),
    confidence=99.7,
    brightness=50,
    sharpness=75,
    roll=0,
    yaw=0,
    pitch=0,
)


@pytest.mark.parametrize("quality_filter", ["NONE", "AUTO", "LOW", "MEDIUM", "HIGH"])
def test_a_good_face_passes_every_filter(quality_filter: str) -> None:
    assert shortcomings(GOOD, quality_filter) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"pixels": 10}, "SMALL_BOUNDING_BOX"),
        ({"confidence": 55}, "LOW_CONFIDENCE"),
        ({"brightness": 5}, "LOW_BRIGHTNESS"),
        ({"sharpness": 5}, "LOW_SHARPNESS"),
        ({"yaw": 88}, "EXTREME_POSE"),
        ({"yaw": -88}, "EXTREME_POSE"),
        ({"pitch": -80}, "EXTREME_POSE"),
    ],
)
def test_every_filter_but_none_names_what_is_wrong(change: dict[str, Any], reason: str) -> None:
    face = replace(GOOD, **change)

    found = [shortcomings(face, name) for name in ("NONE", "AUTO", "LOW", "MEDIUM", "HIGH")]

    assert found == [[], [reason], [reason], [reason], [reason]]


def test_each_bar_is_higher_than_the_one_before() -> None:
    middling = replace(GOOD, sharpness=40, pixels=50, yaw=40)

    refused = [bool(shortcomings(middling, name)) for name in ("LOW", "MEDIUM", "HIGH")]

    assert refused == [False, False, True]
