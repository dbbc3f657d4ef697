"""One person in pictures that people really have: the face is the same, whatever was done to it."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.contract.pictures import encode

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

SAME = 95.0
"""The similarity from which two pictures most probably show one person."""


@pytest.fixture(scope="module")
def face(portraits: list[Path]) -> Image.Image:
    path = next(path for path in portraits if path.stem.startswith("Eileen"))
    with Image.open(path) as opened:
        return opened.convert("RGB")


def turned(degrees: float) -> Callable[[Image.Image], Image.Image]:
    return lambda face: face.rotate(degrees, Image.Resampling.BICUBIC, expand=True)


def dim(share: float) -> Callable[[Image.Image], Image.Image]:
    return lambda face: face.point(lambda value: value * share)


def pale(face: Image.Image) -> Image.Image:
    pixels = np.asarray(face).astype(np.float32)
    return Image.fromarray((0.35 * (pixels - pixels.mean()) + pixels.mean()).astype(np.uint8))


def in_a_strip(width: int, height: int) -> Callable[[Image.Image], Image.Image]:
    def put(face: Image.Image) -> Image.Image:
        strip = Image.new("RGB", (width, height), (90, 110, 130))
        side = min(width, height)
        strip.paste(face.resize((side, side)), (width // 2, 0) if width > height else (0, 0))
        return strip

    return put


def far_away(face: Image.Image) -> Image.Image:
    scene = Image.new("RGB", (3000, 2000), (120, 140, 150))
    scene.paste(face.resize((200, 200)), (2500, 1600))
    return scene


def blurred(face: Image.Image) -> Image.Image:
    return Image.fromarray(cv2.GaussianBlur(np.asarray(face), (0, 0), 2).astype(np.uint8))


@pytest.mark.parametrize(
    "change",
    [
        *(pytest.param(turned(d), id=f"turned by {d}") for d in (90, 180, 270, 30, 45, -45, 60)),
        *(pytest.param(dim(share), id=f"at {share} of the light") for share in (0.5, 0.3, 0.2)),
        pytest.param(pale, id="pale"),
        pytest.param(blurred, id="a little blurred"),
        pytest.param(in_a_strip(2400, 200), id="in a banner"),
        pytest.param(in_a_strip(200, 2400), id="in a column"),
        pytest.param(far_away, id="small in a large picture"),
    ],
)
def test_the_person_is_known(
    client: "RekognitionClient", face: Image.Image, change: Callable[[Image.Image], Image.Image]
) -> None:
    found = client.compare_faces(
        SourceImage={"Bytes": encode(face, "JPEG", quality=95)},
        TargetImage={"Bytes": encode(change(face), "JPEG", quality=95)},
        SimilarityThreshold=0,
        QualityFilter="NONE",
    )

    assert found["FaceMatches"][0]["Similarity"] > SAME


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_picture_has_the_face_where_it_shows_it(
    client: "RekognitionClient", face: Image.Image, quarters: int
) -> None:
    canvas = Image.new("RGB", (900, 700), (100, 120, 140))
    canvas.paste(face.resize((400, 400)), (450, 250))
    stored = canvas.transpose(
        [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270][
            quarters - 1
        ]
    )

    (upright,) = client.detect_faces(Image={"Bytes": encode(canvas)})["FaceDetails"]
    (found,) = client.detect_faces(Image={"Bytes": encode(stored)})["FaceDetails"]

    box, turned_box = upright["BoundingBox"], found["BoundingBox"]
    middle = box["Left"] + box["Width"] / 2, box["Top"] + box["Height"] / 2
    there = {
        1: (middle[1], 1 - middle[0]),
        2: (1 - middle[0], 1 - middle[1]),
        3: (1 - middle[1], middle[0]),
    }[quarters]
    assert turned_box["Left"] + turned_box["Width"] / 2 == pytest.approx(there[0], abs=0.02)
    assert turned_box["Top"] + turned_box["Height"] / 2 == pytest.approx(there[1], abs=0.02)
    assert found["Confidence"] > 95


@pytest.mark.parametrize("shape", [(3000, 80), (1920, 90), (970, 90), (80, 3000), (100, 1500)])
def test_a_strip_without_a_face_has_none(
    client: "RekognitionClient", shape: tuple[int, int]
) -> None:
    width, height = shape
    data = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(data, "PNG")

    assert client.detect_faces(Image={"Bytes": data.getvalue()})["FaceDetails"] == []
