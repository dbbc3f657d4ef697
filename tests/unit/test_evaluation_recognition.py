import json

import numpy as np
import pytest

from evaluation.environments import Unavailable
from evaluation.mistakes import find_mistakes
from evaluation.pack import Pack, PortraitFace, first_name
from evaluation.recognition import Pairs, groups, measure_recognition
from evaluation.repeatability import measure_repeatability, shared
from evaluation.rival import measure_dlib
from lookalike.ranking import FEWEST_TELLING
from rekognition.engine import Vector
from tests.unit.evaluation_album import A, B, C, photograph, refused, seen, small_album, unit

# The pack


def test_a_pack_names_the_person_of_the_nearest_portrait_first() -> None:
    pack = Pack([PortraitFace("a", "Ada", A), PortraitFace("b", "Ben", B)])

    assert [one.portrait.name for one in pack.find(unit(0.2, 1))] == ["Ben", "Ada"]


def test_an_empty_pack_names_no_person() -> None:
    assert first_name(Pack([]).find(A)) is None


# Recognition


def test_a_refused_selfie_counts_as_not_right() -> None:
    found = measure_recognition(small_album())

    assert (found["rank_1"]["count"], found["rank_1"]["of"]) == (2, 4)
    assert (found["rank_5"]["count"], found["rank_5"]["of"]) == (3, 4)
    assert found["queries"] == {"of": 5, "refused": {"face_too_blurry": 1}}


def test_a_portrait_that_is_refused_is_not_in_the_pack() -> None:
    album = small_album()
    portrait = photograph("Dee", 1, "portrait")

    found = type(album)(
        [*album.photographs, portrait], {**album.looks, portrait.file: refused(A)}, album.pack
    )

    assert measure_recognition(found)["portraits"] == {"of": 3, "refused": 1}


def test_every_accepted_photograph_is_compared_with_every_other() -> None:
    pairs = measure_recognition(small_album())["pairs"]

    # Six photographs are accepted: three of Ada, two of Ben, one of Cy.
    assert pairs["genuine"] == 3 * 2 + 2 * 1
    assert pairs["genuine"] + pairs["impostor"] == 6 * 5


def test_a_stranger_is_no_known_person() -> None:
    album = small_album()

    assert [one.name for one in album.strangers] == ["Cy"]
    assert {one.name for one in album.known} == {"Ada", "Ben"}


def test_groups_are_genders_thirds_by_brightness_and_turned_faces() -> None:
    album = small_album()

    found = groups(album.photographs, album.looks)

    assert list(found) == [
        "female",
        "male",
        "darkest third of faces",
        "middle third of faces",
        "lightest third of faces",
        "turned by 30 to 60 degrees",
    ]
    assert [one.file for one in found["darkest third of faces"]] == ["Ada_1.jpg", "Ada_2.jpg"]
    assert [one.file for one in found["turned by 30 to 60 degrees"]] == ["Ben_2.jpg"]


def test_a_folder_without_genders_has_no_group_of_them() -> None:
    one = photograph("Eve", 1, "portrait")

    assert "" not in groups([one], {one.file: seen(A)})


def test_a_group_counts_its_own_photographs() -> None:
    female, male, *_ = measure_recognition(small_album())["groups"]

    assert (female["group"], female["rank_1"]["count"], female["rank_1"]["of"]) == ("female", 1, 2)
    assert (male["accepted"]["count"], male["accepted"]["of"]) == (3, 4)
    assert female["false_accept"]["of"] == 0


# Mistakes


def test_a_wrong_answer_a_refusal_and_the_worst_pairs_are_shown() -> None:
    found = find_mistakes(small_album())

    words = {one.kind: one.words for one in reversed(found)}
    assert words["The wrong person comes first"].startswith("Ada is taken for Ben (")
    assert words["Refused as they are"] == "Ben: face_too_blurry"
    assert words["One person, least alike"].startswith("Ada and Ada, cosine 0.1")
    assert words["Two people, most alike"].startswith(
        ("Ada and Ben, cosine 1", "Ben and Ada, cosine 1")
    )


# dlib


def describe(given: str) -> str:
    """Answer as dlib's program does, as if it saw Ada's face everywhere but in Ben's pictures."""
    faces = json.loads(given)
    return json.dumps(
        [[[1.0, 0.0] if "Ben" not in path else [0.0, 1.0], True, 100.0] for path, _ in faces]
    )


def test_dlib_gets_the_same_faces_and_pairs() -> None:
    found = measure_dlib(small_album(), describe)

    assert found["faces"] == found["found_by_dlib"] == 6
    assert (found["dlib"]["nearest"]["count"], found["dlib"]["nearest"]["of"]) == (3, 3)
    assert (found["product"]["nearest"]["count"], found["product"]["nearest"]["of"]) == (2, 3)
    assert found["dlib"]["pairs"]["genuine"] == found["product"]["pairs"]["genuine"] == 8


