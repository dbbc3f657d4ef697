"""Reads what a picture's bytes say about it, before a pixel is unpacked."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from rekognition.exceptions import InvalidImageFormatError

MOST_SCANS = 100
"""Scans of one JPEG. Cameras and editors write at most a few dozen; a decoder goes over all pixels
for each of them."""
MOST_PIECES = 20_000
"""Segments of a JPEG, or chunks of a PNG. A reader stops at each of them."""

_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"

# A marker of a JPEG that begins a segment or ends the picture. The others stand alone: they are
# the stuffing of compressed data, restarts (there may be millions), and fill bytes.
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")
_SCAN, _END = 0xDA, 0xD9
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ARITHMETIC = frozenset(range(0xC9, 0xD0)) - {0xCC}

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Channels of a PNG, by its colour type."""
_DRAWING = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT"})
"""The chunks of a PNG that its pixels need."""
_END_OF_PNG = bytes(4) + b"IEND" + zlib.crc32(b"IEND").to_bytes(4, "big")
END_OF_JPEG = b"\xff\xd9"
LARGEST_TAIL = 4096
"""Bytes after a JPEG's end marker: padding, or what a camera's maker adds."""

# Measured CPU seconds, rounded up: for a pixel, a pixel in a scan, and a byte.
_JPEG_PIXEL, _JPEG_PIXEL_OF_SCAN, _JPEG_BYTE, _ARITHMETIC_BYTE = 3e-9, 0.5e-9, 1e-8, 2e-7
_PNG_PIXEL, _PNG_BYTE = 6e-9, 3e-9


@dataclass(frozen=True, slots=True)
class Header:
    """A picture's size as it is stored, and `cost`: about the CPU seconds that decoding takes."""

    width: int
    height: int
    cost: float


def read_header(data: bytes) -> Header:
    """Return the header of a JPEG or PNG, and what it costs to decode, by the number of its parts.

    Raises `InvalidImageFormatError` for other bytes, and for a picture with more parts than any
    camera or editor writes: such a picture is made to keep a decoder busy.
    """
    if data.startswith(_JPEG):
        return _read_jpeg(data)
    if data.startswith(_PNG):
        return _read_png(data)
    raise InvalidImageFormatError


def drawn(data: bytes) -> bytes:
    """Return a JPEG or PNG with what draws it alone, as viewers read it.

    A PNG keeps the chunks that its pixels need. Others hold megabytes of text, or have a checksum
    that an editor got wrong. A JPEG gets the end marker that it lacks.
    """
    if data.startswith(_PNG):
        return _drawn_png(data)
    return data + END_OF_JPEG if lacks_end(data) else data


def lacks_end(data: bytes) -> bool:
    """Return whether the bytes are a JPEG's that stop before its end marker."""
    return data.startswith(_JPEG) and END_OF_JPEG not in data[-LARGEST_TAIL:]


def _drawn_png(data: bytes) -> bytes:
    kept = [_PNG]
    for start, kind, end in _chunks(data):
        whole = data[start:end]
        if kind == b"IEND":
            break
        if kind == b"tRNS" and zlib.crc32(whole[4:-4]) != _number(whole, len(whole) - 4, 4):
            continue
        if kind in _DRAWING:
            kept.append(whole)
    return b"".join([*kept, _END_OF_PNG])


def _chunks(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Return where each chunk of a PNG begins, its kind, and where it ends."""
    at = len(_PNG)
    for _ in range(MOST_PIECES):
        kind = data[at + 4 : at + 8]
        if kind == b"":
            return
        end = at + 12 + _number(data, at, 4)
        yield at, kind, end
        if kind == b"IEND":
            return
        at = end
    raise InvalidImageFormatError


def _read_jpeg(data: bytes) -> Header:
    """Go from marker to marker as libjpeg does, to count the scans that libjpeg decodes."""
    size: tuple[int, int] | None = None
    byte_cost, scans, at = _JPEG_BYTE, 0, 2
    for _ in range(MOST_PIECES):
        found = _MARKER.search(data, at)
        if found is None:
            break
        at = found.end()
        marker = data[at - 1]
        if marker == _END:
            break
        if marker == _SCAN:
            scans += 1
        if marker in _FRAMES and size is None and at + 7 <= len(data):
            size = _number(data, at + 5, 2), _number(data, at + 3, 2)
            byte_cost = _ARITHMETIC_BYTE if marker in _ARITHMETIC else _JPEG_BYTE
        at += _number(data, at, 2)
    else:
        raise InvalidImageFormatError
    if size is None or scans > MOST_SCANS:
        raise InvalidImageFormatError
    width, height = size
    pixels = width * height
    again = pixels * scans if scans > 1 else 0
    cost = pixels * _JPEG_PIXEL + again * _JPEG_PIXEL_OF_SCAN + len(data) * byte_cost
    return Header(width, height, cost)


def _read_png(data: bytes) -> Header:
    if data[12:16] != b"IHDR" or len(data) < 29:
        raise InvalidImageFormatError
    width, height = _number(data, 16, 4), _number(data, 20, 4)
    depth, colour, interlaced = data[24], data[25], data[28]
    for _ in _chunks(data):  # it raises for a PNG with too many
        pass
    unpacked = height * ((width * depth * _CHANNELS.get(colour, 4) + 7) // 8)
    cost = width * height * _PNG_PIXEL + unpacked * _PNG_BYTE
    return Header(width, height, cost * (2 if interlaced else 1))


def _number(data: bytes, at: int, length: int) -> int:
    return int.from_bytes(data[at : at + length], "big")
