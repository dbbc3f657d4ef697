import cmath
import math
import random
from bisect import bisect_left
from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lookalike.ranking import (
    DISTRIBUTION_VALUES,
    GEOMETRY_LANDMARKS,
    PRIOR,
    Attribution,
    FaceMatch,
    Geometry,
    Portrait,
    distribution_of,
    normalise,
    rank,
    rank_by_landmarks,
    resemblance,
)

Landmarks = Mapping[str, tuple[float, float]]

FACE: Landmarks = {
    "eyeLeft": (0.40, 0.40),
    "eyeRight": (0.60, 0.42),
    "nose": (0.51, 0.50),
    "mouthLeft": (0.42, 0.61),
    "mouthRight": (0.59, 0.60),
}

similarities = st.floats(0, 100)
distributions = st.lists(similarities, max_size=60).map(sorted)


def portrait(
    portrait_id: str,
    celebrity_id: str = "",
    geometry: Geometry | None = None,
) -> Portrait:
    return Portrait(
        portrait_id=portrait_id,
        pack="celebrities",
        key=f"celebrities/{portrait_id}.jpg",
        celebrity_id=celebrity_id or portrait_id,
        name=portrait_id.title(),
        attribution=Attribution(),
        geometry=geometry,
    )


def by_id(*portraits: Portrait) -> dict[str, Portrait]:
    return {one.portrait_id: one for one in portraits}


def geometry(landmarks: Landmarks, aspect: float = 1.0) -> Geometry:
    found = normalise(landmarks, aspect)
    assert found is not None
    return found


def moved(change: complex, shift: complex = 0j, landmarks: Landmarks = FACE) -> Landmarks:
    """The landmarks turned and scaled by a complex number, then shifted."""
    points = {name: complex(*point) * change + shift for name, point in landmarks.items()}
    return {name: (point.real, point.imag) for name, point in points.items()}


# Ranking


def test_people_are_ranked_by_similarity() -> None:
    known = by_id(portrait("ada"), portrait("bea"), portrait("cam"))
    found = [FaceMatch("ada", 20), FaceMatch("bea", 60), FaceMatch("cam", 40)]

    celebrities = rank(found, known, [])

    assert [(one.rank, one.portrait.celebrity_id) for one in celebrities] == [
        (1, "bea"),
        (2, "cam"),
        (3, "ada"),
    ]


def test_person_of_several_portraits_is_named_once_with_the_best() -> None:
    known = by_id(portrait("ada-1", "ada"), portrait("ada-2", "ada"), portrait("bea"))
    found = [FaceMatch("ada-1", 30), FaceMatch("bea", 20), FaceMatch("ada-2", 50)]

    celebrities = rank(found, known, [])

    assert [(one.portrait.portrait_id, one.similarity) for one in celebrities] == [
        ("ada-2", 50),
        ("bea", 20),
    ]


def test_at_most_five_people_are_named() -> None:
    known = by_id(*(portrait(f"person-{n}") for n in range(9)))
    found = [FaceMatch(one, 10.0 * place) for place, one in enumerate(known)]

    celebrities = rank(found, known, [])

    assert [one.rank for one in celebrities] == [1, 2, 3, 4, 5]
    assert celebrities[-1].portrait.portrait_id == "person-4"


def test_portraits_of_one_person_take_no_other_persons_place() -> None:
    known = by_id(
        *(portrait(f"ada-{n}", "ada") for n in range(9)), *(portrait(f"p-{n}") for n in range(4))
    )
    found = [FaceMatch(one, 99 if one.startswith("ada") else 1) for one in known]

    celebrities = rank(found, known, [])

    assert len(celebrities) == 5


def test_portraits_that_are_gone_are_passed_over() -> None:
    found = [FaceMatch("gone", 90), FaceMatch("ada", 10)]

    celebrities = rank(found, by_id(portrait("ada")), [])

    assert [(one.rank, one.portrait.portrait_id) for one in celebrities] == [(1, "ada")]


