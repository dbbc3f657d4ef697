from datetime import timedelta

import pytest

from catalog import reindexing
from catalog.deployed import RETIREMENT
from catalog.folder import CatalogError
from catalog.reindexing import reindex
from lookalike.errors import UnknownPack
from lookalike.portraits import portrait_id_of
from tests.moto.conftest import Clock
from tests.moto.deployed_catalog import NEW_MODEL, Stage
from tests.recogniser import COLLECTION, NO_FACE

ADA, BEA, CAM = "celebrities/Ada.png", "celebrities/Bea.png", "celebrities/Çağla.png"
KEYS = [ADA, BEA, CAM]
IDS = sorted(map(portrait_id_of, KEYS))


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """A pack of three, and Rekognition has a new face model since."""
    for shade, key in enumerate(KEYS, 10):
        stage.put(key, shade)
    stage.work()
    stage.get_new_face_model()
    return stage


def kill(_done: int, _total: int) -> None:
    raise KeyboardInterrupt


def test_pack_is_searched_in_a_new_collection_with_all_its_faces(stage: Stage, now: Clock) -> None:
    fresh = reindex(stage.catalog, "celebrities")

    assert fresh.startswith(f"lookalike-celebrities-{now.time:%Y%m%d%H%M%S}-")
    assert stage.packs.read("celebrities").collection == fresh
    assert stage.faces(fresh) == IDS
    assert stage.catalog.face_model(fresh) == NEW_MODEL
    assert stage.look().faceless == []


def test_old_collection_is_kept_for_the_matches_that_search_it(stage: Stage, now: Clock) -> None:
    reindex(stage.catalog, "celebrities")

    pack = stage.packs.read("celebrities")
    assert pack.retired == {COLLECTION: int((now.time + RETIREMENT).timestamp())}
    assert pack.next_collection is None
    assert stage.faces(COLLECTION) == IDS


def test_old_collection_is_searched_whole_until_the_switch(stage: Stage) -> None:
    searched: list[tuple[str, int]] = []

    def look(_done: int, _total: int) -> None:
        collection = stage.packs.read("celebrities").collection
        searched.append((collection, len(stage.faces(collection))))

    reindex(stage.catalog, "celebrities", look)

    assert len(searched) > 1
    assert {*searched} == {(COLLECTION, 3)}


def test_progress_ends_with_everything_done(stage: Stage) -> None:
    told: list[tuple[int, int]] = []

    reindex(stage.catalog, "celebrities", lambda *step: told.append(step))

    assert told[0] == (0, 3)
    assert told[-1] == (3, 3)


def test_pack_is_measured_again(stage: Stage) -> None:
    fresh = reindex(stage.catalog, "celebrities")
    stage.work()

    pack, record = stage.packs.read("celebrities"), stage.record(ADA)
    assert pack.measured == pack.change
    assert record.nearest is not None
    assert record.nearest.face_id == record.indexed_faces[fresh].face_id
    assert stage.look().clean


def test_reindexing_that_was_cut_off_goes_on_where_it_ended(stage: Stage) -> None:
    with pytest.raises(KeyboardInterrupt):
        reindex(stage.catalog, "celebrities", kill)
    begun = stage.packs.read("celebrities")
    stage.catalog.look_again([BEA])
    stage.work()

    fresh = reindex(stage.catalog, "celebrities")

    assert (begun.collection, begun.next_collection) == (COLLECTION, fresh)
    assert stage.collections() == [COLLECTION, fresh]
    assert stage.faces(fresh) == IDS
    assert stage.recogniser.calls["IndexFaces"] == 6
    assert stage.packs.read("celebrities").next_collection is None


def test_reindexing_that_was_cut_off_before_its_collection_was_made_goes_on(
    stage: Stage,
) -> None:
    with pytest.raises(KeyboardInterrupt):
        reindex(stage.catalog, "celebrities", kill)
    stage.catalog.delete_collection(stage.packs.read("celebrities").next_collection or "")

    fresh = reindex(stage.catalog, "celebrities")

    assert stage.faces(fresh) == IDS


