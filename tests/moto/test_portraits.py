import base64
import itertools
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike import clock
from lookalike.errors import InvalidRequest, PortraitChanged, UnknownPack
from lookalike.portraits import (
    BATCH,
    DEFAULT_PACK,
    MOST_METADATA,
    PROGRESS_LIFETIME,
    UPLOAD_WINDOW,
    Caption,
    IndexedFace,
    Nearest,
    Pack,
    PortraitRecord,
    PortraitStore,
    Progress,
    celebrity_id_of,
    pack_of,
    portrait_id_of,
)
from lookalike.ranking import SAME_FACE, Attribution, Portrait
from tests.moto.cloud import Cloud, hooked
from tests.moto.conftest import Clock
from tests.recogniser import COLLECTION, picture

ATTRIBUTION = Attribution("A. Photographer", "CC BY 4.0", "https://example.org/by", "")
CAPTION = Caption("grace-hopper", "Grace Hopper", ATTRIBUTION)
NEAREST = Nearest("face-1", "other", "face-2", 31.4)
PNG = b"\x89PNG"

examples = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
fresh = itertools.count()


def record_of(
    key: str,
    celebrity_id: str = "grace-hopper",
    face_id: str = "face-1",
    version: str = "version-1",
) -> PortraitRecord:
    one = portrait_id_of(key)
    portrait = Portrait(
        portrait_id=one,
        pack=pack_of(key),
        key=key,
        celebrity_id=celebrity_id,
        name=celebrity_id.replace("-", " ").title(),
        attribution=ATTRIBUTION,
        geometry=(0.25, -0.125, 0.5, 0.0, 0.125, 0.25, -0.5, 0.375, 0.0625, -0.25),
    )
    return PortraitRecord(one, key, version, portrait, {COLLECTION: IndexedFace(face_id, "7.0")})


def refused_record(key: str, version: str = "version-1") -> PortraitRecord:
    return PortraitRecord(portrait_id_of(key), key, version, refusal="no_face")


def add(portraits: PortraitStore, *records: PortraitRecord) -> list[PortraitRecord]:
    """Store records; return them as they are stored."""
    stored = [portraits.replace(None, record) for record in records]
    return [record for record in stored if record is not None]


def known(portraits: PortraitStore, key: str) -> PortraitRecord:
    record = portraits.record(portrait_id_of(key))
    assert record is not None
    return record


def unrevised(record: PortraitRecord | None) -> PortraitRecord | None:
    """A record without what storing it adds."""
    return record and replace(record, revision="")


def policy_of(fields: dict[str, str]) -> dict[str, Any]:
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert isinstance(policy, dict)
    return policy


# Ids


def test_id_of_a_portrait_fits_rekognition() -> None:
    one = portrait_id_of("celebrities/章子怡_1.jpg")

    assert one.isascii()
    assert one.isalnum()
    assert len(one) == 32
    assert one != portrait_id_of("celebrities/章子怡_2.jpg")


def test_pack_of_a_portrait_is_its_folder() -> None:
    assert pack_of("celebrities/sub/Grace_Hopper.jpg") == "celebrities"


@pytest.mark.parametrize(
    ("name", "celebrity_id"),
    [
        ("Grace Hopper", "grace-hopper"),
        ("Björk", "bjork"),
        ("章子怡", "zhang-zi-yi"),
        ("Ólafur Arnalds", "olafur-arnalds"),
        ("Мария Шарапова", "mariia-sharapova"),
    ],
)
def test_persons_id_is_made_of_their_name(name: str, celebrity_id: str) -> None:
    assert celebrity_id_of(name) == celebrity_id


@given(st.text(min_size=1, max_size=200))
def test_everybody_has_an_id_in_ascii(name: str) -> None:
    celebrity_id = celebrity_id_of(name)

    assert 0 < len(celebrity_id) <= 100
    assert celebrity_id.isascii()
    assert celebrity_id == celebrity_id_of(name)


# Captions


@pytest.mark.parametrize("name", ["Beyoncé", "Björk", "章子怡", "O'Neil / 100%", "a+b=c&d"])
def test_caption_survives_as_metadata(cloud: Cloud, portraits: PortraitStore, name: str) -> None:
    caption = Caption("some-id", name, Attribution("Jürgen", "CC0", "https://a.example/ü", "#"))
    cloud.s3.put_object(
        Bucket=cloud.name("PortraitsBucket"),
        Key="celebrities/one.jpg",
        Body=PNG,
        Metadata=caption.to_metadata(),
    )

    stored = portraits.stored("celebrities/one.jpg")

    assert stored is not None
    assert stored.caption == caption


