import io
import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from lookalike import faces
from lookalike.faces import Place, Size
from lookalike.pictures import StoredPicture
from lookalike.portrait_files import Caption, StoredPortrait
from lookalike.portraits import IndexedFace, Nearest, PortraitRecord, portrait_id_of
from lookalike.ranking import Attribution
from lookalike.storage import s3_client
from tests.moto.cloud import hooked
from tests.moto.studio import Studio, s3_event
from tests.recogniser import COLLECTION, MIDDLE, NO_FACE, Box, Person, group, once, picture

ADA, BEA, CAM = "celebrities/ada.png", "celebrities/bea.png", "celebrities/cam.png"
NEXT = "collection-2"

fresh = itertools.count()


def change_of(studio: Studio, pack: str = "celebrities") -> str | None:
    return studio.packs.read(pack).change


def fill_next(studio: Studio) -> None:
    """Let the default pack have a collection that is being filled."""
    studio.recogniser.create_collection(CollectionId=NEXT)
    studio.cloud.dynamodb.put_item(
        TableName=studio.cloud.name("PacksTable"),
        Item={
            "pack": {"S": "celebrities"},
            "title": {"S": "Celebrities"},
            "collection": {"S": COLLECTION},
            "next_collection": {"S": NEXT},
        },
    )


def switch(studio: Studio) -> None:
    """Let the default pack's new collection take the place of the old one."""
    if NEXT not in studio.recogniser.collections:
        studio.recogniser.create_collection(CollectionId=NEXT)
    studio.cloud.add_pack("celebrities", collection=NEXT)


# What is planned


STORED = StoredPortrait(
    StoredPicture("bucket", ADA, "version-1"), Caption("ada", "Ada", Attribution()), Size(800, 600)
)
RECORD = PortraitRecord(portrait_id_of(ADA), ADA, "version-1")
FACE, OTHER_FACE = IndexedFace("face-1", "7.0"), IndexedFace("face-2", "7.0")
COMPLETE = replace(RECORD, indexed_faces={COLLECTION: FACE, NEXT: FACE})


@pytest.mark.parametrize(
    ("previous", "stored"),
    [
        pytest.param(None, None, id="neither record nor object"),
        pytest.param(COMPLETE, STORED, id="complete"),
        pytest.param(replace(RECORD, refusal="no_face"), STORED, id="refused"),
    ],
)
def test_record_that_is_in_line_needs_no_plan(
    studio: Studio, previous: PortraitRecord | None, stored: StoredPortrait | None
) -> None:
    assert studio.indexing.plan_for(previous, stored, (COLLECTION, NEXT)) is None


def test_record_without_an_object_is_to_be_removed(studio: Studio) -> None:
    assert studio.indexing.plan_for(COMPLETE, None, (COLLECTION,)) == studio.indexing.Remove()


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        pytest.param(STORED._replace(caption=None), "unnamed", id="without a name"),
        pytest.param(STORED._replace(size=None), "unsupported_image", id="no picture"),
        pytest.param(STORED._replace(size=Size(79, 600)), "image_too_small", id="too small"),
    ],
)
def test_unusable_object_is_to_be_refused(
    studio: Studio, stored: StoredPortrait, code: str
) -> None:
    plan = studio.indexing.plan_for(None, stored, (COLLECTION,))

    assert plan == studio.indexing.Refuse(RECORD, code)


@pytest.mark.parametrize(
    ("previous", "begun", "lacking"),
    [
        pytest.param(None, RECORD, (COLLECTION, NEXT), id="new"),
        pytest.param(
            replace(COMPLETE, version="version-0"), RECORD, (COLLECTION, NEXT), id="replaced"
        ),
        pytest.param(
            replace(RECORD, indexed_faces={COLLECTION: FACE}),
            replace(RECORD, indexed_faces={COLLECTION: FACE}),
            (NEXT,),
            id="incomplete",
        ),
    ],
)
def test_object_is_to_be_indexed_where_it_lacks_a_face(
    studio: Studio,
    previous: PortraitRecord | None,
    begun: PortraitRecord,
    lacking: tuple[str, ...],
) -> None:
    plan = studio.indexing.plan_for(previous, STORED, (COLLECTION, NEXT))

    assert (plan.record, plan.collections) == (begun, lacking)


@pytest.mark.parametrize(
    ("before", "after", "dropped"),
    [
        pytest.param(None, COMPLETE, {}, id="new"),
        pytest.param(COMPLETE, COMPLETE, {}, id="the same"),
        pytest.param(COMPLETE, None, {COLLECTION: FACE, NEXT: FACE}, id="removed"),
        pytest.param(
            COMPLETE,
            replace(RECORD, indexed_faces={COLLECTION: FACE, NEXT: OTHER_FACE}),
            {NEXT: FACE},
            id="indexed again",
        ),
    ],
)
def test_faces_that_the_next_record_has_not_are_dropped(
    studio: Studio,
    before: PortraitRecord | None,
    after: PortraitRecord | None,
    dropped: dict[str, IndexedFace],
) -> None:
    assert studio.indexing.faces_dropped(before, after) == dropped


# One portrait


