import base64
import json
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import boto3
import pytest

from local.stack import DAILY_LIMITS
from lookalike import CONSENT_VERSION, VERSION
from lookalike.errors import Busy
from lookalike.matches import UPLOAD_WINDOW, MatchStore
from lookalike.measures import Measures
from lookalike.packs import PackStore, Progress
from lookalike.portrait_files import PortraitFiles
from lookalike.portraits import IndexedFace, Nearest, PortraitRecord, PortraitStore, portrait_id_of
from lookalike.ranking import Attribution, Celebrity, Group, Portrait
from lookalike.scores import ScoreStore
from lookalike.telemetry import reference_to
from lookalike.tombstones import TOKEN_LIFETIME
from tests.moto.cloud import REGION, ROUTES, Cloud, hooked, load_function
from tests.moto.conftest import Clock
from tests.moto.http_api import Answer, Api, route_of
from tests.moto.workflow import EXECUTION, Workflow
from tests.recogniser import COLLECTION

ADA, BEA = "8f14e45f-ceea-467f-a9d6-0b6e3c5e4a0c", "c9f0f895-fb98-4b55-9f3c-0a6b6d8b1b52"
NO_MATCH = "0b6e3c5e-4a0c-4b55-9f3c-0a6b6d8b1b52"
NO_PORTRAIT = "0123456789abcdef0123456789abcdef"
AGREED = {"content_type": "image/jpeg", "consent": CONSENT_VERSION}

ALL_OF_AN_ID = [
    ("GET", "/matches/{}"),
    ("DELETE", "/matches/{}"),
    ("GET", "/guest/matches/{}"),
    ("DELETE", "/guest/matches/{}"),
    ("POST", "/guest/matches/{}/adopt"),
]


@pytest.fixture
def start(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Api]:
    """Start the function without limits, and with the template's parameters that are given."""

    def load(**parameters: str) -> Api:
        given = {**dict.fromkeys(DAILY_LIMITS, "0"), **parameters}
        environment = cloud.environment("ApiFunction", **given)
        return Api(load_function("api", monkeypatch, environment))

    return load


@pytest.fixture
def api(start: Callable[..., Api]) -> Api:
    return start()


def begin(api: Api, caller: str | None = None, **changes: Any) -> Answer:
    """Ask for a match, as a guest where there is no caller."""
    path = "/guest/matches" if caller is None else "/matches"
    return api("POST", path, caller=caller, body=json.dumps({**AGREED, **changes}))


def begun(api: Api, caller: str | None = None) -> str:
    """The id of a new match."""
    answer = begin(api, caller)
    assert answer.status == 201
    return str(answer.json["match_id"])


def portrait_of(name: str, pack: str = "celebrities", number: int = 1) -> Portrait:
    key = f"{pack}/{name}_{number}.jpg"
    celebrity_id = name.lower().replace("_", "-")
    attribution = Attribution("A. Photographer", "CC0")
    return Portrait(portrait_id_of(key), pack, key, celebrity_id, name, attribution)


def add_portrait(
    portraits: PortraitStore, name: str, pack: str = "celebrities", number: int = 1
) -> PortraitRecord:
    """Store the record of an indexed portrait; give it as it is stored."""
    one = portrait_of(name, pack, number)
    faces = {COLLECTION: IndexedFace(f"face-{name}-{number}", "7.0")}
    portraits.replace(None, PortraitRecord(one.portrait_id, one.key, "version-1", one, faces))
    record = portraits.record(one.portrait_id)
    assert record is not None
    return record


def succeed(workflow: Workflow, match_id: str) -> None:
    """Bring a match to its end."""
    workflow.claim(match_id, workflow.upload(match_id))
    celebrity = Celebrity(1, portrait_of("Grace_Hopper"), 31.4, 88)
    workflow.store(match_id, "faces", [celebrity.to_json()])


# Every route


@pytest.mark.parametrize(
    ("method", "path"), [route for route in ROUTES if route != ("DELETE", "/me")], ids=str
)
def test_every_route_of_the_template_is_answered(api: Api, method: str, path: str) -> None:
    path = path.format(match_id=NO_MATCH, pack="celebrities", portrait_id=NO_PORTRAIT)

    answer = api(method, path, caller=ADA, body="")

    if path.startswith("/packs/"):
        assert (answer.status, answer.code) == (403, "forbidden")
    elif NO_MATCH in path or path == "/matches/latest":
        assert (answer.status, answer.code) == (404, "not_found")
    elif method == "POST":
        assert (answer.status, answer.code) == (400, "invalid_request")
    else:
        assert (answer.status, answer.content_type) == (200, "application/json")


# Beginning a match


@pytest.mark.parametrize("caller", [ADA, None], ids=["member", "guest"])
def test_new_match_comes_with_the_form_for_its_selfie(api: Api, caller: str | None) -> None:
    answer = begin(api, caller)

    assert (answer.status, answer.content_type) == (201, "application/json")
    assert set(answer.json) == {"match_id", "upload", "upload_expires_at"}
    assert answer.json["upload_expires_at"].endswith("Z")
    assert set(answer.json["upload"]) == {"url", "fields"}
    assert answer.json["upload"]["fields"]["key"] == f"selfies/{answer.json['match_id']}"


def test_new_match_searches_the_packs_collection(api: Api, cloud: Cloud) -> None:
    cloud.add_pack("poets", "Poets", "collection-2")

    begin(api, ADA, pack="poets")

    (item,) = cloud.items("MatchesTable")
    assert (item["pack"], item["collection"]) == ({"S": "poets"}, {"S": "collection-2"})
    assert item["consent"] == {"S": CONSENT_VERSION}


