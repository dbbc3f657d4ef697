"""Vectors such as a recogniser makes."""

import numpy as np
import numpy.typing as npt

A_PART = 100_000
"""Rows that are drawn at once: one that is made of all of them would not fit beside them."""


def unit_vectors(size: int, dimensions: int) -> npt.NDArray[np.float32]:
    """Draw so many vectors of the length 1, always the same ones."""
    draw = np.random.default_rng(0)
    rows = np.empty((size, dimensions), np.float32)
    for start in range(0, size, A_PART):
        part = rows[start : start + A_PART]
        part[:] = draw.standard_normal(part.shape, np.float32)
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return rows
