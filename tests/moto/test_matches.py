import base64
import contextlib
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike import clock
from lookalike.errors import (
    Busy,
    InvalidRequest,
    NotFound,
    SelfieNotDeleted,
    SignedOut,
    UnknownMatch,
)
from lookalike.failures import FailureCode
from lookalike.matches import (
    LATE_EVENTS,
    MEMBER_RETENTION,
    UPLOAD_WINDOW,
    WORKFLOW_LIMIT,
    MatchesSettings,
    MatchStore,
    Status,
    Wanted,
)
from lookalike.pictures import LARGEST_SELFIE
from lookalike.scores import ScoreStore
from lookalike.selfies import DAYS_OF_COPIES, days_of_copy
from lookalike.storage import UploadForm, s3_client
from lookalike.tombstones import TOKEN_LIFETIME, TOMBSTONE_RETENTION, Tombstone, TombstoneStore
from tests.moto.cloud import Cloud, hooked
from tests.moto.conftest import Clock
from tests.moto.workflow import EXECUTION, Workflow

ADA, BEA, GUEST = "ada's id", "bea's id", None
SECOND = timedelta(seconds=1)
WANTED = Wanted("celebrities", "collection-1", "2026-11", "image/jpeg")
NO_CELEBRITIES: list[dict[str, Any]] = []

Begin = Callable[..., str]


@pytest.fixture
def begin(matches: MatchStore) -> Begin:
    """Create a match, and return its id."""

    def create(user_id: str | None = ADA) -> str:
        return matches.create(user_id, WANTED)[0]

    return create


def form_of(matches: MatchStore, content_type: str = "image/jpeg") -> UploadForm:
    form = matches.create(ADA, replace(WANTED, content_type=content_type)).form
    assert form is not None
    return form


def policy_of(form: UploadForm) -> dict[str, Any]:
    policy = json.loads(base64.b64decode(form.fields["policy"]))
    assert isinstance(policy, dict)
    return policy