@given(st.text(min_size=1), st.text(min_size=1), st.text(), st.text())
def test_metadata_is_ascii_and_loses_nothing(one: str, name: str, author: str, source: str) -> None:
    caption = Caption(one, name, Attribution(author, source_url=source))

    metadata = caption.to_metadata()

    assert all(value.isascii() and value.isprintable() for value in metadata.values())
    assert Caption.from_metadata(metadata) == caption


def test_unknown_rights_are_left_out_of_the_metadata() -> None:
    assert Caption("bjork", "Björk", Attribution()).to_metadata() == {
        "celebrity-id": "bjork",
        "name": "Bj%C3%B6rk",
    }


@pytest.mark.parametrize("missing", ["name", "celebrity-id"])
def test_metadata_without_a_name_is_no_caption(missing: str) -> None:
    metadata = {key: value for key, value in CAPTION.to_metadata().items() if key != missing}

    assert Caption.from_metadata(metadata) is None


@pytest.mark.parametrize(("over", "fits"), [(0, True), (1, False)])
def test_caption_fits_where_an_object_can_carry_it(over: int, fits: bool) -> None:
    empty = Caption("ada", "é", Attribution(license="CC0"))
    used = sum(len(name) + len(value) for name, value in empty.to_metadata().items())
    author = "x" * (MOST_METADATA - used - len("author") + over)

    assert replace(empty, attribution=Attribution(author, "CC0")).fits() is fits


def test_names_beyond_ascii_take_more_room() -> None:
    assert Caption("ada", "a" * 500, Attribution()).fits()
    assert not Caption("ada", "章" * 500, Attribution()).fits()


# Packs


def test_default_pack_is_there_before_its_first_portrait(portraits: PortraitStore) -> None:
    default = Pack("celebrities", "Celebrities", COLLECTION)

    assert portraits.pack("celebrities") == default
    assert portraits.packs() == [default]


def test_packs_record_says_which_collection_is_searched(
    cloud: Cloud, portraits: PortraitStore
) -> None:
    cloud.add_pack("celebrities", "Stars", "collection-2")

    assert portraits.pack("celebrities") == Pack("celebrities", "Stars", "collection-2")
    assert [pack.collection for pack in portraits.packs()] == ["collection-2"]


def test_packs_are_listed_by_title_the_default_one_first(
    cloud: Cloud, portraits: PortraitStore
) -> None:
    cloud.add_pack("scientists", "Scientists", "collection-2")
    cloud.add_pack("poets", "Bards", "collection-3")

    assert [pack.name for pack in portraits.packs()] == ["celebrities", "poets", "scientists"]


@pytest.mark.parametrize(
    "name",
    [
        "nobody",
        "Celebrities",
        pytest.param(""),
    ],
)
def test_pack_that_is_not_there_is_unknown(portraits: PortraitStore, name: str) -> None:
    with pytest.raises(UnknownPack):
        portraits.pack(name)


@pytest.mark.parametrize("name", ["poets", "celebrities"])
def test_pack_is_read_as_it_was_saved(portraits: PortraitStore, name: str) -> None:
    pack = Pack(
        name, "Dichter & Wörter", "collection-2", "collection-3", {"collection-1": 1795363293}
    )

    portraits.save_pack(pack)

    assert portraits.pack(name) == pack
    assert pack in portraits.packs()


def test_faces_belong_in_both_collections_of_a_pack_that_is_reindexed() -> None:
    pack = Pack("poets", "Poets", "collection-1")

    assert pack.collections == ("collection-1",)
    assert replace(pack, next_collection="collection-2").collections == (
        "collection-1",
        "collection-2",
    )


def test_saving_a_pack_leaves_what_others_wrote_to_it(portraits: PortraitStore) -> None:
    portraits.save_pack(Pack("poets", "Poets", "collection-1", "collection-2"))
    change = portraits.note_change("poets")
    portraits.save_measures("poets", change, [50.0], 7)

    portraits.save_pack(Pack("poets", "Bards", "collection-2"))

    assert portraits.pack("poets") == Pack(
        "poets", "Bards", "collection-2", change=change, measured=change, portraits=7
    )
    assert portraits.distribution("poets") == [50.0]


