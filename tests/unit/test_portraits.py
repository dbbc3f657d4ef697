import base64
import itertools
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.errors import InvalidRequest, PortraitChanged, UnknownPack
from lookalike.matching import Attribution, Portrait
from lookalike.portraits import (
    BATCH,
    Caption,
    Pack,
    PortraitRecord,
    PortraitStore,
    pack_of,
    portrait_id,
)
from tests.unit.cloud import COLLECTION, Cloud, hooked

ATTRIBUTION = Attribution("A. Photographer", "CC BY 4.0", "https://example.org/by", "")
CAPTION = Caption("grace-hopper", "Grace Hopper", ATTRIBUTION)
PNG = b"\x89PNG"

examples = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
fresh = itertools.count()


def record_of(
    key: str,
    celebrity_id: str = "grace-hopper",
    face_id: str = "face-1",
    version: str = "version-1",
    nearest_similarity: float | None = None,
) -> PortraitRecord:
    one = portrait_id(key)
    portrait = Portrait(
        portrait_id=one,
        pack=pack_of(key),
        key=key,
        celebrity_id=celebrity_id,
        name=celebrity_id.replace("-", " ").title(),
        attribution=ATTRIBUTION,
        geometry=(0.25, -0.125, 0.5, 0.0, 0.125, 0.25, -0.5, 0.375, 0.0625, -0.25),
        nearest_similarity=nearest_similarity,
    )
    return PortraitRecord(one, key, version, COLLECTION, portrait, face_id, "7.0")


def refused_record(key: str, version: str = "version-1") -> PortraitRecord:
    return PortraitRecord(portrait_id(key), key, version, COLLECTION, refusal="no_face")


def add(portraits: PortraitStore, *records: PortraitRecord) -> None:
    for record in records:
        portraits.replace(None, record)


def add_pack(cloud: Cloud, pack: str, title: str, collection: str) -> None:
    item = {"pack": {"S": pack}, "title": {"S": title}, "collection": {"S": collection}}
    cloud.dynamodb.put_item(TableName=cloud.name("PacksTable"), Item=item)


def nearest_of(portraits: PortraitStore, key: str) -> tuple[float | None, str | None]:
    record = portraits.record(portrait_id(key))
    assert record is not None
    assert record.portrait is not None
    return record.portrait.nearest_similarity, record.nearest_portrait_id


# Ids


def test_id_of_a_portrait_fits_rekognition() -> None:
    one = portrait_id("celebrities/章子怡_1.jpg")

    assert one.isascii()
    assert one.isalnum()
    assert len(one) == 32
    assert one != portrait_id("celebrities/章子怡_2.jpg")


def test_pack_of_a_portrait_is_its_folder() -> None:
    assert pack_of("celebrities/sub/Grace_Hopper.jpg") == "celebrities"


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


# Packs


def test_default_pack_is_there_before_its_first_portrait(portraits: PortraitStore) -> None:
    default = Pack("celebrities", "Celebrities", COLLECTION)

    assert portraits.pack("celebrities") == default
    assert portraits.packs() == [default]


def test_packs_record_says_which_collection_is_searched(
    cloud: Cloud, portraits: PortraitStore
) -> None:
    add_pack(cloud, "celebrities", "Stars", "collection-2")

    assert portraits.pack("celebrities") == Pack("celebrities", "Stars", "collection-2")
    assert [pack.collection for pack in portraits.packs()] == ["collection-2"]


def test_packs_are_listed_by_title_the_default_one_first(
    cloud: Cloud, portraits: PortraitStore
) -> None:
    add_pack(cloud, "scientists", "Scientists", "collection-2")
    add_pack(cloud, "poets", "Bards", "collection-3")

    assert [pack.pack for pack in portraits.packs()] == ["celebrities", "poets", "scientists"]


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


# Records


def test_record_is_read_as_it_was_written(portraits: PortraitStore) -> None:
    record = record_of("celebrities/one.jpg")

    add(portraits, record)

    assert portraits.record(record.portrait_id) == record
    assert portraits.get([record.portrait_id]) == {record.portrait_id: record.portrait}


