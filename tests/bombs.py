"""Pictures made to keep a recogniser busy, to fill its memory or to crash it; and broken ones."""

import io
import struct
import zlib
from collections.abc import Callable, Sequence

import numpy as np
from hypothesis import strategies as st
from PIL import Image

GREY, RGB, PALETTE, RGBA = 0, 2, 3, 6
"""Colour types of PNG."""

_CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, RGBA: 4}
_SIDE = 7_000
_MOST = (7_210, 7_210)
"""51.98 megapixels, just within the limit of 52."""


def progressive_jpeg(scans: int, side: int = _SIDE, subsampling: int = 2) -> bytes:
    """Return a progressive JPEG of so many scans: its last one is repeated.

    A decoder goes over every pixel for each of them. With 2,000 scans it weighs half a megabyte
    and takes a minute.
    """
    out = io.BytesIO()
    Image.new("RGB", (side, side), (90, 120, 100)).save(
        out, "JPEG", quality=5, progressive=True, subsampling=subsampling
    )
    data = out.getvalue()
    missing = scans - data.count(b"\xff\xda")
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * missing + data[-2:]


def black_png(
    width: int = _MOST[0],
    height: int = _MOST[1],
    *,
    colour: int = GREY,
    depth: int = 8,
    interlaced: bool = False,
    before: bytes = b"",
) -> bytes:
    """Return a PNG that unpacks to far more than its size; `before` is put before the pixels."""
    line = bytes(1 + (width * depth * _CHANNELS[colour] + 7) // 8)
    pack = zlib.compressobj(9)
    # The seven pictures of an interlaced one have a few more lines' beginnings; all are zeros.
    lines = height + (height + 8 if interlaced else 0)
    packed = b"".join(pack.compress(line) for _ in range(lines)) + pack.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    palette = chunk(b"PLTE", bytes(3)) if colour == PALETTE else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + palette
        + before
        + chunk(b"IDAT", packed)
        + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, content: bytes) -> bytes:
    """Write a chunk of a PNG."""
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def _png_with(chunks: bytes) -> bytes:
    return black_png(200, 200, before=chunks)


def _profiles(count: int) -> bytes:
    """Return colour profiles that unpack to a megabyte each."""
    return chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(1_000_000), 9)) * count


def _text_of(length: int) -> bytes:
    return chunk(b"zTXt", b"text\0\0" + zlib.compress(bytes(length), 9))


def _frames(count: int) -> bytes:
    """Return the chunks of an animation of so many frames."""
    return chunk(b"acTL", struct.pack(">II", count, 0)) + b"".join(
        chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, 200, 200, 0, 0, 1, 10, 0, 0))
        for number in range(count)
    )


def _jpeg(side: int = 200, mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    pixels = np.random.default_rng(5).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(pixels).convert(mode).save(out, "JPEG", **options)
    return out.getvalue()


def _after_start(jpeg: bytes, inserted: bytes) -> bytes:
    return jpeg[:2] + inserted + jpeg[2:]


def _in_frame(jpeg: bytes, at: int, changed: bytes) -> bytes:
    """Change a JPEG's frame header: its marker is at -1, its height at 4, its width at 6."""
    frame = jpeg.index(b"\xff\xc0") + 2
    return jpeg[: frame + at - 1] + changed + jpeg[frame + at - 1 + len(changed) :]


def _tables(jpeg: bytes, count: int) -> bytes:
    start = jpeg.index(b"\xff\xc4")
    length = 2 + int.from_bytes(jpeg[start + 2 : start + 4], "big")
    return _after_start(jpeg, jpeg[start : start + length] * count)


BOMBS: dict[str, Callable[[], bytes]] = {
    "jpeg of 2,000 scans": lambda: progressive_jpeg(2_000),
    "jpeg of 100 scans": lambda: progressive_jpeg(100, subsampling=0),
    "cut jpeg of 100 scans": lambda: progressive_jpeg(100)[:-5_000],
    "jpeg of a million comments": lambda: _after_start(_jpeg(), b"\xff\xfe\0\2" * 1_000_000),
    "jpeg of 19,000 comments": lambda: _after_start(_jpeg(), b"\xff\xfe\0\2" * 19_000),
    "jpeg of 19,000 tables": lambda: _tables(_jpeg(), 19_000),
    "jpeg of a million restarts": lambda: _jpeg()[:-2] + b"\xff\xd0" * 1_000_000,
    "jpeg restarted after each block": lambda: _after_start(_jpeg(), b"\xff\xdd\0\4\0\1"),
    "jpeg of fill bytes": lambda: b"\xff\xd8" + b"\xff" * 4_000_000,
    "jpeg that says it is larger": lambda: _in_frame(_jpeg(), 4, struct.pack(">HH", 7_200, 7_200)),
    "jpeg that says it is arithmetic": lambda: _in_frame(_jpeg(), 0, b"\xc9"),
    "jpeg of 65,500 lines": lambda: _in_frame(_jpeg(), 4, struct.pack(">H", 65_500)),
    "progressive cmyk jpeg": lambda: _jpeg(7_000, "CMYK", quality=1, progressive=True),
    "png of 52 megapixels": lambda: black_png(colour=RGB),
    "transparent png": lambda: black_png(colour=RGBA),
    "transparent png of 16 bits": lambda: black_png(colour=RGBA, depth=16),
    "grey png of 16 bits": lambda: black_png(depth=16),
    "png of one bit": lambda: black_png(depth=1),
    "png of a palette": lambda: black_png(colour=PALETTE),
    "interlaced png": lambda: black_png(colour=RGB, interlaced=True),
    "png of 3,000 profiles": lambda: _png_with(_profiles(3_000)),
    "png of one large profile": lambda: _png_with(
        chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(200_000_000), 9))
    ),
    "png of one large text": lambda: _png_with(_text_of(200_000_000)),
    "png of 3,000 texts": lambda: _png_with(_text_of(1_000_000) * 3_000),
    "png of 300,000 chunks": lambda: _png_with(chunk(b"junk", b"") * 300_000),
    "png of 10,000 frames": lambda: _png_with(_frames(10_000)),
    "png of 300,000 frames": lambda: _png_with(_frames(300_000)),
}
"""Bombs, by what they are. A recogniser refuses some and reads others; none may hold up others."""


@st.composite
def broken(draw: st.DrawFn, pictures: Sequence[bytes]) -> bytes:
    """Draw a picture with bytes changed, taken out, put in, doubled or cut off."""
    data = bytearray(draw(st.sampled_from(pictures)))
    for _ in range(draw(st.integers(1, 6))):
        # Headers are short, and most that can break is in them.
        at = draw(st.integers(0, min(draw(st.sampled_from([40, 800, 10**6])), len(data))))
        length = draw(st.integers(1, 40))
        match draw(st.sampled_from(["change", "change", "change", "remove", "insert", "double"])):
            case "change":
                data[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case "remove":
                del data[at : at + length]
            case "insert":
                data[at:at] = draw(st.binary(min_size=1, max_size=20))
            case "double":
                data[at:at] = data[at : at + length]
    return bytes(data[: draw(st.sampled_from([len(data), len(data) // 2, max(0, len(data) - 2)]))])