def test_deleted_pack_is_unknown(cloud: Cloud, portraits: PortraitStore) -> None:
    cloud.add_pack("poets")

    portraits.delete_pack("poets")

    with pytest.raises(UnknownPack):
        portraits.pack("poets")


# What changes in a pack


def test_change_of_a_pack_is_named_by_its_record(portraits: PortraitStore) -> None:
    first = portraits.note_change(DEFAULT_PACK)
    second = portraits.note_change(DEFAULT_PACK)

    assert first != second
    assert portraits.pack(DEFAULT_PACK) == Pack(
        DEFAULT_PACK, "Celebrities", COLLECTION, change=second
    )


def test_change_of_a_pack_that_is_gone_makes_no_pack(portraits: PortraitStore) -> None:
    portraits.note_change("gone")

    assert [pack.name for pack in portraits.packs()] == [DEFAULT_PACK]


@pytest.mark.parametrize("progress", [None, Progress("indexing", 1, 2)], ids=["over", "on"])
def test_progress_of_a_pack_that_is_gone_makes_no_pack(
    portraits: PortraitStore, progress: Progress | None
) -> None:
    portraits.note_progress("gone", progress)

    assert [pack.name for pack in portraits.packs()] == [DEFAULT_PACK]


def test_pack_without_measures_has_no_distribution(portraits: PortraitStore) -> None:
    assert portraits.distribution(DEFAULT_PACK) == []


def test_distribution_is_read_as_it_was_saved(portraits: PortraitStore) -> None:
    change = portraits.note_change(DEFAULT_PACK)

    portraits.save_measures(DEFAULT_PACK, change, [0.0, 31.4, 99.123456789], 3)

    assert portraits.distribution(DEFAULT_PACK) == pytest.approx([0.0, 31.4, 99.123457])
    assert (portraits.pack(DEFAULT_PACK).measured, portraits.pack(DEFAULT_PACK).portraits) == (
        change,
        3,
    )


def test_measures_of_an_earlier_change_are_not_saved(portraits: PortraitStore) -> None:
    first = portraits.note_change(DEFAULT_PACK)
    second = portraits.note_change(DEFAULT_PACK)
    portraits.save_measures(DEFAULT_PACK, second, [50.0], 2)

    portraits.save_measures(DEFAULT_PACK, first, [], 0)

    assert portraits.distribution(DEFAULT_PACK) == [50.0]
    assert portraits.pack(DEFAULT_PACK).measured == second


def test_measures_of_a_pack_that_is_gone_make_no_pack(
    cloud: Cloud, portraits: PortraitStore
) -> None:
    portraits.save_measures("gone", "change", [50.0], 2)

    assert cloud.items("PacksTable") == []


# How far a pack's filling is


def test_progress_is_shown_until_it_is_over(portraits: PortraitStore, now: Clock) -> None:
    assert now
    portraits.note_progress(DEFAULT_PACK, Progress("fetching", 12, 240))
    during = portraits.pack(DEFAULT_PACK).progress

    portraits.note_progress(DEFAULT_PACK, None)

    assert during == Progress("fetching", 12, 240)
    assert portraits.pack(DEFAULT_PACK).progress is None
    assert [pack.progress for pack in portraits.packs()] == [None]


def test_progress_that_is_not_renewed_is_not_shown(portraits: PortraitStore, now: Clock) -> None:
    now.time = now.time.replace(microsecond=0)
    portraits.note_progress(DEFAULT_PACK, Progress("indexing", 12, 240))

    now.pass_by(PROGRESS_LIFETIME)
    last = portraits.pack(DEFAULT_PACK).progress
    now.pass_by(timedelta(seconds=1))

    assert last == Progress("indexing", 12, 240)
    assert portraits.pack(DEFAULT_PACK).progress is None
    assert [pack.progress for pack in portraits.packs()] == [None]


# Records


def test_record_is_read_as_it_was_written(portraits: PortraitStore) -> None:
    record = record_of("celebrities/one.jpg")

    add(portraits, record)

    assert unrevised(portraits.record(record.portrait_id)) == record
    assert portraits.get([record.portrait_id]) == {record.portrait_id: record.portrait}


