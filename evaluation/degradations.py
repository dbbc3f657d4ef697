"""Changes of pictures: what cameras, hands and networks do to a photograph. Pure."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from rekognition.search import Pixels

MOTIONS = (9, 15, 25)
"""Pixels by which a camera moves."""
DIRECTIONS = {"across": 0, "at 45 degrees": 45, "upwards": 90}


class Change(NamedTuple):
    """A change of a picture; `apply` takes upright BGR pixels and returns a PNG or JPEG."""

    name: str
    apply: Callable[[Pixels], bytes]


def as_png(pixels: Pixels) -> bytes:
    """Return pixels as a PNG, which changes none of them."""
    return cv2.imencode(".png", pixels)[1].tobytes()


def as_jpeg(pixels: Pixels, quality: int) -> bytes:
    """Return pixels as a JPEG."""
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def turned(pixels: Pixels, quarters: int) -> Pixels:
    """Return a picture turned by quarters of a circle, without EXIF that says so."""
    return np.ascontiguousarray(np.rot90(pixels, quarters))


def tilted(pixels: Pixels, degrees: float) -> Pixels:
    """Return a picture of the same size, turned about its middle; its edges are drawn out."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return _whole(cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE))


def brightened(pixels: Pixels, factor: float) -> Pixels:
    """Return a picture with every value multiplied."""
    return _clipped(pixels * float(factor))


def paled(pixels: Pixels, factor: float) -> Pixels:
    """Return a picture with less contrast: factor x (pixel - mean) + mean."""
    mean = pixels.mean()
    return _clipped(factor * (pixels - mean) + mean)


def moved(pixels: Pixels, length: int, degrees: float) -> Pixels:
    """Return a picture that a camera took while it moved by `length` pixels."""
    kernel = np.zeros((length, length), np.float32)
    middle, reach = length // 2, length / 2
    for step in np.linspace(-reach, reach, 8 * length):
        x = middle + round(step * math.cos(math.radians(degrees)))
        y = middle - round(step * math.sin(math.radians(degrees)))
        if 0 <= x < length and 0 <= y < length:
            kernel[y, x] = 1
    return _whole(cv2.filter2D(pixels, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE))


def blurred(pixels: Pixels, deviation: float) -> Pixels:
    """Return a picture that is out of focus."""
    return _whole(cv2.GaussianBlur(pixels, (0, 0), deviation))


def scaled(pixels: Pixels, factor: float) -> Pixels:
    """Return a picture of another size."""
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return _whole(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=how))


def cut(pixels: Pixels, share: float) -> Pixels:
    """Return a picture without this share of its width and height at each edge."""
    height, width = pixels.shape[:2]
    down, across = round(height * share), round(width * share)
    return np.ascontiguousarray(pixels[down : height - down, across : width - across])


def mirrored(pixels: Pixels) -> Pixels:
    """Return a picture's mirror image."""
    return np.ascontiguousarray(pixels[:, ::-1])


def _clipped(values: npt.NDArray[np.floating[Any]]) -> Pixels:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def _whole(pixels: "cv2.typing.MatLike") -> Pixels:
    return pixels.astype(np.uint8, copy=False)


def _png_of(change: Callable[..., Pixels], *arguments: float) -> Callable[[Pixels], bytes]:
    return lambda pixels: as_png(change(pixels, *arguments))


DEGRADATIONS = (
    *(Change(f"turned by {90 * n} degrees", _png_of(turned, n)) for n in (1, 2, 3)),
    *(Change(f"tilted by {n} degrees", _png_of(tilted, n)) for n in (15, 30, 45, -45, 60)),
    *(Change(f"brightness x {n}", _png_of(brightened, n)) for n in (0.3, 0.2, 0.1)),
    Change("low contrast, x 0.35", _png_of(paled, 0.35)),
    *(
        Change(f"motion of {length} px, {words}", _png_of(moved, length, degrees))
        for length in MOTIONS
        for words, degrees in DIRECTIONS.items()
    ),
    *(Change(f"Gaussian blur, {n} px", _png_of(blurred, n)) for n in (2, 4)),
    *(Change(f"JPEG of quality {n}", partial(as_jpeg, quality=n)) for n in (30, 10, 3)),
    *(Change(f"scaled x {n}", _png_of(scaled, n)) for n in (2, 0.5, 0.4)),
)
"""What happens to pictures that people really have."""

SLIGHT = (
    Change("mirrored", _png_of(mirrored)),
    Change("twice the size", _png_of(scaled, 2)),
    Change("10 % brighter", _png_of(brightened, 1.1)),
    Change("5 % cut off each edge", _png_of(cut, 0.05)),
    Change("turned by 3 degrees", _png_of(tilted, 3)),
    Change("JPEG of quality 70", partial(as_jpeg, quality=70)),
)
"""Changes after which people expect the same answer."""