def test_new_portrait_is_indexed(studio: Studio) -> None:
    version = studio.put(ADA, 100)

    studio.events(ADA)

    record = studio.known(ADA)
    face = record.indexed_faces[COLLECTION]
    assert (record.key, record.version, record.refusal) == (ADA, version, "")
    assert (set(record.indexed_faces), face.model_version) == ({COLLECTION}, "7.0")
    assert set(studio.faces()) == {face.face_id}
    assert studio.shades() == {portrait_id_of(ADA): 100}


def test_indexed_portrait_knows_who_it_shows(studio: Studio) -> None:
    portrait = studio.index(ADA).portrait

    assert portrait is not None
    assert (portrait.pack, portrait.key) == ("celebrities", ADA)
    assert (portrait.celebrity_id, portrait.name) == ("ada", "Ada")
    assert portrait.attribution == Attribution("A. Photographer")
    assert portrait.geometry is not None


def test_indexed_portrait_knows_where_its_face_is(studio: Studio) -> None:
    studio.index(ADA)

    (portrait,) = studio.portraits.get([portrait_id_of(ADA)]).values()
    assert portrait.face == Place(faces.Box(*MIDDLE), ((0.4, 0.4), (0.6, 0.4)))


def test_portrait_in_a_folder_of_its_pack_is_indexed(studio: Studio) -> None:
    record = studio.index("celebrities/curated/ada.png")

    assert record.portrait is not None
    assert record.portrait.pack == "celebrities"


def test_event_that_comes_twice_indexes_once(studio: Studio) -> None:
    first = studio.index(ADA)

    studio.events(ADA)

    assert studio.record(ADA) == first
    assert studio.recogniser.calls.count("IndexFaces") == 1


def test_replaced_portrait_is_indexed_again(studio: Studio) -> None:
    studio.index(ADA, 100)

    record = studio.index(ADA, 200)

    assert set(studio.faces()) == {record.indexed_faces[COLLECTION].face_id}
    assert studio.shades() == {portrait_id_of(ADA): 200}


def test_replaced_portrait_is_to_be_measured_again(studio: Studio) -> None:
    first = studio.index(ADA, 100)
    studio.portraits.save_nearest(
        first, Nearest(first.indexed_faces[COLLECTION].face_id, "other", "f", 9)
    )

    record = studio.index(ADA, 200)

    assert record.nearest is None


def test_same_picture_with_another_name_shows_another_person(studio: Studio) -> None:
    studio.index(ADA, 100)

    record = studio.index(ADA, 100, person="augusta")

    assert record.portrait is not None
    assert record.portrait.celebrity_id == "augusta"
    assert studio.shades() == {portrait_id_of(ADA): 100}
    assert studio.is_searched(ADA)


def test_same_picture_with_other_labels_keeps_its_face_and_gets_them(studio: Studio) -> None:
    before = studio.index(ADA)
    version = studio.put(ADA, gender="female", description="mathématicienne")

    studio.events(ADA)

    after = studio.known(ADA)
    assert before.portrait is not None
    assert after.version == version
    assert after.portrait == replace(
        before.portrait, version=version, gender="female", description="mathématicienne"
    )
    assert studio.is_searched(ADA)
    assert len(studio.faces()) == 1


def test_same_picture_under_two_names_is_two_portraits(studio: Studio) -> None:
    studio.index(ADA, 100)

    studio.index(BEA, 100)

    assert studio.shades() == {portrait_id_of(ADA): 100, portrait_id_of(BEA): 100}


def test_deleted_portrait_is_forgotten(studio: Studio) -> None:
    studio.index(ADA)
    studio.delete(ADA)

    studio.deliver(s3_event(studio.bucket, ADA, "Object Deleted"))

    assert studio.record(ADA) is None
    assert studio.faces() == {}


def test_event_of_a_portrait_that_was_never_seen_and_is_gone_changes_nothing(
    studio: Studio,
) -> None:
    studio.events(ADA)

    assert studio.cloud.items("PortraitsTable") == []
    assert studio.recogniser.calls == []


def test_late_event_of_a_deleted_portrait_indexes_what_lies_there_now(studio: Studio) -> None:
    studio.put(ADA, 100)
    studio.delete(ADA)
    version = studio.put(ADA, 200)

    studio.deliver(s3_event(studio.bucket, ADA, "Object Deleted"))

    assert studio.known(ADA).version == version
    assert studio.shades() == {portrait_id_of(ADA): 200}


