import io
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from rekognition.exceptions import RekognitionError
from rekognition.pictures import WORKING_SIDE, decode, fit

EXIF_ORIENTATION = 0x0112


def encode(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    data = io.BytesIO()
    image.save(data, form, **options)
    return data.getvalue()


def quarters() -> Image.Image:
    """Return a picture of four colours, no two turns of which are alike."""
    image = Image.new("RGB", (200, 100), "red")
    image.paste("green", (100, 0, 200, 50))
    image.paste("blue", (0, 50, 100, 100))
    image.paste("white", (100, 50, 200, 100))
    return image


def test_pixels_are_blue_green_red() -> None:
    picture = decode(encode(Image.new("RGB", (100, 90), (10, 20, 30))))

    assert (picture.width, picture.height) == (100, 90)
    assert picture.pixels.shape == (90, 100, 3)
    assert picture.pixels[0, 0].tolist() == [30, 20, 10]


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (1, None),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_90),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_270),
        (0, None),
        (9, None),
    ],
)
def test_a_jpeg_stored_turned_is_turned_back(
    orientation: int, turn: Image.Transpose | None
) -> None:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    stored = quarters() if turn is None else quarters().transpose(turn)

    picture = decode(encode(stored, "JPEG", exif=exif, quality=100, subsampling=0))

    upright = np.asarray(quarters())[:, :, ::-1]
    assert (picture.width, picture.height) == (200, 100)
    assert np.abs(picture.pixels[25::50, 50::100].astype(int) - upright[25::50, 50::100]).max() < 8


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_jpeg_with_broken_exif_is_read_as_it_lies() -> None:
    picture = decode(encode(quarters(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff\0"))

    assert (picture.width, picture.height) == (200, 100)


def test_sixteen_bits_are_scaled_to_eight() -> None:
    levels = np.linspace(0, 65535, 256).astype(np.uint16)
    deep = Image.fromarray(np.tile(levels, (100, 1)))

    picture = decode(encode(deep))

    assert picture.pixels[0, :, 0].tolist() == list(range(256))


def test_a_transparent_colour_of_a_palette_is_white() -> None:
    clear = encode(Image.new("P", (100, 100), 0), transparency=0)

    picture = decode(clear)

    assert picture.pixels.min() == 255


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_is_white(mode: str) -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0)).convert(mode)

    picture = decode(encode(clear))

    assert picture.pixels.min() == 255


def test_a_cmyk_jpeg_has_its_colours() -> None:
    picture = decode(encode(quarters().convert("CMYK"), "JPEG", quality=100))

    blue, green, red = picture.pixels[25, 50].astype(int)
    assert red > 200 > 60 > max(blue, green)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_large_picture_is_made_smaller_but_keeps_its_measures(form: str) -> None:
    picture = decode(encode(quarters().resize((6000, 3000)), form))

    assert (picture.width, picture.height) == (6000, 3000)
    assert picture.pixels.shape[:2] == (WORKING_SIDE // 2, WORKING_SIDE)


def test_a_small_picture_is_not_scaled() -> None:
    pixels = np.arange(250 * 250 * 3, dtype=np.uint8).reshape(250, 250, 3)

    assert fit(pixels, 640) is pixels


@settings(deadline=None, max_examples=300)
@given(
    form=st.sampled_from(["JPEG", "PNG"]),
    damage=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=8),
    kept=st.integers(0, 4000),
)
def test_damaged_files_are_refused_or_read_and_never_crash(
    form: str, damage: list[tuple[int, int]], kept: int
) -> None:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    data = bytearray(encode(quarters(), form, exif=exif)[:kept])
    for position, value in damage:
        if position < len(data):
            data[position] = value

    with warnings.catch_warnings():
        # Pillow warns of damage that it overlooks.
        warnings.simplefilter("ignore", UserWarning)
        try:
            picture = decode(bytes(data))
        except RekognitionError:
            return

    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.ndim == 3
