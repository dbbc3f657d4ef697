import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lookalike.errors import PortraitChanged, RecogniserBusy
from lookalike.matching import Attribution
from lookalike.portraits import Caption, PortraitRecord, PortraitStore, portrait_id
from tests.unit.cloud import COLLECTION, Cloud, Context, load_function
from tests.unit.recogniser import NOBODY, Recogniser, picture, similarity

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")

ADA, BEA, CAM = "celebrities/ada.png", "celebrities/bea.png", "celebrities/cam.png"

fresh = itertools.count()


class Studio:
    """The portraits' bucket, the function that indexes it, and what comes of it."""

    def __init__(
        self, cloud: Cloud, portraits: PortraitStore, recogniser: Recogniser, function: Any
    ) -> None:
        self.cloud, self.portraits, self.recogniser = cloud, portraits, recogniser
        self.function = function
        self._bucket = cloud.name("PortraitsBucket")

    def put(
        self, key: str, shade: int = 128, person: str | None = None, content: bytes | None = None
    ) -> str:
        """Store a portrait and return its version; the person is named as the file is."""
        celebrity = person or key.rsplit("/", 1)[1].split(".")[0].split("-")[0]
        caption = Caption(celebrity, celebrity.title(), Attribution("A. Photographer"))
        reply = self.cloud.s3.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=picture(shade) if content is None else content,
            Metadata=caption.to_metadata() if celebrity != "nobody" else {},
        )
        return reply["VersionId"]

    def delete(self, key: str) -> None:
        self.cloud.s3.delete_object(Bucket=self._bucket, Key=key)

    def event(self, key: str, kind: str = "Object Created") -> None:
        """Hand an event of S3 to the function."""
        event = {
            "version": "0",
            "id": "17793124-05d4-b198-2fde-7ededc63b103",
            "detail-type": kind,
            "source": "aws.s3",
            "account": "123456789012",
            "time": "2026-11-22T16:01:33Z",
            "region": "us-east-1",
            "resources": [f"arn:aws:s3:::{self._bucket}"],
            "detail": {
                "version": "0",
                "bucket": {"name": self._bucket},
                "object": {"key": key, "size": 5, "etag": "etag", "version-id": "version"},
                "request-id": "N4N7GDK58NMKJ12R",
                "requester": "123456789012",
                "reason": "PutObject",
            },
        }
        self.function.handler(event, Context())

    def index(self, key: str, shade: int = 128, person: str | None = None) -> PortraitRecord:
        """Store a portrait and hand over its event."""
        self.put(key, shade, person)
        self.event(key)
        record = self.record(key)
        assert record is not None
        return record

    def record(self, key: str) -> PortraitRecord | None:
        return self.portraits.record(portrait_id(key))

    def nearest(self, key: str) -> float | None:
        """The similarity of the nearest portrait of somebody else."""
        record = self.record(key)
        assert record is not None
        assert record.portrait is not None
        return record.portrait.nearest_similarity

    def faces(self, collection: str = COLLECTION) -> dict[str, tuple[str, int]]:
        return self.recogniser.collections[collection]

    def shades(self, collection: str = COLLECTION) -> dict[str, int]:
        """Whom the collection knows, by portrait_id; fails where it knows a portrait twice."""
        found = dict(self.faces(collection).values())
        assert len(found) == len(self.faces(collection))
        return found


@pytest.fixture
def studio(
    cloud: Cloud,
    portraits: PortraitStore,
    recogniser: Recogniser,
    monkeypatch: pytest.MonkeyPatch,
) -> Studio:
    environment = cloud.environment("IndexPortraitFunction")
    function = load_function("index_portrait", monkeypatch, environment)
    return Studio(cloud, portraits, recogniser, function)


# One portrait


def test_new_portrait_is_indexed(studio: Studio) -> None:
    version = studio.put(ADA, 100)

    studio.event(ADA)

    record = studio.record(ADA)
    assert record is not None
    assert (record.key, record.version, record.collection) == (ADA, version, COLLECTION)
    assert (record.model_version, record.refusal) == ("7.0", "")
    assert studio.faces() == {record.face_id: (portrait_id(ADA), 100)}


def test_indexed_portrait_knows_who_it_shows(studio: Studio) -> None:
    portrait = studio.index(ADA).portrait

    assert portrait is not None
    assert (portrait.pack, portrait.key) == ("celebrities", ADA)
    assert (portrait.celebrity_id, portrait.name) == ("ada", "Ada")
    assert portrait.attribution == Attribution("A. Photographer")
    assert portrait.geometry is not None