def test_portrait_that_comes_back_is_indexed_again(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.delete(ADA)
    studio.events(ADA)

    studio.index(ADA, 100)

    assert studio.shades() == {portrait_id_of(ADA): 100}
    assert studio.is_searched(ADA)


# Batches


def test_every_portrait_of_a_batch_is_indexed(studio: Studio) -> None:
    for key, shade in ((ADA, 100), (BEA, 120), (CAM, 140)):
        studio.put(key, shade)

    answer = studio.events(ADA, BEA, CAM)

    assert answer == {"batchItemFailures": []}
    assert studio.shades() == {
        portrait_id_of(ADA): 100,
        portrait_id_of(BEA): 120,
        portrait_id_of(CAM): 140,
    }


def test_portrait_that_is_twice_in_a_batch_has_one_face(studio: Studio) -> None:
    studio.put(ADA, 100)

    answer = studio.events(ADA, ADA)

    assert answer == {"batchItemFailures": []}
    assert studio.shades() == {portrait_id_of(ADA): 100}
    assert studio.recogniser.calls.count("IndexFaces") == 1
    assert studio.is_searched(ADA)


def test_only_the_message_that_failed_is_sent_again(studio: Studio) -> None:
    studio.put(ADA, 100)
    studio.put(BEA, 120)
    studio.recogniser.failures["IndexFaces"] = ["ThrottlingException"]

    answer = studio.events(ADA, BEA)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert studio.shades() == {portrait_id_of(BEA): 120}


MALFORMED = [
    pytest.param("", id="empty"),
    pytest.param("look at Ada again", id="text"),
    pytest.param("null", id="null"),
    pytest.param("[]", id="list"),
    pytest.param('"detail"', id="string"),
    pytest.param("{}", id="nothing in it"),
    pytest.param('{"detail": {"object": {}}}', id="no key"),
    pytest.param('{"detail": {"object": {"key": "celebrities/\\ud800"}}}', id="lone surrogate"),
    pytest.param("[" * 20_000, id="deep"),
]


@pytest.mark.parametrize("body", MALFORMED)
def test_malformed_message_fails_alone(studio: Studio, body: str) -> None:
    studio.put(ADA, 100)

    answer = studio.deliver(body, s3_event(studio.bucket, ADA))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert studio.shades() == {portrait_id_of(ADA): 100}


@pytest.mark.parametrize("pack", ["nobody", "x" * 65, "\x00"], ids=["unknown", "long", "null"])
def test_portrait_of_no_pack_is_dropped(studio: Studio, pack: str) -> None:
    studio.put(ADA, 100)

    answer = studio.events(f"{pack}/ada.png", ADA)

    assert answer == {"batchItemFailures": []}
    assert studio.shades() == {portrait_id_of(ADA): 100}


def test_portraits_of_several_packs_go_to_their_own_collections(studio: Studio) -> None:
    studio.cloud.add_pack("poets")
    studio.recogniser.create_collection(CollectionId="poets")
    studio.put(ADA, 100)
    studio.put("poets/sappho.png", 50)

    studio.events(ADA, "poets/sappho.png")

    assert studio.shades() == {portrait_id_of(ADA): 100}
    assert studio.shades("poets") == {portrait_id_of("poets/sappho.png"): 50}


# What is announced


def announcements(studio: Studio) -> list[dict[str, str]]:
    return [json.loads(body) for body in studio.announced()]


def test_changed_pack_is_announced_once_with_the_change_that_it_names(studio: Studio) -> None:
    studio.put(ADA, 100)
    studio.put(BEA, 120)

    studio.events(ADA, BEA, ADA)

    change = change_of(studio)
    assert change
    assert announcements(studio) == [{"pack": "celebrities", "change": change}]


def test_every_changed_pack_of_a_batch_is_announced(studio: Studio) -> None:
    studio.cloud.add_pack("poets")
    studio.recogniser.create_collection(CollectionId="poets")
    studio.put(ADA, 100)
    studio.put("poets/sappho.png", 50)

    studio.events("poets/sappho.png", ADA, "nobody/x.png")

    assert announcements(studio) == [
        {"pack": "celebrities", "change": change_of(studio)},
        {"pack": "poets", "change": change_of(studio, "poets")},
    ]


def test_later_change_takes_an_earlier_ones_place(studio: Studio) -> None:
    studio.index(ADA, 100)
    first = change_of(studio)

    studio.index(ADA, 120)

    assert change_of(studio) not in {None, first}


def test_deletion_is_announced(studio: Studio) -> None:
    studio.index(ADA)
    studio.announced()
    studio.delete(ADA)

    studio.events(ADA)

    assert announcements(studio) == [{"pack": "celebrities", "change": change_of(studio)}]


def test_nothing_is_announced_of_what_is_no_pack(studio: Studio) -> None:
    studio.events("nobody/x.png")

    assert announcements(studio) == []
    assert studio.cloud.items("PacksTable") == []


def test_batch_that_failed_leaves_an_announced_change_to_be_measured(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 120)
    studio.put(CAM, 140)
    studio.recogniser.failures["IndexFaces"] = ["ThrottlingException"]
    studio.fail(CAM)

    studio.measure()

    pack = studio.packs.read("celebrities")
    assert (pack.measured, pack.portraits) == (pack.change, 2)


def test_batch_that_ends_after_a_later_one_is_measured(studio: Studio) -> None:
    studio.put(ADA, 100)
    studio.put(BEA, 120)

    def later() -> None:
        studio.events(BEA)
        studio.measure()

    studio.recogniser.after["IndexFaces"] = once(later)
    studio.events(ADA)

    studio.measure()

    pack = studio.packs.read("celebrities")
    assert (pack.measured, pack.portraits) == (pack.change, 2)
    assert studio.nearest_key(ADA) == BEA


def test_pack_has_not_settled_while_a_portrait_changes(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.measure()
    settled: list[bool] = []

    def look() -> None:
        pack = studio.packs.read("celebrities")
        settled.append(pack.measured == pack.change)

    look()
    studio.put(ADA, 200)
    studio.recogniser.after["IndexFaces"] = look
    studio.events(ADA)
    look()

    assert settled == [True, False, False]


def test_change_that_could_not_be_announced_is_by_the_messages_retry(studio: Studio) -> None:
    studio.put(ADA)

    def fail(**_: object) -> None:
        raise ConnectionError

    with (
        hooked(studio.cloud.sqs, "before-call.sqs.SendMessage", fail),
        pytest.raises(ConnectionError),
    ):
        studio.events(ADA)
    studio.events(ADA)

    assert announcements(studio) == [{"pack": "celebrities", "change": change_of(studio)}]


# Who a portrait is about

SUBJECT: Box = (0.35, 0.3, 0.3, 0.3)
LARGER_AT_THE_EDGE: Box = (0.0, 0.0, 0.35, 0.35)


def test_subject_that_is_not_the_largest_face_is_indexed_alone(studio: Studio) -> None:
    people = Person(100, SUBJECT), Person(200, LARGER_AT_THE_EDGE), Person(20, (0.9, 0, 0.1, 0.1))

    studio.index(ADA, content=group(*people))

    assert studio.shades() == {portrait_id_of(ADA): 100}
    assert studio.is_searched(ADA)


def test_uncertain_detection_is_not_kept(studio: Studio) -> None:
    studio.index(ADA, content=group(Person(100), Person(20, (0, 0, 0.9, 0.9), {"Confidence": 70})))

    assert studio.shades() == {portrait_id_of(ADA): 100}


def test_others_whose_forgetting_failed_are_forgotten_by_the_messages_retry(
    studio: Studio,
) -> None:
    studio.put(ADA, content=group(Person(100, SUBJECT), Person(200, LARGER_AT_THE_EDGE)))
    studio.recogniser.failures["DeleteFaces"] = ["ThrottlingException"]

    studio.fail(ADA)
    studio.events(ADA)

    assert studio.shades() == {portrait_id_of(ADA): 100}


PAIR = Person(100, (0.1, 0.35, 0.3, 0.3)), Person(200, (0.6, 0.35, 0.3, 0.3))
ROW = tuple(Person(10 * n, (0.05 + 0.1 * n, 0.4, 0.09, 0.2)) for n in range(9))
REFUSED = [
    pytest.param(group(), "no_face", id="nobody"),
    pytest.param(group(Person(100, changes={"Confidence": 79.0})), "no_face", id="uncertain"),
    pytest.param(group(*PAIR), "several_faces", id="two"),
    pytest.param(group(*ROW), "several_faces", id="row"),
    pytest.param(
        group(Person(9, (0.4, 0.4, 0.2, 0.2)), *(Person(n, (0.1, 0.1, 0.15, 0.2)) for n in (1, 2))),
        "several_faces",
        id="somebody and two beside",
    ),
    pytest.param(group(Person(100, (0.49, 0.49, 0.03, 0.03))), "face_too_small", id="small face"),
    pytest.param(
        group(Person(100, changes={"Quality": {"Brightness": 2.0, "Sharpness": 90.0}})),
        "face_too_dark",
        id="dark",
    ),
    pytest.param(
        group(Person(100, changes={"Quality": {"Brightness": 80.0, "Sharpness": 5.0}})),
        "face_too_blurry",
        id="blurred",
    ),
    pytest.param(
        group(Person(100, changes={"Pose": {"Yaw": 80.0, "Pitch": 0.0, "Roll": 0.0}})),
        "face_turned_away",
        id="turned away",
    ),
    pytest.param(
        group(Person(100, changes={"FaceOccluded": {"Value": True, "Confidence": 99.0}})),
        "face_covered",
        id="covered",
    ),
    pytest.param(picture(NO_FACE), "no_face", id="no face"),
    pytest.param(b"text", "unsupported_image", id="text"),
    pytest.param(b"", "unsupported_image", id="empty"),
    pytest.param(picture(100)[:12], "unsupported_image", id="cut"),
    pytest.param(picture(100, width=79), "image_too_small", id="small"),
]


@pytest.mark.parametrize(("content", "refusal"), REFUSED)
def test_unusable_portrait_is_refused_and_leaves_no_face(
    studio: Studio, content: bytes, refusal: str
) -> None:
    version = studio.put(ADA, content=content)

    answer = studio.events(ADA)

    record = studio.known(ADA)
    assert answer == {"batchItemFailures": []}
    assert (record.version, record.refusal) == (version, refusal)
    assert (record.portrait, record.indexed_faces) == (None, {})
    assert studio.faces() == {}


def test_portrait_in_profile_is_taken(studio: Studio) -> None:
    profile = {"Pose": {"Yaw": -70.0, "Pitch": 0.0, "Roll": 0.0}}

    record = studio.index(ADA, content=group(Person(100, changes=profile)))

    assert record.refusal == ""


def test_portrait_without_a_name_is_refused_before_the_recogniser_is_paid(studio: Studio) -> None:
    record = studio.index(ADA, person="nobody")

    assert (record.refusal, record.portrait) == ("unnamed", None)
    assert studio.recogniser.calls == []


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("InvalidImageFormatException", "unsupported_image"),
        ("ImageTooLargeException", "image_too_large"),
    ],
)
def test_portrait_that_the_recogniser_cannot_take_is_refused(
    studio: Studio, code: str, refusal: str
) -> None:
    studio.recogniser.failures["IndexFaces"] = [code]

    record = studio.index(ADA)

    assert record.refusal == refusal