@pytest.mark.parametrize("route", ["/matches", "/guest/matches"])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param("{", id="cut"),
        pytest.param("[]", id="list"),
        pytest.param("null", id="null"),
        pytest.param("7", id="number"),
        pytest.param("{}", id="nothing in it"),
        pytest.param(b"\xff\xd8\xff\xe0 a photograph", id="binary"),
        pytest.param("[" * 20_000, id="deep"),
        pytest.param('{"content_type": ' + "[" * 20_000, id="deeper"),
        pytest.param('{"content_type": "image/gif", "consent": "x"}', id="type"),
        pytest.param('{"content_type": "image/png", "consent": 7}', id="number for text"),
        pytest.param('{"content_type": "image/png", "pack": null}', id="null for text"),
        pytest.param('{"content_type": "image/png", "admin": true}', id="unknown field"),
        pytest.param(json.dumps({**AGREED, "pack": ""}), id="no pack"),
        pytest.param(json.dumps({**AGREED, "pack": "x" * 65}), id="long pack"),
        pytest.param('{"content_type": "image/png", "pack": "\\ud800"}', id="lone surrogate"),
        pytest.param(json.dumps({**AGREED, "among": "robots"}), id="no group"),
        pytest.param(json.dumps({**AGREED, "together_with": "x"}), id="text for list"),
        pytest.param(json.dumps({**AGREED, "together_with": [7]}), id="list of numbers"),
        pytest.param(json.dumps({**AGREED, "photo_of": 7}), id="number for a match"),
        pytest.param(
            json.dumps({**AGREED, "photo_of": NO_MATCH, "together_with": [NO_MATCH]}), id="both"
        ),
    ],
)
def test_body_that_is_no_request_is_refused(api: Api, route: str, body: str | bytes | None) -> None:
    answer = api("POST", route, caller=ADA, body=body)

    assert (answer.status, answer.code) == (400, "invalid_request")
    assert answer.json["detail"]


@pytest.mark.parametrize("caller", [ADA, None], ids=["member", "guest"])
def test_new_match_is_taken_together_with_earlier_ones(
    api: Api, cloud: Cloud, workflow: Workflow, caller: str | None
) -> None:
    earlier = [begun(api, caller) for _ in range(4)]
    for match_id in earlier:
        succeed(workflow, match_id)

    answer = begin(api, caller, together_with=[*earlier, earlier[0]])  # doubles count once

    assert answer.status == 201
    new = {"S": answer.json["match_id"]}
    (stored,) = (item for item in cloud.items("MatchesTable") if item["match_id"] == new)
    assert stored["together_with"] == {"L": [{"S": match_id} for match_id in earlier]}
    path = "/matches/" if caller else "/guest/matches/"
    assert api("GET", path + answer.json["match_id"], caller=caller).json["selfies"] == 5


@pytest.mark.parametrize("caller", [ADA, None], ids=["member", "guest"])
@pytest.mark.parametrize("wish", ["together_with", "photo_of"])
def test_match_that_is_not_the_callers_is_unknown(
    api: Api, workflow: Workflow, caller: str | None, wish: str
) -> None:
    match_id = begun(api, BEA)
    succeed(workflow, match_id)

    answer = begin(api, caller, **{wish: [match_id] if wish == "together_with" else match_id})

    assert (answer.status, answer.code) == (422, "unknown_match")


def test_more_than_four_earlier_matches_are_refused(api: Api, workflow: Workflow) -> None:
    earlier = [begun(api, ADA) for _ in range(5)]
    for match_id in earlier:
        succeed(workflow, match_id)

    answer = begin(api, ADA, together_with=earlier)

    assert (answer.status, answer.code) == (422, "unknown_match")


@pytest.mark.parametrize("caller", [ADA, None], ids=["member", "guest"])
def test_photograph_is_played_again_without_a_form(
    api: Api, workflow: Workflow, caller: str | None
) -> None:
    first = begun(api, caller)
    succeed(workflow, first)
    path = "/guest/matches" if caller is None else "/matches"
    body = json.dumps({"photo_of": first, "consent": CONSENT_VERSION})

    answer = api("POST", path, caller=caller, body=body)

    assert answer.status == 201
    assert (answer.json["upload"], answer.json["upload_expires_at"]) == (None, None)


def test_photograph_is_played_again_only_with_consent(api: Api, workflow: Workflow) -> None:
    first = begun(api, ADA)
    succeed(workflow, first)

    answer = api("POST", "/matches", caller=ADA, body=json.dumps({"photo_of": first}))

    assert (answer.status, answer.code) == (422, "consent_required")


def test_group_that_the_catalog_labels_is_searched(api: Api, packs: PackStore) -> None:
    groups: dict[Group, int] = {"women": 1, "men": 0}
    packs.save_measures("celebrities", packs.note_change("celebrities"), Measures(), 7, groups)

    women, men = (begin(api, ADA, among=group) for group in groups)

    assert women.status == 201
    assert api("GET", f"/matches/{women.json['match_id']}", caller=ADA).json["among"] == "women"
    assert (men.status, men.code) == (422, "unknown_group")


@pytest.mark.parametrize(
    "change", [{"together_with": []}, {"among": "everyone"}, {"pack": "poets"}]
)
def test_key_used_again_with_another_wish_is_refused(
    api: Api, cloud: Cloud, packs: PackStore, workflow: Workflow, change: dict[str, Any]
) -> None:
    cloud.add_pack("poets", "Poets", "collection-2")
    for pack in ("celebrities", "poets"):
        packs.save_measures(pack, packs.note_change(pack), Measures(), 7, {"women": 5})
    earlier = str(begin(api, ADA, among="women").json["match_id"])
    succeed(workflow, earlier)
    wanted = {"together_with": [earlier], "among": "women"}
    first = begin_with_key(api, KEY, ADA, **wanted)

    again = begin_with_key(api, KEY, ADA, **{**wanted, **change})

    assert first.status == 201
    assert again.status in {400, 422}
    assert again.code in {"invalid_request", "unknown_match"}
    assert begin_with_key(api, KEY, ADA, **wanted).status == 201


