"""`python -m benchmarks.scale`: docs/scale.md, what gives way first as more selfies come.

It multiplies what one match uses (benchmarks/usage.json) by selfies a second, holds that against
AWS's default quotas (benchmarks/quotas.toml), and plays the workflow's own retries against a
recogniser with a limit.
"""

import functools
import heapq
import itertools
import random
import statistics
import tomllib
from dataclasses import dataclass, field
from string import Template
from typing import Any, NamedTuple

import yaml

from benchmarks import cost
from benchmarks import usage as measured
from benchmarks.usage import Usage
from local.state import ROOT

QUOTAS = cost.HERE / "quotas.toml"
TEXT = cost.HERE / "scale_page.txt"
PAGE = ROOT / "docs" / "scale.md"
ASL = ROOT / "statemachine" / "find_lookalike.asl.yaml"

RATES = (10, 100, 1000)
"""Selfies a second."""
CALL_SECONDS = 0.5
"""What a call of Rekognition takes, by its users' reports. It was not measured here."""
FUNCTION_SECONDS = 1.0
"""How long all functions of a match run together, on AWS: they wait for one such call."""
RUSHES = [(share * quota, quota) for quota in (5.0, 50.0) for share in (0.5, 0.9, 1, 1.5, 4)]
"""Selfies a second, and the recogniser's quota a second, of each simulated rush."""
ARRIVAL_SECONDS = 120
"""For how long selfies come in a simulated rush."""


@dataclass(frozen=True)
class Quota:
    """A limit a second: in the three largest regions, and in the others."""

    large: float
    other: float
    what: str
    of: str
    source: str


class Retry(NamedTuple):
    """How a state repeats a call that the recogniser throttles."""

    first: float
    """Seconds that the first wait takes at most."""
    attempts: int
    rate: float
    longest: float

    def wait(self, retries: int, chance: random.Random) -> float:
        """Return a wait in seconds, between none and the longest: Step Functions' full jitter."""
        return chance.uniform(0, min(self.longest, self.first * self.rate**retries))


@dataclass
class Limiter:
    """A recogniser's operation that takes so many calls a second, and a second's calls at once."""

    rate: float
    left: float = field(init=False)
    seen: float = 0.0

    def __post_init__(self) -> None:
        self.left = self.rate

    def takes(self, now: float) -> bool:
        """Return whether it takes a call at this second. The times of calls never fall."""
        self.left = min(self.rate, self.left + (now - self.seen) * self.rate)
        self.seen = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Rush(NamedTuple):
    """What became of the selfies that came in two minutes."""

    answered: float
    """The share that got a result."""
    median: float
    """Seconds from the start of the workflow to the search's answer, of those with a result."""
    slowest: float
    """The same, of the slowest in twenty."""
    wasted: float
    """The share of paid DetectFaces calls whose selfie got no result."""


def read_quotas() -> tuple[str, dict[str, Quota]]:
    """Return the date of the table, and the quotas by name."""
    table = tomllib.loads(QUOTAS.read_text())
    as_of = table.pop("as_of")
    return as_of, {name: Quota(**row) for name, row in table.items()}


def of_a_match(usage: Usage) -> dict[str, float]:
    """Return how much of each quota one match uses."""
    lines = {line.what: line.amount for line in cost.of_a_match(usage, cost.read_prices()[1])}
    return {
        "detect": usage.recogniser["DetectFaces"],
        "search": usage.recogniser["SearchFacesByImage"],
        "executions": 1,
        "transitions": lines["transitions"],
        "rules": lines["events"],
        "concurrency": FUNCTION_SECONDS,
        "api": lines["API requests"],
        "reads": cost.PORTRAIT_READS,
        "writes": lines["table writes"],
        "uploads": 1,
    }


