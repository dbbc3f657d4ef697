"""`python -m benchmarks.bench FOLDER`: measures everything, and writes docs/performance.md.

FOLDER holds photographs of people. It takes some eight minutes, on a
machine with Linux that does nothing else.
Ratios are compared with those of the last commit; where one has become worse by more than its
spread and a fifth, the command says so and ends with 1.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from string import Template

from rich.console import Console

from benchmarks import (
    cold_starts,
    figures,
    growth,
    import_rate,
    peers,
    pipeline,
    routes,
    small_search,
)
from benchmarks.figures import Figure, Figures, Run
from benchmarks.stack import running
from evaluation import environments
from evaluation.environments import Unavailable
from local.bytecode import HERE
from local.state import ROOT

FIGURES = Path("benchmarks") / "figures.json"
TEXT = ROOT / "benchmarks" / "performance_page.txt"
PAGE = ROOT / "docs" / "performance.md"
PLOTS = ROOT / "docs" / "plots"
SIZES = (165, 10_000, 100_000, 1_000_000)
"""Faces of a collection that is searched."""
LARGEST_NEEDS = 3
"""GB that must be free for the last of SIZES."""
PEERS = {"read": "one read of their memory", "faiss": "faiss's flat index"}
"""What a search is compared with."""
SEARCHES, STARTS, MATCHES, RESTARTS = 15, 11, 60, 3
"""How often a search, a function's start, a match and a later start of the stack are measured."""

console = Console(highlight=False)