def test_event_that_comes_twice_indexes_once(studio: Studio) -> None:
    first = studio.index(ADA)

    studio.event(ADA)

    assert studio.record(ADA) == first
    assert studio.recogniser.calls.count("IndexFaces") == 1


def test_replaced_portrait_is_indexed_anew(studio: Studio) -> None:
    studio.index(ADA, 100)

    record = studio.index(ADA, 200)

    assert studio.faces() == {record.face_id: (portrait_id(ADA), 200)}


def test_portrait_with_another_name_shows_somebody_else(studio: Studio) -> None:
    studio.index(ADA, 100)

    record = studio.index(ADA, 100, person="augusta")

    assert record.portrait is not None
    assert record.portrait.celebrity_id == "augusta"
    assert studio.shades() == {portrait_id(ADA): 100}


def test_deleted_portrait_is_forgotten(studio: Studio) -> None:
    studio.index(ADA)
    studio.delete(ADA)

    studio.event(ADA, "Object Deleted")

    assert studio.record(ADA) is None
    assert studio.faces() == {}


def test_event_of_a_portrait_that_was_never_seen_and_is_gone_changes_nothing(
    studio: Studio,
) -> None:
    studio.event(ADA)

    assert studio.cloud.items("PortraitsTable") == []
    assert studio.recogniser.calls == []


def test_late_event_of_a_deleted_portrait_indexes_what_lies_there_now(studio: Studio) -> None:
    studio.put(ADA, 100)
    studio.delete(ADA)
    version = studio.put(ADA, 200)

    studio.event(ADA, "Object Deleted")

    record = studio.record(ADA)
    assert record is not None
    assert record.version == version


def test_portrait_of_an_unknown_pack_is_passed_over(studio: Studio) -> None:
    studio.put("nobody/ada.png")

    studio.event("nobody/ada.png")

    assert studio.shades() == {}


def test_portrait_moves_to_the_packs_new_collection(studio: Studio) -> None:
    studio.index(ADA, 100)
    add_pack(studio, "celebrities", "collection-2")

    studio.event(ADA)

    assert studio.faces() == {}
    assert studio.shades("collection-2") == {portrait_id(ADA): 100}


def add_pack(studio: Studio, pack: str, collection: str) -> None:
    item = {"pack": {"S": pack}, "title": {"S": pack}, "collection": {"S": collection}}
    studio.cloud.dynamodb.put_item(TableName=studio.cloud.name("PacksTable"), Item=item)


# Refused portraits


@pytest.mark.parametrize(
    ("shade", "content", "person", "refusal"),
    [
        pytest.param(NOBODY, None, "ada", "no_face", id="no face"),
        pytest.param(100, None, "nobody", "unnamed", id="unnamed"),
        pytest.param(100, b"text", "ada", "unsupported_image", id="text"),
        pytest.param(100, b"", "ada", "unsupported_image", id="empty"),
        pytest.param(100, picture(100, width=79), "ada", "image_too_small", id="small"),
    ],
)
def test_unusable_portrait_is_refused(
    studio: Studio, shade: int, content: bytes | None, person: str, refusal: str
) -> None:
    version = studio.put(ADA, shade, person, content)

    studio.event(ADA)

    record = studio.record(ADA)
    assert record is not None
    assert (record.version, record.refusal) == (version, refusal)
    assert (record.portrait, record.face_id) == (None, "")
    assert studio.faces() == {}


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
    studio.index(ADA, NOBODY)

    studio.event(ADA)

    assert studio.recogniser.calls == ["IndexFaces"]


def test_usable_portrait_takes_the_place_of_a_refused_one(studio: Studio) -> None:
    studio.index(ADA, NOBODY)

    record = studio.index(ADA, 100)

    assert record.refusal == ""
    assert studio.shades() == {portrait_id(ADA): 100}


def test_refused_portrait_takes_the_place_of_a_usable_one(studio: Studio) -> None:
    studio.index(ADA, 100)

    record = studio.index(ADA, NOBODY)

    assert (record.refusal, record.portrait) == ("no_face", None)
    assert studio.faces() == {}


def test_refused_portrait_that_is_deleted_is_forgotten(studio: Studio) -> None:
    studio.index(ADA, NOBODY)
    studio.delete(ADA)

    studio.event(ADA, "Object Deleted")

    assert studio.cloud.items("PortraitsTable") == []


def test_refusal_is_counted_and_logged_without_naming_anyone(
    capsys: pytest.CaptureFixture[str], studio: Studio
) -> None:
    studio.index(ADA, NOBODY)

    output = capsys.readouterr().out
    log, metric = map(json.loads, output.splitlines())
    assert (log["message"], log["refusal"]) == ("portrait refused", "no_face")
    assert (log["portrait_id"], metric["PortraitRefused"]) == (portrait_id(ADA), [1.0])
    assert "ada" not in output.lower()


