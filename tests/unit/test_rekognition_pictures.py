import io
import warnings
import zlib
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


# What editors and phones put around the pixels


def chunk(kind: bytes, data: bytes, right: bool = True) -> bytes:
    checksum = zlib.crc32(kind + data) ^ (0 if right else 1)
    return len(data).to_bytes(4, "big") + kind + data + checksum.to_bytes(4, "big")


@st.composite
def ancillary(draw: st.DrawFn) -> bytes:
    """A chunk that no pixel needs, of any size, its checksum right or wrong."""
    kind = draw(st.sampled_from([b"iTXt", b"zTXt", b"iCCP", b"tEXt", b"eXIf", b"gAMA", b"abCd"]))
    data = draw(st.binary(max_size=50)) * draw(st.sampled_from([1, 100, 100_000]))
    return chunk(kind, data, draw(st.booleans()))


@settings(max_examples=50)
@given(st.lists(ancillary(), max_size=4), st.lists(ancillary(), max_size=4), st.booleans())
def test_a_png_is_drawn_whatever_else_it_holds(
    before: list[bytes], after: list[bytes], ends: bool
) -> None:
    plain = encode(quarters())
    at, end = 33, plain.index(b"IEND") - 4

    odd = b"".join([plain[:at], *before, plain[at:end], *after, plain[end:] if ends else b""])

    assert (decode(odd).pixels == decode(plain).pixels).all()


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0xE0, 0xEF), st.integers(0, 65533)), max_size=30),
    st.booleans(),
    st.binary(max_size=20).filter(lambda data: b"\xff" not in data),
)
def test_a_jpeg_is_drawn_whatever_else_it_holds(
    segments: list[tuple[int, int]], ends: bool, tail: bytes
) -> None:
    plain = encode(quarters(), "JPEG")
    metadata = [
        bytes([0xFF, marker]) + (size + 2).to_bytes(2, "big") + bytes(size)
        for marker, size in segments
        if marker != 0xEE  # Adobe's: it says how the colours are stored
    ]

    odd = plain[:2] + b"".join(metadata) + plain[2:]
    odd = odd + tail if ends else odd.removesuffix(b"\xff\xd9")

    assert (decode(odd).pixels == decode(plain).pixels).all()


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_without_its_end_marker_is_drawn(progressive: bool) -> None:
    plain = encode(quarters(), "JPEG", progressive=progressive)

    assert (decode(plain[:-2]).pixels == decode(plain).pixels).all()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_jpeg_of_which_rows_are_missing_is_refused(share: float) -> None:
    noise = np.random.default_rng(4).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    whole = encode(Image.fromarray(noise), "JPEG")

    with pytest.raises(RekognitionError):
        decode(whole[: int(share * len(whole))])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_orientation_in_xmp_alone_turns_nothing(orientation: int) -> None:
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        f'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="{orientation}"/>'
        "</rdf:RDF></x:xmpmeta>"
    )
    plain = encode(quarters(), "JPEG")

    said = encode(quarters(), "JPEG", xmp=xmp.encode())

    assert (decode(said).pixels == decode(plain).pixels).all()