def test_dlib_that_cannot_be_installed_is_missing_with_the_reason() -> None:
    def unavailable(_: str) -> str:
        raise Unavailable("no wheel for this Python")

    assert measure_dlib(small_album(), unavailable) == {"unavailable": "no wheel for this Python"}


def test_pairs_hold_queries_and_portraits_by_their_own_rules() -> None:
    pairs = Pairs.of(small_album())

    assert "Ben_3.jpg" not in {one.file for one in (*pairs.queries, *pairs.portraits)}


# Repeatability


@pytest.fixture
def people() -> dict[str, list[float]]:
    """Four people with four photographs each; the second and the fourth are strangers."""
    return {"Ada": [1, 0], "Ben": [1, 0.1], "Cleo": [0, 1], "Dan": [0.1, 1]}


def test_two_photographs_of_a_stranger_get_one_celebrity(people: dict[str, list[float]]) -> None:
    photographs = [photograph(name, n, "selfie") for name in people for n in range(4)]
    looks = {one.file: seen(unit(*people[one.name])) for one in photographs}

    found = measure_repeatability(photographs, looks)

    assert (found["celebrities"], found["strangers"]) == (2, 2)
    packs = found["packs"]
    assert [(one["portraits"], one["selfies"]) for one in packs] == [(1, 1), (1, 2), (3, 1), (3, 2)]
    assert [one["faces"] for one in packs] == [2, 2, 6, 6]
    assert [one["same"]["of"] for one in packs] == [12, 6, 12, 6]
    assert [one["same"]["share"] for one in packs] == [1, 1, 1, 1]


def test_one_photograph_that_differs_is_half_of_the_pairs(people: dict[str, list[float]]) -> None:
    photographs = [photograph(name, n, "selfie") for name in people for n in range(4)]
    looks = {one.file: seen(unit(*people[one.name])) for one in photographs}
    looks["Ben_0.jpg"] = seen(unit(0, 1))

    one, two, *_ = measure_repeatability(photographs, looks)["packs"]

    assert (one["same"]["count"], one["same"]["of"]) == (9, 12)
    assert two["same"]["of"] == 6


def test_certainty_is_measured_on_people_whom_the_fit_has_not_seen(
    people: dict[str, list[float]],
) -> None:
    photographs = [photograph(name, n, "selfie") for name in people for n in range(4)]
    looks = {one.file: seen(unit(*people[one.name])) for one in photographs}

    (one, *_) = measure_repeatability(photographs, looks)["packs"]

    assert one["certainty"]["clear"]["of"] == 12  # the pairs of one stranger, in both orders
    assert one["certainty"]["clear"]["share"] == one["certainty"]["clear"]["of_all"] == 1
    assert one["certainty"]["ratio"]["ratio"] is None  # no answer is close
    assert len(one["certainty"]["fitted_leads"]) == 2


def test_photographs_of_two_strangers_are_told_from_those_of_one() -> None:
    def of(person: int) -> Vector:
        drawn = np.random.default_rng(person).normal(size=8)
        return unit(*drawn)

    names = [f"P{number:02}" for number in range(2 * FEWEST_TELLING)]
    photographs = [photograph(name, n, "selfie") for name in names for n in range(4)]
    looks = {one.file: seen(of(int(one.name[1:]))) for one in photographs}

    (told,) = measure_repeatability(photographs, looks)["one_person"]

    assert told["people"] == FEWEST_TELLING
    assert (told["of_one"]["share"], told["of_one"]["of"]) == (1, FEWEST_TELLING * 6)
    assert told["of_two"]["share"] < 0.3
    assert told["of_two"]["of"] == FEWEST_TELLING * 4 * 5


def test_a_person_with_three_photographs_takes_no_part() -> None:
    photographs = [photograph("Ada", n, "selfie") for n in range(3)]

    found = measure_repeatability(photographs, {one.file: seen(A) for one in photographs})

    assert (found["celebrities"], found["strangers"]) == (0, 0)


def test_answers_share_the_people_whom_both_name() -> None:
    faces = [
        PortraitFace(str(n), str(n), unit(*(float(n == m) for m in range(8)))) for n in range(8)
    ]
    pack = Pack(faces)
    one, other = (
        [person.portrait.name for person in pack.find(query)]
        for query in (unit(6, 5, 4, 3, 2), unit(0, 5, 4, 3, 2, 6))
    )

    assert shared(one, other) == pytest.approx(0.8)


def test_a_stranger_resembles_a_person_of_the_pack() -> None:
    assert first_name(small_album().pack.find(C)) == "Ada"
