"""`python -m benchmarks.plots FIGURES FOLDER`: draw a run of the bench, in .venv-plots."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

mpl.rcParams["svg.hashsalt"] = "lookalike"  # so that the same figures make the same file


def main() -> None:
    """Write one SVG a plot."""
    parts = json.loads(Path(sys.argv[1]).read_text())["parts"]
    folder = Path(sys.argv[2])
    folder.mkdir(exist_ok=True)
    figures = {"search": _search(parts["search"]), "states": _states(parts["states"])}
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.svg", bbox_inches="tight", metadata={"Date": None})


def _search(part: dict[str, Any]) -> Figure:
    figure = Figure(figsize=(6, 4))
    axes = figure.subplots()
    for act, label in (("search", "this search"), ("faiss", "faiss, flat"), ("read", "one read")):
        points = [
            (int(found[1].replace(",", "")), one["median"])
            for name, one in part.items()
            if (found := re.fullmatch(rf"([\d,]+) faces: {act}", name))
        ]
        axes.plot([x for x, _ in points], [y for _, y in points], marker="o", label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("faces in the collection")
    axes.set_ylabel("CPU time, ms")
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def _states(part: dict[str, Any]) -> Figure:
    figure = Figure(figsize=(8, 1.6))
    axes = figure.subplots()
    left = 0.0
    for name, one in part.items():
        if one["median"] >= 1:
            axes.barh([0], [one["median"]], left=left, label=f"{name}, {one['median']:.0f} ms")
            left += one["median"]
    axes.set_yticks([])
    axes.set_xlabel("ms")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.5), ncols=3, frameon=False)
    return figure


if __name__ == "__main__":
    main()