def test_refused_portrait_is_looked_at_once(studio: Studio) -> None:
    studio.index(ADA, NO_FACE)

    studio.events(ADA)

    assert studio.recogniser.calls == ["IndexFaces"]


def test_usable_portrait_takes_the_place_of_a_refused_one(studio: Studio) -> None:
    studio.index(ADA, content=group(*PAIR))

    record = studio.index(ADA, 100)

    assert record.refusal == ""
    assert studio.shades() == {portrait_id_of(ADA): 100}


@pytest.mark.parametrize(
    "content", [picture(NO_FACE), group(*PAIR), b"text"], ids=["nobody", "two", "text"]
)
def test_refused_portrait_takes_the_place_of_a_usable_one(studio: Studio, content: bytes) -> None:
    studio.index(ADA, 100)

    record = studio.index(ADA, content=content)

    assert record.refusal
    assert record.portrait is None
    assert studio.faces() == {}


def test_refused_portrait_that_is_deleted_is_forgotten(studio: Studio) -> None:
    studio.index(ADA, NO_FACE)
    studio.delete(ADA)

    studio.events(ADA)

    assert studio.cloud.items("PortraitsTable") == []


def test_refusal_is_counted_and_logged_without_naming_anyone(
    capsys: pytest.CaptureFixture[str], studio: Studio
) -> None:
    studio.index(ADA, NO_FACE)

    output = capsys.readouterr().out
    log, metric = map(json.loads, output.splitlines())
    assert (log["message"], log["refusal"]) == ("portrait refused", "no_face")
    assert (log["portrait_id"], metric["PortraitRefused"]) == (portrait_id_of(ADA), [1.0])
    assert "ada" not in output.lower()