@functools.cache
def retries() -> list[Retry]:
    """Return how the two states that call the recogniser repeat a throttled call, in order."""
    states: dict[str, Any] = yaml.safe_load(ASL.read_text())["States"]
    rules = [states[name]["Retry"][0] for name in ("Check Face", "Search Celebrities")]
    return [
        Retry(
            rule["IntervalSeconds"],
            rule["MaxAttempts"],
            rule["BackoffRate"],
            rule["MaxDelaySeconds"],
        )
        for rule in rules
    ]


@functools.cache
def rush(selfies: float, quota: float, seed: int = 1) -> Rush:
    """Play two minutes of so many selfies a second against a recogniser with a quota a second."""
    chance = random.Random(seed)  # noqa: S311 - a simulation
    order = itertools.count()
    limiters = [Limiter(quota) for _ in retries()]
    waiting: list[tuple[float, int, float, int, int]] = []
    now = chance.expovariate(selfies)
    while now < ARRIVAL_SECONDS:
        heapq.heappush(waiting, (now, next(order), now, 0, 0))
        now += chance.expovariate(selfies)
    came, paid, took = len(waiting), 0, []
    while waiting:
        now, _, began, call, tried = heapq.heappop(waiting)
        retry = retries()[call]
        if not limiters[call].takes(now):
            if tried < retry.attempts:
                later = now + retry.wait(tried, chance)
                heapq.heappush(waiting, (later, next(order), began, call, tried + 1))
        elif call + 1 < len(limiters):
            paid += 1
            heapq.heappush(waiting, (now + CALL_SECONDS, next(order), began, call + 1, 0))
        else:
            took.append(now + CALL_SECONDS - began)
    took.sort()
    answered = len(took)
    return Rush(
        answered / came, statistics.median(took), took[int(0.95 * answered)], 1 - answered / paid
    )


def page(usage: Usage) -> str:
    """Write docs/scale.md."""
    as_of, quotas = read_quotas()
    match = cost.total(cost.of_a_match(usage, cost.read_prices()[1]))
    return Template(TEXT.read_text()).substitute(
        as_of=as_of,
        quotas=_quota_table(quotas, of_a_match(usage)),
        rushes=_rush_table(),
        wasted=f"{max(rush(*one).wasted for one in RUSHES):.0%}",
        reads=f"{of_a_match(usage)['reads']:g}",
        match=f"{match:.5f}",
        costs="\n".join(
            f"| {rate:,} | {rate * 86_400:,} | {rate * 86_400 * match:,.0f} |" for rate in RATES
        ),
        sources="\n".join(f"| {one.what} | {one.of} | <{one.source}> |" for one in quotas.values()),
    )


def _quota_table(quotas: dict[str, Quota], uses: dict[str, float]) -> str:
    def row(name: str) -> str:
        quota, use = quotas[name], uses[name]
        cells = [_share(rate * use, quota) for rate in RATES]
        return f"| {quota.what} | {use:.3g} | {quota.large:,g} | {quota.other:,g} | " + (
            " | ".join(cells) + " |"
        )

    def share(name: str) -> float:
        return uses[name] / quotas[name].large

    return "\n".join(row(name) for name in sorted(quotas, key=share, reverse=True))


def _share(use: float, quota: Quota) -> str:
    """Return how many times the quota is used, in the large regions and in the others."""
    limits = dict.fromkeys((quota.large, quota.other))
    words = [f"{use / limit:.0f}" if use > 9 * limit else f"{use / limit:.2g}" for limit in limits]
    text = " / ".join(words)
    return f"**{text}**" if use > quota.large else text


def _rush_table() -> str:
    def row(selfies: float, quota: float) -> str:
        found = rush(selfies, quota)
        return (
            f"| {selfies:g} | {quota:g} | {found.answered:.0%} "
            f"| {found.median:.1f} s | {found.slowest:.0f} s |"
        )

    return "\n".join(row(selfies, quota) for selfies, quota in RUSHES)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(measured.read(cost.USAGE)))


if __name__ == "__main__":
    main()
