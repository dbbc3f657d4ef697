"""Pictures that no camera took."""

import io
import random
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageFilter

TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""EXIF orientations, to how a picture is stored so that a viewer turns it upright again."""


def encode(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """Write a picture."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def open_face(path: Path, side: int = 480) -> Image.Image:
    """Open a portrait, its longer side at most so many pixels."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((side, side))
    return picture


def scenery() -> Image.Image:
    """Paint something that shows no face."""
    noise = random.Random(3).randbytes(640 * 480 * 3)
    return Image.frombytes("RGB", (640, 480), noise).filter(ImageFilter.GaussianBlur(4))


def two_faces(face: Image.Image, other: Image.Image | None = None) -> Image.Image:
    """Put a face beside another of the same height, or beside its own mirror image."""
    other = other or face.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    both = Image.new("RGB", (face.width + 60 + other.width, face.height), (128, 128, 128))
    both.paste(face, (0, 0))
    both.paste(other, (face.width + 60, 0))
    return both


def bystanders(face: Image.Image, *others: Image.Image) -> Image.Image:
    """Put smaller faces beside one that is clearly meant, one below the other."""
    width = round(0.45 * face.width)
    both = Image.new("RGB", (face.width + width + 60, face.height), (128, 128, 128))
    both.paste(face, (0, 0))
    for number, other in enumerate(others):
        small = other.resize((width, round(width * other.height / other.width)))
        both.paste(small, (face.width + 60, number * (small.height + 20)))
    return both


def tiny_face(face: Image.Image) -> Image.Image:
    """Put a face of some 25 pixels into a large picture."""
    picture = Image.new("RGB", (1600, 1200), (120, 130, 140))
    small = face.copy()
    small.thumbnail((60, 60))
    picture.paste(small, (800, 600))
    return picture


def turned(face: Image.Image, orientation: int) -> bytes:
    """Store a picture turned, with the EXIF orientation that turns it back."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    turn = TURNS[orientation]
    stored = face if turn is None else face.transpose(turn)
    return encode(stored, exif=exif.tobytes(), quality=95)


def png(width: int, height: int, depth: int, lines: Iterable[bytes]) -> bytes:
    """Write a grey PNG line by line, of any size and depth."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    pack = zlib.compressobj(9)
    body = b"".join(pack.compress(b"\0" + line) for line in lines) + pack.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def deep(face: Image.Image) -> bytes:
    """Write a picture as a grey PNG of 16 bits a pixel."""
    grey = face.convert("L")
    pixels, width = grey.tobytes(), grey.width
    rows = (pixels[y * width : (y + 1) * width] for y in range(grey.height))
    return png(*grey.size, 16, (bytes(v for pixel in row for v in (pixel, pixel)) for row in rows))