class Bench:
    """Measures part after part, and notes how long each takes."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.parts: dict[str, Figures] = {}
        self.seconds: dict[str, float] = {}
        self.notes: list[str] = []

    def measure(self, what: str, act: Callable[[], dict[str, Figures]]) -> None:
        """Measure parts that belong together; show their figures."""
        console.print(f"\n[bold]{what}[/bold]")
        began = time.monotonic()
        found = act()
        self.seconds[what] = time.monotonic() - began
        self.parts |= found
        for part in found.values():
            for name, figure in part.items():
                console.print(f"  {name}: {shown(figure)}")

    def run(self, folder: Path) -> Run:
        """Measure everything with the photographs of a folder."""
        files = sorted(folder.rglob("*.jpg"))
        sample = [file.read_bytes() for file in files[:: max(1, len(files) // MATCHES)]]
        self.measure("A match", lambda: self._of_a_stack(sample))
        self.measure("Cold starts", _cold_starts)
        self.measure("Search", self._search)
        self.measure("Engines", lambda: self._engines(files[:: max(1, len(files) // MATCHES)]))
        self.measure("Import", lambda: {"import": import_rate.measure(files)})
        return Run(
            day=datetime.now(UTC).date().isoformat(),
            machine=f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, {HERE}",
            seconds=self.seconds,
            parts=self.parts,
            notes=self.notes,
        )

    def _of_a_stack(self, photographs: list[bytes]) -> dict[str, Figures]:
        with tempfile.TemporaryDirectory() as folder:
            state = Path(folder) / "state"
            with running(Path(folder) / "of a build"):
                pass  # the functions are built now, so the next first start does not build
            starts = [_start(state) for _ in range(1 + RESTARTS)]
            with running(state) as stack:
                at_rest = stack.megabytes()
                pipeline.together(stack.play, photographs, 2 * pipeline.AT_ONCE)  # wakes functions
                match, states = pipeline.alone(stack, photographs, MATCHES)
                crowd, used = pipeline.crowd(stack, photographs, MATCHES)
                api = routes.measure(stack, photographs[0])
            with running(Path(folder) / "growing") as stack:
                pipeline.together(stack.play, photographs, 2 * pipeline.AT_ONCE)
                growing = growth.measure(stack, photographs)
        first, *later = starts
        return {
            "start": {
                "a later start over the first": Figure.of([one / first for one in later]),
                "the first start": Figure.of([first], "s"),
                "a later start": Figure.of(later, "s"),
                "memory at rest": Figure.of([at_rest], "MB"),
            },
            "match": match | crowd,
            "states": states,
            "cpu": used,
            "routes": api,
            "growth": growing,
        }

    def _search(self) -> dict[str, Figures]:
        sizes = [size for size in SIZES if size < SIZES[-1] or _free_gigabytes() >= LARGEST_NEEDS]
        if SIZES[-1] not in sizes:
            self.notes.append(f"a search of {SIZES[-1]:,} faces, because under 3 GB were free")
        try:
            arguments = [str(SEARCHES), *map(str, sizes)]
            printed = environments.run("faiss", "benchmarks.faiss", *arguments, say=console.print)
        except Unavailable as error:
            self.notes.append(f"the search ({error})")
            return {"search": {}}
        found: Figures = {}
        for size, taken in json.loads(printed).items():
            faces = f"{int(size):,} faces"
            for peer, name in PEERS.items():
                pairs = zip(taken["search"], taken[peer], strict=True)
                found[f"{faces}, over {name}"] = Figure.of([one / other for one, other in pairs])
            for act in ("search", "read", "faiss"):
                found[f"{faces}: {act}"] = Figure.of(taken[act], "ms")
        return {"search": found | small_search.measure(sizes[-1])}

    def _engines(self, photographs: list[Path]) -> dict[str, Figures]:
        try:
            return {"engines": peers.measure(photographs)}
        except Unavailable as error:
            self.notes.append(f"dlib ({error})")
            return {"engines": {}}


def _start(state: Path) -> float:
    """Start a local stack, and end it; return the seconds that the start took."""
    began = time.perf_counter()
    with running(state):
        return time.perf_counter() - began


def _cold_starts() -> dict[str, Figures]:
    starts, sizes = cold_starts.measure(STARTS)
    return {"starts": starts, "sizes": sizes}


def _free_gigabytes() -> float:
    lines = Path("/proc/meminfo").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    return kilobytes / 1e6


def shown(figure: Figure) -> str:
    """Return a figure as people read it."""
    if figure.unit:
        digits = ".0f" if figure.median >= 99.5 else ".2g"
        return f"{figure.median:,{digits}} {figure.unit}"
    return f"{figure.median:.2f} ({figure.low:.2f} to {figure.high:.2f})"


def page(run: Run) -> str:
    """Return the page about a run."""
    notes = "".join(f"\nNot measured: {note}.\n" for note in run.notes)
    return Template(TEXT.read_text()).substitute(
        day=run.day,
        machine=run.machine,
        minutes=f"{sum(run.seconds.values()) / 60:.0f}",
        seconds=", ".join(f"{what.lower()} {taken:.0f} s" for what, taken in run.seconds.items()),
        notes=notes,
        **{part: _table(found) for part, found in run.parts.items()},
    )


def _table(part: Figures) -> str:
    rows = [f"| {name} | {shown(figure)} |" for name, figure in part.items()]
    return "\n".join(["| what | figure |", "| --- | --- |", *rows])


def _committed() -> Run | None:
    """Return the run of the last commit; None where there is none."""
    done = subprocess.run(
        ["git", "show", f"HEAD:{FIGURES}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return None if done.returncode else figures.read(done.stdout)


def main() -> int:
    """Measure, write, and compare; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="of photographs of people")
    folder = parser.parse_args().folder
    if not any(folder.rglob("*.jpg")):
        parser.error(f"{folder} holds no photograph, no file *.jpg")
    if not Path("/proc/self/stat").exists():
        parser.error("processor time and memory are read from /proc, which only Linux has")
    run = Bench().run(folder)
    figures.write(run, ROOT / FIGURES)
    PAGE.write_text(page(figures.read((ROOT / FIGURES).read_text())))
    if run.parts["search"]:
        try:
            environments.run(
                "plots", "benchmarks.plots", str(FIGURES), str(PLOTS), say=console.print
            )
        except Unavailable as error:
            console.print(f"The plots are the last ones: {error}")
    before = _committed()
    if before is None:
        console.print("\nNothing to compare with: no figures are committed.")
        return 0
    complaints = figures.worse(before, run)
    console.print(f"\nOver the figures of {before.day}, {len(complaints)} ratios are worse.")
    for complaint in complaints:
        console.print(f"  {complaint}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
