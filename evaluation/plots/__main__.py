"""`python -m evaluation.plots DATA FOLDER`: draw figures into a folder, in .venv-plots."""

import json
import sys
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure


def main() -> None:
    """Write one SVG a plot."""
    data, folder = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    for name, figure in (
        ("roc", _roc(data)),
        ("changes", _changes(data["degradations"])),
        ("steadiness", _steadiness(data["steadiness"])),
    ):
        figure.savefig(folder / f"{name}.svg", bbox_inches="tight")


def _roc(data: dict[str, Any]) -> Figure:
    figure = Figure(figsize=(6, 4))
    axes = figure.subplots()
    curves = {"SFace, as the product uses it": data["recognition"]["pairs"]["curve"]}
    if "dlib" in data["dlib"]:
        curves["dlib"] = data["dlib"]["dlib"]["pairs"]["curve"]
    for label, curve in curves.items():
        axes.plot([x for x, _ in curve], [y for _, y in curve], label=label)
    axes.set_xscale("log")
    axes.set_xlabel("two people's pictures taken for one's")
    axes.set_ylabel("one person's pictures recognised")
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def _changes(data: dict[str, Any]) -> Figure:
    rows = data["changes"]
    figure = Figure(figsize=(7, 0.32 * len(rows) + 1))
    axes = figure.subplots()
    for offset, outcome in ((-0.2, "accepted"), (0.2, "right")):
        places = [place + offset for place in range(len(rows))]
        axes.barh(places, [_value(row["all"][outcome]) for row in rows], 0.4, label=outcome)
    axes.set_yticks(range(len(rows)), [row["change"] for row in rows])
    axes.margins(y=0.01)
    axes.invert_yaxis()
    axes.set_xlabel(f"share of {data['photographs']} photographs")
    axes.legend(loc="lower left")
    return figure


def _steadiness(data: dict[str, Any]) -> Figure:
    figure = Figure(figsize=(7, 3))
    axes = figure.subplots()
    names = [row["change"] for row in data["queries"][0]["changes"]]
    for number, query in enumerate(data["queries"]):
        places = [place + 0.4 * number - 0.2 for place in range(len(names))]
        values = [_value(row["same"]) for row in query["changes"]]
        axes.barh(places, values, 0.4, label=query["query"])
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlabel("same first celebrity")
    axes.legend(loc="lower left")
    return figure


def _value(share: dict[str, Any]) -> float:
    return float(share["share"] or 0)


if __name__ == "__main__":
    main()