def test_export_holds_the_scores_of_each_photograph(
    api: Api, matches: MatchStore, scores: ScoreStore, workflow: Workflow
) -> None:
    match_id = begun(api, ADA)
    workflow.claim(match_id, workflow.upload(match_id))
    until = matches.read(match_id, ADA).photo_until
    scores.write(match_id, EXECUTION, {"grace-hopper": 31.4}, until)

    (exported,) = api("GET", "/me/export", caller=ADA).json["matches"]

    assert exported["scores"] == [{"celebrity_id": "grace-hopper", "similarity": 31.4}]


def test_body_may_come_as_base64(api: Api) -> None:
    answer = api("POST", "/matches", caller=ADA, body=json.dumps(AGREED).encode())

    assert answer.status == 201


KEY = "5e884898-da28-4715-9d0e-6f8dc6292773"


def begin_with_key(api: Api, key: str, caller: str | None, **changes: Any) -> Answer:
    """Ask for a match under an Idempotency-Key."""
    path = "/guest/matches" if caller is None else "/matches"
    body = json.dumps({**AGREED, **changes})
    return api("POST", path, caller=caller, body=body, headers={"idempotency-key": key})


@pytest.mark.parametrize("caller", [ADA, None])
def test_the_same_request_made_again_begins_one_match(
    api: Api, cloud: Cloud, caller: str | None
) -> None:
    first = begin_with_key(api, KEY, caller)
    second = begin_with_key(api, KEY, caller)

    assert (first.status, second.status) == (201, 201)
    assert first.json["match_id"] == second.json["match_id"]
    assert first.json["upload_expires_at"] == second.json["upload_expires_at"]
    assert first.json["upload"]["fields"]["key"] == second.json["upload"]["fields"]["key"]
    assert len(cloud.items("MatchesTable")) == 1


def test_an_idempotency_key_of_another_caller_is_refused(api: Api) -> None:
    begin_with_key(api, KEY, ADA)

    for caller in (BEA, None):
        answer = begin_with_key(api, KEY, caller)
        assert (answer.status, answer.code) == (400, "invalid_request")


def test_an_idempotency_key_names_one_request_only(api: Api) -> None:
    begin_with_key(api, KEY, ADA)

    answer = begin_with_key(api, KEY, ADA, content_type="image/png")

    assert (answer.status, answer.code) == (400, "invalid_request")


def test_a_request_made_again_after_its_form_has_expired_says_so(api: Api, now: Clock) -> None:
    begin_with_key(api, KEY, ADA)
    now.pass_by(UPLOAD_WINDOW)

    again = begin_with_key(api, KEY, ADA)
    another = begin_with_key(api, KEY, ADA, content_type="image/png")

    assert (again.status, again.code) == (400, "invalid_request")
    assert again.json["detail"] == "The form of this match has expired. Begin a new one."
    assert another.json["detail"] == "This Idempotency-Key has been used for another match."


@pytest.mark.parametrize("key", ["", "1", KEY.replace("4715", "1715")])
def test_an_idempotency_key_is_a_random_uuid(api: Api, key: str) -> None:
    answer = begin_with_key(api, key, ADA)

    assert (answer.status, answer.code) == (400, "invalid_request")


def test_problem_says_which_field_is_wrong_and_quotes_nothing(api: Api) -> None:
    answer = begin(api, ADA, content_type="image/secret")

    assert answer.json["detail"].startswith("content_type: ")
    assert "secret" not in answer.text


@pytest.mark.parametrize("consent", [None, "", "2020-01"])
def test_match_without_the_current_consent_is_refused(
    api: Api, cloud: Cloud, consent: str | None
) -> None:
    answer = begin(api, ADA, consent=consent)

    assert (answer.status, answer.code) == (422, "consent_required")
    assert CONSENT_VERSION in answer.json["detail"]
    assert cloud.items("MatchesTable") == []


@pytest.mark.parametrize(
    "pack",
    [
        "nobody",
        pytest.param("é" * 64, id="long"),
    ],
)
def test_match_in_an_unknown_pack_is_refused(api: Api, cloud: Cloud, pack: str) -> None:
    answer = begin(api, ADA, pack=pack)

    assert (answer.status, answer.code) == (422, "unknown_pack")
    assert cloud.items("MatchesTable") == []


# Limits of a day


@pytest.mark.parametrize("caller", [ADA, None])
def test_caller_with_too_many_matches_learns_when_to_come_back(
    start: Callable[..., Api], cloud: Cloud, now: Clock, caller: str | None
) -> None:
    api = start(MatchesPerDay="1", GuestMatchesPerDay="1")
    begun(api, caller)

    answer = begin(api, caller)

    midnight = (now.time + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    assert (answer.status, answer.code) == (429, "too_many_matches")
    assert answer.retry_after == str(math.ceil((midnight - now.time).total_seconds()))
    assert len([item for item in cloud.items("MatchesTable") if "status" in item]) == 1


def test_deployment_with_too_many_matches_is_busy_until_tomorrow(
    start: Callable[..., Api],
) -> None:
    api = start(DeploymentMatchesPerDay="1")
    begun(api, ADA)

    answer = begin(api, BEA)

    assert (answer.status, answer.code) == (429, "busy")
    assert "tomorrow" in answer.json["detail"]
    assert answer.retry_after is not None
    assert int(answer.retry_after) > 0


@pytest.mark.parametrize("caller", [ADA, None])
def test_the_last_match_of_the_day_may_be_asked_for_again(
    start: Callable[..., Api], caller: str | None
) -> None:
    api = start(MatchesPerDay="1", GuestMatchesPerDay="1", DeploymentMatchesPerDay="1")
    first = begin_with_key(api, KEY, caller)

    again = begin_with_key(api, KEY, caller)

    assert (first.status, again.status) == (201, 201)
    assert begin_with_key(api, NO_MATCH, caller).code == "too_many_matches"


def test_a_request_made_again_counts_once(start: Callable[..., Api]) -> None:
    api = start(MatchesPerDay="2")
    for _ in range(5):
        begin_with_key(api, KEY, ADA)

    answers = [begin(api, ADA) for _ in range(2)]

    assert [answer.status for answer in answers] == [201, 429]


def test_a_request_that_is_refused_counts_for_nothing(start: Callable[..., Api]) -> None:
    api = start(GuestMatchesPerDay="1")
    begin(api, consent="2020-01")
    begin(api, pack="nobody")
    begin_with_key(start(GuestMatchesPerDay="1"), KEY, ADA)
    begin_with_key(api, KEY, None)  # another caller's key

    assert begin(api).status == 201


# Problems


def test_problem_has_the_form_of_rfc_9457(api: Api) -> None:
    answer = api("GET", f"/matches/{NO_MATCH}", caller=ADA)

    assert (answer.status, answer.content_type) == (404, "application/problem+json")
    assert answer.json == {
        "type": "about:blank",
        "title": "Not found",
        "status": 404,
        "detail": "There is no such match, or it is not yours.",
        "code": "not_found",
    }


@pytest.mark.parametrize(("method", "path"), ALL_OF_AN_ID)
@pytest.mark.parametrize(
    "match_id", [NO_MATCH, "x", "x" * 3000, "..", "{}", "é", "%00", "\n", '"', "#"]
)
def test_what_is_no_match_is_not_found(api: Api, method: str, path: str, match_id: str) -> None:
    answer = api(method, path.format(match_id), caller=ADA)

    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    ("owner", "path", "caller"),
    [
        (ADA, "/matches/{}", BEA),
        (ADA, "/guest/matches/{}", None),
        (None, "/matches/{}", ADA),
    ],
    ids=["another member", "a guest", "a member"],
)
def test_match_of_another_caller_is_not_found(
    api: Api, method: str, owner: str | None, path: str, caller: str | None
) -> None:
    match_id = begun(api, owner)

    answer = api(method, path.format(match_id), caller=caller)

    assert (answer.status, answer.code) == (404, "not_found")
    assert api("GET", own_path(owner, match_id), caller=owner).status == 200