def test_record_knows_the_face_of_each_collection(portraits: PortraitStore) -> None:
    faces = {
        "collection-1": IndexedFace("face-1", "6.0"),
        "collection-2": IndexedFace("face-2", "7.0"),
    }

    (stored,) = add(portraits, replace(record_of("celebrities/one.jpg"), indexed_faces=faces))

    assert stored.indexed_faces == faces


def test_portrait_without_geometry_is_read_as_it_was_written(portraits: PortraitStore) -> None:
    record = record_of("celebrities/one.jpg")
    assert record.portrait is not None
    bare = replace(record, portrait=replace(record.portrait, geometry=None))

    add(portraits, bare)

    assert unrevised(portraits.record(record.portrait_id)) == bare


def test_record_of_a_refused_portrait_belongs_to_no_pack(portraits: PortraitStore) -> None:
    record = refused_record("celebrities/one.jpg")

    add(portraits, record)

    assert unrevised(portraits.record(record.portrait_id)) == record
    assert portraits.get([record.portrait_id]) == {}
    assert list(portraits.records("celebrities")) == []


def test_portraits_of_a_pack_are_read_by_person(portraits: PortraitStore) -> None:
    add(
        portraits,
        record_of("celebrities/b.jpg", "bea"),
        record_of("celebrities/a.jpg", "ada"),
        record_of("poets/c.jpg", "cam"),
    )

    assert [one.celebrity_id for one in portraits.portraits("celebrities")] == ["ada", "bea"]
    assert list(portraits.portraits("nobody")) == []


def test_operators_see_the_refused_records_of_a_pack_too(portraits: PortraitStore) -> None:
    add(
        portraits,
        record_of("celebrities/a.jpg"),
        refused_record("celebrities/b.jpg"),
        refused_record("celebrities-2/c.jpg"),
    )

    found = {record.key for record in portraits.scan("celebrities")}

    assert found == {"celebrities/a.jpg", "celebrities/b.jpg"}


def test_more_records_are_read_than_a_request_takes(portraits: PortraitStore) -> None:
    records = [refused_record(f"celebrities/{n}.jpg") for n in range(BATCH + 1)]
    add(portraits, *records)
    ids = [record.portrait_id for record in records]

    found = portraits.records_of([*ids, *ids, "gone"])

    assert sorted(found) == sorted(ids)


def test_no_records_are_read_without_a_request(portraits: PortraitStore) -> None:
    assert portraits.records_of([]) == {}


def test_records_left_over_by_a_request_are_asked_for_again(
    portraits: PortraitStore, cloud: Cloud
) -> None:
    records = add(portraits, *(refused_record(f"celebrities/{n}.jpg") for n in range(3)))
    table = cloud.name("PortraitsTable")
    asked = itertools.count()

    def process_one(parsed: dict[str, dict[str, object]], **_: object) -> None:
        items = parsed["Responses"][table]
        assert isinstance(items, list)
        rest = [{"portrait_id": item["portrait_id"]} for item in items[1:]]
        del items[1:]
        if rest:
            parsed["UnprocessedKeys"] = {table: {"Keys": rest}}
        next(asked)

    with hooked(portraits._dynamodb, "after-call.dynamodb.BatchGetItem", process_one):
        found = portraits.records_of(record.portrait_id for record in records)

    assert found == {record.portrait_id: record for record in records}
    assert next(asked) == 3


# Replacing


def test_first_record_takes_no_others_place(portraits: PortraitStore) -> None:
    (first,) = add(portraits, record_of("celebrities/one.jpg", face_id="face-1"))

    with pytest.raises(PortraitChanged):
        portraits.replace(None, record_of("celebrities/one.jpg", face_id="face-2"))

    assert portraits.record(first.portrait_id) == first


def test_known_record_is_replaced(portraits: PortraitStore) -> None:
    (first,) = add(portraits, record_of("celebrities/one.jpg", face_id="face-1"))
    second = record_of("celebrities/one.jpg", face_id="face-2", version="version-2")

    portraits.replace(first, second)

    assert unrevised(portraits.record(first.portrait_id)) == second


