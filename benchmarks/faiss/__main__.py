"""`python -m benchmarks.faiss RUNS SIZE …`: the search of a collection, and of faiss.

It prints JSON: for each size, milliseconds of CPU time of a search for the 500 nearest faces with
their similarity, of one read of the same memory, and of the same search by faiss's flat index, all
on one thread and in turn.
"""

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import json
import sys
import time
from collections.abc import Callable

import faiss
from benchmarks.vectors import unit_vectors
from rekognition.matrix import nearest
from rekognition.scores import similarity

MOST = 500
"""Faces that a search returns, as the workflow asks for."""
DIMENSIONS = 128


def main() -> None:
    """Measure each size."""
    runs, *sizes = map(int, sys.argv[1:])
    faiss.omp_set_num_threads(1)
    measured = {size: measure(size, runs) for size in sizes}
    print(json.dumps(measured))  # noqa: T201 - its output is what it is run for


def measure(size: int, runs: int) -> dict[str, list[float]]:
    """Return the milliseconds of each act, run after run."""
    rows = unit_vectors(size, DIMENSIONS)
    index = faiss.IndexFlatIP(DIMENSIONS)
    index.add(rows)
    wanted = rows[:1]

    def search() -> None:
        _, cosines = nearest(rows, wanted[0], MOST)
        similarity(cosines)

    def search_with_faiss() -> None:
        similarity(index.search(wanted, min(MOST, size))[0])

    acts: dict[str, Callable[[], object]] = {
        "search": search,
        "read": rows.sum,
        "faiss": search_with_faiss,
    }
    times: dict[str, list[float]] = {name: [] for name in acts}
    repeats = max(1, 300_000 // size)  # a small collection takes less than the clock can tell
    for _ in range(runs):
        for name, act in acts.items():
            started = time.process_time()
            for _ in range(repeats):
                act()
            times[name].append(1000 * (time.process_time() - started) / repeats)
    return times


if __name__ == "__main__":
    main()