def test_no_face_found_ranks_no_celebrity() -> None:
    assert rank([], by_id(portrait("ada")), [50.0]) == []


def test_people_get_their_resemblance_from_the_distribution() -> None:
    distribution = [10.0] * 50 + [30.0] * 50

    (celebrity,) = rank([FaceMatch("ada", 20)], by_id(portrait("ada")), distribution)

    assert celebrity.resemblance == resemblance(20, distribution) == 49


@given(
    st.lists(st.tuples(st.integers(0, 11), similarities), max_size=40),
    st.permutations(range(12)),
)
def test_ranking_is_right_for_any_matches(drawn: list[tuple[int, float]], order: list[int]) -> None:
    known = by_id(*(portrait(f"portrait-{n}", f"person-{n % 7}") for n in order))
    found = [FaceMatch(f"portrait-{n}", similarity) for n, similarity in drawn]
    best: dict[str, float] = {}
    for match in found:
        person = known[match.portrait_id].celebrity_id
        best[person] = max(match.similarity, best.get(person, 0.0))

    celebrities = rank(found, known, [])

    assert [one.similarity for one in celebrities] == sorted(best.values(), reverse=True)[:5]
    assert all(best[one.portrait.celebrity_id] == one.similarity for one in celebrities)
    assert len({one.portrait.celebrity_id for one in celebrities}) == len(celebrities)


# Resemblance


def test_resemblance_is_the_percentile_in_a_large_pack() -> None:
    distribution = [n / 10 for n in range(1000)]  # similarities from 0 to 99.9

    assert resemblance(25, [value / 2 for value in distribution]) == 50
    assert resemblance(90, distribution) == 90


def test_resemblance_stands_in_the_middle_of_ties() -> None:
    distribution = [40.0] * 1000

    assert resemblance(40, distribution) == 50
    assert resemblance(40.1, distribution) == 100
    assert resemblance(39.9, distribution) == 0


def test_resemblance_in_a_pack_of_one_person_is_the_similarity() -> None:
    assert resemblance(37.4, []) == 37


def test_resemblance_in_a_small_pack_is_drawn_to_the_similarity() -> None:
    few, many = [20.0] * PRIOR, [20.0] * 1000

    assert resemblance(30, []) < resemblance(30, few) < resemblance(30, many)
    assert resemblance(30, few) == 65  # halfway between 30 and the percentile of 100


@given(similarities, similarities, distributions)
def test_more_similar_never_resembles_less(
    one: float, other: float, distribution: list[float]
) -> None:
    lower, higher = sorted((one, other))

    assert resemblance(lower, distribution) <= resemblance(higher, distribution)


@given(similarities, distributions)
def test_resemblance_is_a_percentage(similarity: float, distribution: list[float]) -> None:
    assert 0 <= resemblance(similarity, distribution) <= 100


# The distribution


def test_distribution_holds_one_value_a_person_the_nearest() -> None:
    assert distribution_of([("ada", 30), ("ada", 50), ("bea", 20), ("ada", 40)]) == [20, 50]


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


# Landmark geometry


def test_geometry_is_centred_of_unit_length_and_level() -> None:
    shape = geometry(FACE)

    points = [complex(x, y) for x, y in zip(shape[::2], shape[1::2], strict=True)]
    assert abs(sum(points)) == pytest.approx(0, abs=1e-12)
    assert math.hypot(*shape) == pytest.approx(1)
    assert points[1].imag == pytest.approx(points[0].imag)
    assert points[1].real > points[0].real


@given(
    st.floats(0.01, 100),
    st.floats(-math.pi, math.pi),
    st.complex_numbers(max_magnitude=10),
)
def test_geometry_knows_no_place_size_or_tilt(size: float, tilt: float, shift: complex) -> None:
    shape = geometry(moved(cmath.rect(size, tilt), shift))

    assert shape == pytest.approx(geometry(FACE), abs=1e-6)


