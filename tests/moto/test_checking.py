from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from catalog.checking import Findings, PackCheck
from catalog.reindexing import renew_records
from lookalike import clock
from lookalike.copies import copy_keys
from lookalike.errors import UnknownPack
from lookalike.packs import Pack
from lookalike.portraits import portrait_id_of
from tests.moto.deployed_catalog import Stage
from tests.recogniser import COLLECTION, NO_FACE, picture

ADA, BEA, CAM = "celebrities/Ada.png", "celebrities/Bea.png", "celebrities/Çağla.png"
KEYS = [ADA, BEA, CAM]
NAMES = ["Ada", "Bea", "Çağla"]


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """A pack of three, which is as it should be."""
    for shade, key in enumerate(KEYS, 10):
        stage.put(key, shade)
    stage.work()
    return stage


def face_id(stage: Stage, key: str) -> str:
    return stage.record(key).indexed_faces[COLLECTION].face_id


# What can go wrong


def lose_a_new_portrait(stage: Stage) -> None:
    stage.put("celebrities/Dot.png", 40)
    stage.lose_events()


def lose_a_replacement(stage: Stage) -> None:
    stage.put(BEA, 50)
    stage.lose_events()


def lose_a_deletion(stage: Stage) -> None:
    stage.cloud.s3.delete_object(Bucket=stage.bucket, Key=BEA)
    stage.lose_events()


def lose_a_deletion_of_what_was_refused(stage: Stage) -> None:
    stage.put(BEA, NO_FACE)
    stage.work()
    lose_a_deletion(stage)


def lose_a_face(stage: Stage) -> None:
    stage.catalog.rekognition.delete_faces(CollectionId=COLLECTION, FaceIds=[face_id(stage, BEA)])


def lose_a_face_of_a_record(stage: Stage) -> None:
    known = stage.record(BEA)
    stage.records.replace(known, replace(known, indexed_faces={}))


def lose_a_record(stage: Stage) -> None:
    stage.records.replace(stage.record(BEA), None)


def lose_the_removal_of_a_face(stage: Stage) -> None:
    stage.records.replace(stage.record(BEA), None)
    stage.catalog.erase([BEA])
    stage.lose_events()


def lose_the_collection(stage: Stage) -> None:
    stage.catalog.delete_collection(COLLECTION)


FAULTS = (
    lose_a_new_portrait,
    lose_a_replacement,
    lose_a_deletion,
    lose_a_deletion_of_what_was_refused,
    lose_a_face,
    lose_a_face_of_a_record,
    lose_a_record,
    lose_the_removal_of_a_face,
    lose_the_collection,
)


# Looking


def test_pack_that_is_as_it_should_be_is_clean(stage: Stage) -> None:
    found = stage.look()

    assert found == Findings("celebrities", portraits=3)
    assert found.clean


def test_empty_pack_is_clean(stage: Stage) -> None:
    stage.catalog.ensure_pack("poets")

    assert stage.look("poets") == Findings("poets")


def test_unknown_pack_cannot_be_checked(stage: Stage) -> None:
    with pytest.raises(UnknownPack):
        PackCheck(stage.catalog, "poets")


def test_packs_are_distinguished(stage: Stage) -> None:
    stage.catalog.ensure_pack("celebrities-2")
    stage.put("celebrities-2/Dot.png", 40)
    stage.put("celebrities-2/Eve.png", 50)
    stage.work()

    assert (stage.look().portraits, stage.look("celebrities-2").portraits) == (3, 2)
    assert stage.look().clean
    assert stage.look("celebrities-2").clean


def test_looking_changes_nothing(stage: Stage) -> None:
    lose_a_replacement(stage)
    lose_a_face(stage)
    before = stage.cloud.versions("PortraitsBucket"), stage.cloud.items("PortraitsTable")

    stage.look()
    stage.work()

    after = stage.cloud.versions("PortraitsBucket"), stage.cloud.items("PortraitsTable")
    assert after == before
    assert stage.collections() == [COLLECTION]


@pytest.mark.parametrize(
    ("lose", "key"), [(lose_a_new_portrait, "celebrities/Dot.png"), (lose_a_replacement, BEA)]
)
def test_object_that_the_pipeline_has_not_seen_is_found(
    stage: Stage, lose: Callable[[Stage], None], key: str
) -> None:
    lose(stage)

    found = stage.look()

    assert found == Findings("celebrities", portraits=3, unindexed=[key])
    assert not found.clean