def test_portrait_without_geometry_is_read_as_it_was_written(portraits: PortraitStore) -> None:
    record = record_of("celebrities/one.jpg")
    assert record.portrait is not None
    bare = replace(record, portrait=replace(record.portrait, geometry=None))

    add(portraits, bare)

    assert portraits.record(record.portrait_id) == bare


def test_record_of_a_refused_portrait_belongs_to_no_pack(portraits: PortraitStore) -> None:
    record = refused_record("celebrities/one.jpg")

    add(portraits, record)

    assert portraits.record(record.portrait_id) == record
    assert portraits.get([record.portrait_id]) == {}
    assert list(portraits.records("celebrities")) == []
    assert portraits.count("celebrities") == 0


def test_portraits_of_a_pack_are_read_and_counted(portraits: PortraitStore) -> None:
    add(
        portraits,
        record_of("celebrities/b.jpg", "bea"),
        record_of("celebrities/a.jpg", "ada"),
        record_of("poets/c.jpg", "cam"),
    )

    assert [one.celebrity_id for one in portraits.portraits("celebrities")] == ["ada", "bea"]
    assert portraits.count("celebrities") == 2
    assert portraits.count("nobody") == 0


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
    records = [refused_record(f"celebrities/{n}.jpg") for n in range(3)]
    add(portraits, *records)
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
    first = record_of("celebrities/one.jpg", face_id="face-1")
    add(portraits, first)

    with pytest.raises(PortraitChanged):
        portraits.replace(None, record_of("celebrities/one.jpg", face_id="face-2"))

    assert portraits.record(first.portrait_id) == first


def test_known_record_is_replaced(portraits: PortraitStore) -> None:
    first = record_of("celebrities/one.jpg", face_id="face-1")
    second = record_of("celebrities/one.jpg", face_id="face-2", version="version-2")
    add(portraits, first)

    portraits.replace(first, second)

    assert portraits.record(first.portrait_id) == second


def test_refused_record_is_replaced(portraits: PortraitStore) -> None:
    refused = refused_record("celebrities/one.jpg")
    add(portraits, refused)
    usable = record_of("celebrities/one.jpg", version="version-2")

    portraits.replace(refused, usable)

    assert portraits.record(refused.portrait_id) == usable


@pytest.mark.parametrize(("face_id", "version"), [("face-9", "version-1"), ("face-1", "version-9")])
def test_record_that_changed_is_not_replaced(
    portraits: PortraitStore, face_id: str, version: str
) -> None:
    current = record_of("celebrities/one.jpg")
    stale = replace(current, face_id=face_id, version=version)
    add(portraits, current)

    with pytest.raises(PortraitChanged):
        portraits.replace(stale, refused_record("celebrities/one.jpg"))
    with pytest.raises(PortraitChanged):
        portraits.replace(stale, None)

    assert portraits.record(current.portrait_id) == current


def test_known_record_is_removed(portraits: PortraitStore) -> None:
    record = record_of("celebrities/one.jpg")
    add(portraits, record)

    portraits.replace(record, None)

    assert portraits.record(record.portrait_id) is None


def test_record_that_is_gone_is_not_replaced(portraits: PortraitStore) -> None:
    record = record_of("celebrities/one.jpg")

    with pytest.raises(PortraitChanged):
        portraits.replace(record, record)

    assert portraits.record(record.portrait_id) is None


def test_nothing_in_place_of_nothing_is_nothing(portraits: PortraitStore, cloud: Cloud) -> None:
    portraits.replace(None, None)

    assert cloud.items("PortraitsTable") == []


# The nearest other celebrity