def cursor_of(*key: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


# Creating


def test_new_match_waits_for_its_selfie(matches: MatchStore, begin: Begin, now: Clock) -> None:
    match_id = begin(ADA)

    match = matches.read(match_id, ADA)

    assert match.status is Status.AWAITING_UPLOAD
    assert match.created_at == match.updated_at == clock.to_text(now.time)
    assert (match.pack, match.content_type, match.consent) == (
        "celebrities",
        "image/jpeg",
        "2026-11",
    )
    assert (match.version, match.method, match.failure) == (None, None, None)
    assert (match.celebrities, match.faces) == ([], [])


def test_new_match_carries_the_collection_to_search(cloud: Cloud, begin: Begin) -> None:
    begin()

    (item,) = cloud.items("MatchesTable")

    assert item["collection"] == {"S": "collection-1"}


def test_ids_of_matches_cannot_be_guessed(begin: Begin) -> None:
    ids = {uuid.UUID(begin()) for _ in range(3)}

    assert len(ids) == 3
    assert {one.version for one in ids} == {4}


def test_an_id_used_again_extends_no_form(matches: MatchStore, begin: Begin, now: Clock) -> None:
    match_id = begin(ADA)
    before = now.time

    now.pass_by(timedelta(minutes=9))
    again = matches.create(ADA, WANTED, match_id).form

    assert again is not None
    assert again.expires_at == before + UPLOAD_WINDOW
    now.pass_by(timedelta(minutes=1))
    with pytest.raises(InvalidRequest):
        matches.create(ADA, WANTED, match_id)


def test_guests_match_names_no_user(cloud: Cloud, begin: Begin) -> None:
    begin(GUEST)

    (item,) = cloud.items("MatchesTable")

    assert "user_id" not in item


@pytest.mark.parametrize(
    ("user_id", "kept"), [(ADA, MEMBER_RETENTION), (GUEST, timedelta(days=30))]
)
def test_match_is_kept_once_it_is_claimed(
    cloud: Cloud,
    begin: Begin,
    workflow: Workflow,
    now: Clock,
    user_id: str | None,
    kept: timedelta,
) -> None:
    match_id = begin(user_id)
    (item,) = cloud.items("MatchesTable")
    before = int(item["delete_at"]["N"])

    workflow.claim(match_id)

    (item,) = cloud.items("MatchesTable")
    assert before < (now.time + timedelta(days=2)).timestamp()
    assert int(item["delete_at"]["N"]) == int((now.time + kept).timestamp())


@pytest.mark.parametrize("user_id", [ADA, GUEST])
def test_match_whose_time_is_up_is_not_shown_any_more(
    matches: MatchStore, begin: Begin, workflow: Workflow, now: Clock, user_id: str | None
) -> None:
    match_id = begin(user_id)
    workflow.claim(match_id)
    kept = MEMBER_RETENTION if user_id else timedelta(days=30)

    now.pass_by(kept - SECOND)
    assert matches.read(match_id, user_id).match_id == match_id
    now.pass_by(SECOND)

    with pytest.raises(NotFound):
        matches.read(match_id, user_id)
    if user_id:
        assert matches.page(user_id, 10, None).matches == []


# The form


def test_form_goes_to_the_buckets_regional_host(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    abroad = MatchStore(
        MatchesSettings(
            matches_table=cloud.name("MatchesTable"),
            selfies_bucket="selfies-of-test",
            selfie_retention_days=30,
        )
    )

    form = form_of(abroad)

    assert form.url == "https://selfies-of-test.s3.eu-west-1.amazonaws.com/"
    assert form.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert form.fields["x-amz-credential"].endswith("/eu-west-1/s3/aws4_request")
    assert "x-amz-signature" in form.fields
    assert not {"AWSAccessKeyId", "signature"} & set(form.fields)


@pytest.mark.parametrize("content_type", ["image/jpeg", "image/png"])
def test_form_takes_one_picture_of_the_declared_type(
    matches: MatchStore, cloud: Cloud, content_type: str
) -> None:
    form = form_of(matches, content_type)

    conditions = policy_of(form)["conditions"]
    assert ["content-length-range", 1, LARGEST_SELFIE] in conditions
    assert {"Content-Type": content_type} in conditions
    assert {"key": form.fields["key"]} in conditions
    assert {"bucket": cloud.name("SelfiesBucket")} in conditions
    assert not any("starts-with" in condition for condition in conditions)
    assert form.fields["Content-Type"] == content_type


def test_form_is_for_the_matchs_own_selfie(matches: MatchStore) -> None:
    match_id, form, _ = matches.create(ADA, WANTED)

    assert form is not None
    assert form.fields["key"] == f"selfies/{match_id}"


def test_form_expires_when_it_says(matches: MatchStore) -> None:
    form = form_of(matches)

    expiration = clock.from_text(policy_of(form)["expiration"])
    assert abs(expiration - form.expires_at) < 5 * SECOND
    assert abs(form.expires_at - clock.now() - UPLOAD_WINDOW) < 5 * SECOND


# Reading


@pytest.mark.parametrize(("owner", "reader"), [(ADA, BEA), (ADA, GUEST), (GUEST, ADA)], ids=str)
def test_match_of_another_caller_is_not_found(
    matches: MatchStore, begin: Begin, owner: str | None, reader: str | None
) -> None:
    match_id = begin(owner)

    with pytest.raises(NotFound):
        matches.read(match_id, reader)


def test_guest_reads_a_guests_match(matches: MatchStore, begin: Begin) -> None:
    match_id = begin(GUEST)

    assert matches.read(match_id, GUEST).match_id == match_id


UNKNOWN = "2f1b8a9e-3c4d-4e5f-8a6b-7c8d9e0f1a2b"
RUBBISH = [
    "",
    "x",
    "latest",
    "..",
    "é" * 40,
    "x" * 3000,
    "\x00",
    UNKNOWN.upper() + "A",
    "{" + UNKNOWN + "}",
    UNKNOWN.replace("-", ""),
    "urn:uuid:" + UNKNOWN,
    UNKNOWN,
]


@pytest.mark.parametrize("match_id", RUBBISH, ids=lambda value: repr(value[:12]))
@pytest.mark.parametrize("user_id", [ADA, GUEST])
def test_what_is_no_match_is_not_found(
    matches: MatchStore, match_id: str, user_id: str | None
) -> None:
    with pytest.raises(NotFound):
        matches.read(match_id, user_id)
    with pytest.raises(NotFound):
        matches.delete(match_id, user_id)
    with pytest.raises(NotFound):
        matches.adopt(match_id, ADA)


def test_match_is_known_by_one_spelling_of_its_id(matches: MatchStore, begin: Begin) -> None:
    match_id = begin(GUEST)

    with pytest.raises(NotFound):
        matches.read(match_id.replace("-", ""), GUEST)


def test_claimed_match_is_processing(matches: MatchStore, begin: Begin, workflow: Workflow) -> None:
    match_id = begin()

    workflow.claim(match_id, "version-7")

    match = matches.read(match_id, ADA)
    assert match.status is Status.PROCESSING
    assert match.version == "version-7"


def test_stored_match_has_succeeded(matches: MatchStore, begin: Begin, workflow: Workflow) -> None:
    match_id = begin()
    workflow.claim(match_id)

    workflow.store(match_id, "faces", [{"name": "Grace Hopper"}])

    match = matches.read(match_id, ADA)
    assert match.status is Status.SUCCEEDED
    assert match.method == "faces"
    assert match.celebrities == [{"name": "Grace Hopper"}]


@pytest.mark.parametrize("count", [0, 1, 5])
def test_celebrities_are_read_as_they_were_stored(
    matches: MatchStore, begin: Begin, workflow: Workflow, count: int
) -> None:
    people = [{"name": "章子怡", "similarity": 31.412346, "resemblance": 88}] * count
    match_id = begin()
    workflow.claim(match_id)

    workflow.store(match_id, "faces", people)

    assert matches.read(match_id, ADA).celebrities == people


def test_failed_match_says_why(matches: MatchStore, begin: Begin, workflow: Workflow) -> None:
    match_id = begin()
    workflow.claim(match_id)

    workflow.fail(match_id, {"code": "no_face"})

    match = matches.read(match_id, ADA)
    assert match.status is Status.FAILED
    assert match.failure is FailureCode.NO_FACE


def test_match_that_no_selfie_came_for_expires(
    matches: MatchStore, begin: Begin, now: Clock
) -> None:
    match_id = begin()

    now.pass_by(UPLOAD_WINDOW + LATE_EVENTS + SECOND)

    match = matches.read(match_id, ADA)
    assert (match.status, match.failure) == (Status.EXPIRED, None)


def test_match_does_not_expire_while_it_may_be_claimed(
    matches: MatchStore, begin: Begin, workflow: Workflow, now: Clock
) -> None:
    match_id = begin()
    now.time = now.time.replace(microsecond=0) + UPLOAD_WINDOW + LATE_EVENTS

    waiting = matches.read(match_id, ADA)
    workflow.claim(match_id)

    assert waiting.status is Status.AWAITING_UPLOAD
    assert matches.read(match_id, ADA).status is Status.PROCESSING


def test_match_that_reads_expired_cannot_be_claimed(
    begin: Begin, workflow: Workflow, now: Clock
) -> None:
    match_id = begin()
    now.pass_by(UPLOAD_WINDOW + LATE_EVENTS + SECOND)

    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        workflow.claim(match_id)


def test_match_in_process_for_too_long_has_timed_out(
    matches: MatchStore, begin: Begin, workflow: Workflow, now: Clock
) -> None:
    match_id = begin()
    workflow.claim(match_id)

    now.pass_by(WORKFLOW_LIMIT + SECOND)

    match = matches.read(match_id, ADA)
    assert (match.status, match.failure) == (Status.FAILED, FailureCode.TIMED_OUT)


def test_match_is_in_process_as_long_as_the_workflow_may_run(
    matches: MatchStore, begin: Begin, workflow: Workflow, now: Clock
) -> None:
    match_id = begin()
    workflow.claim(match_id)

    now.pass_by(WORKFLOW_LIMIT)

    assert matches.read(match_id, ADA).status is Status.PROCESSING


def test_match_that_is_done_does_not_time_out(
    matches: MatchStore, begin: Begin, workflow: Workflow, now: Clock
) -> None:
    match_id = begin()
    workflow.claim(match_id)
    workflow.store(match_id, "faces", NO_CELEBRITIES)

    now.pass_by(timedelta(days=300))

    assert matches.read(match_id, ADA).status is Status.SUCCEEDED


# Matches that were stored as DynamoDB's lists and maps


def test_celebrities_in_dynamodbs_form_are_read(
    cloud: Cloud, matches: MatchStore, begin: Begin
) -> None:
    match_id = begin()
    person = {
        "celebrity_id": {"S": "bjork"},
        "name": {"S": "Björk"},
        "similarity": {"N": "31.412346"},
        "resemblance": {"N": "88"},
        "portrait_key": {"S": "celebrities/Björk.jpg"},
        "attribution": {"M": {"author": {"S": "A. Photographer"}, "license": {"S": ""}}},
    }

    end(cloud, match_id, "succeeded", celebrities={"L": [{"M": person}]}, method={"S": "faces"})

    match = matches.read(match_id, ADA)
    assert (match.status, match.method) == (Status.SUCCEEDED, "faces")
    assert match.celebrities == [
        {
            "celebrity_id": "bjork",
            "name": "Björk",
            "similarity": 31.412346,
            "resemblance": 88,
            "portrait_key": "celebrities/Björk.jpg",
            "attribution": {"author": "A. Photographer", "license": ""},
        }
    ]
    assert isinstance(match.celebrities[0]["resemblance"], int)


def test_failure_in_dynamodbs_form_is_read(cloud: Cloud, matches: MatchStore, begin: Begin) -> None:
    match_id = begin()
    box = {side: {"N": "0.25"} for side in ("left", "top", "width", "height")}
    failure = {"code": {"S": "several_faces"}, "faces": {"L": [{"M": box}]}}

    end(cloud, match_id, "failed", failure={"M": failure})

    match = matches.read(match_id, ADA)
    assert (match.status, match.failure) == (Status.FAILED, FailureCode.SEVERAL_FACES)
    assert match.faces == [{"left": 0.25, "top": 0.25, "width": 0.25, "height": 0.25}]


def test_failure_without_faces_in_dynamodbs_form_is_read(
    cloud: Cloud, matches: MatchStore, begin: Begin
) -> None:
    match_id = begin()

    end(cloud, match_id, "failed", failure={"M": {"code": {"S": "no_face"}}})

    match = matches.read(match_id, ADA)
    assert (match.failure, match.faces) == (FailureCode.NO_FACE, [])


def end(cloud: Cloud, match_id: str, status: str, **attributes: Any) -> None:
    """Write the end of a match as it was once written."""
    cloud.dynamodb.update_item(
        TableName=cloud.name("MatchesTable"),
        Key={"match_id": {"S": match_id}},
        AttributeUpdates={
            name: {"Value": value, "Action": "PUT"}
            for name, value in {"status": {"S": status}, **attributes}.items()
        },
    )


# Paging


def test_matches_are_paged_newest_first(matches: MatchStore, begin: Begin, now: Clock) -> None:
    ids = []
    for _ in range(5):
        ids.append(begin())
        now.pass_by(SECOND)

    first = matches.page(ADA, 2, None)
    second = matches.page(ADA, 2, first.next_cursor)
    third = matches.page(ADA, 2, second.next_cursor)

    pages = [[match.match_id for match in page.matches] for page in (first, second, third)]
    assert pages == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]
    assert third.next_cursor is None


def test_page_holds_no_other_callers_matches(matches: MatchStore, begin: Begin) -> None:
    mine = begin(ADA)
    begin(BEA)
    begin(GUEST)

    assert [match.match_id for match in matches.page(ADA, 50, None).matches] == [mine]


def test_page_of_someone_new_is_empty(matches: MatchStore) -> None:
    page = matches.page(ADA, 20, None)

    assert (page.matches, page.next_cursor) == ([], None)


def test_cursor_of_another_caller_reads_none_of_their_matches(
    matches: MatchStore, begin: Begin, now: Clock
) -> None:
    older = begin(ADA)
    now.pass_by(SECOND)
    for _ in range(3):
        begin(BEA)
        now.pass_by(SECOND)
    theirs = matches.page(BEA, 1, None)

    page = matches.page(ADA, 50, theirs.next_cursor)

    assert [match.match_id for match in page.matches] == [older]


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("", id="empty"),
        pytest.param("A", id="no base64"),
        pytest.param("é", id="no ASCII"),
        pytest.param("%%%%", id="rubbish"),
        pytest.param(base64.urlsafe_b64encode(b"\xff\xfe").decode(), id="no UTF-8"),
        pytest.param(base64.urlsafe_b64encode(b"null").decode(), id="null"),
        pytest.param(base64.urlsafe_b64encode(b"7").decode(), id="number"),
        pytest.param(cursor_of("one"), id="one"),
        pytest.param(cursor_of("one", "two", "three"), id="three"),
        pytest.param(base64.urlsafe_b64encode(b"[" * 5000).decode(), id="deep"),
        pytest.param(cursor_of("", ""), id="empty key"),
        pytest.param(cursor_of("x" * 3000, "x"), id="long key"),
    ],
)
def test_broken_cursor_is_an_invalid_request(matches: MatchStore, cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        matches.page(ADA, 20, cursor)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.text() | st.tuples(st.text(min_size=1), st.text(min_size=1)).map(lambda k: cursor_of(*k)))
def test_no_cursor_reads_another_callers_matches(
    matches: MatchStore, begin: Begin, cursor: str
) -> None:
    begin(BEA)

    with contextlib.suppress(InvalidRequest):
        assert matches.page(ADA, 50, cursor).matches == []


