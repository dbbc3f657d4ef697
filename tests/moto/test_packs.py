from dataclasses import replace
from datetime import timedelta

import pytest

from lookalike.errors import UnknownPack
from lookalike.measures import Measures, histogram_of
from lookalike.packs import DEFAULT_PACK, PROGRESS_LIFETIME, Pack, PackStore, Progress
from tests.moto.cloud import Cloud
from tests.moto.conftest import Clock
from tests.recogniser import COLLECTION

# Packs


def test_default_pack_is_there_before_its_first_portrait(packs: PackStore) -> None:
    default = Pack("celebrities", "Celebrities", COLLECTION)

    assert packs.read("celebrities") == default
    assert packs.all() == [default]


def test_packs_record_says_which_collection_is_searched(cloud: Cloud, packs: PackStore) -> None:
    cloud.add_pack("celebrities", "Stars", "collection-2")

    assert packs.read("celebrities") == Pack("celebrities", "Stars", "collection-2")
    assert [pack.collection for pack in packs.all()] == ["collection-2"]


def test_packs_are_listed_by_title_the_default_one_first(cloud: Cloud, packs: PackStore) -> None:
    cloud.add_pack("scientists", "Scientists", "collection-2")
    cloud.add_pack("poets", "Bards", "collection-3")

    assert [pack.name for pack in packs.all()] == ["celebrities", "poets", "scientists"]


@pytest.mark.parametrize(
    "name",
    [
        "nobody",
        "Celebrities",
        pytest.param(""),
    ],
)
def test_pack_that_is_not_there_is_unknown(packs: PackStore, name: str) -> None:
    with pytest.raises(UnknownPack):
        packs.read(name)


@pytest.mark.parametrize("name", ["poets", "celebrities"])
def test_pack_is_read_as_it_was_saved(packs: PackStore, name: str) -> None:
    pack = Pack(
        name, "Dichter & Wörter", "collection-2", "collection-3", {"collection-1": 1795363293}
    )

    packs.save(pack)

    assert packs.read(name) == pack
    assert pack in packs.all()


def test_faces_belong_in_both_collections_of_a_pack_that_is_reindexed() -> None:
    pack = Pack("poets", "Poets", "collection-1")

    assert pack.collections == ("collection-1",)
    assert replace(pack, next_collection="collection-2").collections == (
        "collection-1",
        "collection-2",
    )


def test_saving_a_pack_leaves_what_others_wrote_to_it(packs: PackStore) -> None:
    packs.save(Pack("poets", "Poets", "collection-1", "collection-2"))
    change = packs.note_change("poets")
    packs.save_measures("poets", change, Measures([50.0]), 7)

    packs.save(Pack("poets", "Bards", "collection-2"))

    assert packs.read("poets") == Pack(
        "poets", "Bards", "collection-2", change=change, measured=change, portraits=7
    )
    assert packs.measures("poets").distribution == [50.0]


def test_deleted_pack_is_unknown(cloud: Cloud, packs: PackStore) -> None:
    cloud.add_pack("poets")

    packs.delete("poets")

    with pytest.raises(UnknownPack):
        packs.read("poets")


# What changes in a pack


def test_change_of_a_pack_is_named_by_its_record(packs: PackStore) -> None:
    first = packs.note_change(DEFAULT_PACK)
    second = packs.note_change(DEFAULT_PACK)

    assert first != second
    assert packs.read(DEFAULT_PACK) == Pack(DEFAULT_PACK, "Celebrities", COLLECTION, change=second)


def test_change_of_a_pack_that_is_gone_makes_no_pack(packs: PackStore) -> None:
    packs.note_change("gone")

    assert [pack.name for pack in packs.all()] == [DEFAULT_PACK]


@pytest.mark.parametrize("progress", [None, Progress("indexing", 1, 2)], ids=["over", "on"])
def test_progress_of_a_pack_that_is_gone_makes_no_pack(
    packs: PackStore, progress: Progress | None
) -> None:
    packs.note_progress("gone", progress)

    assert [pack.name for pack in packs.all()] == [DEFAULT_PACK]


def test_pack_that_is_not_measured_has_empty_measures(packs: PackStore) -> None:
    assert packs.measures(DEFAULT_PACK) == Measures([], ())


def test_measures_are_read_as_they_were_saved(packs: PackStore) -> None:
    change = packs.note_change(DEFAULT_PACK)
    curve = histogram_of([0.0, 31.4, 99.9])

    packs.save_measures(DEFAULT_PACK, change, Measures([0.0, 31.4, 99.123456789], curve), 3)

    measures = packs.measures(DEFAULT_PACK)
    assert measures.distribution == pytest.approx([0.0, 31.4, 99.123457])
    assert measures.curve == curve
    assert (packs.read(DEFAULT_PACK).measured, packs.read(DEFAULT_PACK).portraits) == (
        change,
        3,
    )


def test_measures_of_an_earlier_change_are_not_saved(packs: PackStore) -> None:
    first = packs.note_change(DEFAULT_PACK)
    second = packs.note_change(DEFAULT_PACK)
    packs.save_measures(DEFAULT_PACK, second, Measures([50.0]), 2)

    packs.save_measures(DEFAULT_PACK, first, Measures([]), 0)

    assert packs.measures(DEFAULT_PACK).distribution == [50.0]
    assert packs.read(DEFAULT_PACK).measured == second


def test_measures_of_a_pack_that_is_gone_make_no_pack(cloud: Cloud, packs: PackStore) -> None:
    packs.save_measures("gone", "change", Measures([50.0]), 2)

    assert cloud.items("PacksTable") == []


# How far a pack's filling is


def test_progress_is_shown_until_it_is_over(packs: PackStore, now: Clock) -> None:
    assert now
    packs.note_progress(DEFAULT_PACK, Progress("fetching", 12, 240))
    during = packs.read(DEFAULT_PACK).progress

    packs.note_progress(DEFAULT_PACK, None)

    assert during == Progress("fetching", 12, 240)
    assert packs.read(DEFAULT_PACK).progress is None
    assert [pack.progress for pack in packs.all()] == [None]


def test_progress_that_nobody_renews_is_not_shown(packs: PackStore, now: Clock) -> None:
    now.time = now.time.replace(microsecond=0)
    packs.note_progress(DEFAULT_PACK, Progress("indexing", 12, 240))

    now.pass_by(PROGRESS_LIFETIME)
    last = packs.read(DEFAULT_PACK).progress
    now.pass_by(timedelta(seconds=1))

    assert last == Progress("indexing", 12, 240)
    assert packs.read(DEFAULT_PACK).progress is None
    assert [pack.progress for pack in packs.all()] == [None]