def test_portrait_that_is_added_while_reindexing_is_in_both_collections(stage: Stage) -> None:
    def add(done: int, _total: int) -> None:
        if done == 0:
            stage.put("celebrities/Dot.png", 40)

    fresh = reindex(stage.catalog, "celebrities", add)

    assert portrait_id_of("celebrities/Dot.png") in stage.faces(fresh)
    assert portrait_id_of("celebrities/Dot.png") in stage.faces(COLLECTION)


def test_portrait_that_is_removed_while_reindexing_is_in_neither(stage: Stage) -> None:
    def remove(done: int, _total: int) -> None:
        if done == 0:
            stage.catalog.erase([BEA])

    fresh = reindex(stage.catalog, "celebrities", remove)

    left = sorted(map(portrait_id_of, (ADA, CAM)))
    assert stage.faces(fresh) == stage.faces(COLLECTION) == left


def test_portrait_that_goes_afterwards_leaves_the_old_collection_too(stage: Stage) -> None:
    fresh = reindex(stage.catalog, "celebrities")

    stage.catalog.erase([BEA])
    stage.work()

    left = sorted(map(portrait_id_of, (ADA, CAM)))
    assert stage.faces(fresh) == stage.faces(COLLECTION) == left


def test_refused_portraits_are_not_waited_for(stage: Stage) -> None:
    stage.put(BEA, NO_FACE)
    stage.work()

    fresh = reindex(stage.catalog, "celebrities")

    assert len(stage.faces(fresh)) == 2


def test_pack_without_portraits_is_switched(stage: Stage) -> None:
    stage.catalog.ensure_pack("poets")

    fresh = reindex(stage.catalog, "poets")

    assert fresh.startswith("lookalike-poets-")
    assert stage.packs.read("poets").collection == fresh


def test_other_packs_are_left_alone(stage: Stage) -> None:
    stage.catalog.ensure_pack("poets")
    stage.put("poets/Sappho.png", 40)
    stage.work()

    reindex(stage.catalog, "celebrities")

    assert stage.packs.read("poets").collection == "lookalike-poets"
    assert [*stage.record("poets/Sappho.png").indexed_faces] == ["lookalike-poets"]


def test_unknown_pack_is_not_reindexed(stage: Stage) -> None:
    with pytest.raises(UnknownPack):
        reindex(stage.catalog, "nobody")

    assert stage.collections() == [COLLECTION]


def test_reindexing_that_nothing_fills_gives_up_and_leaves_the_old_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "POLL", 0.4 * reindexing.PATIENCE)
    stage.stopped = True

    with pytest.raises(CatalogError, match="3 portraits are not in the new collection"):
        reindex(stage.catalog, "celebrities")

    assert stage.packs.read("celebrities").collection == COLLECTION
    assert stage.faces(COLLECTION) == IDS


def test_reindexing_that_gave_up_is_finished_by_the_next(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "POLL", 0.4 * reindexing.PATIENCE)
    stage.stopped = True
    with pytest.raises(CatalogError):
        reindex(stage.catalog, "celebrities")
    stage.stopped = False

    fresh = reindex(stage.catalog, "celebrities")

    assert stage.faces(fresh) == IDS


def test_replaced_collection_is_dropped_by_a_reindexing_when_it_is_due(
    stage: Stage, now: Clock
) -> None:
    first = reindex(stage.catalog, "celebrities")
    now.pass_by(RETIREMENT - timedelta(seconds=1))
    second = reindex(stage.catalog, "celebrities")
    early = stage.collections()
    now.pass_by(timedelta(seconds=3))
    third = reindex(stage.catalog, "celebrities")

    assert early == [COLLECTION, first, second]
    assert stage.collections() == [first, second, third]
    assert sorted(stage.packs.read("celebrities").retired) == [first, second]