def test_latest_match_is_the_newest_that_succeeded(
    matches: MatchStore, begin: Begin, workflow: Workflow, now: Clock
) -> None:
    ids = []
    for _ in range(3):
        ids.append(begin())
        workflow.claim(ids[-1])
        now.pass_by(SECOND)
    workflow.store(ids[0], "faces", NO_CELEBRITIES)
    workflow.store(ids[1], "faces", NO_CELEBRITIES)
    workflow.fail(ids[2], {"code": "no_face"})
    begin()

    assert matches.latest(ADA).match_id == ids[1]


def test_someone_without_success_has_no_latest_match(matches: MatchStore, begin: Begin) -> None:
    begin()

    with pytest.raises(NotFound):
        matches.latest(ADA)


# Deleting


def test_deleted_match_is_gone_with_every_version_of_its_selfie(
    matches: MatchStore, begin: Begin, workflow: Workflow, cloud: Cloud
) -> None:
    match_id, other = begin(), begin()
    for content in (b"one", b"two", b"three"):
        workflow.upload(match_id, content)
    cloud.s3.delete_object(Bucket=cloud.name("SelfiesBucket"), Key=f"selfies/{match_id}")
    kept = workflow.upload(other)
    assert len(cloud.versions("SelfiesBucket")) == 5

    matches.delete(match_id, ADA)

    assert cloud.versions("SelfiesBucket") == [(f"selfies/{other}", kept)]
    assert [item["match_id"]["S"] for item in cloud.items("MatchesTable")] == [other]