def own_path(owner: str | None, match_id: str) -> str:
    return f"/guest/matches/{match_id}" if owner is None else f"/matches/{match_id}"


# Reading and listing


@pytest.mark.parametrize("caller", [ADA, None], ids=["member", "guest"])
def test_owner_reads_the_result(api: Api, workflow: Workflow, caller: str | None) -> None:
    match_id = begun(api, caller)
    succeed(workflow, match_id)

    answer = api("GET", own_path(caller, match_id), caller=caller)

    assert answer.status == 200
    assert answer.json["status"] == "succeeded"
    assert answer.json["celebrities"][0]["celebrity_id"] == "grace-hopper"
    assert answer.json["celebrities"][0]["resemblance"] == 88
    assert answer.json["celebrities"][0]["same_person"] is False


def test_matches_are_listed_newest_first_in_pages(api: Api, now: Clock) -> None:
    ids = []
    for _ in range(3):
        ids.append(begun(api, ADA))
        now.time = now.time.replace(second=(now.time.second + 1) % 60)
    begun(api, BEA)

    first = api("GET", "/matches", caller=ADA, query={"limit": "2"}).json
    cursor = {"limit": "2", "cursor": first["next_cursor"]}
    second = api("GET", "/matches", caller=ADA, query=cursor).json

    assert [match["match_id"] for match in first["matches"]] == [ids[2], ids[1]]
    assert [match["match_id"] for match in second["matches"]] == [ids[0]]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("path", ["/matches", "/celebrities"])
@pytest.mark.parametrize("limit", ["0", "51", "-1", "x", "", "1.5", "1e9"])
def test_limit_out_of_range_is_refused(api: Api, path: str, limit: str) -> None:
    answer = api("GET", path, caller=ADA, query={"limit": limit})

    assert (answer.status, answer.code) == (400, "invalid_request")


@pytest.mark.parametrize("path", ["/matches", "/me/export", "/celebrities"])
def test_broken_cursor_is_refused(api: Api, path: str) -> None:
    answer = api("GET", path, caller=ADA, query={"cursor": "A"})

    assert (answer.status, answer.code) == (400, "invalid_request")


def test_latest_match_is_read(api: Api, workflow: Workflow) -> None:
    match_id = begun(api, ADA)
    succeed(workflow, match_id)
    begun(api, ADA)

    answer = api("GET", "/matches/latest", caller=ADA)

    assert (answer.status, answer.json["match_id"]) == (200, match_id)


# Deleting


@pytest.mark.parametrize("caller", [ADA, None], ids=["member", "guest"])
def test_match_is_deleted_with_its_selfie(
    api: Api, cloud: Cloud, workflow: Workflow, caller: str | None
) -> None:
    match_id = begun(api, caller)
    workflow.upload(match_id)

    answer = api("DELETE", own_path(caller, match_id), caller=caller)

    assert (answer.status, answer.text) == (204, "")
    assert cloud.items("MatchesTable") == []
    assert cloud.versions("SelfiesBucket") == []
    assert api("GET", own_path(caller, match_id), caller=caller).status == 404


@pytest.fixture
def account(cloud: Cloud) -> str:
    """Someone who has signed up: the subject of their tokens."""
    made = boto3.client("cognito-idp").admin_create_user(
        UserPoolId=cloud.make_user_pool(), Username="grace@example.org"
    )
    return made["User"]["Username"]


# Forgetting

MEMBERS = [
    ("POST", "/matches"),
    ("GET", "/matches"),
    ("GET", "/matches/latest"),
    ("GET", f"/matches/{NO_MATCH}"),
    ("DELETE", f"/matches/{NO_MATCH}"),
    ("POST", f"/guest/matches/{NO_MATCH}/adopt"),
    ("GET", "/me/export"),
    ("DELETE", "/me"),
    ("POST", "/packs/celebrities/portraits"),
    ("GET", f"/packs/celebrities/portraits/{NO_PORTRAIT}"),
    ("DELETE", f"/packs/celebrities/portraits/{NO_PORTRAIT}"),
]
"""A request of every route that asks who the caller is."""


