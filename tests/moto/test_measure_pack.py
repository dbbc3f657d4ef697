import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lookalike.errors import RecogniserBusy
from lookalike.measures import (
    DISTRIBUTION_VALUES,
    FEWEST_PEOPLE,
    Measures,
    distribution_of,
    fold,
    histogram_of,
)
from lookalike.portraits import IndexedFace, Nearest, PortraitRecord, portrait_id_of
from lookalike.ranking import Attribution, Portrait
from tests.moto.cloud import Context, delivered, hooked
from tests.moto.studio import Studio
from tests.recogniser import COLLECTION, KnownFace, similarity

ADA, BEA, CAM = "celebrities/ada.png", "celebrities/bea.png", "celebrities/cam.png"
NEXT = "collection-2"

fresh = itertools.count()


class Impatient(Context):
    """An invocation that has time for so many portraits."""

    def __init__(self, portraits: int) -> None:
        self._left = portraits

    def get_remaining_time_in_millis(self) -> int:
        self._left -= 1
        return 60_000 if self._left >= 0 else 29_999


def distribution(studio: Studio, pack: str = "celebrities") -> Sequence[float]:
    return studio.packs.measures(pack).distribution


def searches(studio: Studio) -> int:
    return studio.recogniser.calls.count("SearchFaces")


# Portraits that come


def test_celebrities_are_measured_both_ways(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 120)

    studio.measure()

    assert studio.nearest(ADA) == studio.nearest(BEA)
    assert studio.nearest(ADA) == pytest.approx(similarity(100, 120))
    assert (studio.nearest_key(ADA), studio.nearest_key(BEA)) == (BEA, ADA)


def test_measured_pack_has_settled(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 120)

    studio.measure()

    pack = studio.packs.read("celebrities")
    assert pack.change
    assert (pack.measured, pack.portraits) == (pack.change, 2)
    assert distribution(studio) == pytest.approx([similarity(100, 120)] * 2)


@pytest.mark.parametrize(("dan", "count"), [(5, 1), (190, 2)], ids=["alone", "and Cam"])
def test_new_portrait_costs_one_search_for_each_portrait_that_it_affects(
    studio: Studio, dan: int, count: int
) -> None:
    for key, shade in ((ADA, 100), (BEA, 110), (CAM, 200)):
        studio.index(key, shade)
    studio.measure()
    before = searches(studio)
    studio.index("celebrities/dan.png", dan)

    studio.measure()

    assert searches(studio) - before == count


def test_nearer_celebrity_raises_the_others(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 150)
    studio.measure()
    studio.index(CAM, 110)

    studio.measure()

    assert studio.nearest(ADA) == pytest.approx(similarity(100, 110))
    assert studio.nearest(BEA) == pytest.approx(similarity(150, 110))
    assert studio.nearest(CAM) == pytest.approx(similarity(100, 110))
    assert [studio.nearest_key(key) for key in (ADA, BEA, CAM)] == [CAM, CAM, ADA]


def test_farther_celebrity_changes_no_nearest(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 110)
    studio.measure()
    studio.index(CAM, 200)

    studio.measure()

    assert (studio.nearest_key(ADA), studio.nearest_key(BEA)) == (BEA, ADA)
    assert studio.nearest(CAM) == pytest.approx(similarity(200, 110))


def test_portraits_of_one_person_are_not_measured_with_each_other(studio: Studio) -> None:
    studio.index("celebrities/ada-1.png", 100)
    studio.index("celebrities/ada-2.png", 101)
    studio.index(BEA, 200)

    studio.measure()

    assert studio.nearest("celebrities/ada-1.png") == pytest.approx(similarity(100, 200))
    assert studio.nearest("celebrities/ada-2.png") == pytest.approx(similarity(101, 200))
    assert studio.nearest_key(BEA) == "celebrities/ada-2.png"


def test_person_of_several_portraits_counts_once(studio: Studio) -> None:
    studio.index("celebrities/ada-1.png", 100)
    studio.index("celebrities/ada-2.png", 150)
    studio.index(BEA, 200)

    studio.measure()

    both = fold([similarity(100, 200), similarity(150, 200)])
    assert distribution(studio) == pytest.approx([both, both])
    assert studio.packs.read("celebrities").portraits == 3


def test_only_person_of_a_pack_has_no_nearest(studio: Studio) -> None:
    studio.index("celebrities/ada-1.png", 100)
    studio.index("celebrities/ada-2.png", 101)

    studio.measure()

    assert studio.nearest("celebrities/ada-1.png") is None
    assert distribution(studio) == []
    assert studio.packs.read("celebrities").portraits == 2


