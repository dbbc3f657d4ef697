"""Pictures made for a test, as bytes."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

EXIF_ORIENTATION = 0x0112


def encode(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    """Return the image as the bytes of a file."""
    data = io.BytesIO()
    image.save(data, form, **options)
    return data.getvalue()


def noise(width: int = 320, height: int = 240) -> Image.Image:
    """Return a picture in which there is no face, the same every time."""
    return Image.fromarray(
        np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)
    )


def on_canvas(portrait: Path, width: int = 400, height: int = 300) -> Image.Image:
    """Return the portrait off centre on a wide grey canvas: no two turns of it are alike."""
    canvas = Image.new("RGB", (width, height), (128, 128, 128))
    with Image.open(portrait) as image:
        canvas.paste(image.convert("RGB").resize((250, 250)), (20, 10))
    return canvas


def group(*portraits: Path) -> bytes:
    """Return the portraits side by side, each half as large as the one before."""
    canvas = Image.new("RGB", (700, 300), (128, 128, 128))
    left, side = 10, 280
    for portrait in portraits:
        with Image.open(portrait) as image:
            canvas.paste(image.convert("RGB").resize((side, side)), (left, 10))
        left, side = left + side + 10, side // 2
    return encode(canvas)


def with_orientation(image: Image.Image, orientation: int, form: str = "JPEG") -> bytes:
    """Return the image stored turned, with the EXIF orientation that turns it upright again."""
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    options: dict[str, Any] = {"quality": 95} if form == "JPEG" else {}
    return encode(image.transpose(turn) if turn is not None else image, form, exif=exif, **options)
