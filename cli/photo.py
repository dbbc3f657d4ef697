"""A photograph as it is sent: as the page makes it of a large one."""

import io
import struct
import warnings
import zlib

from PIL import Image, ImageOps

LONGEST_SIDE = 1600
QUALITY = 90
"""As in web/scripts/photo.js."""

_UNREADABLE = (OSError, SyntaxError, ValueError, struct.error, zlib.error, MemoryError)
"""What Pillow raises for bytes that are broken in one way or another."""


def smaller_jpeg(data: bytes) -> bytes | None:
    """Make an upright JPEG of at most 1600 pixels, without metadata; None of what is unreadable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is odd in a file that is read all the same
            image: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
            # Lets libjpeg skip detail that is averaged away below; does nothing to a PNG.
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image = ImageOps.exif_transpose(image)
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    except (*_UNREADABLE, Image.DecompressionBombError):
        return None
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    made = io.BytesIO()
    image.convert("RGB").save(made, "JPEG", quality=QUALITY)
    return made.getvalue()
