"""How alike a pack's celebrities are, and what a similarity means beside that. Pure: no AWS.

A pair is one portrait and another person. How alike the two are is folded over the person's
portraits, as for a selfie (`fold`). Measure Pack counts every pair, on the scale of the logit: the
similarities of a recogniser crowd at 0 and at 100, and their logits do not.
"""

import bisect
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PRIOR = 5
"""A resemblance is a mean of the percentile and the similarity. The similarity has the weight of so
many people."""

DISTRIBUTION_VALUES = 1000
"""The most values that a pack's distribution keeps: plenty for whole percents."""

BINS = 100
"""How many bins a histogram of logits has."""

WIDEST_LOGIT = 10.0
"""A histogram reaches from its negative to here: similarities from 0.005 to 99.995."""

BIN_WIDTH = 2 * WIDEST_LOGIT / BINS

TAIL = 30
"""The number of pairs, the most similar ones, that say how fast the curve falls beyond them."""

FEWEST_PEOPLE = 30
"""A pack of fewer people has no curve: its most similar pairs say little about others."""

RAREST = 1_000_000
"""The largest number that `one_in` returns. No pack has as many pairs that differ."""

Histogram = tuple[int, ...]
"""How many pairs have a logit in each of BINS bins, from the lowest up."""


def logit(similarity: float) -> float:
    """Return the logit of a similarity (0-100), within WIDEST_LOGIT."""
    share = min(max(similarity / 100, 1e-9), 1 - 1e-9)
    return min(max(math.log(share / (1 - share)), -WIDEST_LOGIT), WIDEST_LOGIT)


def similarity_of(value: float) -> float:
    """Return the similarity (0-100) that has this logit."""
    return 100 / (1 + math.exp(-value))


def fold(similarities: Sequence[float], missing: int = 0, lowest: float = 0.0) -> float:
    """Return the one similarity (0-100) of several: the mean, on the scale of the logit.

    `missing` similarities are unknown, and count as `lowest`. A single one stays as it is.
    """
    if len(similarities) == 1 and not missing:
        return similarities[0]
    total = math.fsum(logit(one) for one in similarities) + missing * logit(lowest)
    return similarity_of(total / (len(similarities) + missing))


@dataclass(frozen=True)
class Measures:
    """How alike a pack's celebrities are. Empty if that is not measured."""

    distribution: Sequence[float] = ()
    """Each celebrity's similarity to their nearest other celebrity, sorted."""
    curve: Histogram = ()
    """All pairs of the pack. Empty for a pack of fewer than FEWEST_PEOPLE."""

    def resemblance(self, similarity: float) -> int:
        """Return a similarity as a percentile of the distribution, 0-100.

        A small pack has a coarse percentile, so it is drawn towards the similarity.
        """
        below = bisect.bisect_left(self.distribution, similarity)
        upto = bisect.bisect_right(self.distribution, similarity)
        share = 50 * (below + upto)  # the middle of the ties, times the number of people
        return round((share + PRIOR * similarity) / (len(self.distribution) + PRIOR))

    def one_in(self, similarity: float) -> int | None:
        """Return N, in two significant digits: one of N pairs is at least as similar.

        Beyond the TAIL most similar pairs the curve falls as an exponential. None without a curve.
        """
        if not sum(self.curve):
            return None
        pairs = sum(self.curve) / self._at_least(logit(similarity))
        return _two_digits(min(max(pairs, 1.0), RAREST))

    def _at_least(self, value: float) -> float:
        """Return how many pairs, or which part of one, have a logit of at least `value`."""
        start, mean = self._tail()
        if value > start:
            return TAIL * math.exp(-(value - start) / mean)
        return self._counted(value)

    def _counted(self, value: float) -> float:
        """Count the pairs at or above a logit; of a bin that it lies in, the part above it."""
        place = (value + WIDEST_LOGIT) / BIN_WIDTH
        whole = min(int(place), BINS - 1)
        return sum(self.curve[whole + 1 :]) + self.curve[whole] * (1 + whole - place)

    def _tail(self) -> tuple[float, float]:
        """Return the logit above which TAIL pairs lie, and their mean distance from it.

        A pack of FEWEST_PEOPLE has more pairs than TAIL.
        """
        above = 0
        excess = 0.0
        for number in reversed(range(BINS)):
            edge = -WIDEST_LOGIT + number * BIN_WIDTH
            count = self.curve[number]
            if above + count >= TAIL:
                taken = TAIL - above
                start = edge + BIN_WIDTH * (1 - taken / count)
                inside = taken * (edge + BIN_WIDTH - start) / 2
                return start, max((excess - above * start + inside) / TAIL, BIN_WIDTH / 2)
            above += count
            excess += count * (edge + BIN_WIDTH / 2)
        return -WIDEST_LOGIT, BIN_WIDTH


def distribution_of(nearest: Iterable[tuple[str, float]]) -> list[float]:
    """Return a pack's distribution. Given is each portrait's celebrity_id and nearest similarity.

    A celebrity of several portraits counts once, with the fold of their similarities. Of more than
    DISTRIBUTION_VALUES values, keep evenly spaced ones.
    """
    people: dict[str, list[float]] = {}
    for celebrity_id, similarity in nearest:
        people.setdefault(celebrity_id, []).append(similarity)
    values = sorted(fold(similarities) for similarities in people.values())
    if len(values) <= DISTRIBUTION_VALUES:
        return values
    step = (len(values) - 1) / (DISTRIBUTION_VALUES - 1)
    return [values[round(place * step)] for place in range(DISTRIBUTION_VALUES)]


def histogram_of(similarities: Iterable[float]) -> Histogram:
    """Count similarities (0-100) in the bins of a histogram."""
    counts = [0] * BINS
    for similarity in similarities:
        place = int((logit(similarity) + WIDEST_LOGIT) / BIN_WIDTH)
        counts[min(place, BINS - 1)] += 1
    return tuple(counts)


def curve_of(histograms: Iterable[Histogram], people: int) -> Histogram:
    """Return a pack's curve, the sum of its portraits' histograms; empty for few people."""
    sums = tuple(map(sum, zip(*histograms, strict=True)))
    return sums if people >= FEWEST_PEOPLE else ()


def _two_digits(number: float) -> int:
    step = 10 ** max(0, math.floor(math.log10(number)) - 1)
    return int(round(number / step) * step)
