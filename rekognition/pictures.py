"""Decodes a JPEG or PNG to the upright pixels that the face models look at."""

import io
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from lookalike.faces import THRESHOLDS
from rekognition.exceptions import (
    ImageTooLargeError,
    InvalidImageFormatError,
    InvalidParameterError,
    RekognitionError,
)
from rekognition.headers import END_OF_JPEG, Header, drawn, lacks_end, read_header

# https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
MIN_SIDE = 80
# Our own limit of what one decoder unpacks.
MAX_PIXELS = THRESHOLDS.most_pixels
# More pixels help no face model: a face of a twentieth of the width is still 96 pixels wide.
WORKING_SIDE = 1920

# Pillow's own guard warns above one limit and raises above another; MAX_PIXELS replaces both.
Image.MAX_IMAGE_PIXELS = None

WHOLE = 0.95
"""The least share of its rows that a JPEG without an end must have. Viewers show such a picture."""
_NOISE = bytes(range(1, 255)) * 64

_EXIF_ORIENTATION = 0x0112
_TO_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright picture: `pixels` is BGR, its long side at most `WORKING_SIDE`.

    `width` and `height` are those of the upright picture in its full size.
    """

    pixels: npt.NDArray[np.uint8]
    width: int
    height: int


def check(data: bytes) -> Header:
    """Return what a picture's header says; refuse a picture whose header breaks a limit.

    Raises `InvalidImageFormatError` for other formats and pictures made to keep a decoder busy,
    `ImageTooLargeError`, and `InvalidParameterError` for a side shorter than `MIN_SIDE`.
    """
    header = read_header(data)
    if header.width * header.height > MAX_PIXELS:
        raise ImageTooLargeError(f"Image has more than {MAX_PIXELS} pixels")
    if min(header.width, header.height) < MIN_SIDE:
        raise InvalidParameterError(f"Minimum image height and width is {MIN_SIDE} pixels")
    return header


def decode(data: bytes) -> Picture:
    """Return the picture that the bytes hold, in either format.

    Raises what `check` raises, and `InvalidImageFormatError` for anything but a whole picture.
    """
    header = check(data)
    width, height = header.width, header.height
    try:
        if lacks_end(data) and _share_drawn(data) < WHOLE:
            raise InvalidImageFormatError
        image: Image.Image = Image.open(io.BytesIO(drawn(data)), formats=("JPEG", "PNG"))
        if image.size != (width, height):
            raise InvalidImageFormatError  # `check` judged its cost by another size
        orientation = _orientation(image)
        _skip_detail(image)
        image.load()
        image = _opaque(_shrink(_eight_bit(image)))
    except RekognitionError:
        raise
    except Exception as error:  # Pillow raises errors of many kinds for broken bytes
        raise InvalidImageFormatError from error
    if orientation in _TO_UPRIGHT:
        image = image.transpose(_TO_UPRIGHT[orientation])
    if orientation >= 5:
        width, height = height, width
    pixels = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
    return Picture(fit(pixels, WORKING_SIDE), width, height)


def fit(pixels: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    """Return the picture with its long side at most `side`; do not change a smaller one."""
    height, width = pixels.shape[:2]
    scale = side / max(width, height)
    if scale >= 1:
        return pixels
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _share_drawn(data: bytes) -> float:
    """Return how much of a JPEG without an end is there: the share of its rows, from the top.

    A decoder draws what is missing from the bytes after it. So if two different ends make a
    difference, something is missing.
    """
    one, other = (_eighth(data + end) for end in (END_OF_JPEG, _NOISE + END_OF_JPEG))
    differing = np.flatnonzero((one != other).any(axis=1))
    return float(differing[0]) / len(one) if len(differing) else 1.0


def _eighth(data: bytes) -> npt.NDArray[np.uint8]:
    image = Image.open(io.BytesIO(data), formats=("JPEG",))
    image.draft("L", (image.width // 8, image.height // 8))
    return np.asarray(image.convert("L"))


def _orientation(image: Image.Image) -> int:
    # Rekognition turns a JPEG as its EXIF says, and ignores EXIF in a PNG.
    if image.format == "PNG":
        return 1
    # Not `image.getexif()`: without EXIF it reads the orientation from XMP. Browsers ignore that.
    exif = Image.Exif()
    try:
        exif.load(image.info.get("exif", b""))
        orientation = exif.get(_EXIF_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - the picture can be whole although its EXIF is broken
        return 1
    return orientation if orientation in _TO_UPRIGHT else 1


def _skip_detail(image: Image.Image) -> None:
    # libjpeg leaves out detail that `fit` would average away afterwards: a large JPEG is
    # unpacked at a half, a quarter or an eighth of its size. Does nothing to a PNG.
    scale = max(image.size) // WORKING_SIDE
    if scale > 1:
        image.draft("RGB", (image.width // scale, image.height // scale))


def _eight_bit(image: Image.Image) -> Image.Image:
    """Return the picture in one of the modes L, RGB and RGBA; copy it only where that is needed.

    A picture of the largest size takes 200 MB, and each copy as much.
    """
    if image.mode == "I;16":
        # The more significant byte of each. Pillow would cut 16-bit greys off at 255 instead.
        return Image.fromarray(np.asarray(image).view(np.uint8)[:, 1::2])
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in {"L", "RGB"} else image.convert("RGB")


def _shrink(image: Image.Image) -> Image.Image:
    # Reduce by a whole number first, before a later step copies the full size again.
    factor = max(image.size) // WORKING_SIDE
    return image.reduce(factor) if factor > 1 else image


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image).convert("RGB")