@pytest.mark.parametrize("record", [record_of("celebrities/1.jpg"), refused_record("poets/1.jpg")])
def test_replaced_record_is_given_as_it_is_stored(
    portraits: PortraitStore, record: PortraitRecord
) -> None:
    first = portraits.replace(None, replace(record, nearest=NEAREST))
    second = portraits.replace(first, record)

    assert first is not None
    assert second is not None
    assert portraits.record(record.portrait_id) == second
    assert second == replace(record, revision=second.revision)
    assert len({first.revision, second.revision, ""}) == 3


def test_refused_record_is_replaced(portraits: PortraitStore) -> None:
    (refused,) = add(portraits, refused_record("celebrities/one.jpg"))
    usable = record_of("celebrities/one.jpg", version="version-2")

    portraits.replace(refused, usable)

    assert unrevised(portraits.record(refused.portrait_id)) == usable


def test_record_that_changed_is_not_replaced(portraits: PortraitStore) -> None:
    (stale,) = add(portraits, record_of("celebrities/one.jpg"))
    portraits.replace(stale, stale)
    current = known(portraits, stale.key)

    with pytest.raises(PortraitChanged):
        portraits.replace(stale, refused_record("celebrities/one.jpg"))
    with pytest.raises(PortraitChanged):
        portraits.replace(stale, None)

    assert current.revision != stale.revision
    assert known(portraits, stale.key) == current


def test_known_record_is_removed(portraits: PortraitStore) -> None:
    (record,) = add(portraits, record_of("celebrities/one.jpg"))

    assert portraits.replace(record, None) is None

    assert portraits.record(record.portrait_id) is None


def test_record_that_is_gone_is_not_replaced(portraits: PortraitStore) -> None:
    (record,) = add(portraits, record_of("celebrities/one.jpg"))
    portraits.replace(record, None)

    with pytest.raises(PortraitChanged):
        portraits.replace(record, record)

    assert portraits.record(record.portrait_id) is None


def test_nothing_in_place_of_nothing_is_nothing(portraits: PortraitStore, cloud: Cloud) -> None:
    portraits.replace(None, None)

    assert cloud.items("PortraitsTable") == []


# The nearest other celebrity


def test_nearest_is_read_as_it_was_saved(portraits: PortraitStore) -> None:
    (record,) = add(portraits, record_of("celebrities/one.jpg"))

    portraits.save_nearest(record, NEAREST)

    assert portraits.record(record.portrait_id) == replace(record, nearest=NEAREST)


def test_only_person_has_no_nearest(portraits: PortraitStore) -> None:
    (record,) = add(portraits, record_of("celebrities/one.jpg"))

    portraits.save_nearest(record, Nearest("face-1"))

    assert known(portraits, record.key).nearest == Nearest("face-1", "", "", 0.0)


def test_portrait_that_is_gone_gets_no_nearest(portraits: PortraitStore, cloud: Cloud) -> None:
    portraits.save_nearest(record_of("celebrities/gone.jpg"), NEAREST)

    assert cloud.items("PortraitsTable") == []


def test_portrait_that_was_replaced_gets_no_nearest(portraits: PortraitStore) -> None:
    (stale,) = add(portraits, record_of("celebrities/one.jpg"))
    portraits.replace(stale, record_of("celebrities/one.jpg", face_id="face-9"))

    portraits.save_nearest(stale, NEAREST)

    assert known(portraits, stale.key).nearest is None


@pytest.mark.parametrize(("similarity", "found"), [(SAME_FACE, True), (SAME_FACE - 0.1, False)])
def test_another_persons_face_is_the_same_where_it_nearly_certainly_is(
    portraits: PortraitStore, similarity: float, found: bool
) -> None:
    one, other = add(
        portraits, record_of("celebrities/one.jpg"), record_of("celebrities/two.jpg", "bea")
    )

    same = portraits.same_face(
        replace(one, nearest=Nearest("face-1", other.portrait_id, "face-2", similarity))
    )

    assert same == (other.portrait if found else None)


def test_portrait_that_is_gone_shows_no_face(portraits: PortraitStore) -> None:
    record = record_of("celebrities/one.jpg")

    assert portraits.same_face(record) is None
    assert portraits.same_face(replace(record, nearest=replace(NEAREST, similarity=100.0))) is None


# People