# How similar the celebrities are


def test_celebrities_are_measured_both_ways(studio: Studio) -> None:
    studio.index(ADA, 100)
    alone = studio.nearest(ADA)

    studio.index(BEA, 120)

    assert alone is None
    assert studio.nearest(ADA) == studio.nearest(BEA)
    assert studio.nearest(ADA) == pytest.approx(similarity(100, 120))


def test_nearer_celebrity_takes_the_place_of_the_nearest(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 150)

    studio.index(CAM, 110)

    assert studio.nearest(ADA) == pytest.approx(similarity(100, 110))
    assert studio.nearest(BEA) == pytest.approx(similarity(150, 110))
    assert studio.nearest(CAM) == pytest.approx(similarity(100, 110))


def test_portraits_of_one_person_are_not_measured_with_each_other(studio: Studio) -> None:
    studio.index("celebrities/ada-1.png", 100)
    studio.index("celebrities/ada-2.png", 101)

    assert studio.nearest("celebrities/ada-1.png") is None
    assert studio.nearest("celebrities/ada-2.png") is None


def test_nearest_that_is_deleted_gives_way_to_the_next(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 110)
    studio.index(CAM, 150)
    studio.delete(BEA)

    studio.event(BEA, "Object Deleted")

    assert studio.nearest(ADA) == pytest.approx(similarity(100, 150))
    assert studio.nearest(CAM) == pytest.approx(similarity(100, 150))


@pytest.mark.parametrize("shade", [110, 111], ids=["same picture", "another picture"])
def test_portrait_that_turns_out_to_show_the_same_person_is_nobodys_nearest(
    studio: Studio, shade: int
) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 110)

    studio.index(BEA, shade, person="ada")

    assert studio.nearest(ADA) is None
    assert studio.nearest(BEA) is None


@pytest.mark.parametrize("shade", [110, 111], ids=["same picture", "another picture"])
def test_portrait_that_turns_out_to_show_another_person_is_measured(
    studio: Studio, shade: int
) -> None:
    studio.index("celebrities/ada-1.png", 100)
    studio.index("celebrities/ada-2.png", 110)

    studio.index("celebrities/ada-2.png", shade, person="bea")

    nearest = pytest.approx(similarity(100, shade))
    assert studio.nearest("celebrities/ada-1.png") == nearest
    assert studio.nearest("celebrities/ada-2.png") == nearest


def test_last_celebrity_has_no_nearest(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 110)
    studio.delete(BEA)

    studio.event(BEA, "Object Deleted")

    assert studio.nearest(ADA) is None


# Troubles


def test_busy_recogniser_leaves_the_portrait_to_the_events_retry(studio: Studio) -> None:
    studio.recogniser.failures["IndexFaces"] = ["ThrottlingException"]
    studio.put(ADA, 100)

    with pytest.raises(RecogniserBusy):
        studio.event(ADA)
    studio.event(ADA)

    assert studio.shades() == {portrait_id(ADA): 100}


