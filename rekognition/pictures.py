"""From the bytes of a JPEG or PNG to the upright pixels that the face models look at."""

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
from rekognition.headers import Header, read_header

# https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
MIN_SIDE = 80
# Ours: what one decoder may be made to unpack.
MAX_PIXELS = THRESHOLDS.most_pixels
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


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright picture: `pixels` is BGR, its long side at most `WORKING_SIDE`.

    `width` and `height` are the upright picture's before it was made smaller.
    """

    pixels: npt.NDArray[np.uint8]
    width: int
    height: int


def check(data: bytes) -> Header:
    """Return what a picture's header says, unless the picture is refused for that alone.

    Raises `InvalidImageFormatError` for what is no JPEG or PNG, or one made to keep a decoder busy,
    `ImageTooLargeError`, and `InvalidParameterError` for a side shorter than `MIN_SIDE`.
    """
    header = read_header(data)
    if header.width * header.height > MAX_PIXELS:
        raise ImageTooLargeError(f"Image has more than {MAX_PIXELS} pixels")
    if min(header.width, header.height) < MIN_SIDE:
        raise InvalidParameterError(f"Minimum image height and width is {MIN_SIDE} pixels")
    return header


def decode(data: bytes) -> Picture:
    """Return the picture that the bytes hold, whatever their name says.

    Raises what `check` raises, and `InvalidImageFormatError` for anything but a whole picture.
    """
    header = check(data)
    width, height = header.width, header.height
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
        if image.size != (width, height):
            raise InvalidImageFormatError  # its cost was judged by another size
        orientation = _orientation(image)
        _skip_detail(image)
        image.load()
        image = _opaque(_shrink(_eight_bit(image)))
    except RekognitionError:
        raise
    except Exception as error:  # Pillow raises whatever its readers trip over in broken bytes
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
    except Exception:  # noqa: BLE001 - a picture is whole even if what a tool wrote about it is not
        return 1
    return orientation if orientation in _TO_UPRIGHT else 1


def _skip_detail(image: Image.Image) -> None:
    # Lets libjpeg leave out the detail that would be averaged away afterwards: a large JPEG is
    # unpacked at a half, a quarter or an eighth of its size. Does nothing to a PNG.
    scale = max(image.size) // WORKING_SIDE
    if scale > 1:
        image.draft("RGB", (image.width // scale, image.height // scale))


def _eight_bit(image: Image.Image) -> Image.Image:
    """Return the picture in one of the modes L, RGB and RGBA; no copy is made where none need be.

    A picture of the largest size takes 200 MB, each copy as much again.
    """
    if image.mode == "I;16":
        # The more significant byte of each. Pillow would cut 16-bit greys off at 255 instead.
        return Image.fromarray(np.asarray(image).view(np.uint8)[:, 1::2])
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in {"L", "RGB"} else image.convert("RGB")


def _shrink(image: Image.Image) -> Image.Image:
    # The whole-number part of the way to WORKING_SIDE, before anything copies the full size again.
    factor = max(image.size) // WORKING_SIDE
    return image.reduce(factor) if factor > 1 else image


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image).convert("RGB")