def queued(cloud: Cloud) -> list[Any]:
    """The members whose matches are to be deleted."""
    return [json.loads(message) for message in cloud.take_messages("ForgottenMembersQueue")]


def test_caller_is_forgotten_and_the_rest_is_left_to_the_queue(
    account: str, api: Api, cloud: Cloud, now: Clock
) -> None:
    begun(api, account)

    answer = api("DELETE", "/me", caller=account)

    users = boto3.client("cognito-idp").list_users(UserPoolId=cloud.name("UserPool"))["Users"]
    assert (answer.status, answer.text) == (204, "")
    assert users == []
    (member,) = queued(cloud)
    until = datetime.fromisoformat(member["look_until"])
    assert (member["user_id"], until) == (account, now.time + TOKEN_LIFETIME)


@pytest.mark.parametrize(("method", "path"), MEMBERS)
def test_forgotten_callers_token_is_worth_nothing(
    account: str, api: Api, method: str, path: str
) -> None:
    api("DELETE", "/me", caller=account)

    answer = api(method, path, caller=account, groups="[curators]", body=json.dumps(AGREED))

    assert (answer.status, answer.code) == (401, "signed_out")


def test_forgotten_caller_reads_no_match_that_is_not_deleted_yet(account: str, api: Api) -> None:
    match_id = begun(api, account)
    api("DELETE", "/me", caller=account)

    answers = [
        api("GET", f"/matches/{match_id}", caller=account),
        api("GET", f"/guest/matches/{match_id}"),
    ]

    assert [(answer.status, answer.code) for answer in answers] == [
        (401, "signed_out"),
        (404, "not_found"),
    ]


def test_forgotten_callers_are_all_who_ask_as_members() -> None:
    asking = {
        (method, route)
        for method, route in ROUTES
        if route.startswith(("/matches", "/me", "/packs/")) or route.endswith("/adopt")
    }

    assert {(method, route_of(method, path)[0]) for method, path in MEMBERS} == asking


def test_no_other_caller_is_forgotten(account: str, api: Api) -> None:
    match_id = begun(api, BEA)

    api("DELETE", "/me", caller=account)

    assert api("GET", f"/matches/{match_id}", caller=BEA).status == 200


@pytest.mark.parametrize("service", ["cognito-idp.AdminDeleteUser", "sqs.SendMessage"])
def test_forgetting_that_broke_off_goes_on_when_it_is_asked_for_again(
    account: str, api: Api, cloud: Cloud, service: str
) -> None:
    client = {"cognito-idp": boto3.client("cognito-idp"), "sqs": cloud.sqs}[service.split(".")[0]]

    def break_off(**_: object) -> None:
        raise ConnectionError

    with (
        hooked(client, f"before-call.{service}", break_off),
        pytest.raises(ConnectionError),
    ):
        api("DELETE", "/me", caller=account)
    between = api("GET", "/matches", caller=account)
    answer = api("DELETE", "/me", caller=account)

    assert (between.status, answer.status) == (401, 204)
    assert [member["user_id"] for member in queued(cloud)] == [account]
    assert api("DELETE", "/me", caller=account).code == "signed_out"


def test_busy_caller_learns_how_long_to_wait(
    api: Api, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def collide(*_: object) -> None:
        raise Busy(3)

    monkeypatch.setattr(api.function.matches, "create", collide)

    answer = begin(api, ADA)

    assert (answer.status, answer.code, answer.retry_after) == (429, "busy", "3")
    assert cloud.items("MatchesTable") == []


# Exporting


def test_caller_gets_everything_that_is_kept(api: Api, workflow: Workflow) -> None:
    match_id = begun(api, ADA)
    succeed(workflow, match_id)
    begun(api, BEA)

    exported = api("GET", "/me/export", caller=ADA).json

    assert exported["account"] == {
        "sub": ADA,
        "cognito:username": ADA,
        "email": "grace@example.org",
    }
    (match,) = exported["matches"]
    assert (match["match_id"], match["status"]) == (match_id, "succeeded")
    assert match["consent"] == CONSENT_VERSION
    assert exported["exported_at"].endswith("Z")
    assert exported["next_cursor"] is None


def test_export_comes_in_pages(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.function, "EXPORTED_AT_ONCE", 2)
    ids = {begun(api, ADA) for _ in range(3)}

    first = api("GET", "/me/export", caller=ADA).json
    second = api("GET", "/me/export", caller=ADA, query={"cursor": first["next_cursor"]}).json

    pages = [[match["match_id"] for match in page["matches"]] for page in (first, second)]
    assert [len(page) for page in pages] == [2, 1]
    assert {match for page in pages for match in page} == ids
    assert first["account"] == second["account"]
    assert second["next_cursor"] is None


# Guests


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/guest/matches"),
        ("GET", f"/guest/matches/{NO_MATCH}"),
    ],
)
def test_deployment_without_guests_forbids_them(
    start: Callable[..., Api], cloud: Cloud, method: str, path: str
) -> None:
    api = start(AllowGuests="false")

    answer = api(method, path, body=json.dumps(AGREED))

    assert (answer.status, answer.code) == (403, "forbidden")
    assert answer.json["detail"] == "Sign in first: this deployment takes no guests."
    assert cloud.items("MatchesTable") == []


def test_deployment_without_guests_takes_members(start: Callable[..., Api]) -> None:
    api = start(AllowGuests="false")

    assert begin(api, ADA).status == 201


def test_guests_match_becomes_the_callers_once(api: Api) -> None:
    match_id = begun(api)

    first = api("POST", f"/guest/matches/{match_id}/adopt", caller=ADA)
    second = api("POST", f"/guest/matches/{match_id}/adopt", caller=BEA)

    assert (first.status, first.json["match_id"]) == (200, match_id)
    assert (second.status, second.code) == (404, "not_found")
    assert api("GET", f"/matches/{match_id}", caller=ADA).status == 200
    assert api("GET", f"/guest/matches/{match_id}").status == 404


# Anyone


