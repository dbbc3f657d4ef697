"""Measures how long a search in a small collection takes while a large one is searched."""

import tempfile
import time
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

from benchmarks.figures import Figure, Figures
from benchmarks.vectors import unit_vectors
from lookalike.ranking import SEARCHED_FACES
from rekognition.engine import DIMENSIONS
from rekognition.faces import Face
from rekognition.matrix import Vector
from rekognition.store import Store, StoredFace, _Loaded

SMALL, SEARCHES = 165, 200
FACE = Face(0, 0, 1, 1, 100, (), 100, 50, 50, 0, 0, 0)
"""What every picture shows: a search compares vectors alone."""


def measure(large: int) -> Figures:
    """Measure with a collection of so many faces, which is only in memory, beside the small one."""
    vectors = unit_vectors(large, DIMENSIONS)
    with tempfile.TemporaryDirectory() as folder, closing(Store(Path(folder))) as store:
        for name in ("small", "large"):
            store.create(name)
        for row in range(SMALL):
            store.add("small", row.to_bytes(32, "big"), None, {0: vectors[row]}, [FACE])
        store._loaded["large"] = in_memory = _Loaded()  # a database of it would take minutes
        for vector in vectors:
            in_memory.append(StoredFace(0, "", bytes(32), 0, None, FACE), vector)
        alone = _searches(store, vectors[0])
        ended = Event()
        searching = Thread(target=_search_until, args=(ended, store, vectors[0]))
        searching.start()
        beside = _searches(store, vectors[0])
        ended.set()
        searching.join()
    return {
        f"{SMALL} faces, alone": Figure.of(alone, "ms"),
        f"{SMALL} faces, while {large:,} are searched": Figure.of(beside, "ms"),
        f"{SMALL} faces, while {large:,} are searched: the longest": Figure.of([max(beside)], "ms"),
    }


def _searches(store: Store, vector: Vector) -> list[float]:
    """Search the small collection now and then; return the milliseconds of each search."""
    taken = []
    for _ in range(SEARCHES):
        time.sleep(0.005)
        began = time.perf_counter()
        store.search("small", vector, 0, SEARCHED_FACES)
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def _search_until(ended: Event, store: Store, vector: Vector) -> None:
    while not ended.is_set():
        store.search("large", vector, 0, SEARCHED_FACES)
