"""Makes a large photograph smaller before it is sent, as the page does."""

import io
import struct
import warnings
import zlib

from PIL import Image, ImageOps

LONGEST_SIDE = 1600
SHORTEST_SIDE = 80
QUALITY = 90
"""As in web/scripts/photo.js."""

_UNREADABLE = (OSError, SyntaxError, ValueError, struct.error, zlib.error, MemoryError)
"""The errors that Pillow raises for broken bytes."""


def smaller_jpeg(data: bytes) -> bytes | None:
    """Return an upright JPEG without metadata; None for other bytes.

    Its longer side has at most 1600 pixels, or as many as leave its shorter side 80.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about oddities of a readable file
            image: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
            # libjpeg skips detail that `thumbnail` would average away; this does not affect a PNG.
            long, short = max(image.size), min(image.size)
            longest: float = LONGEST_SIDE
            if short >= SHORTEST_SIDE:
                longest = max(longest, SHORTEST_SIDE * long / short)
            image.draft("RGB", (round(longest), round(longest)))
            image = ImageOps.exif_transpose(image)
            image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    except (*_UNREADABLE, Image.DecompressionBombError):
        return None
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    made = io.BytesIO()
    image.convert("RGB").save(made, "JPEG", quality=QUALITY)
    return made.getvalue()