# Collections


def test_new_portrait_goes_to_the_next_collection_too(studio: Studio) -> None:
    fill_next(studio)

    record = studio.index(ADA, 100)

    assert set(record.indexed_faces) == {COLLECTION, NEXT}
    assert studio.shades() == studio.shades(NEXT) == {portrait_id_of(ADA): 100}


def test_unchanged_portrait_is_indexed_only_where_it_is_missing(studio: Studio) -> None:
    first = studio.index(ADA, 100)
    fill_next(studio)
    studio.recogniser.models[NEXT] = "8.0"

    studio.events(ADA)
    studio.events(ADA)

    record = studio.known(ADA)
    assert studio.recogniser.calls.count("IndexFaces") == 2
    assert record.indexed_faces[COLLECTION] == first.indexed_faces[COLLECTION]
    assert record.indexed_faces[NEXT].model_version == "8.0"
    assert studio.shades() == studio.shades(NEXT) == {portrait_id_of(ADA): 100}


def test_replaced_portrait_is_replaced_in_both_collections(studio: Studio) -> None:
    fill_next(studio)
    studio.index(ADA, 100)

    studio.index(ADA, 200)

    assert studio.shades() == studio.shades(NEXT) == {portrait_id_of(ADA): 200}


def test_deleted_portrait_is_forgotten_in_both_collections(studio: Studio) -> None:
    fill_next(studio)
    studio.index(ADA, 100)
    studio.delete(ADA)

    studio.events(ADA)

    assert studio.faces() == studio.faces(NEXT) == {}


def test_portrait_that_the_next_collection_refuses_is_in_neither(studio: Studio) -> None:
    fill_next(studio)
    studio.put(ADA, 100)

    def refuse() -> None:
        studio.recogniser.failures["IndexFaces"] = ["ImageTooLargeException"]

    studio.recogniser.after["IndexFaces"] = once(refuse)

    studio.events(ADA)

    assert studio.known(ADA).refusal == "image_too_large"
    assert studio.faces() == studio.faces(NEXT) == {}


def test_portrait_of_the_old_collection_alone_goes_to_the_one_that_took_its_place(
    studio: Studio,
) -> None:
    studio.index(ADA, 100)
    switch(studio)

    studio.events(ADA)

    assert studio.shades(NEXT) == {portrait_id_of(ADA): 100}
    assert studio.is_searched(ADA, NEXT)


@pytest.mark.parametrize("gone", [True, False], ids=["deleted", "replaced"])
def test_portrait_leaves_the_retired_collection_when_it_changes(studio: Studio, gone: bool) -> None:
    fill_next(studio)
    studio.index(ADA, 100)
    switch(studio)

    studio.delete(ADA) if gone else studio.put(ADA, 200)
    studio.events(ADA)

    assert studio.faces() == {}
    assert studio.shades(NEXT) == ({} if gone else {portrait_id_of(ADA): 200})


@pytest.mark.parametrize("gone", [True, False], ids=["deleted", "replaced"])
def test_deleted_collection_does_not_hinder(studio: Studio, gone: bool) -> None:
    fill_next(studio)
    studio.index(ADA, 100)
    switch(studio)
    studio.recogniser.delete_collection(CollectionId=COLLECTION)

    studio.delete(ADA) if gone else studio.put(ADA, 200)
    answer = studio.events(ADA)

    assert answer == {"batchItemFailures": []}
    assert studio.shades(NEXT) == ({} if gone else {portrait_id_of(ADA): 200})


def test_record_without_its_faces_is_looked_at_again(studio: Studio) -> None:
    record = studio.index(ADA, 100)
    studio.recogniser.collections[COLLECTION].clear()
    studio.portraits.replace(record, replace(record, indexed_faces={}))

    studio.events(ADA)

    assert studio.shades() == {portrait_id_of(ADA): 100}
    assert studio.is_searched(ADA)


