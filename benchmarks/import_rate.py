"""`python -m benchmarks.import_rate FOLDER`: compares the rate of an import with the engine's rate.

The import examines, sends, stores, indexes and records each portrait. The face engine alone finds
the face and makes the vector of the same pictures, in one process with a thread for each core. One
run measures both, the engine before and after the import, because the machine's speed drifts.
FOLDER holds photographs of people, named as in a catalog folder.
"""

import argparse
import io
import json
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from PIL import Image, ImageEnhance, ImageOps
from rich.console import Console

from catalog.folder import name_of, read_folder
from catalog.importing import ImportReport, PackImporter
from cli import examiners
from cli.catalog import open_catalog
from cli.terminal import progress_bar
from local import codes
from local.stack import LocalStack
from local.state import StateFolder
from rekognition.engine import FaceEngine

SAMPLE = 300
"""Pictures that the engine alone examines, before and after the import."""

console = Console(highlight=False)


def main() -> None:
    """Measure, and print the rates and their ratio; with --json as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--portraits", type=int, default=2000)
    parser.add_argument("--side", type=int, help="make the pictures' longer side so long, pixels")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    photographs = sorted(arguments.folder.rglob("*.jpg"))
    if not photographs:
        parser.error(f"{arguments.folder} holds no photograph, no file *.jpg")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "portraits"
        make_portraits(photographs, folder, arguments.portraits, arguments.side)
        state = StateFolder(Path(scratch) / "state")
        result = measure(folder, state)
    if arguments.json:
        print(json.dumps(result))  # noqa: T201 - it is what the command is for
        return
    for what, value in result.items():
        console.print(f"{what:32} {value:.2f}")


def measure(folder: Path, state: StateFolder) -> dict[str, float]:
    """Import a folder into a new local stack; return rates, in portraits a second, and a ratio."""
    pictures = [path.read_bytes() for path in sorted(folder.iterdir())]
    sample = pictures[:: max(1, len(pictures) // SAMPLE)]
    before = engine_rate(sample)
    state.prepare()
    with state.lock() as lock_descriptor, codes.shown_by(console.print) as pipe:
        stack = LocalStack(state, say=console.print, lock_descriptor=lock_descriptor, codes=pipe)
        report, seconds = import_timed(stack, folder)
    assert len(report.imported) + len(report.rejected) == len(pictures)
    after, one_thread = engine_rate(sample), engine_rate(sample, threads=1)
    engine = (before + after) / 2
    rate = len(pictures) / seconds
    return {
        "portraits": len(pictures),
        "rejected": len(report.rejected),
        "engine alone, a second": engine,
        "engine alone, one thread": one_thread,
        "import, a second": rate,
        "ratio": rate / engine,
        "ratio to one thread": rate / one_thread,
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


def engine_rate(pictures: list[bytes], threads: int = 4) -> float:
    """Return for how many pictures a second the engine alone makes a face's vector."""
    engine = FaceEngine()

    def embed(picture: bytes) -> None:
        found = engine.detect(picture)
        engine.embed(found[0][1])

    embed(pictures[0])  # loads the models
    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        for _ in pool.map(embed, pictures):
            pass
        rate = len(pictures) / (time.perf_counter() - started)
    engine.close()
    return rate


def make_portraits(photographs: list[Path], folder: Path, wanted: int, side: int | None) -> None:
    """Write so many different portraits made of photographs, several of each person."""
    folder.mkdir(parents=True)
    variants = ((path, change) for change in cycle(_changes()) for path in photographs)
    for number, (path, (brightness, mirrored)) in enumerate(islice(variants, wanted)):
        with Image.open(path) as opened:
            picture = ImageEnhance.Brightness(opened.convert("RGB")).enhance(brightness)
        if mirrored:
            picture = ImageOps.mirror(picture)
        if side:
            picture = picture.resize(
                [round(edge * side / max(picture.size)) for edge in picture.size],
                Image.Resampling.LANCZOS,
            )
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=90)
        name = name_of(path).replace(" ", "_")
        (folder / f"{name}_{number:05}.jpg").write_bytes(out.getvalue())


def _changes() -> Iterator[tuple[float, bool]]:
    """Yield a brightness, and whether to mirror the picture."""
    for brightness in (1.0, 0.9, 1.1, 0.8, 1.2):
        yield brightness, False
        yield brightness, True


if __name__ == "__main__":
    main()
