"""Shares with their intervals, and how well a score tells one person's pictures from two's."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

FALSE_ACCEPTS = (1e-2, 1e-3, 1e-4)
"""The shares of two people's pictures that are taken for one person's."""
RESAMPLES = 1000
_CURVE = 60

Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Figures = dict[str, Any]
"""Measured figures, as they are written as JSON."""


def share(outcomes: Iterable[tuple[str, float]]) -> Figures:
    """Return the mean of outcomes of 0 to 1, with its interval of 95 %.

    An outcome names its person. The interval is a bootstrap over people, because the photographs
    of one person succeed or fail together. Where all outcomes are alike it has no width.
    """
    sums: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    for person, outcome in outcomes:
        sums[person] += outcome
        counts[person] += 1
    return _share_of_people(np.array(list(sums.values())), np.array(list(counts.values())))


def _share_of_people(sums: npt.NDArray[Any], counts: npt.NDArray[Any]) -> Figures:
    people, of = len(counts), int(counts.sum())
    if not of:
        return {"count": 0, "of": 0, "share": None, "low": None, "high": None}
    drawn = np.random.default_rng(0).multinomial(people, np.full(people, 1 / people), RESAMPLES)
    resampled = (drawn @ sums) / (drawn @ counts)
    low, high = np.percentile(resampled, (2.5, 97.5))
    total = float(sums.sum())
    return {
        "count": round(total, 3),
        "of": of,
        "share": round(total / of, 5),
        "low": round(float(low), 5),
        "high": round(float(high), 5),
    }


def ratio(
    one: Sequence[tuple[str, float]], other: Sequence[tuple[str, float]], least: float = 1e-9
) -> Figures:
    """Return how many times the mean of some outcomes is that of others, with its interval."""
    people = {
        name: number for number, name in enumerate(dict.fromkeys(n for n, _ in [*one, *other]))
    }
    if not (one and other):
        return {"ratio": None, "low": None, "high": None}
    totals = np.zeros((4, len(people)))
    for row, outcomes in ((0, one), (2, other)):
        for name, outcome in outcomes:
            totals[row, people[name]] += outcome
            totals[row + 1, people[name]] += 1
    drawn = np.random.default_rng(0).multinomial(
        len(people), np.full(len(people), 1 / len(people)), RESAMPLES
    )
    sums = np.maximum(drawn @ totals.T, least)
    ratios = (sums[:, 0] / sums[:, 1]) / (sums[:, 2] / sums[:, 3])
    whole = np.maximum(totals.sum(axis=1), least)
    low, high = np.percentile(ratios, (2.5, 97.5))
    return {
        "ratio": round(float((whole[0] / whole[1]) / (whole[2] / whole[3])), 3),
        "low": round(float(low), 3),
        "high": round(float(high), 3),
    }


def threshold(impostors: Scores, false_accept: float) -> float:
    """Return the score above which at most this share of two people's pictures lie."""
    if not len(impostors):
        return -np.inf
    allowed = int(false_accept * len(impostors))
    return float(np.partition(impostors, -allowed - 1)[-allowed - 1])


def told_apart(scores: Scores, same: Mask, compared: Mask, people: Sequence[str]) -> Figures:
    """Return how well scores tell one person's pictures from two people's.

    `scores[i, j]` compares a query with a portrait. `same` is true where they show one person,
    `compared` is false where they are one photograph. `people` names the person of each query.
    """
    impostors = scores[compared & ~same]
    genuine = compared & same
    accepted = [
        {"false_accept": rate, "threshold": round(limit, 5)}
        | _share_of_people(
            *_by_person((genuine & (scores > limit)).sum(axis=1), genuine.sum(axis=1), people)
        )
        for rate in FALSE_ACCEPTS
        for limit in [threshold(impostors, rate)]
    ]
    return {
        "genuine": int(genuine.sum()),
        "impostor": len(impostors),
        "genuine_percentiles": percentiles(scores[genuine]),
        "impostor_percentiles": percentiles(impostors),
        "true_accept": accepted,
        "curve": curve(scores[genuine], impostors),
    }


def _by_person(
    sums: npt.NDArray[Any], counts: npt.NDArray[Any], people: Sequence[str]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Add up the numbers of each person's photographs; leave out people with none to count."""
    names = {name: number for number, name in enumerate(dict.fromkeys(people))}
    of = [names[name] for name in people]
    total_sums = np.bincount(of, weights=sums, minlength=len(names))
    total_counts = np.bincount(of, weights=counts, minlength=len(names))
    there = total_counts > 0
    return total_sums[there], total_counts[there]


def percentiles(scores: Scores) -> dict[str, float]:
    """Return the 5th, 50th and 95th percentile of scores; none of no score."""
    if not len(scores):
        return {}
    return {str(at): round(float(np.percentile(scores, at)), 4) for at in (5, 50, 95)}


def curve(genuine: Scores, impostors: Scores) -> list[list[float]]:
    """Return the ROC: pairs of false and true accept rate, from 1 in the impostors to 1."""
    if not (len(genuine) and len(impostors)):
        return []
    ordered = np.sort(genuine)
    rates = np.geomspace(1 / len(impostors), 1, _CURVE)
    accepted = [
        1
        - np.searchsorted(ordered, threshold(impostors, min(rate, 1 - 1e-9)), "right")
        / len(ordered)
        for rate in rates
    ]
    return [
        [round(float(rate), 8), round(float(one), 5)]
        for rate, one in zip(rates, accepted, strict=True)
    ]