# Troubles


def test_busy_recogniser_leaves_the_portrait_to_the_messages_retry(studio: Studio) -> None:
    studio.recogniser.failures["IndexFaces"] = ["ThrottlingException"]
    studio.put(ADA, 100)

    studio.fail(ADA)
    studio.events(ADA)

    assert studio.shades() == {portrait_id_of(ADA): 100}


@pytest.mark.parametrize("gone", [True, False], ids=["deleted", "replaced"])
def test_forgetting_that_failed_is_done_by_the_messages_retry(studio: Studio, gone: bool) -> None:
    studio.index(ADA, 100)
    studio.delete(ADA) if gone else studio.put(ADA, 200)
    studio.recogniser.failures["DeleteFaces"] = ["ThrottlingException"]

    studio.fail(ADA)
    studio.events(ADA)

    assert studio.shades() == ({} if gone else {portrait_id_of(ADA): 200})


def test_next_collection_that_failed_is_filled_by_the_messages_retry(studio: Studio) -> None:
    fill_next(studio)
    studio.put(ADA, 100)

    def throttle() -> None:
        studio.recogniser.failures["IndexFaces"] = ["ThrottlingException"]

    studio.recogniser.after["IndexFaces"] = once(throttle)

    studio.fail(ADA)
    studio.events(ADA)

    assert studio.shades() == studio.shades(NEXT) == {portrait_id_of(ADA): 100}


def test_record_that_could_not_be_written_leaves_one_face_after_the_messages_retry(
    studio: Studio,
) -> None:
    studio.index(ADA, 100)
    studio.put(ADA, 200)

    def fail(**_: object) -> None:
        raise ConnectionError

    table = studio.indexing.portraits._dynamodb
    with hooked(table, "before-call.dynamodb.PutItem", fail):
        studio.fail(ADA)
    studio.events(ADA)

    assert studio.shades() == {portrait_id_of(ADA): 200}
    assert studio.is_searched(ADA)


# Races


def test_portrait_that_two_index_at_once_has_one_face(studio: Studio) -> None:
    studio.put(ADA, 100)
    studio.recogniser.after["IndexFaces"] = once(lambda: studio.events(ADA))

    studio.events(ADA)

    assert studio.shades() == {portrait_id_of(ADA): 100}
    assert studio.is_searched(ADA)