def test_packs_are_listed_with_their_portraits_counted(
    api: Api, cloud: Cloud, packs: PackStore
) -> None:
    cloud.add_pack("poets", "Poets", "collection-2")
    groups: dict[Group, int] = {"women": 5, "men": 4}
    packs.save_measures("poets", packs.note_change("poets"), Measures(), 7, groups)

    answer = api("GET", "/packs")

    assert answer.json == {
        "packs": [
            {
                "pack": "celebrities",
                "title": "Celebrities",
                "portraits": 0,
                "among": ["everyone"],
                "progress": None,
            },
            {
                "pack": "poets",
                "title": "Poets",
                "portraits": 7,
                "among": ["everyone", "women"],
                "progress": None,
            },
        ]
    }


def test_pack_that_is_being_filled_says_how_far_it_is(
    api: Api, packs: PackStore, now: Clock
) -> None:
    packs.note_progress("celebrities", Progress("indexing", 12, 240))
    during = api("GET", "/packs").json["packs"]

    now.pass_by(timedelta(minutes=2))
    after = api("GET", "/packs").json["packs"]

    assert [pack["progress"] for pack in during] == [
        {"stage": "indexing", "done": 12, "total": 240}
    ]
    assert [pack["progress"] for pack in after] == [None]


def test_celebrities_are_listed_in_pages(api: Api, portraits: PortraitStore) -> None:
    for name in ("Cam", "Ada", "Bea"):
        add_portrait(portraits, name)

    first = api("GET", "/celebrities", query={"limit": "2"}).json
    cursor = {"limit": "2", "cursor": first["next_cursor"]}
    second = api("GET", "/celebrities", query=cursor).json

    assert [one["name"] for one in first["celebrities"]] == ["Ada", "Bea"]
    assert [one["name"] for one in second["celebrities"]] == ["Cam"]
    assert second["next_cursor"] is None
    assert first["celebrities"][0]["attribution"]["license"] == "CC0"


def test_person_of_several_portraits_is_listed_once_with_all_of_them(
    api: Api, portraits: PortraitStore
) -> None:
    for name, number in (("Ada", 2), ("Bea", 1), ("Ada", 1)):
        add_portrait(portraits, name, number=number)

    first = api("GET", "/celebrities", query={"limit": "1"}).json
    cursor = {"limit": "1", "cursor": first["next_cursor"]}
    second = api("GET", "/celebrities", query=cursor).json

    (ada,), (bea,) = first["celebrities"], second["celebrities"]
    ids = [portrait_of("Ada", number=number).portrait_id for number in (1, 2)]
    assert [picture["portrait_id"] for picture in ada["portraits"]] == ids
    assert ada["image_url"] == ada["portraits"][0]["image_url"]
    assert (bea["name"], len(bea["portraits"]), second["next_cursor"]) == ("Bea", 1, None)


def test_celebrities_of_another_pack_are_listed(
    api: Api, cloud: Cloud, portraits: PortraitStore
) -> None:
    cloud.add_pack("poets", "Poets", "collection-2")
    add_portrait(portraits, "Sappho", "poets")
    add_portrait(portraits, "Ada")

    answer = api("GET", "/celebrities", query={"pack": "poets"})

    assert [one["name"] for one in answer.json["celebrities"]] == ["Sappho"]


def test_celebrities_of_an_unknown_pack_are_refused(api: Api) -> None:
    answer = api("GET", "/celebrities", query={"pack": "nobody"})

    assert (answer.status, answer.code) == (422, "unknown_pack")


def test_status_says_which_version_answers(api: Api) -> None:
    assert api("GET", "/status").json == {"status": "ok", "version": VERSION}


# Curators

CURATED = "/packs/celebrities/portraits"
PORTRAIT = {
    "content_type": "image/jpeg",
    "name": "Grace Hopper",
    "author": "U.S. Navy",
    "license": "Public domain",
}
RIGHTS = {"license_url": "https://example.org/cc0", "source_url": "https://example.org/ä?b=c#d"}


def curate(api: Api, method: str, path: str, **request: Any) -> Answer:
    """Ask as a curator."""
    return api(method, path, caller=ADA, groups="[curators]", **request)


def create(api: Api, pack: str = "celebrities", **changes: Any) -> Answer:
    """Ask for the form of a new portrait, as a curator."""
    body = json.dumps({**PORTRAIT, **changes})
    return curate(api, "POST", f"/packs/{pack}/portraits", body=body)


def caption_of(answer: Answer) -> dict[str, str]:
    """What a form makes travel with its portrait."""
    assert answer.status == 201
    return {
        name.removeprefix("x-amz-meta-"): unquote(value)
        for name, value in answer.json["upload"]["fields"].items()
        if name.startswith("x-amz-meta-")
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", CURATED), *((one, f"{CURATED}/{NO_PORTRAIT}") for one in ("GET", "DELETE"))],
)
@pytest.mark.parametrize(
    "groups",
    [
        None,
        "",
        "[]",
        "[visitors]",
        "[visitors not-curators curators-of-music]",
        [],
        ["visitors", "Curators"],
    ],
    ids=str,
)
def test_member_who_is_no_curator_is_forbidden(
    api: Api, method: str, path: str, groups: str | list[str] | None
) -> None:
    answer = api(method, path, caller=ADA, groups=groups, body=json.dumps(PORTRAIT))

    assert (answer.status, answer.code) == (403, "forbidden")
    assert answer.json["detail"] == "Only curators may change what is in a pack."


def test_member_who_is_no_curator_deletes_nothing(
    api: Api, cloud: Cloud, portraits: PortraitStore, files: PortraitFiles
) -> None:
    record = add_portrait(portraits, "Ada")
    cloud.s3.put_object(Bucket=cloud.name("PortraitsBucket"), Key=record.key, Body=b"Ada")

    answer = api("DELETE", f"{CURATED}/{record.portrait_id}", caller=ADA)

    assert answer.status == 403
    assert files.read(record.key) is not None


