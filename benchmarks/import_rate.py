"""Compares the rate of an import with the face engine's rate.

The import examines, sends, stores, indexes and records each portrait. The face engine alone finds
the face and makes the vector of the same pictures, in one process. It is measured before and after
the import, because the machine's speed drifts.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from PIL import Image, ImageEnhance, ImageOps
from rich.console import Console

from benchmarks.figures import Figure, Figures
from catalog.folder import name_of, read_folder
from catalog.importing import ImportReport, PackImporter
from cli import examiners
from cli.catalog import open_catalog
from cli.terminal import progress_bar
from local import codes
from local.stack import LocalStack
from local.state import StateFolder
from rekognition.engine import FaceEngine

PORTRAITS = 400
"""How many are imported."""

console = Console(highlight=False)


def measure(photographs: list[Path]) -> Figures:
    """Import portraits that are made of photographs into a new local stack."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "portraits"
        make_portraits(photographs, folder)
        pictures = [path.read_bytes() for path in sorted(folder.iterdir())]
        before = engine_rate(pictures)
        state = StateFolder(Path(scratch) / "state")
        state.prepare()
        with state.lock() as lock_descriptor, codes.shown_by(console.print) as pipe:
            stack = LocalStack(
                state, say=console.print, lock_descriptor=lock_descriptor, codes=pipe
            )
            report, seconds = import_timed(stack, folder)
        assert len(report.imported) + len(report.rejected) == len(pictures)
        after = engine_rate(pictures)
    rate = len(pictures) / seconds
    return {
        "portraits imported a second, over the engine's own": Figure.of(
            [rate / before, rate / after], better="higher"
        ),
        "portraits imported": Figure.of([rate], "a second"),
        "the engine alone, a thread a core": Figure.of([before, after], "a second"),
    }


def import_timed(stack: LocalStack, folder: Path) -> tuple[ImportReport, float]:
    """Import a folder into a stack; return the importer's report, and the seconds that it took."""
    try:
        catalog = open_catalog(stack.start())
        catalog.ensure_pack("bench")
        with progress_bar("Importing") as show:
            importer = PackImporter(
                catalog, "bench", examiners.of_service(stack.rekognition_url), progress=show
            )
            started = time.perf_counter()
            report = importer.add(read_folder(folder))
            return report, time.perf_counter() - started
    finally:
        stack.stop()


def engine_rate(pictures: list[bytes]) -> float:
    """Return for how many pictures a second the engine alone makes a face's vector."""
    engine = FaceEngine()

    def embed(picture: bytes) -> None:
        found = engine.detect(picture)
        if found:
            engine.embed(found[0][1])

    embed(pictures[0])  # loads the models
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        started = time.perf_counter()
        for _ in pool.map(embed, pictures):
            pass
        rate = len(pictures) / (time.perf_counter() - started)
    engine.close()
    return rate


def make_portraits(photographs: list[Path], folder: Path) -> None:
    """Write PORTRAITS different portraits made of photographs, several of each person."""
    folder.mkdir(parents=True)
    variants = ((path, change) for change in cycle(_changes()) for path in photographs)
    for number, (path, (brightness, mirrored)) in enumerate(islice(variants, PORTRAITS)):
        with Image.open(path) as opened:
            picture = ImageEnhance.Brightness(opened.convert("RGB")).enhance(brightness)
        if mirrored:
            picture = ImageOps.mirror(picture)
        name = name_of(path).replace(" ", "_")
        picture.save(folder / f"{name}_{number:05}.jpg", quality=90)


def _changes() -> Iterator[tuple[float, bool]]:
    """Yield a brightness, and whether to mirror the picture."""
    for brightness in (1.0, 0.9, 1.1, 0.8, 1.2):
        yield brightness, False
        yield brightness, True