@given(st.floats(0.1, 10))
def test_geometry_does_not_depend_on_the_pictures_shape(aspect: float) -> None:
    squeezed = {name: (x / aspect, y) for name, (x, y) in FACE.items()}

    assert geometry(squeezed, aspect) == pytest.approx(geometry(FACE))


def test_geometry_of_another_face_is_another() -> None:
    longer = {**FACE, "nose": (0.51, 0.56)}

    assert geometry(longer) != pytest.approx(geometry(FACE), abs=1e-3)


def test_other_landmarks_do_not_matter() -> None:
    assert geometry({**FACE, "chinBottom": (0.5, 0.9)}) == geometry(FACE)


@pytest.mark.parametrize("missing", GEOMETRY_LANDMARKS)
def test_face_that_lacks_a_landmark_has_no_geometry(missing: str) -> None:
    landmarks = {name: point for name, point in FACE.items() if name != missing}

    assert normalise(landmarks, 1.0) is None


def test_face_whose_eyes_coincide_has_no_geometry() -> None:
    assert normalise({**FACE, "eyeRight": FACE["eyeLeft"]}, 1.0) is None


def test_face_of_one_point_has_no_geometry() -> None:
    assert normalise(dict.fromkeys(GEOMETRY_LANDMARKS, (0.5, 0.5)), 1.0) is None


# The landmark fallback


def pack_of_noses(count: int) -> list[Portrait]:
    """People who differ in where their nose is."""
    return [
        portrait(f"person-{n}", geometry=geometry({**FACE, "nose": (0.5, 0.45 + n / 100)}))
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [2, 10, 40])
def test_fallback_finds_the_same_geometry_first(count: int) -> None:
    pack = pack_of_noses(count)
    wanted = pack[0]
    assert wanted.geometry is not None

    celebrities = rank_by_landmarks(wanted.geometry, pack)

    assert celebrities[0].portrait == wanted
    assert celebrities[0].similarity == pytest.approx(100)


def test_fallback_ranks_at_most_five_people() -> None:
    assert len(rank_by_landmarks(geometry(FACE), pack_of_noses(10))) == 5


def test_fallback_names_a_person_once() -> None:
    pack = [
        portrait(f"portrait-{n}", "ada", geometry({**FACE, "nose": (0.5, 0.45 + n / 100)}))
        for n in range(4)
    ]

    assert len(rank_by_landmarks(geometry(FACE), pack)) == 1


def test_fallback_in_an_empty_pack_finds_no_celebrity() -> None:
    assert rank_by_landmarks(geometry(FACE), []) == []


def test_fallback_passes_over_portraits_without_geometry() -> None:
    pack = [portrait("ada"), portrait("bea", geometry=geometry(FACE))]

    celebrities = rank_by_landmarks(geometry(FACE), pack)

    assert [one.portrait.portrait_id for one in celebrities] == ["bea"]


def test_fallback_in_a_pack_without_geometry_finds_no_celebrity() -> None:
    assert rank_by_landmarks(geometry(FACE), [portrait("ada")]) == []


def test_fallback_in_a_pack_of_one_finds_that_one() -> None:
    pack = [portrait("ada", geometry=geometry(FACE))]

    (celebrity,) = rank_by_landmarks(geometry({**FACE, "nose": (0.5, 0.56)}), pack)

    assert celebrity.portrait.portrait_id == "ada"
    assert celebrity.similarity == celebrity.resemblance == 50


@given(st.lists(st.integers(0, 60), min_size=2, max_size=12, unique=True), st.integers(0, 60))
def test_fallback_finds_a_celebrity_with_sane_scores(places: list[int], query: int) -> None:
    assume(query not in places)
    noses = {n: geometry({**FACE, "nose": (0.5, 0.4 + n / 200)}) for n in [*places, query]}
    pack = [portrait(f"person-{n}", geometry=noses[n]) for n in places]

    celebrities = rank_by_landmarks(noses[query], pack)

    assert celebrities
    assert all(0 <= one.similarity <= 100 for one in celebrities)
    assert all(0 <= one.resemblance <= 100 for one in celebrities)
