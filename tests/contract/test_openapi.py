"""openapi.yaml, held against the template, the API's function and the page's gateway."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

import jsonschema_rs
import pytest
import schemathesis

from local import front
from lookalike import VERSION, api_requests
from lookalike.failures import FailureCode
from lookalike.matches import Match, Status
from lookalike.packs import Pack, Progress
from lookalike.portraits import PortraitRecord
from lookalike.ranking import Attribution, Method, Portrait
from lookalike.views import (
    exported_match,
    public_celebrity,
    public_indexing,
    public_match,
    public_pack,
)
from tests import api_document
from tests.contract import sam_template
from tests.moto.cloud import Cloud, empty_account, load_function

OPERATIONS = api_document.operations()
SCHEMAS: dict[str, Any] = api_document.written()["components"]["schemas"]
ROUTES = sorted(OPERATIONS)
MEMBERS = [route for route in ROUTES if OPERATIONS[route].get("security") != []]

GRACE = Portrait(
    "0" * 32, "celebrities", "celebrities/grace.jpg", "grace-hopper", "Grace Hopper", Attribution()
)
REFUSED = PortraitRecord(GRACE.portrait_id, GRACE.key, "1", refusal="no_face")
INDEXED = PortraitRecord(GRACE.portrait_id, GRACE.key, "1", portrait=GRACE)
TIME = "2026-11-22T16:01:33.123Z"
MATCH = Match("00000000-0000-4000-8000-000000000000", Status.PROCESSING, "a", TIME, TIME, "1", "a")


@dataclass
class Addresses:
    """What signs addresses of pictures."""

    def selfie_url(self, _match: Match) -> str:
        return "https://selfies.example/1"

    matches = portraits = pictures = property(lambda self: self)

    def get(self, _portrait_ids: object) -> dict[str, Portrait]:
        return {GRACE.portrait_id: GRACE}

    def of(self, _portrait: Portrait) -> dict[str, Any]:
        url = "https://pictures.example/160.jpg"
        return {"image_url": url, "images": [{"width": 160, "url": url}]}

    def of_unindexed(self, _portrait_id: str) -> dict[str, Any]:
        return {"image_url": "https://pictures.example/none/1.jpg", "images": []}

    def same_face(self, _record: PortraitRecord) -> Portrait:
        return GRACE


@pytest.fixture(scope="module")
def function() -> Iterator[Any]:
    """The API's function as Lambda loads it."""
    with pytest.MonkeyPatch.context() as patch, empty_account(patch):
        yield load_function("api", patch, Cloud().environment("ApiFunction"))


# The document itself


def test_every_reference_leads_somewhere_and_every_component_is_referred_to() -> None:
    document = api_document.written()
    used = {part["$ref"] for part in api_document.parts(document) if "$ref" in part}

    for reference in used:
        api_document.at(reference)

    assert used == {
        f"#/components/{kind}/{name}"
        for kind, named in document["components"].items()
        if kind != "securitySchemes"
        for name in named
    }


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_is_one_of_json_schema(name: str) -> None:
    jsonschema_rs.meta.validate(api_document.schema(name))


def test_the_document_is_one_of_openapi() -> None:
    schemathesis.openapi.from_dict(api_document.written()).validate()


def test_the_document_names_the_products_version() -> None:
    assert api_document.written()["info"]["version"] == VERSION


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]

    assert len(set(names)) == len(names)


# The template


def test_the_document_has_every_route_of_the_template_and_no_other() -> None:
    assert set(OPERATIONS) == set(sam_template.routes())


@pytest.mark.parametrize("route", ROUTES)
def test_who_may_call_a_route_is_what_the_template_says(route: str) -> None:
    required = sam_template.routes()[route]["security"]

    assert (OPERATIONS[route].get("security") == []) == (required == [{"NONE": []}])


@pytest.mark.parametrize("route", ROUTES)
def test_a_routes_path_parameters_are_those_of_its_path(route: str) -> None:
    described = {one["name"] for one in OPERATIONS[route]["parameters"] if one["in"] == "path"}

    assert described == set(re.findall(r"\{(\w+)\}", route))


def cors_of_the_api() -> dict[str, Any]:
    """What pages may do, which is the same whether the stack hosts the page or not."""
    api = sam_template.written()["Resources"]["HttpApi"]["Properties"]
    _, hosted, elsewhere = api["CorsConfiguration"]["Fn::If"]
    rules = [{**one, "allowOrigins": None} for one in (hosted, elsewhere)]
    assert rules[0] == rules[1]
    return rules[0]


def test_every_header_that_is_sent_reaches_the_api() -> None:
    sent = {
        one["name"].lower()
        for operation in OPERATIONS.values()
        for one in operation["parameters"]
        if one["in"] == "header"
    } | {"authorization", "content-type"}
    cors = cors_of_the_api()

    assert sent == set(cors["allowHeaders"])
    assert sent <= front.API_HEADERS


def test_a_page_may_read_every_header_that_is_answered() -> None:
    answered = {
        name.lower()
        for operation in OPERATIONS.values()
        for response in operation["responses"].values()
        for name in response.get("headers", {})
    }
    cors = cors_of_the_api()

    # What the CORS protocol lets every page read needs no mention.
    assert answered - {"cache-control"} == set(cors["exposeHeaders"])


def test_every_method_is_one_that_pages_may_use() -> None:
    cors = cors_of_the_api()

    assert {route.split()[0] for route in OPERATIONS} == set(cors["allowMethods"])


# What is sent


@pytest.mark.parametrize("name", ["NewMatch", "NewPortrait"])
def test_a_body_is_described_as_the_function_reads_it(name: str) -> None:
    model = getattr(api_requests, name).model_json_schema()

    assert plain(api_document.schema(name)) == plain(model)