@pytest.mark.parametrize(
    "groups",
    ["[curators]", "[visitors curators]", "curators", ["curators"], ["visitors", "curators"]],
    ids=str,
)
def test_curator_is_known_by_the_group_in_either_form(api: Api, groups: str | list[str]) -> None:
    answer = api("POST", CURATED, caller=ADA, groups=groups, body=json.dumps(PORTRAIT))

    assert answer.status == 201


def test_new_portrait_comes_with_the_form_for_its_picture(api: Api) -> None:
    answer = create(api, **RIGHTS)

    fields = answer.json["upload"]["fields"]
    assert (answer.status, answer.content_type) == (201, "application/json")
    assert set(answer.json) == {"portrait_id", "upload", "upload_expires_at"}
    assert answer.json["upload_expires_at"].endswith("Z")
    assert answer.json["portrait_id"] == portrait_id_of(fields["key"])
    assert fields["key"].startswith("celebrities/curated/")
    assert fields["key"].endswith(".jpg")
    assert caption_of(answer) == {
        "celebrity-id": "grace-hopper",
        "name": "Grace Hopper",
        "author": "U.S. Navy",
        "license": "Public domain",
        "license-url": "https://example.org/cc0",
        "source-url": "https://example.org/ä?b=c#d",
    }


def test_new_portrait_may_say_of_which_gender_a_person_is_and_who_they_are(api: Api) -> None:
    caption = caption_of(create(api, gender="female", description=" Konteradmiralin à la mer "))

    assert caption["gender"] == "female"
    assert caption["description"] == "Konteradmiralin à la mer"


def test_form_of_a_portrait_allows_no_other_words(api: Api) -> None:
    fields = create(api, **RIGHTS).json["upload"]["fields"]

    conditions = json.loads(base64.b64decode(fields["policy"]))["conditions"]
    words = {name for name in fields if name.startswith("x-amz-meta-")}
    assert len(words) == 6
    for name in ("key", "Content-Type", *words):
        assert {name: fields[name]} in conditions
    assert ["content-length-range", 1, 15_000_000] in conditions


@pytest.mark.parametrize("name", ["Björk", "章子怡", "Мария Шарапова", "O'Neil", "★"])
def test_new_portraits_name_may_be_of_any_script(api: Api, name: str) -> None:
    answer = create(api, name=name)

    caption = caption_of(answer)
    assert caption["name"] == name
    assert caption["celebrity-id"]
    assert caption["celebrity-id"].isascii()
    assert all(str(value).isascii() for value in answer.json["upload"]["fields"].values())


def test_person_who_is_in_the_pack_is_known_by_their_name(
    api: Api, portraits: PortraitStore
) -> None:
    add_portrait(portraits, "Grace-Q11641")

    same = caption_of(create(api, name=" GRACE Q11641 "))
    other = caption_of(create(api, name="Grace Hopper"))

    assert (same["name"], same["celebrity-id"]) == ("GRACE Q11641", "grace-q11641")
    assert other["celebrity-id"] == "grace-hopper"


def test_person_of_the_same_name_in_another_pack_is_another_person(
    api: Api, cloud: Cloud, portraits: PortraitStore
) -> None:
    cloud.add_pack("poets")
    key = "poets/Grace.jpg"
    poet = Portrait(portrait_id_of(key), "poets", key, "grace-q1", "Grace", Attribution())
    portraits.replace(None, PortraitRecord(poet.portrait_id, key, "version-1", poet))

    assert caption_of(create(api, name="Grace"))["celebrity-id"] == "grace"
    assert caption_of(create(api, "poets", name="Grace"))["celebrity-id"] == "grace-q1"


def test_portrait_is_added_to_the_person_who_is_named_by_id(
    api: Api, portraits: PortraitStore
) -> None:
    add_portrait(portraits, "Grace")

    caption = caption_of(create(api, name="Grace", celebrity_id="grace-hopper-q11641"))

    assert caption["celebrity-id"] == "grace-hopper-q11641"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"name": ""}, id="no name"),
        pytest.param({"name": "  "}, id="blank name"),
        pytest.param({"name": "x" * 201}, id="long name"),
        pytest.param({"name": None}, id="null name"),
        pytest.param({"author": ""}, id="no author"),
        pytest.param({"license": " "}, id="no license"),
        pytest.param({"license_url": "javascript:alert(1)"}, id="script"),
        pytest.param({"source_url": "example.org"}, id="no address"),
        pytest.param({"source_url": "https://a.example/ b"}, id="broken address"),
        pytest.param({"content_type": "image/webp"}, id="type"),
        pytest.param({"celebrity_id": "x" * 201}, id="long id"),
        pytest.param({"gender": "woman"}, id="unknown gender"),
        pytest.param({"description": "x" * 161}, id="long description"),
        pytest.param({"admin": True}, id="unknown field"),
    ],
)
def test_portrait_without_what_it_needs_is_refused(api: Api, changes: dict[str, Any]) -> None:
    answer = create(api, **changes)

    assert (answer.status, answer.code) == (400, "invalid_request")
    assert answer.json["detail"].startswith(f"{next(iter(changes))}: ")


@pytest.mark.parametrize(("name", "status"), [("é" * 200, 201), ("章" * 200, 400)])
def test_words_that_no_object_can_carry_are_refused(api: Api, name: str, status: int) -> None:
    answer = create(api, name=name, celebrity_id="one", author="x" * 400)

    assert answer.status == status
    if status == 400:
        assert answer.code == "invalid_request"
        assert "2 KB" in answer.json["detail"]


def test_portrait_of_an_unknown_pack_is_refused(api: Api) -> None:
    answer = create(api, "nobody")

    assert (answer.status, answer.code) == (422, "unknown_pack")


def test_portrait_that_was_not_sent_yet_is_awaited(api: Api) -> None:
    one = create(api).json["portrait_id"]

    answer = curate(api, "GET", f"{CURATED}/{one}")

    assert (answer.status, answer.json["status"]) == (200, "awaiting_upload")
    assert answer.json["portrait_id"] == one


