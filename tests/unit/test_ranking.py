import cmath
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lookalike.measures import Measures, fold, logit, similarity_of
from lookalike.ranking import (
    CLEAR,
    CLOSE,
    FEWEST_TELLING,
    GEOMETRY_LANDMARKS,
    SAME_PERSON,
    SEARCHED_FACES,
    Attribution,
    Celebrity,
    FoundFace,
    Geometry,
    Person,
    Portrait,
    agreeing_count,
    certainty_of,
    normalise,
    people_of,
    rank,
    rank_by_landmarks,
    shows_one_person,
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


def ranked(
    found: Sequence[FoundFace], portraits: Mapping[str, Portrait], measures: Measures | None = None
) -> list[Celebrity]:
    """The people of a search's reply, best first."""
    return rank(people_of(found, portraits), portraits, measures or Measures())


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
    found = [FoundFace("ada", 20), FoundFace("bea", 60), FoundFace("cam", 40)]

    celebrities = ranked(found, known)

    assert [(one.rank, one.portrait.celebrity_id) for one in celebrities] == [
        (1, "bea"),
        (2, "cam"),
        (3, "ada"),
    ]


def test_person_of_several_portraits_is_named_once_with_the_best() -> None:
    known = by_id(portrait("ada-1", "ada"), portrait("ada-2", "ada"), portrait("bea"))
    found = [FoundFace("ada-1", 30), FoundFace("bea", 20), FoundFace("ada-2", 50)]

    celebrities = ranked(found, known)

    assert [one.portrait.portrait_id for one in celebrities] == ["ada-2", "bea"]


def test_all_of_a_persons_portraits_count() -> None:
    known = by_id(portrait("ada-1", "ada"), portrait("ada-2", "ada"), portrait("bea"))
    found = [FoundFace("ada-1", 60), FoundFace("bea", 50), FoundFace("ada-2", 10)]

    first, second = ranked(found, known)

    assert (first.portrait.celebrity_id, first.similarity) == ("bea", 50)
    assert (second.portrait.portrait_id, second.similarity) == ("ada-1", fold([60, 10]))


def full_reply(*found: FoundFace, lowest: float) -> list[FoundFace]:
    """A reply of as many faces as were asked for."""
    rest = SEARCHED_FACES - len(found)
    return [*found, *(FoundFace(f"gone-{n}", lowest) for n in range(rest))]


def test_portrait_that_a_full_reply_left_out_counts_as_the_lowest_similarity() -> None:
    known = by_id(replace(portrait("ada-1", "ada"), siblings=1), portrait("bea"))
    found = full_reply(FoundFace("ada-1", 60), FoundFace("bea", 50), lowest=7)

    first, second = ranked(found, known)

    assert (first.portrait.celebrity_id, second.similarity) == ("bea", fold([60, 7]))


def test_portrait_that_was_removed_does_not_count_in_a_reply_of_all_faces() -> None:
    known = by_id(replace(portrait("ada-1", "ada"), siblings=1))

    (celebrity,) = ranked([FoundFace("ada-1", 60), FoundFace("gone", 7)], known)

    assert celebrity.similarity == 60


@pytest.mark.parametrize(("best", "same"), [(SAME_PERSON, True), (SAME_PERSON - 0.1, False)])
def test_same_person_is_read_from_the_best_portrait_alone(best: float, same: bool) -> None:
    known = by_id(portrait("ada-1", "ada"), portrait("ada-2", "ada"))

    (celebrity,) = ranked([FoundFace("ada-1", best), FoundFace("ada-2", 1)], known)

    assert celebrity.similarity < SAME_PERSON
    assert celebrity.same_person is same


def test_at_most_five_people_are_named() -> None:
    known = by_id(*(portrait(f"person-{n}") for n in range(9)))
    found = [FoundFace(one, 10.0 * place) for place, one in enumerate(known)]

    celebrities = ranked(found, known)

    assert [one.rank for one in celebrities] == [1, 2, 3, 4, 5]
    assert celebrities[-1].portrait.portrait_id == "person-4"


def test_portraits_of_one_person_take_no_other_persons_place() -> None:
    known = by_id(
        *(portrait(f"ada-{n}", "ada") for n in range(9)), *(portrait(f"p-{n}") for n in range(4))
    )
    found = [FoundFace(one, 99 if one.startswith("ada") else 1) for one in known]

    celebrities = ranked(found, known)

    assert len(celebrities) == 5


def test_portraits_that_are_gone_are_passed_over() -> None:
    found = [FoundFace("gone", 90), FoundFace("ada", 10)]

    celebrities = ranked(found, by_id(portrait("ada")))

    assert [(one.rank, one.portrait.portrait_id) for one in celebrities] == [(1, "ada")]


def test_no_face_found_ranks_no_celebrity() -> None:
    assert ranked([], by_id(portrait("ada"))) == []


def test_people_get_their_resemblance_from_the_measures() -> None:
    measures = Measures([10.0] * 50 + [30.0] * 50)

    (celebrity,) = ranked([FoundFace("ada", 20)], by_id(portrait("ada")), measures)

    assert celebrity.resemblance == measures.resemblance(20) == 49
    assert celebrity.one_in is None


@given(
    st.dictionaries(st.integers(0, 11), similarities, max_size=12),
    st.permutations(range(12)),
)
def test_ranking_is_right_for_any_matches(drawn: dict[int, float], order: list[int]) -> None:
    known = by_id(*(portrait(f"portrait-{n}", f"person-{n % 7}") for n in order))
    found = [FoundFace(f"portrait-{n}", similarity) for n, similarity in drawn.items()]
    theirs: dict[str, list[float]] = {}
    for match in found:
        theirs.setdefault(known[match.portrait_id].celebrity_id, []).append(match.similarity)

    celebrities = ranked(found, known)

    folded = sorted((fold(some) for some in theirs.values()), reverse=True)
    assert [one.similarity for one in celebrities] == pytest.approx(folded[:5])
    for one in celebrities:
        best = max(theirs[one.portrait.celebrity_id])
        assert FoundFace(one.portrait.portrait_id, best) in found
    assert len({one.portrait.celebrity_id for one in celebrities}) == len(celebrities)


# Certainty


@pytest.mark.parametrize(
    ("lead", "certainty"),
    [(CLEAR + 0.01, "clear"), (CLEAR - 0.01, None), (CLOSE + 0.01, None), (CLOSE - 0.01, "close")],
)
def test_certainty_is_read_from_the_lead(lead: float, certainty: str | None) -> None:
    known = by_id(portrait("ada"), portrait("bea"))
    found = [FoundFace("ada", similarity_of(logit(30) + lead)), FoundFace("bea", 30)]

    assert certainty_of(people_of(found, known)) == certainty


def test_lead_over_the_same_person_is_none() -> None:
    known = by_id(portrait("ada-1", "ada"), portrait("ada-2", "ada"))
    found = [FoundFace("ada-1", 90), FoundFace("ada-2", 10)]

    assert certainty_of(people_of(found, known)) is None
    assert certainty_of({}) is None


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


# Several photographs

PEOPLE = {name: Person(50.0, FoundFace(name, 50.0)) for name in ("ada", "bea", "cam")}


def test_photograph_agrees_if_it_has_the_same_person_first_among_these_people() -> None:
    photographs = [
        {"ada": 30.0, "bea": 20.0, "other": 90.0},
        {"ada": 10.0, "bea": 20.0},
        {"bea": 1.0},
    ]

    assert agreeing_count(PEOPLE, photographs) == 1


def test_photograph_without_a_score_for_these_people_does_not_agree() -> None:
    assert agreeing_count(PEOPLE, [{}, {"other": 90.0}]) == 0


ACROSS = [1.0, -1.0] * 16
"""A logit for each of 32 people."""
ALONG = [1.0, 1.0, -1.0, -1.0] * 8
"""Other logits, whose correlation with those is 0."""


def scores_of(logits: Iterable[float]) -> dict[str, float]:
    return {str(number): similarity_of(value - 4) for number, value in enumerate(logits)}


def correlated(share: float) -> dict[str, float]:
    """Return scores whose correlation with OWN is a share."""
    rest = math.sqrt(1 - share**2)
    return scores_of(share * a + rest * b for a, b in zip(ACROSS, ALONG, strict=True))


OWN = scores_of(ACROSS)


@pytest.mark.parametrize(
    ("earlier", "told"),
    [
        ([OWN], True),
        ([correlated(0.31)], True),
        ([correlated(0.29)], False),
        ([correlated(-0.9)], False),
        ([OWN, correlated(0.29)], False),
        ([correlated(0.29), OWN], False),
        ([OWN | {"new": 99.0}], True),
        ([OWN | {"0": 60.0}], True),
        ([], None),
        *(([dict.fromkeys(OWN, value)], None) for value in (0.0, 0.1, 3.3, 5.0, 42.0, 100.0)),
        ([dict([*OWN.items()][: FEWEST_TELLING - 1])], None),
        ([OWN, {}], None),
    ],
    ids=[
        "the same scores",
        "just alike enough",
        "not quite alike enough",
        "the opposite",
        "the last of two differs",
        "the first of two differs",
        "a person whom this photograph has no score for",
        "alike, but for one who is very similar to one of them",
        "no earlier photograph",
        *(f"equally similar to everyone: {value}" for value in (0.0, 0.1, 3.3, 5.0, 42.0, 100.0)),
        "too few people in common",
        "nobody in common",
    ],
)
def test_photographs_show_one_person_if_they_resemble_the_same_people(
    earlier: list[dict[str, float]], told: bool | None
) -> None:
    assert shows_one_person(OWN, earlier) is told
