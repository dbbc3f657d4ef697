from datetime import timedelta
from typing import Any

import pytest

from catalog.deployed import RETIREMENT, Stored
from catalog.folder import CatalogError
from lookalike.errors import UnknownPack
from lookalike.packs import Pack
from lookalike.portraits import portrait_id_of
from tests.moto.cloud import hooked
from tests.moto.conftest import Clock
from tests.moto.deployed_catalog import NEW_MODEL, Stage
from tests.recogniser import COLLECTION

ADA, BEA = "celebrities/Ada.png", "celebrities/Bea.png"


# Packs


def test_new_pack_gets_a_title_and_a_collection(stage: Stage) -> None:
    pack = stage.catalog.ensure_pack("film-stars")

    assert pack == Pack("film-stars", "Film stars", "lookalike-film-stars")
    assert stage.packs.read("film-stars") == pack
    assert stage.collections() == [COLLECTION, "lookalike-film-stars"]


def test_pack_may_have_a_title_in_any_script(stage: Stage) -> None:
    stage.catalog.ensure_pack("film-stars", "Звёзды кино")

    assert stage.packs.read("film-stars").title == "Звёзды кино"


def test_pack_that_is_there_stays_as_it_is(stage: Stage) -> None:
    first = stage.catalog.ensure_pack("poets", "Dichterinnen")

    again = stage.catalog.ensure_pack("poets")

    assert again == first == stage.packs.read("poets")
    assert stage.recogniser.calls["CreateCollection"] == 2


def test_pack_gets_another_title_and_keeps_its_collection(stage: Stage) -> None:
    stage.catalog.ensure_pack("poets")
    stage.packs.note_change("poets")

    pack = stage.catalog.ensure_pack("poets", "Dichterinnen")

    assert stage.packs.read("poets") == pack
    assert (pack.title, pack.collection) == ("Dichterinnen", "lookalike-poets")
    assert pack.change is not None
    assert stage.recogniser.calls["CreateCollection"] == 2


def test_default_pack_is_open_already(stage: Stage) -> None:
    assert stage.catalog.ensure_pack("celebrities") == Pack(
        "celebrities", "Celebrities", COLLECTION
    )
    assert stage.cloud.items("PacksTable") == []


@pytest.mark.parametrize(
    "name", ["", "Poets", "Дети", "two words", "a--b", "-a", "a-", "../celebrities", "x" * 65]
)
def test_name_that_is_no_packs_is_refused(stage: Stage, name: str) -> None:
    with pytest.raises(CatalogError, match="is not a name for a pack: up to 64 small letters"):
        stage.catalog.ensure_pack(name)

    assert stage.collections() == [COLLECTION]


def test_pack_whose_collection_is_there_from_an_attempt_before_is_made(stage: Stage) -> None:
    stage.catalog.create_collection("lookalike-poets")

    stage.catalog.ensure_pack("poets")

    assert stage.packs.read("poets").collection == "lookalike-poets"


# Collections


def test_faces_of_a_collection_that_is_not_there_are_none(stage: Stage) -> None:
    assert stage.catalog.indexed_faces(COLLECTION) == {}
    assert stage.catalog.indexed_faces("lookalike-nowhere") is None


def test_more_faces_than_a_page_holds_are_listed(stage: Stage) -> None:
    for number in range(3):
        stage.put(f"celebrities/{number}.png", 10 + number)
    stage.work()

    def take_one_a_page(params: dict[str, Any], **_: object) -> None:
        params["MaxResults"] = 1

    with hooked(
        stage.catalog.rekognition, "before-parameter-build.rekognition.ListFaces", take_one_a_page
    ):
        found = stage.catalog.indexed_faces(COLLECTION) or {}

    assert sorted(found.values()) == sorted(
        portrait_id_of(f"celebrities/{n}.png") for n in range(3)
    )


def test_deleting_a_collection_twice_is_no_error(stage: Stage) -> None:
    stage.catalog.delete_collection(COLLECTION)
    stage.catalog.delete_collection(COLLECTION)

    assert stage.collections() == []


