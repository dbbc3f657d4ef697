import base64
import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.errors import InvalidRequest, PortraitChanged
from lookalike.portraits import (
    IndexedFace,
    Nearest,
    PortraitRecord,
    PortraitStore,
    pack_of,
    portrait_id_of,
)
from lookalike.ranking import SAME_FACE, Attribution, Portrait
from lookalike.storage import BATCH
from tests.moto.cloud import Cloud, hooked
from tests.recogniser import COLLECTION

ATTRIBUTION = Attribution("A. Photographer", "CC BY 4.0", "https://example.org/by", "")
NEAREST = Nearest("face-1", "other", "face-2", 31.4)

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
        gender="female",
        description="computer scientist",
        version=version,
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


# Ids


def test_id_of_a_portrait_fits_rekognition() -> None:
    one = portrait_id_of("celebrities/章子怡_1.jpg")

    assert one.isascii()
    assert one.isalnum()
    assert len(one) == 32
    assert one != portrait_id_of("celebrities/章子怡_2.jpg")


def test_pack_of_a_portrait_is_its_folder() -> None:
    assert pack_of("celebrities/sub/Grace_Hopper.jpg") == "celebrities"


# Records


def test_record_is_read_as_it_was_written(portraits: PortraitStore) -> None:
    record = record_of("celebrities/one.jpg")

    add(portraits, record)

    assert unrevised(portraits.record(record.portrait_id)) == record


def test_portrait_that_is_shown_is_read_with_all_that_a_result_says(
    portraits: PortraitStore,
) -> None:
    record = record_of("celebrities/one.jpg")
    assert record.portrait is not None
    add(portraits, record)

    found = portraits.get([record.portrait_id])[record.portrait_id]

    # The fake DynamoDB ignores a BatchGetItem's projection, which leaves the geometry out.
    assert replace(found, geometry=None) == replace(record.portrait, geometry=None)


def test_record_of_an_older_build_has_no_labels(portraits: PortraitStore, cloud: Cloud) -> None:
    record = record_of("celebrities/one.jpg")
    add(portraits, record)
    (item,) = cloud.items("PortraitsTable")
    older = {name: value for name, value in item.items() if name not in {"gender", "description"}}
    cloud.dynamodb.put_item(TableName=cloud.name("PortraitsTable"), Item=older)

    portrait = known(portraits, record.key).portrait

    assert len(older) == len(item) - 2
    assert record.portrait is not None
    assert portrait == replace(record.portrait, gender="", description="")


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

    assert [one.celebrity_id for one in portraits.of_pack("celebrities")] == ["ada", "bea"]
    assert list(portraits.of_pack("nobody")) == []


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

    assert (same.key if same else None) == (other.key if found else None)


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


@pytest.mark.parametrize("name", ["Ada Q7259", "ADA Q7259", "ada-q.7259", "Áda Q\u20197259"])
def test_person_is_found_by_any_spelling_of_their_name(portraits: PortraitStore, name: str) -> None:
    add(portraits, record_of("celebrities/a.jpg", "ada-q7259"), record_of("poets/b.jpg", "bea"))

    assert portraits.person_named("celebrities", name) == "ada-q7259"
    assert portraits.person_named("celebrities", "Ada") is None
    assert portraits.person_named("celebrities", "Bea") is None


def test_no_person_is_found_by_a_name_that_two_have(portraits: PortraitStore) -> None:
    for number in "12":
        record = record_of(f"celebrities/{number}.jpg", f"ada-{number}")
        assert record.portrait is not None
        add(portraits, replace(record, portrait=replace(record.portrait, name="Ada")))

    assert portraits.person_named("celebrities", "Ada") is None


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