@examples
@given(st.lists(st.floats(0.001, 100), min_size=1, max_size=6, unique_by=lambda x: round(x, 6)))
def test_nearest_is_the_most_similar_in_any_order(
    portraits: PortraitStore, similarities: list[float]
) -> None:
    key = f"celebrities/{next(fresh)}.jpg"
    add(portraits, record_of(key))

    for place, similarity in enumerate(similarities):
        portraits.raise_nearest(portrait_id(key), similarity, f"other-{place}")

    most = max(similarities)
    nearest, other = nearest_of(portraits, key)
    assert nearest == pytest.approx(most, abs=1e-6)
    assert other == f"other-{similarities.index(most)}"


def test_portrait_that_is_gone_gets_no_nearest(portraits: PortraitStore, cloud: Cloud) -> None:
    portraits.raise_nearest(portrait_id("celebrities/gone.jpg"), 50, "other")

    assert cloud.items("PortraitsTable") == []


def test_nearest_that_is_gone_is_replaced(portraits: PortraitStore) -> None:
    key, other = "celebrities/one.jpg", record_of("celebrities/two.jpg", "bea")
    add(portraits, record_of(key))
    portraits.raise_nearest(portrait_id(key), 50, "gone")
    assert other.portrait is not None

    portraits.replace_nearest(portrait_id(key), "gone", (other.portrait, 30))

    assert nearest_of(portraits, key) == (30, other.portrait_id)


def test_nearest_that_is_gone_for_good_is_removed(portraits: PortraitStore) -> None:
    key = "celebrities/one.jpg"
    add(portraits, record_of(key))
    portraits.raise_nearest(portrait_id(key), 50, "gone")

    portraits.replace_nearest(portrait_id(key), "gone", None)

    assert nearest_of(portraits, key) == (None, None)


def test_nearest_that_has_changed_meanwhile_stays(portraits: PortraitStore) -> None:
    key = "celebrities/one.jpg"
    add(portraits, record_of(key))
    portraits.raise_nearest(portrait_id(key), 50, "newer")

    portraits.replace_nearest(portrait_id(key), "gone", None)

    assert nearest_of(portraits, key) == (50, "newer")


# People


def test_person_of_several_portraits_is_listed_once(portraits: PortraitStore) -> None:
    add(
        portraits,
        record_of("celebrities/a1.jpg", "ada"),
        record_of("celebrities/a2.jpg", "ada"),
        record_of("celebrities/b.jpg", "bea"),
    )

    people = portraits.people("celebrities", 50, None)

    assert [portrait.celebrity_id for portrait in people.portraits] == ["ada", "bea"]
    assert people.next_cursor is None


@examples
@given(st.lists(st.integers(1, 4), max_size=5), st.integers(1, 6))
def test_paging_names_everyone_once(
    portraits: PortraitStore, cloud: Cloud, portraits_each: list[int], limit: int
) -> None:
    pack = f"pack-{next(fresh)}"
    add_pack(cloud, pack, pack, COLLECTION)
    for person, count in enumerate(portraits_each):
        for n in range(count):
            add(portraits, record_of(f"{pack}/{person}-{n}.jpg", f"person-{person}"))

    pages, cursor = [], None
    while True:
        people = portraits.people(pack, limit, cursor)
        pages.append([portrait.celebrity_id for portrait in people.portraits])
        cursor = people.next_cursor
        if cursor is None:
            break

    assert list(itertools.chain(*pages)) == [f"person-{n}" for n in range(len(portraits_each))]
    assert all(len(page) == limit for page in pages[:-1])


def test_people_of_an_unknown_pack_are_unknown(portraits: PortraitStore) -> None:
    with pytest.raises(UnknownPack):
        portraits.people("nobody", 50, None)


def test_people_of_an_empty_pack_are_nobody(portraits: PortraitStore) -> None:
    assert portraits.people("celebrities", 50, None) == ([], None)


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("A", id="no base64"),
        pytest.param("é", id="no ASCII"),
        pytest.param(base64.urlsafe_b64encode(b"\xff").decode(), id="no UTF-8"),
        pytest.param("", id="empty"),
        pytest.param("%%%%", id="rubbish"),
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
