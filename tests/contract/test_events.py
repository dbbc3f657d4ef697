"""The events in events/, each as its rule, its queue, its route and its function would have it."""

import hashlib
import json
import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.data_classes import (
    APIGatewayProxyEventV2,
    S3EventBridgeNotificationEvent,
    SQSEvent,
)
from botocore.exceptions import ClientError

from local.state import ROOT
from lookalike.errors import CatalogEmpty, LookAlikeError
from lookalike.faces import Box, DetectedFace
from lookalike.pictures import StoredPicture
from lookalike.portraits import PortraitRecord, PortraitsSettings, PortraitStore, portrait_id_of
from lookalike.ranking import Attribution, Portrait
from lookalike.selfies import SELFIE_PREFIX
from tests.contract import sam_template, workflow
from tests.contract.event_patterns import matches, rendered, resolved
from tests.moto.cloud import Cloud, Context, empty_account, load_function, shared_client

EVENTS: dict[str, Any] = {
    path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "events").glob("*.json"))
}
API = [name for name in EVENTS if name.startswith("api_")]
QUEUED = {
    "index_portrait_created": "PortraitChangesQueue",
    "index_portrait_deleted": "PortraitChangesQueue",
    "measure_pack": "PackChangesQueue",
    "forget_member": "ForgottenMembersQueue",
}
"""The events that come by way of a queue."""
ENDED = {"count_match_succeeded": "Publish Result", "count_match_failed": "Publish Failure"}
"""What the workflow itself says, and the state that says it."""
INDEXING = ["index_portrait_created", "index_portrait_deleted"]
S3: dict[str, Any] = {
    "find_lookalike_selfie_uploaded": EVENTS["find_lookalike_selfie_uploaded"],
    **{name: json.loads(EVENTS[name]["Records"][0]["body"]) for name in INDEXING},
}
"""What S3 itself says, through EventBridge."""
BUCKETS = {
    "SelfiesBucket": "lookalike-selfiesbucket-example",
    "PortraitsBucket": "lookalike-portraitsbucket-example",
}
"""The buckets of the events."""
RULES = {
    "find_lookalike_selfie_uploaded": "FindLookAlikeSelfieUploaded",
    "index_portrait_created": "PortraitChanged",
    "index_portrait_deleted": "PortraitChanged",
}
"""The one rule that takes each S3 event."""


def client(service: str, **options: Any) -> Any:
    """Make a client; that of Cognito finds every account."""
    return NoAccounts() if service == "cognito-idp" else shared_client(service, **options)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """The template's buckets and tables, with nothing in them."""
    monkeypatch.setattr(boto3, "client", client)
    with empty_account(monkeypatch):
        made = Cloud()
        monkeypatch.setattr("lookalike.pack_changes._sqs", made.sqs)
        monkeypatch.setattr("lookalike.forgetting._sqs", made.sqs)
        yield made


# Which there are


def test_every_function_and_the_workflow_have_an_event() -> None:
    wanted = {"find_lookalike"} | {
        properties["CodeUri"].removeprefix("functions/")
        for properties in sam_template.functions().values()
    }

    without = {folder for folder in wanted if not any(name.startswith(folder) for name in EVENTS)}

    assert without == set(), "add events/FUNCTION.json"


def test_every_event_is_for_a_function_or_the_workflow() -> None:
    invoked = {
        sam_template.functions()[sam_template.substituted(one)]["CodeUri"]
        for one in workflow.invoked().values()
    }

    folders = {path.removeprefix("functions/") for path in invoked}
    assert set(EVENTS) == {*API, *S3, *QUEUED, *ENDED, *folders}


def test_the_api_events_are_for_exactly_the_templates_routes() -> None:
    keys = [EVENTS[name]["routeKey"] for name in API]

    assert sorted(keys) == sorted(sam_template.routes())


@pytest.mark.parametrize("name", API)
def test_an_api_event_is_called_after_its_event_in_the_template(name: str) -> None:
    events = {
        "api" + re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", event): route
        for event, route in sam_template.event_names().items()
    }

    assert events[name] == EVENTS[name]["routeKey"]


