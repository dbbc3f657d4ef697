import io
from typing import Any

import pytest
from PIL import Image

from cli.photo import smaller_jpeg

ORIENTATION, MAKE = 0x0112, 0x010F


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def made_of(data: bytes) -> Image.Image:
    jpeg = smaller_jpeg(data)
    assert jpeg is not None
    return Image.open(io.BytesIO(jpeg))


@pytest.mark.parametrize(
    ("size", "smaller"),
    [
        ((4000, 3000), (1600, 1200)),
        ((3000, 4000), (1200, 1600)),
        ((640, 480), (640, 480)),
        ((3000, 80), (3000, 80)),
        ((100, 4000), (80, 3200)),
        ((9000, 9), (1600, 2)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_long_side_is_1600_pixels_at_most_but_in_thin_pictures(
    kind: str, size: tuple[int, int], smaller: tuple[int, int]
) -> None:
    made = made_of(encoded(Image.new("RGB", size, "teal"), kind))

    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", smaller)


def test_photograph_is_made_upright_and_loses_its_metadata() -> None:
    image = Image.new("RGB", (3200, 1600), "white")
    image.paste("black", (0, 0, 1600, 1600))  # the left half
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = 6, "a camera"

    made = made_of(encoded(image, exif=exif))

    assert made.size == (800, 1600)
    above, below = made.convert("L").getpixel((400, 400)), made.convert("L").getpixel((400, 1200))
    assert (above, below) == (0, 255)
    assert not made.getexif()
    assert not {"exif", "comment", "icc_profile"} & made.info.keys()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_lies_on_white(mode: str) -> None:
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0)).convert(mode)

    made = made_of(encoded(image, "PNG"))

    assert made.convert("L").getpixel((50, 50)) == 255


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_other_colours_are_read(mode: str) -> None:
    made = made_of(encoded(Image.new(mode, (100, 100))))

    assert made.mode == "RGB"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"hello" * 1000, id="text"),
        pytest.param(encoded(Image.new("RGB", (500, 500)))[:-300], id="cut off"),
        pytest.param(encoded(Image.new("RGB", (50, 50)), "GIF"), id="another format"),
    ],
)
def test_nothing_is_made_of_what_cannot_be_read(data: bytes) -> None:
    assert smaller_jpeg(data) is None
