import random
from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.measures import (
    BIN_WIDTH,
    BINS,
    DISTRIBUTION_VALUES,
    FEWEST_PEOPLE,
    PRIOR,
    RAREST,
    WIDEST_LOGIT,
    Measures,
    curve_of,
    distribution_of,
    fold,
    histogram_of,
    logit,
    similarity_of,
)

similarities = st.floats(0, 100)
distributions = st.lists(similarities, max_size=60).map(sorted)


# Folding


def test_single_similarity_stays_as_it_is() -> None:
    assert fold([31.4159]) == 31.4159


def test_several_similarities_fold_to_the_mean_of_their_logits() -> None:
    assert fold([similarity_of(-1), similarity_of(2)]) == pytest.approx(similarity_of(0.5))


def test_missing_similarities_count_as_the_lowest() -> None:
    assert fold([80], missing=2, lowest=5) == pytest.approx(fold([80, 5, 5]))


@given(st.lists(similarities, min_size=1, max_size=9))
def test_fold_lies_between_the_lowest_and_the_highest(several: list[float]) -> None:
    assert min(several) - 0.01 <= fold(several) <= max(several) + 0.01


@given(st.floats(0.01, 99.99))
def test_logit_and_similarity_undo_each_other(similarity: float) -> None:
    assert similarity_of(logit(similarity)) == pytest.approx(similarity)


# Resemblance


def test_resemblance_is_the_percentile_in_a_large_pack() -> None:
    distribution = [n / 10 for n in range(1000)]  # similarities from 0 to 99.9

    assert Measures([value / 2 for value in distribution]).resemblance(25) == 50
    assert Measures(distribution).resemblance(90) == 90


def test_resemblance_stands_in_the_middle_of_ties() -> None:
    distribution = [40.0] * 1000

    assert Measures(distribution).resemblance(40) == 50
    assert Measures(distribution).resemblance(40.1) == 100
    assert Measures(distribution).resemblance(39.9) == 0


def test_resemblance_in_a_pack_of_one_person_is_the_similarity() -> None:
    assert Measures([]).resemblance(37.4) == 37


def test_resemblance_in_a_small_pack_is_drawn_to_the_similarity() -> None:
    few, many = [20.0] * PRIOR, [20.0] * 1000

    assert (
        Measures([]).resemblance(30)
        < Measures(few).resemblance(30)
        < Measures(many).resemblance(30)
    )
    assert Measures(few).resemblance(30) == 65  # halfway between 30 and the percentile of 100


@given(similarities, similarities, distributions)
def test_more_similar_never_resembles_less(
    one: float, other: float, distribution: list[float]
) -> None:
    lower, higher = sorted((one, other))

    assert Measures(distribution).resemblance(lower) <= Measures(distribution).resemblance(higher)


@given(similarities, distributions)
def test_resemblance_is_a_percentage(similarity: float, distribution: list[float]) -> None:
    assert 0 <= Measures(distribution).resemblance(similarity) <= 100


# The distribution


def test_distribution_holds_one_value_a_person_folded_over_their_portraits() -> None:
    nearest = [("ada", 30.0), ("ada", 50.0), ("bea", 20.0), ("ada", 40.0)]

    assert distribution_of(nearest) == [20, fold([30, 50, 40])]


def test_distribution_of_an_empty_pack_is_empty() -> None:
    assert distribution_of([]) == []


def test_distribution_of_many_people_is_thinned() -> None:
    values = distribution_of((str(n), n / 100) for n in range(5 * DISTRIBUTION_VALUES))

    assert len(values) == DISTRIBUTION_VALUES
    assert (values[0], values[-1]) == (0, (5 * DISTRIBUTION_VALUES - 1) / 100)
    assert values == sorted(values)


def test_distribution_of_at_most_as_many_people_as_it_keeps_is_whole() -> None:
    values = [n / 100 for n in range(DISTRIBUTION_VALUES)]

    assert distribution_of((str(value), value) for value in values) == values


@given(st.integers(DISTRIBUTION_VALUES, 3 * DISTRIBUTION_VALUES), st.integers(), similarities)
def test_thinned_distribution_gives_the_same_percentiles(
    people: int, seed: int, similarity: float
) -> None:
    drawn = random.Random(seed)
    nearest = [100 * drawn.betavariate(2, 3) for _ in range(people)]
    whole = sorted(nearest)

    thinned = distribution_of((str(n), value) for n, value in enumerate(nearest))

    share = bisect_left(whole, similarity) / len(whole)
    assert bisect_left(thinned, similarity) / len(thinned) == pytest.approx(share, abs=0.002)


# One in how many pairs


def pairs(count: int, seed: int = 1) -> list[float]:
    """Similarities as those of a pack: their logits are spread like a bell."""
    drawn = random.Random(seed)
    return [similarity_of(drawn.gauss(-3, 1.3)) for _ in range(count)]


def test_one_in_is_the_share_of_pairs_that_are_at_least_as_similar() -> None:
    known = pairs(20_000)
    measures = Measures(curve=histogram_of(known))

    for place in (10_000, 5_000, 2_000, 500, 100):
        similarity = sorted(known)[-place]

        assert measures.one_in(similarity) == pytest.approx(20_000 / place, rel=0.1)


def test_one_in_beyond_the_most_similar_pairs_goes_on_as_an_exponential() -> None:
    halving = [round(5000 * 0.5 ** (n * BIN_WIDTH)) for n in range(80)]  # with each unit of logit
    measures = Measures(curve=(*[0] * 10, *halving, *[0] * 10))

    near, middle, far = (measures.one_in(similarity_of(value)) for value in (4, 5, 6))

    assert near is not None
    assert middle is not None
    assert far is not None
    assert far / middle == pytest.approx(middle / near, rel=0.1)
    assert 1.5 < far / middle < 3


def test_one_in_is_at_most_one_in_a_million() -> None:
    measures = Measures(curve=histogram_of(pairs(20_000)))

    assert measures.one_in(100) == RAREST
    assert measures.one_in(0) == 1


@given(st.integers(0, 10**6), similarities, similarities)
def test_one_in_never_falls_with_the_similarity(seed: int, one: float, other: float) -> None:
    measures = Measures(curve=histogram_of(pairs(500, seed)))
    lower, higher = (measures.one_in(value) for value in sorted((one, other)))

    assert lower is not None
    assert higher is not None
    assert 1 <= lower <= higher <= RAREST


@given(st.integers(0, 10**6), similarities)
def test_one_in_has_two_significant_digits(seed: int, similarity: float) -> None:
    found = Measures(curve=histogram_of(pairs(900, seed))).one_in(similarity)

    assert not str(found)[2:].strip("0")


def test_pack_without_a_curve_says_nothing_of_pairs() -> None:
    assert Measures([10.0, 20.0]).one_in(50) is None


def test_curve_is_the_sum_of_the_histograms() -> None:
    one, other = histogram_of([10, 20]), histogram_of([20, 99.9])

    curve = curve_of([one, other], FEWEST_PEOPLE)

    assert sum(curve) == 4
    assert curve == histogram_of([10, 20, 20, 99.9])


def test_pack_of_few_people_has_no_curve() -> None:
    assert curve_of([histogram_of([50])], FEWEST_PEOPLE - 1) == ()
    assert curve_of([], FEWEST_PEOPLE) == ()


@given(similarities)
def test_every_similarity_has_a_bin(similarity: float) -> None:
    histogram = histogram_of([similarity])

    assert (len(histogram), sum(histogram)) == (BINS, 1)
    assert -WIDEST_LOGIT <= logit(similarity) <= WIDEST_LOGIT
