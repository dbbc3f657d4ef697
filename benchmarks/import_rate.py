"""Compares the rate of an import with the face engine's rate.

The import examines, sends, stores, indexes and records each portrait, with its reduced copies and,
in a second import, without them. The face engine alone finds the face and makes the vector of the
same pictures, in one process. It is measured before and after each import, because the machine's
speed drifts.
"""

import io
import os
import tempfile
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path

import boto3
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
from local.state import BUILDS, StateFolder
from rekognition.engine import FaceEngine

PORTRAITS = 400
"""How many are imported."""

NO_COPIES = b"""

def _copy(picture: StoredPicture) -> tuple[int, ...]:
    return ()
"""
"""What is added to Index Portrait, so that it makes no reduced copies."""

console = Console(highlight=False)


def measure(photographs: list[Path]) -> Figures:
    """Import portraits that are made of photographs, twice, each time into a new local stack."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "portraits"
        make_portraits(photographs, folder)
        pictures = [path.read_bytes() for path in sorted(folder.iterdir())]
        rates = [engine_rate(pictures)]
        imported = []
        # boto3 keeps the first credentials of a process, and each stack has its own.
        processes = get_context("spawn")
        with ProcessPoolExecutor(1, processes, max_tasks_per_child=1) as pool:
            for with_copies in (True, False):
                imported.append(pool.submit(_import_rate, folder, with_copies).result())
                rates.append(engine_rate(pictures))
    whole, without = imported
    before, between, after = rates
    return {
        "portraits imported a second, over the engine's own": Figure.of(
            [whole / before, whole / between], better="higher"
        ),
        "portraits imported a second without reduced copies, over the engine's own": Figure.of(
            [without / between, without / after], better="higher"
        ),
        "portraits imported": Figure.of([whole], "a second"),
        "portraits imported without reduced copies": Figure.of([without], "a second"),
        "the engine alone, a thread a core": Figure.of(rates, "a second"),
    }


def _import_rate(folder: Path, with_copies: bool) -> float:
    """Import a folder into a new local stack; return how many portraits a second it took."""
    with tempfile.TemporaryDirectory() as scratch:
        state = StateFolder(Path(scratch) / "state")
        state.prepare()
        with state.lock() as lock_descriptor, codes.shown_by(console.print) as pipe:
            stack = LocalStack(
                state, say=console.print, lock_descriptor=lock_descriptor, codes=pipe
            )
            report, seconds = import_timed(stack, folder, with_copies=with_copies)
    count = len(report.imported) + len(report.rejected)
    assert count == PORTRAITS
    return count / seconds


def import_timed(
    stack: LocalStack, folder: Path, *, with_copies: bool
) -> tuple[ImportReport, float]:
    """Import a folder into a stack; return the importer's report, and the seconds that it took."""
    try:
        outputs = stack.start()
        if not with_copies:
            make_no_copies()
        catalog = open_catalog(outputs)
        catalog.ensure_pack("bench")
        with progress_bar("Importing") as show:
            importer = PackImporter(
                catalog, "bench", examiners.of_service(stack.rekognition_url), progress=show
            )
            started = time.perf_counter()
            report = importer.add(read_folder(folder))
            seconds = time.perf_counter() - started
        imported = catalog.portraits.of_pack("bench")
        assert all(bool(portrait.copies) is with_copies for portrait in imported)
        return report, seconds
    finally:
        stack.stop()


def make_no_copies() -> None:
    """Replace the code of the stack's Index Portrait by one that makes no reduced copies."""
    functions = boto3.client("lambda")
    pages = functions.get_paginator("list_functions").paginate()
    names = [one["FunctionName"] for page in pages for one in page["Functions"]]
    (name,) = (name for name in names if "-IndexPortraitFunction-" in name)
    (built,) = BUILDS.glob("*/IndexPortraitFunction")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        for path in built.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                added = NO_COPIES if path == built / "app.py" else b""
                written.writestr(str(path.relative_to(built)), path.read_bytes() + added)
    functions.update_function_code(FunctionName=name, ZipFile=archive.getvalue())


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
