"""The figures of the bench: each with its spread, kept in a file, compared with earlier ones."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

MARGIN = 1.2
"""A ratio may be so many times as bad as the one before, where its spread allows no more."""
TAIL = 20
"""From so many values on, the spread leaves out a twentieth at each end."""

Better = Literal["lower", "higher"]


@dataclass(frozen=True)
class Figure:
    """A measurement: the median of its values, and where nearly all of them lie."""

    median: float
    low: float
    high: float
    """The 5th and the 95th percentile; of fewer than TAIL values, the least and the largest."""
    unit: str = ""
    """Of what is shown and never compared, because it is another machine's; a ratio has none."""
    better: Better = "lower"

    @classmethod
    def of(cls, values: Sequence[float], unit: str = "", better: Better = "lower") -> "Figure":
        """Return the figure of measured values."""
        low, high = min(values), max(values)
        if len(values) >= TAIL:
            cuts = statistics.quantiles(values, n=20)
            low, high = cuts[0], cuts[-1]
        return cls(statistics.median(values), low, high, unit, better)

    def is_worse_than(self, before: "Figure") -> bool:
        """Return whether a ratio is worse than an earlier one, by more than chance explains."""
        if self.better == "lower":
            return self.median > max(before.high, before.median * MARGIN)
        return self.median < min(before.low, before.median / MARGIN)


Figures = dict[str, Figure]
"""Figures by what they are of."""


@dataclass(frozen=True)
class Run:
    """One run of the bench."""

    day: str
    machine: str
    seconds: dict[str, float]
    """How long each part took."""
    parts: dict[str, Figures]
    notes: list[str]
    """What could not be measured, and why."""


def worse(before: Run, now: Run) -> list[str]:
    """Return a line for each earlier ratio that has become worse, or was not measured."""
    found = []
    for part, figures in before.parts.items():
        for name, earlier in figures.items():
            figure = now.parts.get(part, {}).get(name)
            if earlier.unit:
                continue
            if figure is None:
                found.append(f"{part}: {name}: not measured")
            elif figure.is_worse_than(earlier):
                found.append(
                    f"{part}: {name}: {figure.median:.2f}, before that {earlier.median:.2f}"
                )
    return found


def write(run: Run, path: Path) -> None:
    """Write a run as JSON, with four digits of each figure."""
    rounded = json.loads(json.dumps(asdict(run)), parse_float=_rounded)
    path.write_text(json.dumps(rounded, indent=1, ensure_ascii=False) + "\n")


def _rounded(digits: str) -> float:
    return float(f"{float(digits):.4g}")


def read(text: str) -> Run:
    """Read a run that `write` wrote."""
    kept = json.loads(text)
    kept["parts"] = {
        part: {name: Figure(**figure) for name, figure in figures.items()}
        for part, figures in kept["parts"].items()
    }
    return Run(**kept)