def test_indexed_portrait_is_read(api: Api, portraits: PortraitStore) -> None:
    record = add_portrait(portraits, "Ada")

    answer = curate(api, "GET", f"{CURATED}/{record.portrait_id}")

    assert (answer.status, answer.json["status"], answer.json["name"]) == (200, "indexed", "Ada")
    assert "celebrities/Ada_1.jpg?" in answer.json["image_url"]


def test_portrait_with_another_persons_face_is_reported(api: Api, portraits: PortraitStore) -> None:
    ada, bea = add_portrait(portraits, "Ada"), add_portrait(portraits, "Bea")
    portraits.save_nearest(ada, Nearest("face-Ada-1", bea.portrait_id, "face-Bea-1", 99.9))

    answer = curate(api, "GET", f"{CURATED}/{ada.portrait_id}")

    assert answer.json["same_face_as"]["name"] == "Bea"


def test_refused_portrait_says_why(api: Api, portraits: PortraitStore) -> None:
    key = "celebrities/curated/one.jpg"
    portraits.replace(
        None, PortraitRecord(portrait_id_of(key), key, "version-1", refusal="several_faces")
    )

    answer = curate(api, "GET", f"{CURATED}/{portrait_id_of(key)}")

    assert (answer.json["status"], answer.json["failure"]["code"]) == ("refused", "several_faces")


def test_portrait_is_taken_out(
    api: Api, cloud: Cloud, portraits: PortraitStore, files: PortraitFiles
) -> None:
    record = add_portrait(portraits, "Ada")
    cloud.s3.put_object(Bucket=cloud.name("PortraitsBucket"), Key=record.key, Body=b"Ada")

    answer = curate(api, "DELETE", f"{CURATED}/{record.portrait_id}")

    assert (answer.status, answer.text) == (204, "")
    assert files.read(record.key) is None


def test_refused_portrait_is_taken_out(
    api: Api, cloud: Cloud, portraits: PortraitStore, files: PortraitFiles
) -> None:
    key = "celebrities/curated/one.jpg"
    portraits.replace(
        None, PortraitRecord(portrait_id_of(key), key, "version-1", refusal="no_face")
    )
    cloud.s3.put_object(Bucket=cloud.name("PortraitsBucket"), Key=key, Body=b"a hat")

    answer = curate(api, "DELETE", f"{CURATED}/{portrait_id_of(key)}")

    assert answer.status == 204
    assert files.read(key) is None


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_portrait_of_another_pack_is_not_found(
    api: Api, cloud: Cloud, portraits: PortraitStore, files: PortraitFiles, method: str
) -> None:
    cloud.add_pack("poets")
    record = add_portrait(portraits, "Sappho", "poets")
    cloud.s3.put_object(Bucket=cloud.name("PortraitsBucket"), Key=record.key, Body=b"Sappho")

    answer = curate(api, method, f"{CURATED}/{record.portrait_id}")

    assert (answer.status, answer.code) == (404, "not_found")
    assert answer.json["detail"] == "There is no such portrait in this pack."
    assert files.read(record.key) is not None


def test_portrait_that_is_not_there_cannot_be_taken_out(api: Api) -> None:
    answer = curate(api, "DELETE", f"{CURATED}/{NO_PORTRAIT}")

    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    "one", ["x", NO_PORTRAIT.upper(), NO_PORTRAIT + "0", "x" * 3000, "..", "é"]
)
def test_what_is_no_portraits_id_is_refused(api: Api, method: str, one: str) -> None:
    answer = curate(api, method, f"{CURATED}/{one}")

    assert (answer.status, answer.code) == (400, "invalid_request")


# What is logged


def test_log_names_no_person(
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    api: Api,
    workflow: Workflow,
) -> None:
    match_id = begun(api, ADA)
    succeed(workflow, match_id)
    for path in (f"/matches/{match_id}", "/matches", "/matches/latest", "/me/export"):
        api("GET", path, caller=ADA)
    begin(api, ADA, content_type="image/secret", consent="grace@example.org")
    api("GET", f"/matches/{match_id}", caller=BEA)
    api.function.logger.info("the log is read here")

    output = capsys.readouterr().out + caplog.text

    assert "the log is read here" in output
    assert '"MatchCreated":[1.0]' in output
    for personal in (ADA, BEA, match_id, "grace", "Grace", "203.0.113.7", "secret", "selfies/"):
        assert personal not in output


@pytest.mark.parametrize("caller", [ADA, None], ids=["member", "guest"])
def test_log_of_a_match_carries_its_reference(
    capsys: pytest.CaptureFixture[str], api: Api, caller: str | None
) -> None:
    match_id = begun(api, caller)
    path = "/matches" if caller else "/guest/matches"
    api("DELETE", f"{path}/{match_id}", caller=caller)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    said = {line["message"]: line["match"] for line in lines if "message" in line}
    assert said == dict.fromkeys(["match begun", "match deleted"], reference_to(match_id))


def test_error_of_a_request_is_logged_with_its_match(
    capsys: pytest.CaptureFixture[str], api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("the table is on fire")

    monkeypatch.setattr(api.function.matches, "read", fail)

    with pytest.raises(RuntimeError):
        api("GET", f"/guest/matches/{NO_MATCH}")

    line = json.loads(capsys.readouterr().out)
    assert (line["level"], line["match"]) == ("ERROR", reference_to(NO_MATCH))


def test_poll_logs_nothing(capsys: pytest.CaptureFixture[str], api: Api) -> None:
    match_id = begun(api)
    capsys.readouterr()

    api("GET", f"/guest/matches/{match_id}")

    assert capsys.readouterr().out == ""


def test_signature_of_a_form_is_for_this_region(api: Api) -> None:
    fields = begin(api).json["upload"]["fields"]

    policy = json.loads(base64.b64decode(fields["policy"]))
    assert f"/{REGION}/s3/aws4_request" in fields["x-amz-credential"]
    assert ["content-length-range", 1, 6_000_000] in policy["conditions"]