def test_only_the_faces_named_are_forgotten(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.deployed.FACES", 1)
    keys = [f"celebrities/{number}.png" for number in range(3)]
    for shade, key in enumerate(keys, 10):
        stage.put(key, shade)
    stage.work()
    ids = [stage.record(key).indexed_faces[COLLECTION].face_id for key in keys]

    stage.catalog.forget_faces(stage.packs.read("celebrities"), [*ids[:2], "never-there"])

    assert stage.faces() == [portrait_id_of(keys[2])]


def test_newest_face_model_is_returned_and_leaves_no_collection(stage: Stage) -> None:
    old = stage.catalog.face_model(COLLECTION)
    stage.get_new_face_model()

    newest = stage.catalog.newest_face_model()

    assert (newest, stage.catalog.face_model(COLLECTION)) == (NEW_MODEL, old)
    assert stage.collections() == [COLLECTION]


def test_collection_that_is_not_there_has_no_face_model(stage: Stage) -> None:
    assert stage.catalog.face_model("lookalike-nowhere") == ""


def test_retired_collections_are_dropped_when_no_match_can_search_them(
    stage: Stage, now: Clock
) -> None:
    due, later = "lookalike-celebrities-1", "lookalike-celebrities-2"
    until = int((now.time + RETIREMENT).timestamp())
    for name in (due, later):
        stage.catalog.create_collection(name)
    pack = Pack("celebrities", "Celebrities", COLLECTION, retired={due: until, later: until + 60})
    stage.packs.save(pack)

    stage.catalog.drop_retired(pack)
    before = stage.collections()
    now.pass_by(RETIREMENT + timedelta(seconds=1))
    stage.catalog.drop_retired(pack)

    assert before == [COLLECTION, due, later]
    assert stage.collections() == [COLLECTION, later]
    assert stage.packs.read("celebrities").retired == {later: until + 60}


# Objects


def test_only_what_lies_in_the_bucket_now_is_listed(stage: Stage) -> None:
    stage.put(ADA, 10)
    stage.put(ADA, 20)
    stage.put(BEA)
    stage.put("celebrities-2/Cam.png")
    stage.cloud.s3.delete_object(Bucket=stage.bucket, Key=BEA)
    head = stage.cloud.s3.head_object(Bucket=stage.bucket, Key=ADA)

    found = stage.catalog.objects("celebrities")

    assert found == {ADA: Stored(head["VersionId"], head["ETag"].strip('"'))}


def test_erasing_leaves_no_version_and_touches_nothing_else(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.deployed.DELETIONS", 2)
    for shade in (10, 20, 30):
        stage.put(ADA, shade)
    stage.cloud.s3.delete_object(Bucket=stage.bucket, Key=ADA)
    stage.put("celebrities/Ada.png.png")
    stage.put("poets/Sappho.png")
    stage.put("poets/Søren.png")

    stage.catalog.erase([ADA, "poets/Søren.png"])

    assert stage.in_bucket() == ["celebrities/Ada.png.png", "poets/Sappho.png"]


def test_pack_is_erased_with_what_was_deleted_before(stage: Stage) -> None:
    stage.put("poets/Sappho.png")
    stage.put("poets/Søren.png")
    stage.cloud.s3.delete_object(Bucket=stage.bucket, Key="poets/Sappho.png")
    stage.put("poets-2/Ada.png")

    stage.catalog.erase_pack("poets")

    assert stage.in_bucket() == ["poets-2/Ada.png"]


def test_object_that_s3_keeps_is_an_error(stage: Stage) -> None:
    stage.put(ADA)

    def refuse(parsed: dict[str, Any], **_: object) -> None:
        parsed["Errors"] = [{"Key": ADA, "Code": "AccessDenied"}]

    with (
        hooked(stage.catalog.s3, "after-call.s3.DeleteObjects", refuse),
        pytest.raises(CatalogError, match=f"S3 does not delete {ADA}"),
    ):
        stage.catalog.erase([ADA])


# The pipeline


def test_pipeline_looks_again_at_every_portrait_named(stage: Stage) -> None:
    keys = [f"celebrities/Çağla {number}.png" for number in range(11)]
    for shade, key in enumerate(keys, 10):
        stage.put(key, shade)
    stage.lose_events()

    stage.catalog.look_again(keys)
    stage.work()

    assert [portrait.key for portrait in stage.portraits()] == sorted(keys)


def test_messages_that_sqs_does_not_take_are_an_error(stage: Stage) -> None:
    def refuse(parsed: dict[str, Any], **_: object) -> None:
        parsed["Failed"] = [{"Id": "0", "Code": "InternalError", "SenderFault": False}]

    with (
        hooked(stage.catalog._sqs, "after-call.sqs.SendMessageBatch", refuse),
        pytest.raises(CatalogError, match="SQS does not take messages: InternalError"),
    ):
        stage.catalog.look_again([ADA])


def test_pack_is_waited_for_until_it_is_measured(stage: Stage) -> None:
    stage.packs.note_change("celebrities")
    stage.put(ADA, 10)
    stage.put(BEA, 20)

    assert stage.catalog.wait_until_measured("celebrities")

    pack = stage.packs.read("celebrities")
    assert (pack.measured, pack.portraits) == (pack.change, 2)


def test_pack_that_nothing_measures_is_not_waited_for_forever(stage: Stage) -> None:
    stage.packs.note_change("celebrities")
    stage.stopped = True

    assert not stage.catalog.wait_until_measured("celebrities", patience=2.0)


def test_unknown_pack_is_not_waited_for(stage: Stage) -> None:
    with pytest.raises(UnknownPack):
        stage.catalog.wait_until_measured("nobody")
