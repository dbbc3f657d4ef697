"""The bench's figures: what is worse than before, and what is kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import bench, figures
from benchmarks.figures import Figure, Run

RUN = Run("2026-11-28", "2 cores", {"A match": 1.5}, {}, ["faiss: none"])


@pytest.mark.parametrize(
    ("before", "now", "is_worse"),
    [
        (Figure(1.0, 0.9, 1.1), 1.15, False),  # by less than a fifth
        (Figure(1.0, 0.9, 1.5), 1.4, False),  # as before, now and then
        (Figure(1.0, 0.9, 1.1), 1.3, True),
        (Figure(1.0, 0.9, 1.1), 0.1, False),
        (Figure(0.6, 0.5, 0.7, better="higher"), 0.4, True),
        (Figure(0.6, 0.3, 0.7, better="higher"), 0.4, False),
        (Figure(0.6, 0.5, 0.7, better="higher"), 0.9, False),
        (Figure(10.0, 9.0, 11.0, "ms"), 100.0, False),  # of another machine, perhaps
    ],
)
def test_a_ratio_is_worse_by_more_than_its_spread_and_a_fifth(
    before: Figure, now: float, is_worse: bool
) -> None:
    found = figures.worse(
        replace(RUN, parts={"match": {"a match": before}}),
        replace(RUN, parts={"match": {"a match": replace(before, median=now)}}),
    )

    assert found == ([f"match: a match: {now:.2f}, before that {before.median:.2f}"] * is_worse)


def test_what_was_not_measured_before_is_not_worse() -> None:
    now = replace(RUN, parts={"match": {"a match": Figure(9.0, 9.0, 9.0)}})

    assert figures.worse(RUN, now) == []


def test_what_is_not_measured_any_more_is_named() -> None:
    before = {"match": {"a match": Figure(9.0, 9.0, 9.0), "its time": Figure(9.0, 9.0, 9.0, "ms")}}

    assert figures.worse(replace(RUN, parts=before), RUN) == ["match: a match: not measured"]


@pytest.mark.parametrize(
    ("value", "words"),
    [(1239.4, "1,239 ms"), (99.7, "100 ms"), (99.4, "99 ms"), (0.00583, "0.0058 ms")],
)
def test_a_time_is_shown_with_two_digits_at_least(value: float, words: str) -> None:
    assert bench.shown(Figure(value, value, value, "ms")) == words


def test_the_spread_leaves_out_a_twentieth_of_many_values_and_nothing_of_few() -> None:
    many = Figure.of([float(value) for value in range(1, 101)])
    few = Figure.of([1.0, 2.0, 9.0])

    assert (many.median, round(many.low), round(many.high)) == (50.5, 5, 96)
    assert (few.median, few.low, few.high) == (2.0, 1.0, 9.0)


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    run = replace(RUN, parts={"match": {"a match": Figure(1.23456, 1.0, 2.0, "ms", "higher")}})

    figures.write(run, tmp_path / "figures.json")

    parts = {"match": {"a match": Figure(1.235, 1.0, 2.0, "ms", "higher")}}
    assert figures.read((tmp_path / "figures.json").read_text()) == replace(run, parts=parts)