def test_match_without_a_selfie_is_deleted(matches: MatchStore, begin: Begin) -> None:
    match_id = begin()

    matches.delete(match_id, ADA)

    with pytest.raises(NotFound):
        matches.read(match_id, ADA)


@pytest.mark.parametrize(("owner", "other"), [(ADA, BEA), (ADA, GUEST), (GUEST, ADA)], ids=str)
def test_match_of_another_user_is_not_deleted(
    matches: MatchStore,
    begin: Begin,
    workflow: Workflow,
    cloud: Cloud,
    owner: str | None,
    other: str | None,
) -> None:
    match_id = begin(owner)
    workflow.upload(match_id)

    with pytest.raises(NotFound):
        matches.delete(match_id, other)

    assert matches.read(match_id, owner)
    assert len(cloud.versions("SelfiesBucket")) == 1


def test_selfie_that_is_claimed_during_the_deletion_is_deleted(
    matches: MatchStore, begin: Begin, workflow: Workflow, cloud: Cloud
) -> None:
    match_id = begin()

    def upload(**_: object) -> None:
        if matches.read(match_id, ADA).version is None:
            workflow.claim(match_id, workflow.upload(match_id))

    with hooked(matches._dynamodb, "before-call.dynamodb.DeleteItem", upload):
        matches.delete(match_id, ADA)

    assert cloud.versions("SelfiesBucket") == []
    assert cloud.items("MatchesTable") == []


def test_match_whose_late_selfie_cannot_be_deleted_stays(
    matches: MatchStore, begin: Begin, workflow: Workflow, cloud: Cloud
) -> None:
    match_id = begin()

    def upload(**_: object) -> None:
        if matches.read(match_id, ADA).version is None:
            workflow.claim(match_id, workflow.upload(match_id))

    def break_off(**_: object) -> None:
        raise ConnectionError

    with (
        hooked(matches._dynamodb, "before-call.dynamodb.DeleteItem", upload),
        hooked(s3_client(), "before-call.s3.DeleteObjects", break_off),
        pytest.raises(ConnectionError),
    ):
        matches.delete(match_id, ADA)

    matches.delete(match_id, ADA)
    assert cloud.versions("SelfiesBucket") == []
    assert cloud.items("MatchesTable") == []


def test_match_whose_selfie_cannot_be_deleted_stays(
    matches: MatchStore, begin: Begin, workflow: Workflow
) -> None:
    match_id = begin()
    version = workflow.upload(match_id)
    refused = [{"Key": f"selfies/{match_id}", "VersionId": version, "Code": "InternalError"}]

    def refuse(parsed: dict[str, Any], **_: object) -> None:
        parsed.update(Errors=refused)

    with (
        hooked(s3_client(), "after-call.s3.DeleteObjects", refuse),
        pytest.raises(SelfieNotDeleted),
    ):
        matches.delete(match_id, ADA)

    assert matches.read(match_id, ADA)


def test_every_match_and_selfie_of_a_caller_is_deleted(
    matches: MatchStore, begin: Begin, workflow: Workflow, cloud: Cloud
) -> None:
    for user_id in (ADA, ADA, BEA, GUEST):
        workflow.upload(begin(user_id))

    deleted = matches.delete_all(ADA)

    assert deleted == 2
    assert matches.page(ADA, 50, None).matches == []
    assert len(cloud.items("MatchesTable")) == len(cloud.versions("SelfiesBucket")) == 2


