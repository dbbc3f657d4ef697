"""From the bytes of a JPEG or PNG to the upright pixels that the face models look at."""

import io
import struct
import zlib
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from local.rekognition.exceptions import (
    ImageTooLargeError,
    InvalidImageFormatError,
    InvalidParameterError,
)

# https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
MIN_SIDE = 80
# Ours: what one decoder may be made to unpack. Phones' largest pictures are near this.
MAX_PIXELS = 50_000_000
# No face model gains from more, and a face of a twentieth of the width is still 96 pixels wide.
WORKING_SIDE = 1920

# Pillow's own guard warns above one limit and raises above another; MAX_PIXELS replaces both.
Image.MAX_IMAGE_PIXELS = None

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
# What Pillow's JPEG and PNG readers raise for bytes that are broken in one way or another.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright picture: `pixels` is BGR, its long side at most `WORKING_SIDE`.

    `width` and `height` are the upright picture's before it was made smaller.
    """

    pixels: npt.NDArray[np.uint8]
    width: int
    height: int


def decode(data: bytes) -> Picture:
    """Return the picture that the bytes hold, whatever their name says.

    Raises `InvalidImageFormatError` for anything but a whole JPEG or PNG, `ImageTooLargeError` by
    the header alone, and `InvalidParameterError` for a side shorter than `MIN_SIDE`.
    """
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise ImageTooLargeError(f"Image has more than {MAX_PIXELS} pixels")
        if min(width, height) < MIN_SIDE:
            raise InvalidParameterError(f"Minimum image height and width is {MIN_SIDE} pixels")
        orientation = _orientation(image)
        # Lets libjpeg skip the detail that would be averaged away below; does nothing to a PNG.
        image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
        image.load()
        image = _opaque(_shrink(_eight_bit(image)))
    except _BROKEN as error:
        raise InvalidImageFormatError from error
    if orientation in _TO_UPRIGHT:
        image = image.transpose(_TO_UPRIGHT[orientation])
    if orientation >= 5:
        width, height = height, width
    pixels = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
    return Picture(fit(pixels, WORKING_SIDE), width, height)


def fit(pixels: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    """Return the picture with its long side at most `side`; a smaller one as it is."""
    height, width = pixels.shape[:2]
    scale = side / max(width, height)
    if scale >= 1:
        return pixels
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _orientation(image: Image.Image) -> int:
    # Rekognition turns a JPEG as its EXIF says, and ignores EXIF in a PNG.
    if image.format == "PNG":
        return 1
    try:
        orientation = image.getexif().get(_EXIF_ORIENTATION, 1)
    except (*_BROKEN, KeyError, TypeError):
        # A picture is whole even if what some tool wrote about it is not.
        return 1
    return orientation if orientation in _TO_UPRIGHT else 1


def _eight_bit(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # Pillow would cut 16-bit greys off at 255 instead of scaling them.
        return Image.fromarray((np.asarray(image) // 257).astype(np.uint8))
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode == "RGB" else image.convert("RGB")


def _shrink(image: Image.Image) -> Image.Image:
    # The whole-number part of the way to WORKING_SIDE, before anything copies the full size again.
    factor = max(image.size) // WORKING_SIDE
    return image.reduce(factor) if factor > 1 else image


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image).convert("RGB")