def test_all_names_and_addresses_are_made_up() -> None:
    text = json.dumps(EVENTS)

    accounts = set(re.findall(r"\b\d{12}\b(?!\")", text)) | set(re.findall(r'"(\d{12})"', text))
    addresses = set(re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", text))
    ids = set(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", text))
    assert accounts - set(re.findall(r"-(\d{12})\b", text)) == {"111122223333"}  # AWS's own example
    assert addresses == {"203.0.113.7"}  # RFC 5737
    assert all(one.startswith("00000000-0000-4000-8000-") for one in ids)
    assert set(re.findall(r"@([\w.]+)", text)) == {"example.com"}  # RFC 2606


# The API's


@pytest.mark.parametrize("name", API)
def test_an_api_event_says_everything_the_same_wherever_it_says_it(name: str) -> None:
    event = APIGatewayProxyEventV2(EVENTS[name])
    method, route = event.route_key.split()

    path = route.format(**event.path_parameters)

    assert event.version == "2.0"
    assert event.raw_path == event.request_context.http.path == path
    assert event.http_method == event.request_context.http.method == method
    assert event.request_context.route_key == event.route_key
    assert event.request_context.stage == "$default"
    assert event.raw_query_string == "&".join(
        f"{key}={value}" for key, value in event.query_string_parameters.items()
    )


@pytest.mark.parametrize("name", API)
def test_an_api_event_carries_claims_exactly_where_the_route_asks_for_them(name: str) -> None:
    event = APIGatewayProxyEventV2(EVENTS[name])

    authorizer = event.request_context.authorizer
    signed_in = bool(authorizer and authorizer.jwt_claim.get("sub"))

    security = sam_template.routes()[event.route_key]["security"]
    assert signed_in == (security == [{"SignedIn": []}])
    assert signed_in == ("authorization" in event.headers)


@pytest.mark.parametrize("name", API)
def test_a_curators_event_carries_the_group_as_the_gateway_writes_it(name: str) -> None:
    event = APIGatewayProxyEventV2(EVENTS[name])

    authorizer = event.request_context.authorizer
    groups = (authorizer.jwt_claim if authorizer else {}).get("cognito:groups")

    curated = event.route_key.split()[1].startswith("/packs/{pack}/portraits")
    assert groups == ("[curators]" if curated else None)


@pytest.mark.parametrize("name", API)
def test_an_api_events_body_is_as_long_as_it_says(name: str) -> None:
    body = EVENTS[name].get("body", "")

    assert int(EVENTS[name]["headers"]["content-length"]) == len(body.encode())


@pytest.mark.parametrize("name", API)
def test_the_api_accepts_its_event(
    name: str, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = EVENTS["api_read_match"]["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
    put_match(cloud, EVENTS["api_read_match"]["pathParameters"]["match_id"], member)
    put_match(cloud, EVENTS["api_read_guest_match"]["pathParameters"]["match_id"], None)
    put_portrait(cloud, EVENTS["api_read_portrait"]["pathParameters"]["portrait_id"])
    api = load_function("api", monkeypatch, cloud.environment("ApiFunction"))

    reply = api.handler(EVENTS[name], Context())

    assert reply["statusCode"] in {200, 201, 204}, reply["body"]


class NoAccounts:
    """A user pool that is glad to delete anyone."""

    class exceptions:  # noqa: N801 - as a client names it
        """The errors that it never raises."""

        UserNotFoundException = KeyError

    def admin_delete_user(self, **user: str) -> None:
        assert set(user) == {"UserPoolId", "Username"}


def put_match(cloud: Cloud, match_id: str, user_id: str | None) -> None:
    """Store a match that has succeeded."""
    texts = {
        "match_id": match_id,
        "status": "succeeded",
        "pack": "celebrities",
        "collection": "lookalike-celebrities",
        "content_type": "image/jpeg",
        "consent": "2026-11-28",
        "created_at": "2026-11-22T16:01:33.000Z",
        "updated_at": "2026-11-22T16:01:36.000Z",
        **({"user_id": user_id} if user_id else {}),
    }
    cloud.dynamodb.put_item(
        TableName=cloud.name("MatchesTable"),
        Item={
            **{name: {"S": value} for name, value in texts.items()},
            "delete_at": {"N": "4102444800"},
        },
    )


def put_portrait(cloud: Cloud, one: str) -> None:
    """Store the record of an indexed portrait."""
    store = PortraitStore(PortraitsSettings(portraits_table=cloud.name("PortraitsTable")))
    key = S3["index_portrait_created"]["detail"]["object"]["key"]
    portrait = Portrait(one, "celebrities", key, "grace", "Grace Hopper", Attribution())
    store.replace(None, PortraitRecord(one, key, "version-1", portrait))


def test_a_portraits_events_are_of_the_portrait_that_is_indexed() -> None:
    key = S3["index_portrait_created"]["detail"]["object"]["key"]

    for name in ("api_read_portrait", "api_delete_portrait"):
        assert EVENTS[name]["pathParameters"]["portrait_id"] == portrait_id_of(key)


# S3's


@pytest.mark.parametrize("name", S3)
def test_an_s3_event_has_every_field_that_aws_documents(name: str) -> None:
    event = S3EventBridgeNotificationEvent(S3[name])
    created = event.detail_type == "Object Created"

    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    common = {"version", "event-version", "bucket", "object", "request-id", "requester"}
    common |= {"source-ip-address", "reason"}
    assert set(S3[name]["detail"]) == common | (set() if created else {"deletion-type"})
    assert set(S3[name]["detail"]["object"]) == {"key", "etag", "version-id", "sequencer"} | (
        {"size"} if created else set()
    )
    assert event.source == "aws.s3"
    assert event.resources == [f"arn:aws:s3:::{event.detail.bucket.name}"]


def test_a_removed_portrait_leaves_a_delete_marker() -> None:
    event = S3EventBridgeNotificationEvent(S3["index_portrait_deleted"])

    assert event.detail.deletion_type == "Delete Marker Created"
    created = S3["index_portrait_created"]["detail"]["object"]
    assert event.detail.object.version_id != created["version-id"]


@pytest.mark.parametrize("name", S3)
def test_an_s3_event_starts_what_it_is_for_and_nothing_else(name: str) -> None:
    patterns = {
        rule: resolved(properties["EventPattern"], BUCKETS)
        for rule, properties in sam_template.rules().items()
    }

    taken = {rule for rule, pattern in patterns.items() if matches(pattern, S3[name])}

    assert taken == {RULES[name]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", "aws.ec2"),
        ("detail-type", "Object Restore Completed"),
        ("detail", {"bucket": {"name": "another"}, "object": {"key": "selfies/x"}}),
        ("detail", {"bucket": {"name": BUCKETS["SelfiesBucket"]}, "object": {"key": "other/x"}}),
        ("detail", {"bucket": {"name": BUCKETS["SelfiesBucket"]}}),
    ],
)
def test_the_workflow_is_not_started_by_anything_else(field: str, value: Any) -> None:
    rule = sam_template.rules()["FindLookAlikeSelfieUploaded"]
    pattern = resolved(rule["EventPattern"], BUCKETS)
    event = {**EVENTS["find_lookalike_selfie_uploaded"], field: value}

    assert not matches(pattern, event)


@pytest.mark.parametrize("condition", [{"suffix": ".jpg"}, {"anything-but": ["x"]}, 1])
def test_a_pattern_that_the_matcher_does_not_know_is_not_passed_over(condition: Any) -> None:
    with pytest.raises(NotImplementedError):
        matches({"source": [condition]}, {"source": "aws.s3"})


def test_the_workflow_gets_of_a_selfies_event_what_it_reads_and_nothing_else() -> None:
    event = EVENTS["find_lookalike_selfie_uploaded"]
    (target,) = sam_template.rules()["FindLookAlikeSelfieUploaded"]["Targets"]
    code = " ".join(workflow.expressions(workflow.definition()))
    read = set(re.findall(r"Execution\.Input\.([\w.`-]+)", code))

    given = json.loads(rendered(target["InputTransformer"], event))

    assert given == {
        "bucket": event["detail"]["bucket"]["name"],
        "key": event["detail"]["object"]["key"],
        "version": event["detail"]["object"]["version-id"],
    }
    assert read == set(given)


def test_what_a_transformer_cannot_find_or_quote_is_not_passed_over() -> None:
    event = EVENTS["find_lookalike_selfie_uploaded"]

    with pytest.raises(KeyError):
        rendered({"InputPathsMap": {"a": "$.detail.nothing"}, "InputTemplate": "<a>"}, event)
    with pytest.raises(KeyError):
        rendered({"InputPathsMap": {}, "InputTemplate": "<a>"}, event)
    with pytest.raises(NotImplementedError):
        rendered({"InputPathsMap": {"a": "$.detail"}, "InputTemplate": "<a>"}, event)


def test_a_selfies_key_is_a_matchs_id() -> None:
    key = EVENTS["find_lookalike_selfie_uploaded"]["detail"]["object"]["key"]

    match_id = key.removeprefix(SELFIE_PREFIX)

    assert key.startswith(SELFIE_PREFIX)
    assert str(uuid.UUID(match_id)) == match_id


# The functions'


def function_of(event: str) -> tuple[str, str]:
    """The name and the folder of the function that an event is for."""
    folders: dict[str, str] = {
        name: properties["CodeUri"].removeprefix("functions/")
        for name, properties in sam_template.functions().items()
    }
    (found,) = [one for one in folders.items() if f"{event}_".startswith(f"{one[1]}_")]
    return found


@pytest.mark.parametrize("name", sorted({*EVENTS} - {*API} - {"find_lookalike_selfie_uploaded"}))
def test_a_function_can_read_its_event(
    name: str, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource, folder = function_of(name)
    function = load_function(folder, monkeypatch, cloud.environment(resource))

    reply = None
    # The cloud is empty, so the function may find nothing; but it has understood the event.
    with suppress(LookAlikeError, ClientError):
        reply = function.handler(EVENTS[name], Context())

    assert not (reply or {}).get("batchItemFailures"), f"{folder} cannot read events/{name}.json"


def test_check_face_gets_what_the_workflow_claimed() -> None:
    selfie = workflow.states()["Claim Upload"]["Assign"]["selfie"]

    assert workflow.states()["Check Face"]["Arguments"]["Payload"] == "{% $selfie %}"
    assert set(EVENTS["check_face"]) == set(selfie)


def test_resolve_matches_gets_that_with_the_pack_and_the_faces() -> None:
    payload = workflow.states()["Resolve Matches"]["Arguments"]["Payload"]

    added = set(re.findall(r"'(\w+)':", payload))

    assert "$merge([$selfie, " in payload
    assert set(EVENTS["resolve_matches"]) == set(EVENTS["check_face"]) | added


def test_a_face_is_what_the_search_puts_out() -> None:
    output = workflow.states()["Search Celebrities"]["Output"]["faces"]

    assert EVENTS["resolve_matches"]["faces"]
    for face in EVENTS["resolve_matches"]["faces"]:
        assert set(face) == set(re.findall(r"'(\w+)':", output))


def test_check_face_accepts_its_event(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[StoredPicture] = []

    def judge(picture: StoredPicture) -> tuple[DetectedFace, list[Box]]:
        judged.append(picture)
        return DetectedFace(Box(0.25, 0.25, 0.5, 0.5), confidence=99.0), []

    function = load_function("check_face", monkeypatch, cloud.environment("CheckFaceFunction"))
    monkeypatch.setattr(function, "judge", judge)

    reply = function.handler(EVENTS["check_face"], Context())

    assert judged == [StoredPicture(**EVENTS["check_face"])]
    assert reply == {"failure": None, "selfie_face": None, "other_faces": []}


@pytest.mark.parametrize("name", sorted(ENDED))
def test_count_match_gets_what_the_workflow_publishes(name: str) -> None:
    (entry,) = workflow.states()[ENDED[name]]["Arguments"]["Entries"]

    taken = {
        rule
        for rule, properties in sam_template.rules().items()
        if matches(resolved(properties["EventPattern"], BUCKETS), EVENTS[name])
    }

    assert (EVENTS[name]["source"], EVENTS[name]["detail-type"]) == (
        entry["Source"],
        entry["DetailType"],
    )
    assert set(EVENTS[name]["detail"]) == set(entry["Detail"])
    assert taken == {"CountMatchFunctionMatchEnded"}


@pytest.mark.parametrize("name", sorted(ENDED))
def test_count_match_accepts_its_event(
    name: str, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = load_function("count_match", monkeypatch, cloud.environment("CountMatchFunction"))

    assert function.handler(EVENTS[name], Context()) is None


def test_resolve_matches_accepts_its_event(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    environment = cloud.environment("ResolveMatchesFunction")
    function = load_function("resolve_matches", monkeypatch, environment)

    def resolve(found: Any) -> Any:
        given.append(found)
        return function.Result("faces", [])

    monkeypatch.setattr(function, "resolve", resolve)

    with pytest.raises(CatalogEmpty):
        function.handler(EVENTS["resolve_matches"], Context())

    (found,) = given
    assert found.key == EVENTS["resolve_matches"]["key"]
    assert [face._asdict() for face in found.faces] == EVENTS["resolve_matches"]["faces"]


@pytest.mark.parametrize("name", sorted(QUEUED))
def test_a_queued_event_is_a_message_of_the_functions_own_queue(name: str) -> None:
    (message,) = SQSEvent(EVENTS[name]).records

    body, md5 = message.body.encode(), message.md5_of_body
    assert message.event_source == "aws:sqs"
    assert QUEUED[name] in message.event_source_arn
    assert md5 == hashlib.md5(body, usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("name", INDEXING)
def test_index_portrait_accepts_its_event(
    name: str, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[str] = []
    environment = cloud.environment("IndexPortraitFunction")
    function = load_function("index_portrait", monkeypatch, environment)
    monkeypatch.setattr(function, "settle", lambda key, *_: settled.append(key))

    answer = function.handler(EVENTS[name], Context())

    assert settled == ["celebrities/Grace_Hopper_1.jpg"]
    assert answer == {"batchItemFailures": []}


def test_measure_pack_accepts_its_event(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Any] = []
    environment = cloud.environment("MeasurePackFunction")
    function = load_function("measure_pack", monkeypatch, environment)
    sent = json.loads(EVENTS["measure_pack"]["Records"][0]["body"])
    cloud.dynamodb.put_item(
        TableName=cloud.name("PacksTable"),
        Item={name: {"S": value} for name, value in sent.items()},
    )

    def measure(change: Any, _: Context) -> bool:
        measured.append(asdict(change))
        return True

    monkeypatch.setattr(function, "measure", measure)

    function.handler(EVENTS["measure_pack"], Context())

    assert measured == [sent]


def test_what_index_portrait_announces_is_what_measure_pack_is_sent(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = cloud.environment("IndexPortraitFunction")
    function = load_function("index_portrait", monkeypatch, environment)
    monkeypatch.setattr(function, "settle", lambda *_: None)

    function.handler(EVENTS["index_portrait_created"], Context())

    (message,) = cloud.take_messages("PackChangesQueue")
    sent = json.loads(EVENTS["measure_pack"]["Records"][0]["body"])
    assert {name: len(value) for name, value in json.loads(message).items()} == {
        name: len(value) for name, value in sent.items()
    }


def test_forget_member_accepts_its_event(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = cloud.environment("ForgetMemberFunction")
    function = load_function("forget_member", monkeypatch, environment)
    sent = json.loads(EVENTS["forget_member"]["Records"][0]["body"])
    put_match(cloud, "00000000-0000-4000-8000-00000000a001", sent["user_id"])

    function.handler(EVENTS["forget_member"], Context())

    assert cloud.items("MatchesTable") == []


def test_what_the_api_announces_is_what_forget_member_is_sent(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = load_function("api", monkeypatch, cloud.environment("ApiFunction"))

    api.handler(EVENTS["api_forget_me"], Context())

    (message,) = cloud.take_messages("ForgottenMembersQueue")
    sent = json.loads(EVENTS["forget_member"]["Records"][0]["body"])
    assert json.loads(message).keys() == sent.keys()
    assert json.loads(message)["user_id"] == sent["user_id"]