def test_record_without_an_object_is_found(stage: Stage) -> None:
    lose_a_deletion(stage)

    found = stage.look()

    assert found == Findings("celebrities", portraits=3, orphaned=[BEA])
    assert not found.clean


def test_refusal_without_an_object_is_found(stage: Stage) -> None:
    lose_a_deletion_of_what_was_refused(stage)

    assert stage.look() == Findings("celebrities", portraits=3, orphaned=[BEA])


def test_record_whose_face_is_gone_is_found(stage: Stage) -> None:
    lose_a_face(stage)

    found = stage.look()

    assert found == Findings("celebrities", portraits=3, faceless=[BEA])
    assert not found.clean


def test_record_without_a_face_is_found_and_so_is_its_face(stage: Stage) -> None:
    face = face_id(stage, BEA)
    lose_a_face_of_a_record(stage)

    assert stage.look() == Findings("celebrities", portraits=3, faceless=[BEA], stray_faces=[face])


def test_face_of_a_removed_portrait_is_found(stage: Stage) -> None:
    face = face_id(stage, BEA)
    lose_the_removal_of_a_face(stage)

    found = stage.look()

    assert found == Findings("celebrities", portraits=2, stray_faces=[face])
    assert not found.clean


def copies_of(stage: Stage, key: str) -> list[str]:
    return copy_keys(stage.record(key).portrait)


def test_copies_that_are_missing_are_found_and_made_again(stage: Stage) -> None:
    lost = copies_of(stage, BEA)
    stage.catalog.erase_copies(lost)

    found = stage.look()

    assert found == Findings("celebrities", portraits=3, uncopied=[BEA])
    assert not found.clean
    PackCheck(stage.catalog, "celebrities").mend(found)
    stage.work()
    assert stage.look().clean
    assert {*lost} <= stage.catalog.copies().keys()


def test_portraits_of_an_older_build_get_their_copies_when_it_starts(stage: Stage) -> None:
    record = stage.record(BEA)
    assert record.portrait is not None
    older = replace(record.portrait, copies=None)
    stage.records.replace(record, replace(record, portrait=older))
    assert stage.look().uncopied == [BEA]

    asked = renew_records(stage.catalog)

    stage.work()
    assert asked == 1
    assert stage.look().clean
    assert renew_records(stage.catalog) == 0