def test_portrait_that_two_replace_at_once_has_one_face(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.put(ADA, 200)
    studio.recogniser.after["IndexFaces"] = once(lambda: studio.events(ADA))

    studio.events(ADA)

    assert studio.shades() == {portrait_id_of(ADA): 200}
    assert studio.is_searched(ADA)


def test_portrait_that_is_replaced_while_it_is_indexed_is_indexed_again(studio: Studio) -> None:
    studio.put(ADA, 100)
    studio.recogniser.after["IndexFaces"] = once(lambda: studio.put(ADA, 200))

    studio.events(ADA)

    assert studio.shades() == {portrait_id_of(ADA): 200}


def test_portrait_that_another_replaces_while_it_is_indexed_has_the_newer_face(
    studio: Studio,
) -> None:
    studio.put(ADA, 100)

    def replace() -> None:
        studio.put(ADA, 200)
        studio.events(ADA)

    studio.recogniser.after["IndexFaces"] = once(replace)

    studio.events(ADA)

    assert studio.shades() == {portrait_id_of(ADA): 200}
    assert studio.is_searched(ADA)


def test_portrait_that_is_deleted_while_it_is_indexed_is_forgotten(studio: Studio) -> None:
    studio.put(ADA, 100)
    studio.recogniser.after["IndexFaces"] = once(lambda: studio.delete(ADA))

    studio.events(ADA)

    assert studio.record(ADA) is None
    assert studio.faces() == {}


def test_portrait_whose_deletion_another_handles_while_it_is_indexed_is_forgotten(
    studio: Studio,
) -> None:
    studio.index(ADA, 100)
    studio.put(ADA, 200)

    def delete() -> None:
        studio.delete(ADA)
        studio.events(ADA)

    studio.recogniser.after["IndexFaces"] = once(delete)

    studio.events(ADA)

    assert studio.record(ADA) is None
    assert studio.faces() == {}


@pytest.mark.parametrize("replaced", [True, False], ids=["replaced", "deleted"])
def test_portrait_that_comes_back_while_it_is_forgotten_keeps_its_face(
    studio: Studio, replaced: bool
) -> None:
    studio.index(ADA, 100)
    studio.put(ADA, 200) if replaced else studio.delete(ADA)

    def come_back() -> None:
        studio.put(ADA, 100)
        studio.events(ADA)

    studio.recogniser.before["DeleteFaces"] = once(come_back)

    studio.events(ADA)

    assert studio.shades() == {portrait_id_of(ADA): 100}
    assert studio.is_searched(ADA)


def test_portrait_that_keeps_changing_is_left_to_the_messages_retry(studio: Studio) -> None:
    studio.put(ADA, 100)
    shades = itertools.count(101)
    studio.recogniser.after["IndexFaces"] = lambda: studio.put(ADA, next(shades))

    studio.fail(ADA)
    del studio.recogniser.after["IndexFaces"]
    studio.events(ADA)

    assert studio.shades() == {portrait_id_of(ADA): next(shades) - 1}


def test_record_of_a_removed_pack_is_not_made_again_by_its_last_portrait(studio: Studio) -> None:
    studio.cloud.add_pack("poets")
    studio.recogniser.create_collection(CollectionId="poets")
    studio.index("poets/sappho.png")
    studio.delete("poets/sappho.png")

    remove = once(lambda: studio.packs.delete("poets"))

    def end(**_: object) -> None:
        remove()

    table = studio.indexing.portraits._dynamodb
    with hooked(table, "after-call.dynamodb.DeleteItem", end):
        studio.events("poets/sappho.png")

    assert [pack.name for pack in studio.packs.all()] == ["celebrities"]


# Any events in any order


@dataclass(frozen=True)
class Put:
    file: str
    person: str
    shade: int


@dataclass(frozen=True)
class Delete:
    file: str


Change = Put | Delete

FILES = ("one.png", "two.png", "three.png")
files = st.sampled_from(FILES)
people = st.sampled_from(["ada", "bea", "nobody"])
changes = st.lists(
    # Few shades, so that the same picture often comes back.
    st.builds(Put, files, people, st.sampled_from([NO_FACE, 100, 100, 200]))
    | st.builds(Delete, files),
    min_size=1,
    max_size=7,
)


def deliveries(events: list[int], cuts: Iterable[int]) -> list[list[int]]:
    """Cut a row of events into batches."""
    edges = [0, *sorted({cut for cut in cuts if 0 < cut < len(events)}), len(events)]
    return [events[start:end] for start, end in itertools.pairwise(edges) if start < end]


@st.composite
def histories(draw: st.DrawFn) -> list[Change | list[str]]:
    """Changes in their order, and batches of their events, each twice, each after its change."""
    row = draw(changes)
    order = draw(st.permutations([*range(len(row))] * 2))
    # How many changes have happened before an event comes: its own at least.
    waits = [draw(st.integers(event + 1, len(row))) for event in order]
    cuts = draw(st.lists(st.integers(1, 2 * len(row)), max_size=5))
    history: list[Change | list[str]] = []
    for happened, change in enumerate(row, start=1):
        history.append(change)
        due = [event for event, wait in zip(order, waits, strict=True) if wait == happened]
        history += [[row[event].file for event in batch] for batch in deliveries(due, cuts)]
    return history


def bring_about(studio: Studio, pack: str, history: list[Change | list[str]]) -> dict[str, Any]:
    """Let a history happen; return what lies in the bucket in the end, with its versions."""
    lying: dict[str, tuple[str, Put]] = {}
    for step in history:
        match step:
            case Put(file, person, shade):
                key = f"{pack}/{file}"
                lying[key] = studio.put(key, shade, person), step
            case Delete(file):
                studio.delete(f"{pack}/{file}")
                lying.pop(f"{pack}/{file}", None)
            case batch:
                answer = studio.events(*(f"{pack}/{file}" for file in batch))
                assert answer == {"batchItemFailures": []}
    return lying


def check_in_line(studio: Studio, pack: str, lying: dict[str, Any]) -> None:
    """Hold the records and the collection against what lies in the bucket."""
    records = {record.key: record for record in studio.portraits.scan(pack)}
    usable = {key: put for key, (_, put) in lying.items() if put.person != "nobody" and put.shade}
    faces = {
        record.indexed_faces[pack].face_id: portrait_id_of(key)
        for key, record in records.items()
        if key in usable
    }
    assert {key: record.version for key, record in records.items()} == {
        key: version for key, (version, _) in lying.items()
    }
    assert {key for key, record in records.items() if not record.refusal} == set(usable)
    assert {face_id: face.portrait for face_id, face in studio.faces(pack).items()} == faces
    assert studio.shades(pack) == {portrait_id_of(key): put.shade for key, put in usable.items()}


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=25,
    derandomize=True,
    phases=[Phase.generate],  # to shrink an example takes minutes here
)
@given(histories())
def test_events_in_any_order_end_in_the_state_of_the_bucket(
    studio: Studio, history: list[Change | list[str]]
) -> None:
    pack = f"pack-{next(fresh)}"
    studio.cloud.add_pack(pack)
    studio.recogniser.create_collection(CollectionId=pack)

    lying = bring_about(studio, pack, history)

    check_in_line(studio, pack, lying)


# The reduced copies


def copies(studio: Studio) -> list[str]:
    """The keys of all reduced copies."""
    found = studio.cloud.s3.list_objects_v2(Bucket=studio.cloud.name("PicturesBucket"))
    return [one["Key"] for one in found.get("Contents", [])]


def test_indexed_portrait_has_reduced_copies_that_browsers_may_keep_for_a_day(
    studio: Studio,
) -> None:
    record = studio.index(ADA, content=picture(128, 600, 300))

    assert record.portrait is not None
    assert record.portrait.copies == (160, 480, 600)
    prefix = f"pictures/{portrait_id_of(ADA)}/{record.version}"
    assert copies(studio) == [f"{prefix}/{width}.jpg" for width in (160, 480, 600)]
    bucket = studio.cloud.name("PicturesBucket")
    stored = studio.cloud.s3.get_object(Bucket=bucket, Key=f"{prefix}/160.jpg")
    assert (stored["ContentType"], stored["CacheControl"]) == (
        "image/jpeg",
        "public, max-age=86400",
    )
    assert Image.open(io.BytesIO(stored["Body"].read())).size == (160, 80)