def test_more_matches_than_are_read_at_once_are_deleted(
    matches: MatchStore,
    begin: Begin,
    workflow: Workflow,
    cloud: Cloud,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lookalike.matches.DELETED_AT_ONCE", 2)
    monkeypatch.setattr("lookalike.selfies.VERSIONS_AT_ONCE", 3)
    for _ in range(5):
        match_id = begin(ADA)
        workflow.upload(match_id, b"one")
        workflow.upload(match_id, b"two")

    deleted = matches.delete_all(ADA)

    assert deleted == 5
    assert cloud.items("MatchesTable") == []
    assert cloud.versions("SelfiesBucket") == []


def test_deletion_without_time_leaves_the_rest_for_another(
    matches: MatchStore, begin: Begin, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookalike.matches.DELETED_AT_ONCE", 2)
    for _ in range(5):
        begin(ADA)
    answers = iter([True, False])

    deleted = matches.delete_all(ADA, lambda: next(answers))

    assert deleted is None
    assert len(cloud.items("MatchesTable")) == 3
    assert matches.delete_all(ADA) == 3


def test_deletion_that_fails_half_way_is_finished_by_the_next(
    matches: MatchStore, begin: Begin, workflow: Workflow, cloud: Cloud
) -> None:
    for _ in range(3):
        workflow.upload(begin(ADA))

    def break_off(**_: object) -> None:
        raise ConnectionError

    with (
        hooked(matches._dynamodb, "before-call.dynamodb.DeleteItem", break_off),
        pytest.raises(ConnectionError),
    ):
        matches.delete_all(ADA)

    assert len(cloud.items("MatchesTable")) == 3
    assert matches.delete_all(ADA) == 3
    assert cloud.items("MatchesTable") == []
    assert cloud.versions("SelfiesBucket") == []


def test_records_that_dynamodb_had_no_capacity_for_are_deleted_all_the_same(
    matches: MatchStore,
    begin: Begin,
    workflow: Workflow,
    cloud: Cloud,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lookalike.matches.UNPROCESSED_PAUSE", 0)
    for _ in range(3):
        match_id = begin(ADA)
        workflow.claim(match_id, workflow.upload(match_id))
    table = cloud.name("MatchesTable")
    asked: list[int] = []

    def keep_all_but_one(params: dict[str, Any], **_: object) -> None:
        body = json.loads(params["body"])
        asked.append(len(body["RequestItems"][table]))
        kept[:] = body["RequestItems"][table][1:]
        body["RequestItems"][table] = body["RequestItems"][table][:1]
        params["body"] = json.dumps(body).encode()

    def say_so(parsed: dict[str, Any], **_: object) -> None:
        parsed["UnprocessedItems"] = {table: list(kept)} if kept else {}

    kept: list[Any] = []
    with (
        hooked(matches._dynamodb, "before-call.dynamodb.BatchWriteItem", keep_all_but_one),
        hooked(matches._dynamodb, "after-call.dynamodb.BatchWriteItem", say_so),
    ):
        deleted = matches.delete_all(ADA)

    assert (deleted, asked) == (3, [3, 2, 1, 3, 2, 1])  # the records, then their scores
    assert cloud.items("MatchesTable") == []


# Forgetting


def test_tombstone_names_no_user_and_outlives_every_token(
    tombstones: TombstoneStore, cloud: Cloud, now: Clock
) -> None:
    tombstones.write(ADA)

    (item,) = cloud.items("MatchesTable")
    assert set(item) == {"match_id", "delete_at"}
    kept = int(item["delete_at"]["N"]) - now.time.timestamp()
    assert kept > TOKEN_LIFETIME.total_seconds()


def test_tombstone_is_read_until_its_time_is_up(tombstones: TombstoneStore, now: Clock) -> None:
    tombstones.write(ADA)
    others = tombstones.read(BEA)
    fresh = tombstones.read(ADA)
    now.pass_by(TOMBSTONE_RETENTION)

    assert (others, fresh) == (None, Tombstone(queued=False))
    assert tombstones.read(ADA) is None


def test_tombstone_says_whether_the_deletion_is_on_its_way(tombstones: TombstoneStore) -> None:
    tombstones.write(ADA)

    tombstones.note_queued(ADA)

    assert tombstones.read(ADA) == Tombstone(queued=True)


def test_forgotten_member_begins_no_match(
    tombstones: TombstoneStore, begin: Begin, cloud: Cloud
) -> None:
    tombstones.write(ADA)

    with pytest.raises(SignedOut):
        begin(ADA)

    begin(BEA)
    begin(GUEST)
    assert len(cloud.items("MatchesTable")) == 3


def test_forgotten_member_gets_no_form_for_an_earlier_match(
    tombstones: TombstoneStore, matches: MatchStore, begin: Begin
) -> None:
    match_id = begin(ADA)
    tombstones.write(ADA)

    with pytest.raises(SignedOut):
        matches.create(ADA, WANTED, match_id)


def test_forgotten_member_adopts_no_match(
    tombstones: TombstoneStore, matches: MatchStore, begin: Begin
) -> None:
    match_id = begin(GUEST)
    tombstones.write(ADA)

    with pytest.raises(SignedOut):
        matches.adopt(match_id, ADA)

    assert matches.read(match_id, GUEST)
    assert matches.adopt(match_id, BEA)


def test_expired_tombstone_hinders_no_caller(
    tombstones: TombstoneStore, matches: MatchStore, begin: Begin, now: Clock
) -> None:
    tombstones.write(ADA)
    now.pass_by(TOMBSTONE_RETENTION)

    match_id = begin(ADA)

    assert matches.read(match_id, ADA)


def canceled(*codes: str) -> Callable[..., Any]:
    """Answer as DynamoDB does when it cancels a transaction."""
    reasons = [{"Code": code} for code in codes]
    error = {"Code": "TransactionCanceledException", "Message": "canceled"}

    def answer(**_: object) -> Any:
        return SimpleNamespace(status_code=400), {"Error": error, "CancellationReasons": reasons}

    return answer


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nothing."""
    monkeypatch.setattr("lookalike.storage.time.sleep", lambda _: None)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError"])
def test_write_that_collides_with_another_is_made_again(
    matches: MatchStore, cloud: Cloud, begin: Begin, code: str
) -> None:
    answers = iter([canceled("None", code)] * 2)

    def collide_twice(**request: object) -> Any:
        answer = next(answers, None)
        return answer and answer(**request)

    with hooked(matches._dynamodb, "before-call.dynamodb.TransactWriteItems", collide_twice):
        begin(ADA)

    assert len(cloud.items("MatchesTable")) == 1


@pytest.mark.usefixtures("at_once")
def test_write_that_always_collides_is_for_later(matches: MatchStore, begin: Begin) -> None:
    collide = canceled("None", "TransactionConflict")

    with (
        hooked(matches._dynamodb, "before-call.dynamodb.TransactWriteItems", collide),
        pytest.raises(Busy) as raised,
    ):
        begin(ADA)

    assert raised.value.retry_after >= 1


@pytest.mark.usefixtures("at_once")
def test_tombstone_that_collides_with_a_transaction_is_written_again(
    tombstones: TombstoneStore,
) -> None:
    error = {"Code": "TransactionConflictException", "Message": "busy"}
    answers = iter([(SimpleNamespace(status_code=400), {"Error": error})] * 2)

    with hooked(
        tombstones._dynamodb, "before-call.dynamodb.PutItem", lambda **_: next(answers, None)
    ):
        tombstones.write(ADA)

    assert tombstones.read(ADA)


def test_write_that_dynamodb_refuses_for_good_is_an_error(
    matches: MatchStore, begin: Begin
) -> None:
    refuse = canceled("ValidationError", "None")

    with (
        hooked(matches._dynamodb, "before-call.dynamodb.TransactWriteItems", refuse),
        pytest.raises(ClientError),
    ):
        begin(ADA)


# Adopting


def test_adopted_match_is_the_callers(matches: MatchStore, begin: Begin) -> None:
    match_id = begin(GUEST)

    adopted = matches.adopt(match_id, ADA)

    assert (adopted.match_id, adopted.user_id) == (match_id, ADA)
    assert [match.match_id for match in matches.page(ADA, 50, None).matches] == [match_id]
    with pytest.raises(NotFound):
        matches.read(match_id, GUEST)


def test_match_is_adopted_once(matches: MatchStore, begin: Begin) -> None:
    match_id = begin(GUEST)
    matches.adopt(match_id, ADA)

    for again in (BEA, ADA):
        with pytest.raises(NotFound):
            matches.adopt(match_id, again)

    assert matches.read(match_id, ADA)


def test_members_match_cannot_be_adopted(matches: MatchStore, begin: Begin) -> None:
    match_id = begin(ADA)

    with pytest.raises(NotFound):
        matches.adopt(match_id, BEA)

    assert matches.read(match_id, ADA).user_id == ADA


@pytest.mark.parametrize("claimed_first", [True, False])
def test_adopted_match_is_kept_as_long_as_a_members(
    matches: MatchStore,
    begin: Begin,
    cloud: Cloud,
    workflow: Workflow,
    now: Clock,
    claimed_first: bool,
) -> None:
    match_id = begin(GUEST)
    now.pass_by(timedelta(minutes=3))
    if claimed_first:
        workflow.claim(match_id)

    matches.adopt(match_id, ADA)
    if not claimed_first:
        workflow.claim(match_id)

    (item,) = cloud.items("MatchesTable")
    assert int(item["delete_at"]["N"]) == int((now.time + MEMBER_RETENTION).timestamp())


def test_match_that_is_claimed_while_it_is_adopted_is_adopted(
    matches: MatchStore, begin: Begin, cloud: Cloud, workflow: Workflow, now: Clock
) -> None:
    match_id = begin(GUEST)
    tried: list[None] = []

    def claim_before_the_second_try(**_: object) -> None:
        tried.append(None)
        if len(tried) == 2:
            workflow.claim(match_id)

    with hooked(
        matches._dynamodb,
        "before-call.dynamodb.TransactWriteItems",
        claim_before_the_second_try,
    ):
        matches.adopt(match_id, ADA)

    assert len(tried) == 3
    (item,) = cloud.items("MatchesTable")
    assert int(item["delete_at"]["N"]) == int((now.time + MEMBER_RETENTION).timestamp())


def test_adopted_match_that_no_selfie_comes_for_is_deleted_as_soon_as_any(
    matches: MatchStore, begin: Begin, cloud: Cloud
) -> None:
    match_id = begin(GUEST)
    (before,) = cloud.items("MatchesTable")

    matches.adopt(match_id, ADA)

    (after,) = cloud.items("MatchesTable")
    assert after["delete_at"] == before["delete_at"]


# The selfie


def test_selfies_address_names_the_version_that_was_judged(
    matches: MatchStore, begin: Begin, workflow: Workflow
) -> None:
    match_id = begin()
    workflow.claim(match_id, "version-7")

    address = matches.selfie_url(matches.read(match_id, ADA))

    assert address is not None
    query = parse_qs(urlsplit(address).query)
    assert urlsplit(address).path == f"/selfies/{match_id}"
    assert query["versionId"] == ["version-7"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["3600"]


def test_selfies_address_is_the_buckets_regional_host(
    begin: Begin, cloud: Cloud, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    match_id = begin()
    workflow.claim(match_id)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    abroad = MatchStore(
        MatchesSettings(
            matches_table=cloud.name("MatchesTable"),
            selfies_bucket="selfies-of-test",
            selfie_retention_days=30,
        )
    )

    address = abroad.selfie_url(abroad.read(match_id, ADA))

    assert address is not None
    assert address.startswith("https://selfies-of-test.s3.eu-west-1.amazonaws.com/selfies/")


def test_selfie_that_was_not_claimed_is_not_shown(matches: MatchStore, begin: Begin) -> None:
    assert matches.selfie_url(matches.read(begin(), ADA)) is None


def test_selfie_is_not_shown_after_its_retention(
    matches: MatchStore, begin: Begin, workflow: Workflow, now: Clock
) -> None:
    match_id = begin()
    workflow.claim(match_id)
    match = matches.read(match_id, ADA)

    now.pass_by(timedelta(days=30) - SECOND)
    kept = matches.selfie_url(match)
    now.pass_by(SECOND)

    assert kept is not None
    assert matches.selfie_url(match) is None


# Several photographs, and one photograph again


@pytest.fixture
def succeed(begin: Begin, workflow: Workflow) -> Begin:
    """Create a match that succeeds, and return its id."""

    def create(user_id: str | None = ADA) -> str:
        match_id = begin(user_id)
        workflow.claim(match_id, workflow.upload(match_id))
        workflow.store(match_id, "faces", NO_CELEBRITIES)
        return match_id

    return create


def test_match_knows_what_its_caller_asked_for(matches: MatchStore, succeed: Begin) -> None:
    one, two = succeed(), succeed()

    created = matches.create(ADA, replace(WANTED, together_with=(one, two)))

    match = matches.read(created.match_id, ADA)
    assert (match.together_with, match.among, match.photo_of) == ((one, two), "everyone", None)


@pytest.mark.parametrize("user_id", [ADA, GUEST])
def test_matches_of_the_caller_are_taken_together(
    matches: MatchStore, succeed: Begin, user_id: str | None
) -> None:
    wanted = replace(WANTED, together_with=(succeed(user_id),))

    assert matches.create(user_id, wanted).is_new


@pytest.mark.parametrize(
    ("owner", "caller"),
    [(BEA, ADA), (GUEST, ADA), (ADA, GUEST)],
    ids=["other's", "guest's", "member's"],
)
def test_match_of_another_caller_is_unknown(
    matches: MatchStore, succeed: Begin, owner: str | None, caller: str | None
) -> None:
    match_id = succeed(owner)

    with pytest.raises(UnknownMatch):
        matches.create(caller, replace(WANTED, together_with=(match_id,)))
    with pytest.raises(UnknownMatch):
        matches.create(caller, replace(WANTED, photo_of=match_id))


@pytest.mark.parametrize("change", [{"pack": "poets"}, {"among": "women"}], ids=["pack", "people"])
def test_match_of_another_kind_is_not_taken_together(
    matches: MatchStore, succeed: Begin, change: dict[str, Any]
) -> None:
    wanted = replace(WANTED, together_with=(succeed(),), **change)

    with pytest.raises(UnknownMatch):
        matches.create(ADA, wanted)


@pytest.mark.parametrize(
    "match_id", ["", "x", "00000000-0000-4000-8000-00000000b001", "0" * 3000], ids=len
)
def test_match_that_does_not_exist_is_unknown(matches: MatchStore, match_id: str) -> None:
    with pytest.raises(UnknownMatch):
        matches.create(ADA, replace(WANTED, together_with=(match_id,)))
    with pytest.raises(UnknownMatch):
        matches.create(ADA, replace(WANTED, photo_of=match_id))


def test_match_that_has_not_succeeded_is_not_taken_together(
    matches: MatchStore, begin: Begin
) -> None:
    with pytest.raises(UnknownMatch):
        matches.create(ADA, replace(WANTED, together_with=(begin(),)))


@pytest.mark.parametrize("change", [{"together_with": ()}, {"among": "women"}, {"photo_of": None}])
def test_id_of_a_match_with_other_wishes_is_refused(
    matches: MatchStore, succeed: Begin, change: dict[str, Any]
) -> None:
    wanted = replace(WANTED, together_with=(succeed(),))
    if "photo_of" in change:
        wanted = replace(WANTED, photo_of=succeed())
    match_id = matches.create(ADA, wanted).match_id

    with pytest.raises((InvalidRequest, UnknownMatch)):
        matches.create(ADA, replace(wanted, **change), match_id)
    assert not matches.create(ADA, wanted, match_id).is_new


def copies(cloud: Cloud, match_id: str) -> list[dict[str, Any]]:
    listed = cloud.s3.list_object_versions(
        Bucket=cloud.name("SelfiesBucket"), Prefix=f"selfies/{match_id}"
    )
    return [{**version} for version in listed.get("Versions", [])]


def test_photograph_is_played_again_without_an_upload(
    cloud: Cloud, matches: MatchStore, succeed: Begin
) -> None:
    first = succeed()

    created = matches.create(ADA, replace(WANTED, content_type="", photo_of=first))

    assert (created.form, created.is_new) == (None, True)
    (copy,), (original,) = copies(cloud, created.match_id), copies(cloud, first)
    assert copy["ETag"] == original["ETag"]
    match = matches.read(created.match_id, ADA)
    assert (match.content_type, match.photo_of) == ("image/jpeg", first)


def test_copy_is_tagged_with_the_days_that_are_left(
    cloud: Cloud, matches: MatchStore, succeed: Begin, now: Clock
) -> None:
    first = succeed()
    now.pass_by(timedelta(days=20))

    created = matches.create(ADA, replace(WANTED, photo_of=first))

    tags = cloud.s3.get_object_tagging(
        Bucket=cloud.name("SelfiesBucket"), Key=f"selfies/{created.match_id}"
    )
    assert tags["TagSet"] == [{"Key": "days", "Value": "8"}]  # of ten
    photo_until = matches.read(created.match_id, ADA).photo_until
    assert photo_until == int((now.time + timedelta(days=8)).timestamp())


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=400)))
def test_copy_outlives_its_original_by_less_than_a_day(left: timedelta) -> None:
    days = days_of_copy(left)

    assert days in DAYS_OF_COPIES
    assert timedelta(days=days) < left + timedelta(days=1)
    assert days == 1 or timedelta(days=days) <= left


def test_copy_is_shown_no_longer_than_its_original(
    matches: MatchStore, succeed: Begin, workflow: Workflow, now: Clock
) -> None:
    first = succeed()
    now.pass_by(timedelta(days=29, hours=12))
    second = matches.create(ADA, replace(WANTED, photo_of=first)).match_id
    workflow.claim(second, workflow.upload(second))

    shown = [matches.selfie_url(matches.read(one, ADA)) for one in (first, second)]
    now.pass_by(timedelta(hours=12))
    gone = [matches.selfie_url(matches.read(one, ADA)) for one in (first, second)]

    assert all(shown)
    assert gone == [None, None]


def test_photograph_that_is_no_longer_kept_is_unknown(
    matches: MatchStore, succeed: Begin, now: Clock
) -> None:
    first = succeed()
    now.pass_by(timedelta(days=30))

    with pytest.raises(UnknownMatch):
        matches.create(ADA, replace(WANTED, photo_of=first))


def test_photograph_that_was_never_uploaded_is_unknown(matches: MatchStore, begin: Begin) -> None:
    with pytest.raises(UnknownMatch):
        matches.create(ADA, replace(WANTED, photo_of=begin()))


def test_photograph_that_is_deleted_at_that_moment_begins_no_match(
    cloud: Cloud, matches: MatchStore, succeed: Begin
) -> None:
    first = succeed()

    def delete(**_: object) -> None:
        matches.delete(first, ADA)

    with (
        hooked(s3_client(), "before-call.s3.CopyObject", delete),
        pytest.raises(UnknownMatch),
    ):
        matches.create(ADA, replace(WANTED, photo_of=first))

    assert cloud.items("MatchesTable") == []


def test_deleting_either_of_two_matches_of_one_photograph_leaves_the_other(
    cloud: Cloud, matches: MatchStore, succeed: Begin
) -> None:
    first = succeed()
    second, third = (
        matches.create(ADA, replace(WANTED, photo_of=first)).match_id for _ in range(2)
    )

    matches.delete(second, ADA)
    assert copies(cloud, second) == []
    assert copies(cloud, first)

    matches.delete(first, ADA)
    assert copies(cloud, first) == []
    assert copies(cloud, third)


def test_repeated_request_copies_the_photograph_once_more_only_if_it_is_unclaimed(
    cloud: Cloud, matches: MatchStore, succeed: Begin, workflow: Workflow
) -> None:
    wanted = replace(WANTED, photo_of=succeed())
    match_id = matches.create(ADA, wanted).match_id
    matches.create(ADA, wanted, match_id)
    before = len(copies(cloud, match_id))

    workflow.claim(match_id, copies(cloud, match_id)[0]["VersionId"])
    matches.create(ADA, wanted, match_id)

    assert before == len(copies(cloud, match_id)) == 2  # the workflow deletes what is not claimed


@pytest.mark.parametrize("way", ["one", "all"])
def test_scores_go_with_their_match(
    cloud: Cloud,
    matches: MatchStore,
    scores: ScoreStore,
    begin: Begin,
    workflow: Workflow,
    way: str,
) -> None:
    match_id = begin(ADA)
    workflow.claim(match_id, workflow.upload(match_id))
    scores.write(match_id, EXECUTION, {"ada": 31.4}, matches.read(match_id, ADA).photo_until)
    assert scores.read([match_id]) == {match_id: {"ada": 31.4}}

    if way == "one":
        matches.delete(match_id, ADA)
    else:
        matches.delete_all(ADA)

    assert cloud.items("MatchesTable") == []


def test_expired_match_is_not_adopted(matches: MatchStore, succeed: Begin, now: Clock) -> None:
    match_id = succeed(GUEST)
    now.pass_by(timedelta(days=31))

    with pytest.raises(NotFound):
        matches.adopt(match_id, ADA)


def test_expired_match_is_not_the_latest(matches: MatchStore, succeed: Begin, now: Clock) -> None:
    succeed(ADA)
    now.pass_by(MEMBER_RETENTION + timedelta(days=1))

    with pytest.raises(NotFound):
        matches.latest(ADA)


@pytest.mark.parametrize("wish", ["together_with", "photo_of"])
def test_repeated_request_is_answered_though_the_match_that_it_names_is_gone(
    matches: MatchStore, succeed: Begin, workflow: Workflow, wish: str
) -> None:
    first = succeed()
    wishes: Any = {wish: (first,) if wish == "together_with" else first}
    wanted = replace(WANTED, **wishes)
    begun = matches.create(ADA, wanted)
    workflow.claim(begun.match_id, workflow.upload(begun.match_id))
    matches.delete(first, ADA)

    again = matches.create(ADA, wanted, begun.match_id)

    assert (again.match_id, again.is_new) == (begun.match_id, False)
    assert matches.read(begun.match_id, ADA).status is Status.PROCESSING


def test_photograph_whose_time_ends_before_the_match_could_is_unknown(
    matches: MatchStore, succeed: Begin, now: Clock
) -> None:
    first = succeed()
    now.pass_by(timedelta(days=30) - LATE_EVENTS)

    with pytest.raises(UnknownMatch):
        matches.create(ADA, replace(WANTED, photo_of=first))


def test_photograph_is_kept_as_long_as_the_deployment_says_today(
    cloud: Cloud, matches: MatchStore, succeed: Begin, now: Clock
) -> None:
    match_id = succeed()
    shorter = MatchStore(
        MatchesSettings(
            matches_table=cloud.name("MatchesTable"),
            selfies_bucket=cloud.name("SelfiesBucket"),
            selfie_retention_days=7,
        )
    )
    now.pass_by(timedelta(days=8))

    assert matches.selfie_url(matches.read(match_id, ADA))
    assert shorter.selfie_url(shorter.read(match_id, ADA)) is None