def test_person_of_several_portraits_is_listed_once_with_all_of_them(
    portraits: PortraitStore,
) -> None:
    keys = [f"celebrities/{name}.jpg" for name in ("a3", "a1", "b", "a2")]
    add(portraits, *(record_of(key, "bea" if "/b" in key else "ada") for key in keys))

    people = portraits.people("celebrities", 50, None)

    assert [[portrait.key for portrait in person] for person in people.people] == [
        ["celebrities/a1.jpg", "celebrities/a2.jpg", "celebrities/a3.jpg"],
        ["celebrities/b.jpg"],
    ]
    assert people.next_cursor is None


@examples
@given(st.lists(st.integers(1, 4), max_size=5), st.integers(1, 6))
def test_paging_names_everyone_once(
    portraits: PortraitStore, cloud: Cloud, portraits_each: list[int], limit: int
) -> None:
    pack = f"pack-{next(fresh)}"
    cloud.add_pack(pack, pack, COLLECTION)
    for person, count in enumerate(portraits_each):
        for n in range(count):
            add(portraits, record_of(f"{pack}/{person}-{n}.jpg", f"person-{person}"))

    pages, cursor = [], None
    while True:
        people = portraits.people(pack, limit, cursor)
        pages.append(people.people)
        cursor = people.next_cursor
        if cursor is None:
            break

    found = [(person[0].celebrity_id, len(person)) for page in pages for person in page]
    assert found == [(f"person-{n}", count) for n, count in enumerate(portraits_each)]
    assert all(len(page) == limit for page in pages[:-1])


def test_person_beyond_ascii_begins_the_next_page(portraits: PortraitStore) -> None:
    add(portraits, *(record_of(f"celebrities/{n}.jpg", one) for n, one in enumerate("é章ж")))

    first = portraits.people("celebrities", 2, None)
    second = portraits.people("celebrities", 2, first.next_cursor)

    assert [person[0].celebrity_id for person in (*first.people, *second.people)] == sorted("é章ж")


def test_person_is_found_by_their_very_name(portraits: PortraitStore) -> None:
    add(portraits, record_of("celebrities/a.jpg", "ada-q7259"), record_of("poets/b.jpg", "bea"))

    assert portraits.person_named("celebrities", "Ada Q7259") == "ada-q7259"
    assert portraits.person_named("celebrities", "Ada") is None
    assert portraits.person_named("celebrities", "Bea") is None


def test_people_of_an_unknown_pack_are_unknown(portraits: PortraitStore) -> None:
    with pytest.raises(UnknownPack):
        portraits.people("nobody", 50, None)