def test_measuring_that_failed_is_done_by_the_events_retry(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.put(BEA, 120)
    studio.recogniser.failures["SearchFaces"] = ["ThrottlingException"]

    with pytest.raises(RecogniserBusy):
        studio.event(BEA)
    studio.event(BEA)

    assert studio.nearest(ADA) == studio.nearest(BEA) == pytest.approx(similarity(100, 120))


@pytest.mark.parametrize("gone", [True, False], ids=["deleted", "replaced"])
def test_forgetting_that_failed_is_done_by_the_events_retry(studio: Studio, gone: bool) -> None:
    studio.index(ADA, 100)
    studio.delete(ADA) if gone else studio.put(ADA, 200)
    studio.recogniser.failures["DeleteFaces"] = ["ThrottlingException"]

    with pytest.raises(RecogniserBusy):
        studio.event(ADA)
    studio.event(ADA)

    assert studio.shades() == ({} if gone else {portrait_id(ADA): 200})


def test_mending_that_failed_is_done_by_the_events_retry(studio: Studio) -> None:
    studio.index(ADA, 100)
    studio.index(BEA, 110)
    studio.index(CAM, 150)
    studio.delete(BEA)
    studio.recogniser.failures["SearchFaces"] = ["ThrottlingException"]

    with pytest.raises(RecogniserBusy):
        studio.event(BEA, "Object Deleted")
    studio.event(BEA, "Object Deleted")

    assert studio.nearest(ADA) == pytest.approx(similarity(100, 150))


def once(act: Callable[[], object]) -> Callable[[], object]:
    """What acts the first time it is called, and not again."""
    waiting = [act]
    return lambda: waiting.pop()() if waiting else None


def test_portrait_that_two_index_at_once_has_one_face(studio: Studio) -> None:
    studio.put(ADA, 100)
    studio.recogniser.after_index = once(lambda: studio.event(ADA))

    studio.event(ADA)

    record = studio.record(ADA)
    assert record is not None
    assert studio.faces() == {record.face_id: (portrait_id(ADA), 100)}


def test_portrait_that_is_replaced_while_it_is_indexed_is_indexed_anew(studio: Studio) -> None:
    studio.put(ADA, 100)
    studio.recogniser.after_index = once(lambda: studio.put(ADA, 200))

    studio.event(ADA)

    assert studio.shades() == {portrait_id(ADA): 200}


def test_portrait_that_is_deleted_while_it_is_indexed_is_forgotten(studio: Studio) -> None:
    studio.put(ADA, 100)
    studio.recogniser.after_index = once(lambda: studio.delete(ADA))

    studio.event(ADA)

    assert studio.record(ADA) is None
    assert studio.faces() == {}


def test_portrait_that_keeps_changing_is_left_to_the_events_retry(studio: Studio) -> None:
    studio.put(ADA, 100)
    studio.recogniser.after_index = lambda: studio.put(ADA, 100)

    with pytest.raises(PortraitChanged):
        studio.event(ADA)
    studio.recogniser.after_index = lambda: None
    studio.event(ADA)

    assert studio.shades() == {portrait_id(ADA): 100}


def test_portraits_indexed_at_once_are_all_measured(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.index(CAM, 100)
    studio.put(ADA, 90)
    studio.put(BEA, 200)
    replaced = studio.function.portraits.replace
    index_bea = once(lambda: studio.event(BEA))

    def replace(known: PortraitRecord | None, record: PortraitRecord | None) -> None:
        replaced(known, record)
        index_bea()

    monkeypatch.setattr(studio.function.portraits, "replace", replace)

    studio.event(ADA)

    assert studio.nearest(ADA) == pytest.approx(similarity(90, 100))
    assert studio.nearest(CAM) == pytest.approx(similarity(90, 100))


# Any events in any order


@dataclass(frozen=True)
class Put:
    file: str
    person: str
    shade: int


@dataclass(frozen=True)
class Delete:
    file: str


@dataclass(frozen=True)
class Event:
    file: str


FILES = ("one.png", "two.png", "three.png")
files = st.sampled_from(FILES)
people = st.sampled_from(["ada", "bea", "ada", "bea", "nobody"])
beginnings = st.tuples(*(st.integers(1, 255) for _ in FILES))
steps = st.lists(
    st.builds(Put, files, people, st.integers(0, 255))
    | st.builds(Delete, files)
    | st.builds(Event, files),
    max_size=8,
)
last_events = st.permutations(FILES * 2)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=20,
    derandomize=True,
    phases=[Phase.generate],  # to shrink an example takes minutes here
)
@given(beginnings, steps, last_events)
def test_events_in_any_order_end_in_the_state_of_the_bucket(
    studio: Studio, shades: tuple[int, ...], steps: list[Put | Delete | Event], last: list[str]
) -> None:
    pack = f"pack-{next(fresh)}"
    add_pack(studio, pack, pack)
    lying: dict[str, tuple[str, Put]] = {}
    beginning: list[Put | Delete | Event] = [
        Put(file, person, shade)
        for file, person, shade in zip(FILES, ("ada", "bea", "bea"), shades, strict=True)
    ]
    indexed = [Event(file) for file in FILES]

    for step in [*beginning, *indexed, *steps]:
        key = f"{pack}/{step.file}"
        match step:
            case Put():
                lying[key] = studio.put(key, step.shade, step.person), step
            case Delete():
                studio.delete(key)
                lying.pop(key, None)
            case Event():
                studio.event(key)
    for file in last:
        studio.event(f"{pack}/{file}")

    records = {f"{pack}/{file}": studio.record(f"{pack}/{file}") for file in FILES}
    assert {key: record.version for key, record in records.items() if record} == {
        key: version for key, (version, _) in lying.items()
    }
    usable = {key: put for key, (_, put) in lying.items() if put.person != "nobody" and put.shade}
    assert studio.shades(pack) == {portrait_id(key): put.shade for key, put in usable.items()}
    for key, put in usable.items():
        others = [one.shade for one in usable.values() if one.person != put.person]
        nearest = max((similarity(put.shade, other) for other in others), default=None)
        assert studio.nearest(key) == pytest.approx(nearest, abs=1e-5)