def test_second_person_of_a_pack_is_the_firsts_nearest(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.measure()
    studio.index(BEA, 120)

    studio.measure()

    assert (studio.nearest_key(ADA), studio.nearest_key(BEA)) == (BEA, ADA)


def test_refused_portraits_are_not_counted(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 0)

    studio.measure()

    assert studio.packs.read("celebrities").portraits == 1


def test_faces_that_no_portrait_knows_of_are_passed_over(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 200)
    studio.faces()["stray"] = KnownFace(portrait_id_of("celebrities/gone.png"), 101, "picture", 0)

    studio.measure()

    assert studio.nearest_key(ADA) == BEA


def test_packs_are_measured_apart(studio: Studio) -> None:
    studio.cloud.add_pack("poets")
    studio.recogniser.create_collection(CollectionId="poets")
    for key, shade in ((ADA, 100), (BEA, 120), ("poets/sappho.png", 10), ("poets/ovid.png", 60)):
        studio.index(key, shade)

    studio.measure()

    assert distribution(studio) == pytest.approx([similarity(100, 120)] * 2)
    assert distribution(studio, "poets") == pytest.approx([similarity(10, 60)] * 2)


# What is measured of a pack


def test_portrait_keeps_a_histogram_of_the_other_celebrities(studio: Studio) -> None:
    studio.index("celebrities/ada-1.png", 100)
    studio.index("celebrities/ada-2.png", 150)
    studio.index(BEA, 200)
    studio.index(CAM, 20)

    studio.measure()

    nearest = studio.known(BEA).nearest
    assert nearest is not None
    ada = fold([similarity(200, 100), similarity(200, 150)])
    assert nearest.histogram == histogram_of([ada, similarity(200, 20)])
    assert (nearest.person, nearest.person_portraits) == ("ada", 2)
    assert nearest.person_similarity == pytest.approx(ada, abs=1e-5)


def test_curve_of_a_pack_counts_every_pair(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lookalike.measures.FEWEST_PEOPLE", 3)
    shades = {ADA: 100, BEA: 120, CAM: 200}
    for key, shade in shades.items():
        studio.index(key, shade)

    studio.measure()

    pairs = [similarity(*two) for two in itertools.permutations(shades.values(), 2)]
    assert studio.packs.measures("celebrities").curve == histogram_of(pairs)


def test_removed_portraits_pairs_go_with_it(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookalike.measures.FEWEST_PEOPLE", 2)
    for key, shade in ((ADA, 100), (BEA, 101), (CAM, 200)):
        studio.index(key, shade)
    studio.measure()
    studio.delete(CAM)
    studio.events(CAM)

    studio.measure()

    assert sum(studio.packs.measures("celebrities").curve) == 2 * 2  # their histograms, with Cam


def test_pack_of_few_people_has_no_curve(studio: Studio) -> None:
    for number in range(FEWEST_PEOPLE - 1):
        studio.index(f"celebrities/person{number}.png", 1 + number)
    studio.measure()
    before = studio.packs.measures("celebrities").curve
    studio.index("celebrities/another.png", 200)

    studio.measure()

    assert before == ()
    assert (
        sum(studio.packs.measures("celebrities").curve) >= FEWEST_PEOPLE * (FEWEST_PEOPLE - 1) / 2
    )


def test_only_a_sample_of_a_large_pack_is_compared_with_everyone(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studio.measuring, "SAMPLE", 2)
    for key, shade in ((ADA, 100), (BEA, 120), (CAM, 200)):
        studio.index(key, shade)

    studio.measure()

    sampled = [key for key in (ADA, BEA, CAM) if studio.known(key).nearest.histogram]  # type: ignore[union-attr]
    assert sampled == sorted(sampled, key=[ADA, BEA, CAM].index)
    assert {portrait_id_of(key) for key in sampled} == {
        *sorted(portrait_id_of(key) for key in (ADA, BEA, CAM))[:2]
    }


def test_portrait_knows_how_many_others_its_person_has(studio: Studio) -> None:
    studio.index("celebrities/ada-1.png", 100)
    studio.index(BEA, 200)
    studio.measure()
    studio.index("celebrities/ada-2.png", 110)

    studio.measure()

    assert siblings(studio, "celebrities/ada-1.png", "celebrities/ada-2.png", BEA) == [1, 1, 0]
    studio.delete("celebrities/ada-1.png")
    studio.events("celebrities/ada-1.png")
    studio.measure()
    assert siblings(studio, "celebrities/ada-2.png", BEA) == [0, 0]


def siblings(studio: Studio, *keys: str) -> list[int]:
    portraits = [studio.known(key).portrait for key in keys]
    return [portrait.siblings for portrait in portraits if portrait]


def test_another_portrait_of_the_nearest_celebrity_is_taken_into_account(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index("celebrities/bea-1.png", 120)
    studio.measure()
    studio.index("celebrities/bea-2.png", 200)

    studio.measure()

    nearest = studio.known(ADA).nearest
    assert nearest is not None
    both = fold([similarity(100, 120), similarity(100, 200)])
    assert nearest.person_similarity == pytest.approx(both, abs=1e-5)


def test_new_celebrity_that_is_nearer_than_another_is_by_the_mean_is_seen(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index("celebrities/bea-1.png", 105)
    studio.index("celebrities/bea-2.png", 250)
    studio.measure()
    studio.index(CAM, 130)

    studio.measure()

    nearest = studio.known(ADA).nearest
    assert nearest is not None
    assert fold([similarity(100, 105), similarity(100, 250)]) < similarity(100, 130)
    assert similarity(100, 130) < similarity(100, 105)
    assert nearest.person == "cam"


def test_people_whom_the_largest_search_leaves_out_count_as_least_similar(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studio.measuring, "ALL_FACES", 1)
    for key, shade in ((ADA, 100), (BEA, 120), (CAM, 200)):
        studio.index(key, shade)

    studio.measure()

    nearest = studio.known(ADA).nearest
    assert nearest is not None
    assert nearest.histogram == histogram_of([0, similarity(100, 120)])


def test_portrait_that_an_older_build_measured_is_measured_again(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 120)
    studio.measure()
    ada = studio.known(ADA)
    assert ada.nearest is not None
    old = {name: getattr(ada.nearest, name) for name in ("face_id", "other_id", "other_face_id")}
    studio.portraits.save_nearest(ada, Nearest(**old, similarity=ada.nearest.similarity))
    studio.index(CAM, 10)

    studio.measure()

    assert studio.known(ADA).nearest.person == "bea"  # type: ignore[union-attr]


# Portraits that are replaced


def test_replaced_portrait_is_measured_again_and_those_whose_nearest_it_was(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 110)
    studio.index(CAM, 150)
    studio.measure()
    studio.index(BEA, 200)

    studio.measure()

    assert studio.nearest(ADA) == pytest.approx(similarity(100, 150))
    assert studio.nearest(BEA) == pytest.approx(similarity(200, 150))
    assert studio.nearest(CAM) == pytest.approx(similarity(150, 100))


def test_portrait_that_is_refused_now_is_no_ones_nearest(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 110)
    studio.index(CAM, 150)
    studio.measure()
    studio.index(BEA, 0)

    studio.measure()

    assert (studio.nearest_key(ADA), studio.nearest_key(CAM)) == (CAM, ADA)


@pytest.mark.parametrize("shade", [110, 111], ids=["same picture", "another picture"])
def test_portrait_that_turns_out_to_show_the_same_person_is_not_their_nearest(
    studio: Studio, shade: int
) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 110)
    studio.index(CAM, 200)
    studio.measure()
    studio.index(BEA, shade, person="ada")

    studio.measure()

    assert (studio.nearest_key(ADA), studio.nearest_key(BEA)) == (CAM, CAM)


@pytest.mark.parametrize("shade", [110, 111], ids=["same picture", "another picture"])
def test_portrait_that_turns_out_to_show_another_person_is_measured(
    studio: Studio, shade: int
) -> None:
    studio.index("celebrities/ada-1.png", 100)
    studio.index("celebrities/ada-2.png", 110)
    studio.measure()
    studio.index("celebrities/ada-2.png", shade, person="bea")

    studio.measure()

    nearest = pytest.approx(similarity(100, shade))
    assert studio.nearest("celebrities/ada-1.png") == nearest
    assert studio.nearest("celebrities/ada-2.png") == nearest


def test_pack_is_measured_in_the_collection_that_is_searched(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 120)
    studio.measure()
    studio.cloud.add_pack("celebrities", collection=NEXT)
    studio.recogniser.create_collection(CollectionId=NEXT)
    studio.events(ADA, BEA)

    studio.measure()

    nearest = studio.known(ADA).nearest
    assert nearest is not None
    assert nearest.face_id == studio.known(ADA).indexed_faces[NEXT].face_id
    assert nearest.other_face_id == studio.known(BEA).indexed_faces[NEXT].face_id


def test_portrait_that_is_not_in_the_searched_collection_is_not_measured(studio: Studio) -> None:
    for key, shade in ((ADA, 100), (BEA, 120), (CAM, 121)):
        studio.index(key, shade)
    cam = studio.known(CAM)
    studio.portraits.replace(cam, replace(cam, indexed_faces={}))

    studio.measure()

    assert (studio.nearest_key(ADA), studio.nearest_key(BEA)) == (BEA, ADA)
    assert studio.packs.read("celebrities").portraits == 2


# Portraits that go


def test_nearest_that_is_removed_gives_way_to_the_next(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 110)
    studio.index(CAM, 150)
    studio.measure()
    studio.delete(BEA)
    studio.events(BEA)

    studio.measure()

    assert studio.nearest(ADA) == pytest.approx(similarity(100, 150))
    assert studio.nearest(CAM) == pytest.approx(similarity(100, 150))


def test_last_celebrity_has_no_nearest(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 110)
    studio.measure()
    studio.delete(BEA)
    studio.events(BEA)

    studio.measure()

    assert studio.nearest(ADA) is None
    assert distribution(studio) == []


def test_emptied_pack_has_no_people(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.measure()
    studio.delete(ADA)
    studio.events(ADA)

    studio.measure()

    pack = studio.packs.read("celebrities")
    assert (pack.portraits, pack.measured) == (0, pack.change)


# Which change is measured


def test_only_the_latest_change_is_measured(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 120)
    stale, latest = studio.announced()

    studio.measuring.handler(delivered(stale), Context())
    before = searches(studio)
    studio.measuring.handler(delivered(latest), Context())

    assert (before, searches(studio)) == (0, 2)


def test_change_that_comes_twice_in_a_batch_is_measured_once(studio: Studio) -> None:
    studio.index(ADA, 100)
    (message,) = studio.announced()

    studio.measuring.handler(delivered(message, message), Context())

    assert searches(studio) == 1


@pytest.mark.parametrize("pack", ["nobody", "poets"], ids=["unknown", "removed"])
def test_change_of_a_pack_that_is_gone_is_dropped(studio: Studio, pack: str) -> None:
    studio.cloud.add_pack("poets")
    change = studio.packs.note_change("poets")
    studio.packs.delete("poets")

    message = json.dumps({"pack": pack, "change": change})
    studio.measuring.handler(delivered(message), Context())

    assert studio.cloud.items("PacksTable") == []


def test_pack_that_changes_while_it_is_measured_has_not_settled(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 120)
    _, latest = studio.announced()

    def change(**_: object) -> None:
        studio.packs.note_change("celebrities")

    dynamodb = studio.measuring.portraits._dynamodb
    with hooked(dynamodb, "before-call.dynamodb.Query", change):
        studio.measuring.handler(delivered(latest), Context())

    pack = studio.packs.read("celebrities")
    assert (pack.measured, pack.portraits, distribution(studio)) == (None, 0, [])


def test_portrait_that_is_replaced_while_it_is_measured_keeps_no_measure_of_its_old_face(
    studio: Studio,
) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 120)

    def replaced() -> None:
        del studio.recogniser.before["SearchFaces"]
        studio.index(ADA, 200)

    studio.recogniser.before["SearchFaces"] = replaced

    studio.measure()
    between = studio.known(ADA).nearest
    studio.measure()

    assert between is None
    assert studio.nearest(ADA) == studio.nearest(BEA) == pytest.approx(similarity(120, 200))


def test_busy_recogniser_leaves_the_rest_to_the_messages_retry(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 120)
    messages = studio.announced()
    studio.recogniser.failures["SearchFaces"] = ["ThrottlingException"]

    with pytest.raises(RecogniserBusy):
        studio.measuring.handler(delivered(*messages), Context())
    studio.measuring.handler(delivered(*messages), Context())

    assert studio.nearest(ADA) == studio.nearest(BEA) == pytest.approx(similarity(100, 120))


# Large packs


def test_pack_that_takes_too_long_is_announced_again(studio: Studio) -> None:
    for key, shade in ((ADA, 100), (BEA, 110), (CAM, 150)):
        studio.index(key, shade)
    latest = studio.packs.read("celebrities").change

    studio.measure(Impatient(2))

    (message,) = studio.announced()
    assert json.loads(message) == {"pack": "celebrities", "change": latest}
    assert studio.packs.read("celebrities").measured is None


def test_what_was_measured_before_the_time_was_up_is_not_searched_for_again(
    studio: Studio,
) -> None:
    for key, shade in ((ADA, 100), (BEA, 110), (CAM, 150)):
        studio.index(key, shade)

    studio.measure(Impatient(2))
    before = searches(studio)
    studio.measure(Impatient(2))

    assert (before, searches(studio)) == (2, 3)
    assert studio.packs.read("celebrities").measured is not None
    assert studio.announced() == []
    assert [studio.nearest_key(key) for key in (ADA, BEA, CAM)] == [BEA, ADA, BEA]


def test_one_persons_many_portraits_are_measured_in_the_end(studio: Studio) -> None:
    for number in range(5):
        studio.index(f"celebrities/ada-{number}.png", 100 + number)

    for _ in range(3):
        studio.measure(Impatient(2))

    assert studio.packs.read("celebrities").measured is not None


def add_measured_pair(studio: Studio, number: int) -> None:
    """Add two people whose faces are one shade apart, without any picture."""
    for name, shade in ((f"one-{number}", 100), (f"other-{number}", 101)):
        key = f"celebrities/{name}.png"
        one, face = portrait_id_of(key), IndexedFace(f"face-of-{name}", "7.0")
        portrait = Portrait(one, "celebrities", key, name, name, Attribution())
        record = PortraitRecord(one, key, "version-1", portrait, {COLLECTION: face})
        studio.portraits.replace(None, record)
        studio.faces()[face.face_id] = KnownFace(one, shade, name, 0)


def test_large_packs_distribution_is_thinned(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookalike.measures.DISTRIBUTION_VALUES", 3)
    for number in range(4):
        add_measured_pair(studio, number)
    studio.index(ADA, 200)

    studio.measure()

    assert distribution(studio) == pytest.approx([similarity(101, 200), 100, 100])
    assert DISTRIBUTION_VALUES == 1000
    assert studio.packs.read("celebrities").portraits == 9


def test_full_distribution_fits_into_a_packs_record(studio: Studio) -> None:
    values = distribution_of((str(n), n / 20.123456) for n in range(2 * DISTRIBUTION_VALUES))
    change = studio.packs.note_change("celebrities")

    studio.packs.save_measures("celebrities", change, Measures(values), 2 * DISTRIBUTION_VALUES)

    assert distribution(studio) == pytest.approx(values, abs=1e-6)


# Any portraits


@dataclass(frozen=True)
class Put:
    file: str
    person: str
    shade: int


@dataclass(frozen=True)
class Rename:
    file: str
    person: str


@dataclass(frozen=True)
class Delete:
    file: str


files = st.sampled_from(["one.png", "two.png", "three.png", "four.png"])
people = st.sampled_from(["ada", "bea", "cam"])
rounds = st.lists(
    st.lists(
        st.builds(Put, files, people, st.integers(0, 255))
        | st.builds(Rename, files, people)
        | st.builds(Delete, files),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=4,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=15,
    derandomize=True,
    phases=[Phase.generate],  # to shrink an example takes minutes here
)
@given(st.lists(st.integers(1, 255), min_size=4, max_size=4), rounds)
def test_measures_are_those_of_comparing_everyone_with_everyone(
    studio: Studio, shades: list[int], rounds: list[list[Put | Rename | Delete]]
) -> None:
    pack = f"pack-{next(fresh)}"
    studio.cloud.add_pack(pack)
    studio.recogniser.create_collection(CollectionId=pack)
    names = zip(("one.png", "two.png", "three.png", "four.png"), shades, strict=True)
    beginning: list[Put | Rename | Delete] = [
        Put(file, "ada" if shade < 100 else "bea", shade) for file, shade in names
    ]
    lying: dict[str, Put] = {}

    for changes in (beginning, *rounds):
        for change in changes:
            key = f"{pack}/{change.file}"
            match change:
                case Put():
                    lying[key] = change
                case Rename(_, person) if key in lying:
                    lying[key] = replace(lying[key], person=person)
                case Delete():
                    lying.pop(key, None)
            if key in lying:
                studio.put(key, lying[key].shade, lying[key].person)
            else:
                studio.delete(key)
            studio.events(key)
        studio.measure()

    shown = {key: one for key, one in lying.items() if one.shade}
    nearest = {
        key: max(
            (similarity(one.shade, o.shade) for o in shown.values() if o.person != one.person),
            default=None,
        )
        for key, one in shown.items()
    }
    assert {key: studio.nearest(key) for key in shown} == pytest.approx(nearest, abs=1e-5)
    if len({one.person for one in shown.values()}) == len(shown):  # no approximation is at work
        values = [(shown[key].person, value) for key, value in nearest.items() if value is not None]
        assert distribution(studio, pack) == pytest.approx(distribution_of(values), abs=1e-5)