def test_empty_pack_has_no_people(portraits: PortraitStore) -> None:
    assert portraits.people("celebrities", 50, None) == ([], None)


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("A", id="no base64"),
        pytest.param("é", id="no ASCII"),
        pytest.param(base64.urlsafe_b64encode(b"\xff").decode(), id="no UTF-8"),
        pytest.param("", id="empty"),
        pytest.param("%%%%", id="rubbish"),
        pytest.param(base64.urlsafe_b64encode(b"x" * 1024).decode(), id="long"),
        pytest.param(base64.urlsafe_b64encode("章".encode() * 500).decode(), id="long in bytes"),
    ],
)
def test_broken_cursor_is_an_invalid_request(portraits: PortraitStore, cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        portraits.people("celebrities", 50, cursor)


# The bucket


def test_portrait_that_is_not_there_is_none(portraits: PortraitStore) -> None:
    assert portraits.stored("celebrities/none.jpg") is None


def test_portrait_that_was_deleted_is_none(cloud: Cloud, portraits: PortraitStore) -> None:
    bucket, key = cloud.name("PortraitsBucket"), "celebrities/one.jpg"
    cloud.s3.put_object(Bucket=bucket, Key=key, Body=PNG)
    cloud.s3.delete_object(Bucket=bucket, Key=key)

    assert portraits.stored(key) is None


def test_stored_portrait_is_its_newest_version(cloud: Cloud, portraits: PortraitStore) -> None:
    bucket, key = cloud.name("PortraitsBucket"), "celebrities/one.jpg"
    cloud.s3.put_object(Bucket=bucket, Key=key, Body=PNG)
    newest = cloud.s3.put_object(Bucket=bucket, Key=key, Body=PNG, Metadata=CAPTION.to_metadata())

    stored = portraits.stored(key)

    assert stored is not None
    assert stored.picture == (bucket, key, newest["VersionId"])
    assert stored.caption == CAPTION


def test_stored_portrait_without_a_name_has_no_caption(
    cloud: Cloud, portraits: PortraitStore
) -> None:
    cloud.s3.put_object(Bucket=cloud.name("PortraitsBucket"), Key="celebrities/one", Body=PNG)

    stored = portraits.stored("celebrities/one")

    assert stored is not None
    assert stored.caption is None


@pytest.mark.parametrize(
    ("content", "size"),
    [(picture(1, 120, 90), (120, 90)), (PNG, None), (b"", None), (b"GIF89a", None)],
)
def test_stored_portraits_size_is_read(
    cloud: Cloud, portraits: PortraitStore, content: bytes, size: tuple[int, int] | None
) -> None:
    put = cloud.s3.put_object(
        Bucket=cloud.name("PortraitsBucket"),
        Key="celebrities/one.png",
        Body=content,
        Metadata=CAPTION.to_metadata(),
    )

    stored = portraits.stored("celebrities/one.png")

    assert stored is not None
    assert (stored.size, stored.caption) == (size, CAPTION)
    assert stored.picture.version == put["VersionId"]


def test_portraits_address_is_the_buckets_regional_host(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    store = PortraitStore(
        cloud.name("PortraitsTable"), cloud.name("PacksTable"), "portraits-of-test", COLLECTION
    )

    address = urlsplit(store.url("celebrities/Björk.jpg"))

    query = parse_qs(address.query)
    assert address.netloc == "portraits-of-test.s3.eu-west-1.amazonaws.com"
    assert address.path == "/celebrities/Bj%C3%B6rk.jpg"
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["3600"]


# Curating


@pytest.mark.parametrize(
    ("content_type", "suffix"), [("image/jpeg", ".jpg"), ("image/png", ".png")]
)
def test_curators_portrait_goes_to_a_folder_of_the_pack(
    portraits: PortraitStore, content_type: str, suffix: str
) -> None:
    one, form = portraits.upload_form("poets", content_type, CAPTION)

    key = form.fields["key"]
    assert re.fullmatch(rf"poets/curated/[0-9a-f-]{{36}}\{suffix}", key)
    assert one == portrait_id_of(key)
    assert pack_of(key) == "poets"


def test_no_two_curators_portraits_have_one_key(portraits: PortraitStore) -> None:
    forms = [portraits.upload_form("poets", "image/png", CAPTION)[1] for _ in range(2)]

    assert len({form.fields["key"] for form in forms}) == 2


def test_curators_form_takes_one_picture_with_these_very_words(
    portraits: PortraitStore, cloud: Cloud
) -> None:
    caption = Caption("bjork", "Björk", Attribution("Jürgen", "CC0"))

    _, form = portraits.upload_form("celebrities", "image/png", caption)

    words = {f"x-amz-meta-{name}": value for name, value in caption.to_metadata().items()}
    conditions = policy_of(form.fields)["conditions"]
    assert words.items() <= form.fields.items()
    assert form.fields["Content-Type"] == "image/png"
    assert ["content-length-range", 1, 15_000_000] in conditions
    assert {"bucket": cloud.name("PortraitsBucket")} in conditions
    for name in ("key", "Content-Type", *words):
        assert {name: form.fields[name]} in conditions
    assert not any("starts-with" in condition for condition in conditions)


def test_curators_form_expires_when_it_says(portraits: PortraitStore) -> None:
    _, form = portraits.upload_form("celebrities", "image/png", CAPTION)

    expiration = clock.from_text(policy_of(form.fields)["expiration"])
    assert abs(expiration - form.expires_at) < timedelta(seconds=5)
    assert abs(form.expires_at - clock.now() - UPLOAD_WINDOW) < timedelta(seconds=5)


def test_deleted_portraits_object_is_gone(cloud: Cloud, portraits: PortraitStore) -> None:
    record = record_of("celebrities/one.jpg")
    for key in (record.key, "celebrities/two.jpg"):
        cloud.s3.put_object(Bucket=cloud.name("PortraitsBucket"), Key=key, Body=PNG)

    portraits.delete(record)

    assert portraits.stored(record.key) is None
    assert portraits.stored("celebrities/two.jpg") is not None
