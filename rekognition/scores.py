"""Converts what the models measure to Rekognition's numbers, 0 to 100."""

import math

import cv2
import numpy as np
import numpy.typing as npt

_SMOOTHING = 1.5
"""The deviation, in pixels, of the Gaussian that takes noise out of a crop before its detail is
measured."""
_MIDDLE = slice(8, 104)
"""The rows and columns of a crop that show the face; the rest shows mostly what is around it."""
_DIRECTIONS = np.linspace(0, np.pi, 8, endpoint=False)
_EVEN_DETAIL = 0.0195
"""The share of detail at which Sharpness is 50."""


def similarity(cosine: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return the Similarity of each pair of faces from the cosine of their SFace vectors.

    Anchored at the default threshold: 80 is a cosine of .45, which on Labeled Faces in the Wild
    accepts 96 % of the pairs of one person and 2 in 100,000 of the pairs of two people.
    """
    return 100 / (1 + np.exp(-12.6 * (cosine.astype(np.float64) - 0.34)))


def confidence(score: float) -> float:
    """Return the Confidence for a YuNet score: a heuristic; 50 is the lowest score reported."""
    return 100 / (1 + math.exp(-18 * (score - 0.6)))


def brightness(region: npt.NDArray[np.uint8]) -> float:
    """Return the Brightness of the BGR region of a face: its mean luma, where 255 is 100."""
    return float(cv2.cvtColor(region, cv2.COLOR_BGR2GRAY).mean()) * 100 / 255


def sharpness(crop: npt.NDArray[np.uint8]) -> float:
    """Return the approximate Sharpness of an aligned 112 x 112 BGR face.

    It is the share of fine detail (the variance of the second derivative) in the face's contrast,
    in the direction in which there is least: a camera that moves blurs one direction alone. As a
    share it is the same for dim and pale pictures. docs/quality.md has the figures: 5 of 100 good
    photographs have less than 43, half less than 61, and 5 more than 73; the same at 0.3 of their
    brightness; after a movement of 25 pixels 3, 8 and 15.
    """
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY).astype(np.float64)
    smooth = cv2.GaussianBlur(grey, (0, 0), _SMOOTHING)
    across, down, both = (
        cv2.Sobel(smooth, cv2.CV_64F, *order)[_MIDDLE, _MIDDLE]
        for order in ((2, 0), (0, 2), (1, 1))
    )
    least = min(
        float(np.var(np.cos(a) ** 2 * across + np.sin(2 * a) * both + np.sin(a) ** 2 * down))
        for a in _DIRECTIONS
    )
    contrast = float(np.var(smooth[_MIDDLE, _MIDDLE]))
    share = least / contrast if contrast else 0.0
    return 100 * share / (share + _EVEN_DETAIL)
