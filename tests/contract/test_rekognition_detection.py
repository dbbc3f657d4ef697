from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageFilter

from tests.contract.pictures import encode, group, on_canvas, with_orientation
from tests.recogniser import DEFAULT_ATTRIBUTES

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient


def near(box: Any, other: Any) -> bool:
    """Return whether two BoundingBoxes differ by less than three per cent of the picture."""
    return all(abs(box[side] - other[side]) < 0.03 for side in ("Left", "Top", "Width", "Height"))


@pytest.mark.parametrize("attributes", [[], ["DEFAULT"], ["ALL"], ["FACE_OCCLUDED", "AGE_RANGE"]])
def test_a_face_has_the_default_attributes_and_no_made_up_ones(
    client: "RekognitionClient", portraits: list[Path], attributes: list[Any]
) -> None:
    answer = client.detect_faces(Image={"Bytes": portraits[0].read_bytes()}, Attributes=attributes)

    assert [set(face) for face in answer["FaceDetails"]] == [DEFAULT_ATTRIBUTES]


def test_the_landmarks_are_named_as_they_lie_in_the_picture(
    client: "RekognitionClient", portraits: list[Path]
) -> None:
    answer = client.detect_faces(Image={"Bytes": portraits[0].read_bytes()})

    face = answer["FaceDetails"][0]
    at = {landmark["Type"]: (landmark["X"], landmark["Y"]) for landmark in face["Landmarks"]}
    assert set(at) == {"eyeLeft", "eyeRight", "nose", "mouthLeft", "mouthRight"}
    assert at["eyeLeft"][0] < at["nose"][0] < at["eyeRight"][0]
    assert at["mouthLeft"][0] < at["mouthRight"][0]
    assert at["eyeLeft"][1] < at["nose"][1] < at["mouthLeft"][1]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_is_turned_upright_as_its_exif_says(
    client: "RekognitionClient", portraits: list[Path], orientation: int
) -> None:
    upright = on_canvas(portraits[0])
    expected = client.detect_faces(Image={"Bytes": encode(upright)})["FaceDetails"][0]

    answer = client.detect_faces(Image={"Bytes": with_orientation(upright, orientation)})

    assert near(answer["FaceDetails"][0]["BoundingBox"], expected["BoundingBox"])


def test_the_exif_of_a_png_is_ignored(client: "RekognitionClient", portraits: list[Path]) -> None:
    upright = on_canvas(portraits[0])
    stored_turned = with_orientation(upright, 6, "PNG")
    turned = encode(upright.transpose(Image.Transpose.ROTATE_90))

    answer = client.detect_faces(Image={"Bytes": stored_turned})

    assert answer["FaceDetails"] == client.detect_faces(Image={"Bytes": turned})["FaceDetails"]


def test_a_sixteen_bit_grey_png_looks_as_bright_as_its_eight_bit_twin(
    client: "RekognitionClient", portraits: list[Path]
) -> None:
    grey = on_canvas(portraits[0]).convert("L")
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)

    answer = client.detect_faces(Image={"Bytes": encode(deep)})

    assert (
        answer["FaceDetails"] == client.detect_faces(Image={"Bytes": encode(grey)})["FaceDetails"]
    )


def test_a_transparent_background_hides_no_face(
    client: "RekognitionClient", portraits: list[Path]
) -> None:
    cut_out = on_canvas(portraits[0]).convert("RGBA")
    cut_out.paste((0, 0, 0, 0), (280, 0, 400, 300))

    answer = client.detect_faces(Image={"Bytes": encode(cut_out)})

    assert len(answer["FaceDetails"]) == 1


@pytest.mark.parametrize("side", [1000, 3000])
def test_a_face_is_found_at_its_place_in_a_large_picture(
    client: "RekognitionClient", portraits: list[Path], side: int
) -> None:
    small = on_canvas(portraits[0])
    expected = client.detect_faces(Image={"Bytes": encode(small)})["FaceDetails"][0]
    large = small.resize((side, side * 3 // 4), Image.Resampling.BICUBIC)

    answer = client.detect_faces(Image={"Bytes": encode(large, "JPEG")})

    assert near(answer["FaceDetails"][0]["BoundingBox"], expected["BoundingBox"])


def test_a_small_face_in_a_large_picture_is_found(
    client: "RekognitionClient", portraits: list[Path]
) -> None:
    with Image.open(portraits[0]) as image:
        small = image.convert("RGB").resize((100, 100))
    scene = Image.new("RGB", (1920, 1080), (128, 128, 128))
    scene.paste(small, (1700, 900))

    answer = client.detect_faces(Image={"Bytes": encode(scene)})

    (face,) = answer["FaceDetails"]
    assert face["BoundingBox"]["Left"] > 1700 / 1920
    assert face["BoundingBox"]["Top"] > 900 / 1080


def test_blur_lowers_sharpness(client: "RekognitionClient", portraits: list[Path]) -> None:
    sharp = on_canvas(portraits[0])
    blurred = sharp.filter(ImageFilter.GaussianBlur(3))

    answers = [
        client.detect_faces(Image={"Bytes": encode(picture)})["FaceDetails"][0]["Quality"]
        for picture in (sharp, blurred)
    ]

    assert answers[0]["Sharpness"] > 45 > 25 > answers[1]["Sharpness"]


def test_darkness_lowers_brightness(client: "RekognitionClient", portraits: list[Path]) -> None:
    light = on_canvas(portraits[0])
    dark = light.point(lambda value: value * 0.3)

    answers = [
        client.detect_faces(Image={"Bytes": encode(picture)})["FaceDetails"][0]["Quality"]
        for picture in (light, dark)
    ]

    assert answers[1]["Brightness"] == pytest.approx(0.3 * answers[0]["Brightness"], abs=2)


@pytest.mark.parametrize("angle", [-30, 30])
def test_roll_grows_clockwise(
    client: "RekognitionClient", portraits: list[Path], angle: int
) -> None:
    upright = on_canvas(portraits[0], 300, 300)
    level = client.detect_faces(Image={"Bytes": encode(upright)})["FaceDetails"][0]["Pose"]
    # Pillow counts the other way round.
    tilted = upright.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=(128, 128, 128))

    pose = client.detect_faces(Image={"Bytes": encode(tilted)})["FaceDetails"][0]["Pose"]

    # YuNet's landmarks lag far behind a tilt: its direction is all that can be asked for.
    assert (pose["Roll"] - level["Roll"]) * np.sign(angle) > 1


def test_faces_are_listed_from_the_largest(
    client: "RekognitionClient", portraits: list[Path]
) -> None:
    answer = client.detect_faces(Image={"Bytes": group(portraits[0], portraits[1])})

    widths = [face["BoundingBox"]["Width"] for face in answer["FaceDetails"]]
    assert len(widths) == 2
    assert widths == sorted(widths, reverse=True)
