import numpy as np
import pytest

from evaluation.shares import curve, percentiles, ratio, share, threshold, told_apart


def test_a_share_is_the_mean_of_its_outcomes() -> None:
    found = share([("A", True), ("A", False), ("B", True), ("B", True)])

    assert (found["count"], found["of"], found["share"]) == (3, 4, 0.75)


def test_a_share_of_nothing_is_no_number() -> None:
    assert share([])["share"] is None


def test_an_interval_holds_the_share_and_is_the_same_every_time() -> None:
    outcomes = [(str(person), person % 3 > 0) for person in range(60)]

    found = share(outcomes)

    assert found["low"] < found["share"] < found["high"]
    assert share(outcomes) == found


def test_photographs_of_few_people_make_the_interval_wider() -> None:
    few = share([(str(number // 10), number < 50) for number in range(100)])
    many = share([(str(number), number < 50) for number in range(100)])

    assert few["share"] == many["share"] == 0.5
    assert few["high"] - few["low"] > 2 * (many["high"] - many["low"])


def test_a_ratio_of_shares_has_an_interval_over_people() -> None:
    one = [(str(person), person % 2 == 0) for person in range(80)]
    other = [(str(person), person % 4 == 0) for person in range(80)]

    found = ratio(one, other)

    assert found["ratio"] == 2
    assert found["low"] < 2 < found["high"]
    assert ratio(one, other) == found
    assert ratio(one, [])["ratio"] is None


@pytest.mark.parametrize(("rate", "accepted"), [(0.1, 10), (0.01, 1), (0.001, 0)])
def test_a_threshold_lets_no_more_impostors_pass_than_allowed(rate: float, accepted: int) -> None:
    impostors = np.arange(100, dtype=np.float32)

    assert (impostors > threshold(impostors, rate)).sum() == accepted


def test_pairs_of_one_person_and_of_two_are_counted_apart() -> None:
    scores = np.array([[1.0, 0.9, 0.1], [0.9, 1.0, 0.2], [0.1, 0.2, 1.0]], np.float32)
    people = ["A", "A", "B"]
    names = np.array(people)

    found = told_apart(scores, names[:, None] == names[None, :], ~np.eye(3, dtype=bool), people)

    assert (found["genuine"], found["impostor"]) == (2, 4)
    assert [one["share"] for one in found["true_accept"]] == [1, 1, 1]
    assert found["true_accept"][0]["threshold"] == pytest.approx(0.2)


def test_a_photograph_is_not_compared_with_itself() -> None:
    one = np.ones((1, 1), np.float32)

    found = told_apart(one, one > 0, one < 0, ["A"])

    assert (found["genuine"], found["impostor"]) == (0, 0)
    assert found["true_accept"][0]["share"] is None


def test_a_roc_rises_to_one() -> None:
    generator = np.random.default_rng(1)
    genuine = generator.normal(1, 1, 500).astype(np.float32)
    impostors = generator.normal(0, 1, 500).astype(np.float32)

    rates = [accepted for _, accepted in curve(genuine, impostors)]

    assert rates == sorted(rates)
    assert rates[0] < 0.2 < 0.99 < rates[-1]


def test_percentiles_of_no_score_are_none() -> None:
    assert percentiles(np.empty(0, np.float32)) == {}