def test_a_page_is_as_large_as_the_function_allows() -> None:
    limits = [
        plain(one["schema"])
        for operation in OPERATIONS.values()
        for one in operation["parameters"]
        if one["name"] == "limit"
    ]

    assert len(limits) == 2
    for limit in limits:
        limit.pop("default")
        assert limit == plain(api_requests.PageSize.json_schema())


def test_ids_are_described_as_the_function_reads_them() -> None:
    portrait = api_document.schema("PortraitId")
    key = api_document.schema("RandomUuid")

    assert plain(portrait) == plain(api_requests.PortraitId.json_schema())
    assert key["format"] == api_requests.IdempotencyKey.json_schema()["format"].rstrip("4")


def plain(schema: Any) -> Any:
    """Write a schema in one way of several, without what is only for people."""
    if isinstance(schema, list):
        return sorted((plain(one) for one in schema), key=repr)
    if not isinstance(schema, dict):
        return schema
    shortened = {
        name: {key: plain(value) for key, value in child.items()}
        if name == "properties"
        else plain(child)
        for name, child in schema.items()
        if name not in {"title", "description"}
    }
    kinds = [one.get("type") for one in shortened.get("anyOf", []) if set(one) == {"type"}]
    if kinds and len(kinds) == len(shortened["anyOf"]):
        del shortened["anyOf"]
        shortened["type"] = sorted(kinds)
    if "enum" in shortened:
        shortened.pop("type", None)
    return shortened


# What is answered


def test_the_problems_are_those_of_the_function_and_the_front(function: Any) -> None:
    of_function = {(int(status), code) for status, code, _ in function.PROBLEMS.values()}
    by_design = {(503, "busy")}  # for when nothing at all can be accepted

    assert api_document.problems(list(OPERATIONS.values())) == of_function | by_design


@pytest.mark.parametrize("route", MEMBERS)
def test_a_route_for_members_is_not_for_who_was_forgotten(route: str) -> None:
    assert (401, "signed_out") in api_document.problems(OPERATIONS[route]["responses"])


@pytest.mark.parametrize("route", sorted(set(ROUTES) - set(MEMBERS)))
def test_a_route_for_anyone_never_asks_for_a_token(route: str) -> None:
    assert "401" not in OPERATIONS[route]["responses"]


@pytest.mark.parametrize("route", ROUTES)
def test_any_route_may_be_busy_and_says_for_how_long(route: str) -> None:
    responses = OPERATIONS[route]["responses"]

    assert (429, "busy") in api_document.problems(responses["429"])
    assert "Retry-After" in responses["429"]["headers"]


def test_only_who_begins_a_match_may_have_begun_too_many() -> None:
    routes = {
        route
        for route, operation in OPERATIONS.items()
        if (429, "too_many_matches") in api_document.problems(operation["responses"])
    }

    assert routes == {"POST /matches", "POST /guest/matches"}


@pytest.mark.parametrize("route", ROUTES)
def test_a_problem_stands_under_its_status(route: str) -> None:
    for status, response in OPERATIONS[route]["responses"].items():
        problems = api_document.problems(response)

        assert {str(one) for one, _ in problems} <= {status}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("FailureCode", {*FailureCode}),
        ("Status", {*Status}),
        ("Method", {*get_args(Method), None}),
    ],
)
def test_an_enumeration_is_complete(name: str, values: set[str | None]) -> None:
    assert set(api_document.schema(name)["enum"]) == values


CELEBRITY = {
    "celebrity_id": "grace-hopper",
    "name": "Grace Hopper",
    "similarity": 31.4,
    "resemblance": 88,
    "portrait_key": GRACE.key,
    "attribution": vars(Attribution()),
}
FACE = {"left": 0.1, "top": 0.1, "width": 0.2, "height": 0.2}
SUCCEEDED = Match(
    **{**vars(MATCH), "status": "succeeded", "method": "faces", "celebrities": [CELEBRITY]}
)
FAILED = Match(
    **{**vars(MATCH), "status": "failed", "failure": FailureCode.SEVERAL_FACES, "faces": [FACE]}
)
SIGN: Any = Addresses()
SHOWN = {
    "a match that is worked on": ("Match", public_match(MATCH, SIGN)),
    "a match that succeeded": ("Match", public_match(SUCCEEDED, SIGN)),
    "a match that failed": ("Match", public_match(FAILED, SIGN)),
    "an exported match": (
        "ExportedMatch",
        {
            **exported_match(public_match(SUCCEEDED, SIGN), SUCCEEDED, {"ada": 31.4}),
            "content_type": "image/png",
        },
    ),
    "a pack": ("Pack", public_pack(Pack("a", "A", "a"))),
    "a pack that is being filled": (
        "Pack",
        public_pack(Pack("a", "A", "a", progress=Progress("fetching", 1, 2))),
    ),
    "someone of a pack": ("PackCelebrity", public_celebrity([GRACE], SIGN)),
    "a portrait that is awaited": (
        "Indexing",
        public_indexing(GRACE.portrait_id, None, SIGN, SIGN),
    ),
    "a portrait that is refused": (
        "Indexing",
        public_indexing(GRACE.portrait_id, REFUSED, SIGN, SIGN),
    ),
    "a portrait that is indexed": (
        "Indexing",
        public_indexing(GRACE.portrait_id, INDEXED, SIGN, SIGN),
    ),
}
CLOSED = api_document.closed()


@pytest.mark.parametrize("what", SHOWN)
def test_what_is_shown_has_the_described_properties_and_no_other(what: str) -> None:
    name, shown = SHOWN[what]
    schema = {**CLOSED, "$ref": f"#/components/schemas/{name}"}

    jsonschema_rs.Draft202012Validator(schema).validate(json.loads(json.dumps(shown)))