def test_copies_of_a_replaced_portrait_are_deleted(studio: Studio) -> None:
    studio.index(ADA)

    record = studio.index(ADA, shade=50)

    assert copies(studio) == [f"pictures/{portrait_id_of(ADA)}/{record.version}/100.jpg"]


@pytest.mark.parametrize("refused", [False, True])
def test_copies_of_a_portrait_that_is_gone_are_deleted(studio: Studio, refused: bool) -> None:
    studio.index(ADA)
    assert copies(studio)

    if refused:
        studio.index(ADA, content=b"no picture")
    else:
        studio.delete(ADA)
        studio.events(ADA)

    assert copies(studio) == []


def test_deleted_copies_leave_the_caches(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    version = studio.index(ADA).version
    told: list[dict[str, Any]] = []

    class CloudFront:
        def create_invalidation(self, **parameters: Any) -> None:
            told.append(parameters)

    monkeypatch.setattr(studio.indexing.copies, "_distribution", "distribution-1")
    monkeypatch.setattr(boto3, "client", lambda _service: CloudFront())

    studio.delete(ADA)
    studio.events(ADA)

    name = f"{portrait_id_of(ADA)}/{version}"
    assert told == [
        {
            "DistributionId": "distribution-1",
            "InvalidationBatch": {
                "Paths": {"Quantity": 1, "Items": [f"/pictures/{name}/100.jpg"]},
                "CallerReference": name,
            },
        }
    ]


def test_deletion_of_copies_that_failed_is_done_by_the_messages_retry(studio: Studio) -> None:
    studio.index(ADA)
    studio.delete(ADA)

    def fail(**_: object) -> None:
        raise ConnectionError

    with hooked(s3_client(), "before-call.s3.DeleteObjects", fail):
        studio.fail(ADA)
    assert copies(studio)

    studio.events(ADA)

    assert copies(studio) == []
    assert studio.record(ADA) is None


def test_portrait_of_an_older_build_gets_copies_and_keeps_its_face(studio: Studio) -> None:
    before = studio.index(ADA)
    assert before.portrait is not None
    older = replace(before.portrait, copies=None, face=None)
    studio.portraits.replace(before, replace(before, portrait=older))

    studio.events(ADA)

    after = studio.known(ADA)
    assert after.portrait is not None
    assert (after.portrait.copies, after.portrait.face) == ((100,), before.portrait.face)
    assert after.indexed_faces == before.indexed_faces
    assert len(studio.faces()) == 1


def written(image: Image.Image, form: str, **how: Any) -> bytes:
    data = io.BytesIO()
    image.save(data, form, **how)
    return data.getvalue()


def test_copy_is_upright_and_without_metadata(studio: Studio) -> None:
    half = Image.new("RGB", (400, 200), "white")
    half.paste("black", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = 6  # a browser turns it to the right, so that black is above
    exif[0x010F] = "A camera"
    content = written(half, "JPEG", exif=exif, comment=b"secret")

    made = studio.indexing.reduced(content)

    assert list(made) == [160, 200]
    copy = Image.open(io.BytesIO(made[160]))
    assert copy.size == (160, 320)
    above: Any
    below: Any
    above, below = copy.getpixel((80, 40)), copy.getpixel((80, 280))
    assert max(above) < 20
    assert min(below) > 235
    assert not {"exif", "comment", "icc_profile", "xmp"} & copy.info.keys()
    assert b"camera" not in made[160]


def test_copy_of_a_transparent_picture_is_on_white(studio: Studio) -> None:
    clear = Image.new("RGBA", (300, 300), (0, 0, 0, 0))

    made = studio.indexing.reduced(written(clear, "PNG"))

    assert Image.open(io.BytesIO(made[160])).getpixel((80, 80)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "RGB"])
def test_copy_of_a_picture_of_any_kind_is_in_colour(studio: Studio, mode: str) -> None:
    form = "PNG" if mode == "P" else "JPEG"

    made = studio.indexing.reduced(written(Image.new(mode, (2000, 1000)), form))

    assert list(made) == [160, 480, 960]
    assert Image.open(io.BytesIO(made[960])).mode == "RGB"


def test_colours_are_those_that_the_pictures_profile_means(studio: Studio) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"xXYZ"), (b"gXYZ", b"rXYZ"), (b"xXYZ", b"gXYZ")):
        profile = profile.replace(old, new)  # what it calls red is green
    red = written(Image.new("RGB", (300, 300), (200, 0, 0)), "PNG", icc_profile=profile)

    made = studio.indexing.reduced(red)

    shown: Any = Image.open(io.BytesIO(made[160])).getpixel((80, 80))
    assert shown[1] > 150 > 50 > shown[0]


def test_portrait_that_cannot_be_reduced_is_indexed_without_copies(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_content: bytes) -> dict[int, bytes]:
        raise SyntaxError

    monkeypatch.setattr(studio.indexing, "reduced", fail)

    record = studio.index(ADA)

    assert record.portrait is not None
    assert record.portrait.copies == ()
    assert studio.is_searched(ADA)