def test_copies_of_no_portrait_are_found_and_deleted(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = f"pictures/{'0' * 32}/version-1/160.jpg"
    bucket = stage.cloud.name("PicturesBucket")
    stage.catalog.s3.put_object(Bucket=bucket, Key=stray, Body=b"a picture")
    assert stage.look().clean, "it may be of a portrait in process"
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr("lookalike.clock.now", lambda: later)

    found = stage.look()

    assert found == Findings("celebrities", portraits=3, stray_copies=[stray])
    PackCheck(stage.catalog, "celebrities").mend(found)
    assert stage.look().clean


def test_collection_that_is_missing_is_found(stage: Stage) -> None:
    lose_the_collection(stage)

    found = stage.look()

    assert found == Findings(
        "celebrities", portraits=3, faceless=KEYS, missing_collections=[COLLECTION]
    )
    assert not found.clean


def test_collection_of_an_empty_pack_that_is_missing_is_found(stage: Stage) -> None:
    stage.catalog.ensure_pack("poets")
    stage.catalog.delete_collection("lookalike-poets")

    found = stage.look("poets")

    assert found == Findings("poets", missing_collections=["lookalike-poets"])
    assert not found.clean


def test_face_model_that_is_not_the_newest_is_found(stage: Stage) -> None:
    old = stage.catalog.face_model(COLLECTION)
    stage.get_new_face_model()

    found = stage.look()

    assert found == Findings("celebrities", portraits=3, stale_model=old)
    assert not found.clean


def test_collection_whose_filling_was_cut_off_is_found(stage: Stage) -> None:
    pack = replace(stage.packs.read("celebrities"), next_collection="lookalike-celebrities-2")
    stage.packs.save(pack)
    stage.catalog.create_collection("lookalike-celebrities-2")

    found = stage.look()

    assert found == Findings("celebrities", portraits=3, unfinished="lookalike-celebrities-2")
    assert not found.clean


def test_refused_portraits_are_no_fault_and_reported_with_the_reason(stage: Stage) -> None:
    stage.put(BEA, NO_FACE)
    stage.cloud.s3.put_object(Bucket=stage.bucket, Key=CAM, Body=picture(12))
    stage.work()

    found = stage.look()

    assert found == Findings("celebrities", portraits=1, refused={BEA: "no_face", CAM: "unnamed"})
    assert found.clean


def test_two_people_of_one_face_are_no_fault_and_reported_once(stage: Stage) -> None:
    stage.put("celebrities/Dot.png", content=picture(10, width=120))
    stage.work()

    found = stage.look()

    ((one, other, similarity),) = found.same_faces
    assert (one, other) == (ADA, "celebrities/Dot.png")
    assert 99 < similarity <= 100
    assert found.clean


def test_two_portraits_of_one_person_are_not_reported(stage: Stage) -> None:
    stage.put("celebrities/Ada_2.png", content=picture(10, width=120), name="Ada")
    stage.work()

    assert stage.look().same_faces == []


# Mending


@pytest.mark.parametrize("break_it", FAULTS)
def test_what_is_wrong_is_right_after_mending(
    stage: Stage, break_it: Callable[[Stage], None]
) -> None:
    break_it(stage)
    there = sorted(stage.catalog.objects("celebrities"))
    found = stage.look()
    assert not found.clean

    PackCheck(stage.catalog, "celebrities").mend(found)
    stage.work()

    assert stage.look() == Findings("celebrities", portraits=len(there))
    assert [portrait.key for portrait in stage.portraits()] == there
    assert stage.faces() == sorted(map(portrait_id_of, there))


def test_all_that_is_wrong_at_once_is_right_after_mending(stage: Stage) -> None:
    stage.put("celebrities/Dot.png", 40)
    stage.cloud.s3.delete_object(Bucket=stage.bucket, Key=ADA)
    stage.lose_events()
    lose_a_face(stage)
    stage.cloud.s3.put_object(Bucket=stage.bucket, Key="celebrities/x", Body=picture(60))
    boto3.client("rekognition").index_faces(
        CollectionId=COLLECTION,
        Image={"S3Object": {"Bucket": stage.bucket, "Name": "celebrities/x"}},
        ExternalImageId="of-nobody",
    )
    stage.catalog.erase(["celebrities/x"])
    stage.lose_events()

    PackCheck(stage.catalog, "celebrities").mend(stage.look())
    stage.work()

    assert stage.look() == Findings("celebrities", portraits=3)
    assert stage.names() == ["Bea", "Dot", "Çağla"]


def test_mending_indexes_nothing_that_is_right(stage: Stage) -> None:
    lose_a_face(stage)
    indexed = stage.recogniser.calls["IndexFaces"]

    PackCheck(stage.catalog, "celebrities").mend(stage.look())
    stage.work()

    assert stage.recogniser.calls["IndexFaces"] == indexed + 1


def test_mending_a_collection_goes_on_where_another_one_is_filled(stage: Stage) -> None:
    pack = replace(stage.packs.read("celebrities"), next_collection="lookalike-celebrities-2")
    stage.packs.save(pack)
    stage.catalog.create_collection("lookalike-celebrities-2")
    lose_the_collection(stage)

    PackCheck(stage.catalog, "celebrities").mend(stage.look())
    stage.work()

    assert len(stage.faces()) == len(stage.faces("lookalike-celebrities-2")) == 3
    assert stage.look().unfinished == "lookalike-celebrities-2"


def test_portrait_that_is_gone_since_it_was_looked_at_stays_away(stage: Stage) -> None:
    lose_a_face(stage)
    found = stage.look()
    stage.catalog.erase([BEA])
    stage.work()

    PackCheck(stage.catalog, "celebrities").mend(found)
    stage.work()

    assert stage.look() == Findings("celebrities", portraits=2)


def test_face_that_has_got_its_record_since_it_was_looked_at_stays(stage: Stage) -> None:
    known = stage.record(BEA)
    stage.records.replace(known, None)
    found = stage.look()
    stage.records.replace(None, known)

    PackCheck(stage.catalog, "celebrities").mend(found)
    stage.work()

    assert len(stage.faces()) == 3
    assert stage.look().clean


def test_collections_that_no_match_searches_any_more_go_with_mending(stage: Stage) -> None:
    due = int((clock.now() - timedelta(seconds=1)).timestamp())
    stage.catalog.create_collection("lookalike-celebrities-0")
    pack = Pack("celebrities", "Celebrities", COLLECTION, retired={"lookalike-celebrities-0": due})
    stage.packs.save(pack)

    PackCheck(stage.catalog, "celebrities").mend(stage.look())

    assert stage.collections() == [COLLECTION]
    assert stage.packs.read("celebrities").retired == {}
