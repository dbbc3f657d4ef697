"""Compares a match with the recogniser's own work.

A match lasts from the answer to the upload until the time at which its result was stored. The
recogniser's own work is DetectFaces and SearchFacesByImage of the same photograph, straight at the
local Rekognition. Both are measured alternately, so the ratios are about the same on another
machine, if nothing else runs on it. Each photograph is sent with bytes of its own, because the
local Rekognition remembers pictures.
"""

import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from benchmarks.figures import Figure, Figures
from benchmarks.stack import Stack

AT_ONCE = 8
OWN = "the recogniser alone, of its own work"
ROUNDS = 3
"""How often several users at once are measured."""


def alone(stack: Stack, photographs: Sequence[bytes], matches: int) -> tuple[Figures, Figures]:
    """Measure one user after the other; return the match's figures, and its states'."""
    stored, own = [], []
    states: dict[str, list[float]] = defaultdict(list)
    for photograph in itertools.islice(itertools.cycle(photographs), matches):
        match_id, seconds = stack.play(photograph)
        began = time.perf_counter()
        stack.recognise(photograph)
        own.append(time.perf_counter() - began)
        stored.append(seconds)
        for state, taken in stack.states_of(match_id).items():
            states[state].append(1000 * taken)
    pairs = [*zip(stored, own, strict=True)]
    return {
        "one user: a match over the recogniser's own work": Figure.of([a / b for a, b in pairs]),
        "one user: a match less that": Figure.of([1000 * (a - b) for a, b in pairs], "ms"),
        "one user: a match": Figure.of([1000 * one for one in stored], "ms"),
    }, {state: Figure.of(taken, "ms") for state, taken in states.items()}


def crowd(stack: Stack, photographs: Sequence[bytes], matches: int) -> tuple[Figures, Figures]:
    """Measure several users at once; return figures, and those of the CPU time of a match."""
    ratios, used = [], defaultdict[str, list[float]](list)
    for _ in range(ROUNDS):
        before = stack.cpu_milliseconds()
        taken = together(stack.play, photographs, matches)
        between = stack.cpu_milliseconds()
        own = together(stack.recognise, photographs, matches)
        after = stack.cpu_milliseconds()
        ratios.append(own / taken)
        for kind, milliseconds in between.items():
            used[kind].append((milliseconds - before[kind]) / matches)
        used[OWN].append((after["recogniser"] - between["recogniser"]) / matches)
    name = f"{AT_ONCE} users at once: matches a second over the recogniser's own photographs"
    return {name: Figure.of(ratios, better="higher")}, {
        kind: Figure.of(taken, "ms") for kind, taken in used.items()
    }


def together(act: Callable[[bytes], object], photographs: Sequence[bytes], times: int) -> float:
    """Act on photographs, several at once; return the seconds that it took."""
    chosen = [*itertools.islice(itertools.cycle(photographs), times)]
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        [*pool.map(act, chosen)]
    return time.perf_counter() - began
