import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from rekognition.exceptions import InvalidImageFormatError, RekognitionError
from rekognition.headers import MOST_PIECES, MOST_SCANS, read_header
from rekognition.pictures import decode
from tests import bombs
from tests.contract.pictures import encode, noise


@given(
    size=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    form=st.sampled_from(["JPEG", "PNG"]),
    progressive=st.booleans(),
)
@settings(max_examples=50)
def test_size_is_that_of_the_picture(size: tuple[int, int], form: str, progressive: bool) -> None:
    options = {"progressive": progressive} if form == "JPEG" else {}

    header = read_header(encode(Image.new("RGB", size), form, **options))

    assert (header.width, header.height) == size


def test_jpeg_of_as_many_scans_as_allowed_is_read() -> None:
    picture = decode(bombs.progressive_jpeg(MOST_SCANS, side=100))

    assert (picture.width, picture.height) == (100, 100)


def test_jpeg_of_more_scans_is_refused() -> None:
    with pytest.raises(InvalidImageFormatError):
        read_header(bombs.progressive_jpeg(MOST_SCANS + 1, side=100))


def test_scans_of_a_preview_and_of_what_follows_the_picture_do_not_count() -> None:
    many = bombs.progressive_jpeg(MOST_SCANS, side=16)
    preview = b"\xff\xe1" + (len(many) + 2).to_bytes(2, "big") + many
    picture = encode(noise(), "JPEG")

    header = read_header(picture[:2] + preview + picture[2:] + many)

    assert (header.width, header.height) == (320, 240)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + b"\xff\xfe\0\2" * MOST_PIECES,
        bombs.black_png(100, 100, before=bombs.chunk(b"junk", b"") * MOST_PIECES),
    ],
    ids=["jpeg", "png"],
)
def test_picture_of_too_many_pieces_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidImageFormatError):
        read_header(data)


def test_what_follows_a_picture_is_no_piece_of_it() -> None:
    png, jpeg = encode(noise()), encode(noise(), "JPEG")
    bytes_after = bytes(20 * MOST_PIECES)

    assert read_header(png + bytes_after).width == 320
    assert read_header(jpeg + bytes_after).width == 320


def test_costs_follow_what_decoding_takes() -> None:
    one, many = bombs.progressive_jpeg(10), bombs.progressive_jpeg(MOST_SCANS)
    shallow, deep = bombs.black_png(depth=1), bombs.black_png(colour=bombs.RGBA, depth=16)
    plain = bombs.black_png(100, 100)
    profiles = bombs.BOMBS["png of 3,000 profiles"]()

    costs = [read_header(data).cost for data in (one, many, shallow, deep, plain, profiles)]

    assert costs[0] < costs[1]
    assert costs[2] < costs[3]
    assert costs[4] < costs[5]


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_picture_with_two_sizes_is_refused(form: str) -> None:
    data = encode(noise(), form)
    small = encode(noise(100, 100), form)
    if form == "JPEG":
        start = small.index(b"\xff\xc0")
        twice = data[:2] + small[start : start + 19] + data[2:]
    else:
        twice = data[:8] + small[8:33] + data[8:]

    with pytest.raises(InvalidImageFormatError):
        decode(twice)


@given(data=st.binary(max_size=200), start=st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
@settings(max_examples=200)
def test_any_bytes_have_a_header_or_are_refused(data: bytes, start: bytes) -> None:
    try:
        header = read_header(start + data)
    except RekognitionError:
        return

    assert header.cost >= 0


def test_multi_picture_jpeg_is_read_as_its_first() -> None:
    out = io.BytesIO()
    noise(200, 160).save(out, "MPO", save_all=True, append_images=[noise(100, 100)])

    picture = decode(out.getvalue())

    assert (picture.width, picture.height) == (200, 160)


def test_animated_png_is_read_as_its_first_picture() -> None:
    out = io.BytesIO()
    noise(200, 160).save(out, "PNG", save_all=True, append_images=[Image.new("RGB", (200, 160))])

    picture = decode(out.getvalue())

    assert picture.pixels.max() > 200
