"""Exact nearest-neighbour search over the unit vectors of one collection."""

import numpy as np
import numpy.typing as npt

_FIRST_CAPACITY = 256

Vector = npt.NDArray[np.float32]


class VectorMatrix:
    """A float32 matrix with one row a face. The caller keeps track of the order of the rows.

    It doubles in size when it is full, so that a new face does not copy all others. Only one thread
    may change it at a time. Another thread may read `rows` then, and ask `removals` afterwards
    whether a row has moved.
    """

    def __init__(self, dimensions: int) -> None:
        self._rows = np.empty((_FIRST_CAPACITY, dimensions), np.float32)
        self._count = 0
        self.removals = 0
        """How many rows have been removed: each time, another row takes the place."""

    def __len__(self) -> int:
        return self._count

    def append(self, vector: Vector) -> None:
        """Add a row after the last."""
        if self._count == len(self._rows):
            grown = np.empty((2 * len(self._rows), self._rows.shape[1]), np.float32)
            grown[: self._count] = self._rows
            self._rows = grown
        self._rows[self._count] = vector
        self._count += 1

    def remove(self, row: int) -> None:
        """Remove a row; the last one takes its place."""
        self._count -= 1
        self.removals += 1
        self._rows[row] = self._rows[self._count]

    def row(self, row: int) -> Vector:
        """Return a copy of a row."""
        vector: Vector = self._rows[row].copy()
        return vector

    def cosines(self, vector: Vector) -> Vector:
        """Return the cosine between the vector and each row, in the order of the rows."""
        cosines: Vector = self.rows() @ vector
        return cosines

    def rows(self) -> Vector:
        """Return the rows that there are now. Rows that are appended later are not in it."""
        return self._rows[: self._count]


def nearest(
    rows: Vector, vector: Vector, most: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
    """Return the numbers and the cosines of up to `most` rows, those next to the vector first."""
    cosines: Vector = rows @ vector
    if len(cosines) > most:
        # A selection, since to sort a million rows takes longer than to compare them.
        chosen = np.sort(np.argpartition(cosines, -most)[-most:])
    else:
        chosen = np.arange(len(cosines))
    chosen = chosen[np.argsort(-cosines[chosen], kind="stable")]
    return chosen, cosines[chosen]
