"""API: answers the requests of the page and of other clients over HTTP.

The errors that this function makes are `application/problem+json` (RFC 9457) with a `code`.
"""

import json
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike import CONSENT_VERSION, VERSION, clock
from lookalike.copies import CopyAddressesSettings, PictureAddresses
from lookalike.errors import (
    ConsentRequired,
    Forbidden,
    InvalidRequest,
    LookAlikeError,
    NotFound,
    SignedOut,
    TryLater,
    UnknownGroup,
    UnknownMatch,
    UnknownPortrait,
)
from lookalike.limits import DailyLimits, LimitsSettings
from lookalike.matches import MatchesSettings, MatchStore, Wanted
from lookalike.names import celebrity_id_of
from lookalike.packs import DEFAULT_PACK, Pack, PacksSettings, PackStore
from lookalike.portrait_files import (
    Caption,
    PortraitFiles,
    PortraitFilesSettings,
)
from lookalike.portraits import PortraitsSettings, PortraitStore, pack_of
from lookalike.problems import PROBLEMS, problem_of
from lookalike.ranking import EVERYONE, Attribution
from lookalike.scores import ScoresSettings, ScoreStore
from lookalike.storage import Item, UploadForm
from lookalike.telemetry import about_match, logger, metrics
from lookalike.tombstones import TOKEN_LIFETIME, TombstonesSettings, TombstoneStore
from lookalike.views import (
    Gallery,
    exported_match,
    public_celebrity,
    public_indexing,
    public_match,
    public_matches,
    public_pack,
)

if TYPE_CHECKING:
    from lookalike.api_requests import NewMatch

EXPORTED_AT_ONCE = 50
"""Matches in one page of an export. Each has signed addresses and up to 500 scores, and an answer
has at most 6 MB."""
CURATORS = "curators"
"""The Cognito group whose members may change packs."""
MOST_EARLIER = 4
"""How many earlier photographs a new one may be taken together with."""


class ApiSettings(
    MatchesSettings,
    ScoresSettings,
    TombstonesSettings,
    LimitsSettings,
    PacksSettings,
    PortraitsSettings,
    PortraitFilesSettings,
    CopyAddressesSettings,
):
    """What this function reads from its environment."""

    user_pool_id: str
    forgotten_members_queue: str
    allow_guests: bool


settings = ApiSettings.from_environment()
app = APIGatewayHttpResolver()
matches, tombstones = MatchStore(settings), TombstoneStore(settings)
limits = DailyLimits(settings)
packs, portraits, files = PackStore(settings), PortraitStore(settings), PortraitFiles(settings)
scores, pictures = ScoreStore(settings), PictureAddresses(settings, files)
gallery = Gallery(matches, portraits, pictures)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    with about_match((event.get("pathParameters") or {}).get("match_id")):
        return app.resolve(event, context)


# Members


@app.post("/matches")
def create_match() -> Response[str]:
    """Begin a match for the caller."""
    return _create(_caller())


@app.get("/matches")
def list_matches() -> Response[str]:
    """List the caller's matches, newest first."""
    from lookalike.api_requests import PageSize, parse

    caller = _caller()
    limit = parse(PageSize, app.current_event.query_string_parameters.get("limit", "20"))
    cursor = app.current_event.query_string_parameters.get("cursor")
    page = matches.page(caller, limit, cursor)
    shown = public_matches(page.matches, gallery)
    return _json(HTTPStatus.OK, {"matches": shown, "next_cursor": page.next_cursor})


@app.get("/matches/latest")
def read_latest_match() -> Response[str]:
    """Read the caller's newest match that succeeded."""
    return _json(HTTPStatus.OK, public_match(matches.latest(_caller()), gallery))


@app.get("/matches/<match_id>")
def read_match(match_id: str) -> Response[str]:
    """Read one of the caller's matches."""
    return _read(match_id, _caller())


@app.delete("/matches/<match_id>")
def delete_match(match_id: str) -> Response[str]:
    """Delete one of the caller's matches, and its selfie."""
    matches.delete(match_id, _caller())
    logger.info("match deleted")
    return _no_content()


@app.delete("/me")
def forget_me() -> Response[str]:
    """Delete the caller's account at once, and have everything stored about them deleted."""
    # Only this route needs these two clients, and every start of a process would make them.
    from lookalike.forgetting import ForgottenMember, announce

    cognito = boto3.client("cognito-idp")
    caller = _caller(forgetting=True)
    # After the tombstone the caller reads nothing and adds no match. Delete the account before the
    # message, so that Cognito issues no new token once the deletion begins.
    tombstones.write(caller)
    with suppress(cognito.exceptions.UserNotFoundException):  # an earlier request deleted it
        cognito.admin_delete_user(UserPoolId=settings.user_pool_id, Username=caller)
    look_until = clock.now() + TOKEN_LIFETIME
    announce(
        settings.forgotten_members_queue, ForgottenMember(user_id=caller, look_until=look_until)
    )
    tombstones.note_queued(caller)
    return _no_content()


@app.get("/me/export")
def export_me() -> Response[str]:
    """Return everything that is stored about the caller, the matches in pages."""
    cursor = app.current_event.query_string_parameters.get("cursor")
    page = matches.page(_caller(), EXPORTED_AT_ONCE, cursor)
    kept = scores.read(match.match_id for match in page.matches)
    account = {k: v for k, v in _claims().items() if k in {"sub", "email", "cognito:username"}}
    return _json(
        HTTPStatus.OK,
        {
            "account": account,
            "matches": [
                exported_match(shown, match, kept.get(match.match_id, {}))
                for shown, match in zip(
                    public_matches(page.matches, gallery), page.matches, strict=True
                )
            ],
            "exported_at": clock.to_text(clock.now()),
            "next_cursor": page.next_cursor,
        },
    )


# Guests: the match_id is unguessable, and works as a key


@app.post("/guest/matches")
def create_guest_match() -> Response[str]:
    """Begin a match for a guest."""
    return _create(None)


@app.get("/guest/matches/<match_id>")
def read_guest_match(match_id: str) -> Response[str]:
    """Read a guest's match."""
    return _read(match_id, None)


@app.delete("/guest/matches/<match_id>")
def delete_guest_match(match_id: str) -> Response[str]:
    """Delete a guest's match, and its selfie; also if the deployment no longer takes guests."""
    matches.delete(match_id, None)
    logger.info("match deleted")
    return _no_content()


@app.post("/guest/matches/<match_id>/adopt")
def adopt_match(match_id: str) -> Response[str]:
    """Make a guest's match the caller's own; a second time it is not found."""
    adopted = matches.adopt(match_id, _caller())
    logger.info("match adopted")
    return _json(HTTPStatus.OK, public_match(adopted, gallery))


# All callers


@app.get("/packs")
def list_packs() -> Response[str]:
    """List the packs."""
    return _json(HTTPStatus.OK, {"packs": [public_pack(pack) for pack in packs.all()]})


@app.get("/celebrities")
def list_celebrities() -> Response[str]:
    """List a pack's celebrities, with their portraits and attributions."""
    from lookalike.api_requests import PageSize, parse

    query = app.current_event.query_string_parameters
    limit = parse(PageSize, query.get("limit", "50"))
    pack = packs.read(query.get("pack", DEFAULT_PACK))
    people = portraits.people(pack.name, limit, query.get("cursor"))
    shown = [public_celebrity(person, pictures) for person in people.people]
    return _json(HTTPStatus.OK, {"celebrities": shown, "next_cursor": people.next_cursor})


# Curators


@app.post("/packs/<pack>/portraits")
def create_portrait(pack: str) -> Response[str]:
    """Make the form that uploads a new portrait of a pack, with its name and rights."""
    from lookalike.api_requests import NEW_PORTRAIT, parse

    _admit_curator()
    wanted = parse(NEW_PORTRAIT, _body(), is_json=True)
    existing = packs.read(pack)
    caption = Caption(
        celebrity_id=wanted.celebrity_id
        or portraits.person_named(existing.name, wanted.name)
        or celebrity_id_of(wanted.name),
        name=wanted.name,
        attribution=Attribution(
            author=wanted.author,
            license=wanted.license,
            license_url=wanted.license_url,
            source_url=wanted.source_url,
        ),
        gender=wanted.gender,
        description=wanted.description,
    )
    if not caption.fits():
        raise InvalidRequest(
            "The name, the description and the rights are longer than 2 KB between them."
        )
    portrait, form = files.upload_form(existing.name, wanted.content_type, caption)
    logger.info("portrait form made", pack=existing.name, portrait_id=portrait)
    return _json(HTTPStatus.CREATED, {"portrait_id": portrait, **_upload(form)})


@app.get("/packs/<pack>/portraits/<portrait_id>")
def read_portrait(pack: str, portrait_id: str) -> Response[str]:
    """Return whether a portrait is indexed, refused, or still awaited."""
    from lookalike.api_requests import PortraitId, parse

    _admit_curator()
    record = portraits.record(parse(PortraitId, portrait_id))
    if record is not None and pack_of(record.key) != pack:
        raise UnknownPortrait(portrait_id)
    return _json(HTTPStatus.OK, public_indexing(portrait_id, record, portraits, pictures))


@app.delete("/packs/<pack>/portraits/<portrait_id>")
def delete_portrait(pack: str, portrait_id: str) -> Response[str]:
    """Take a portrait out of a pack."""
    from lookalike.api_requests import PortraitId, parse

    _admit_curator()
    record = portraits.record(parse(PortraitId, portrait_id))
    if record is None or pack_of(record.key) != pack:
        raise UnknownPortrait(portrait_id)
    files.delete(record.key)
    logger.info("portrait deleted", pack=pack, portrait_id=portrait_id)
    return _no_content()


@app.get("/status")
def read_status() -> Response[str]:
    """Return the version of the API."""
    return _json(HTTPStatus.OK, {"status": "ok", "version": VERSION})


def _create(user_id: str | None) -> Response[str]:
    from lookalike.api_requests import NEW_MATCH, IdempotencyKey, parse

    if user_id is None:
        _admit_guests()
    wanted = parse(NEW_MATCH, _body(), is_json=True)
    if wanted.consent != CONSENT_VERSION:
        raise ConsentRequired
    key = app.current_event.headers.get("idempotency-key")
    match_id = None if key is None else str(parse(IdempotencyKey, key))
    pack = packs.read(wanted.pack)
    counted = _charge_limits(user_id, match_id)
    is_new = False
    try:
        match_id, form, is_new = matches.create(
            user_id, _wanted(wanted, pack, wanted.consent), match_id
        )
    finally:
        if not is_new:
            limits.take_back(counted)
    if is_new:
        with about_match(match_id):
            logger.info("match begun", pack=pack.name)
        metrics.add_metric(name="MatchCreated", unit=MetricUnit.Count, value=1)
    return _json(HTTPStatus.CREATED, {"match_id": match_id, **_upload(form)})


def _wanted(body: "NewMatch", pack: Pack, consent: str) -> Wanted:
    """Return what a body asks for; raise UnknownGroup or UnknownMatch if it cannot be."""
    if body.among != EVERYONE and not pack.groups.get(body.among):
        raise UnknownGroup
    together_with = tuple(dict.fromkeys(body.together_with))
    if len(together_with) > MOST_EARLIER:
        raise UnknownMatch
    return Wanted(
        pack=pack.name,
        collection=pack.collection,
        consent=consent,
        content_type=body.content_type or "",
        among=body.among,
        together_with=together_with,
        photo_of=body.photo_of,
    )


def _charge_limits(user_id: str | None, match_id: str | None) -> list[str]:
    try:
        return limits.count(user_id, app.current_event.request_context.http.source_ip)
    except TryLater:
        # The client may repeat the request for the last match of the day, because the answer was
        # lost. That match has been counted.
        if match_id is not None and matches.is_begun(match_id, user_id):
            return []
        raise


def _upload(form: UploadForm | None) -> Item:
    if form is None:
        return {"upload": None, "upload_expires_at": None}
    return {
        "upload": {"url": form.url, "fields": form.fields},
        "upload_expires_at": clock.to_text(form.expires_at),
    }


def _read(match_id: str, user_id: str | None) -> Response[str]:
    if user_id is None:
        _admit_guests()
    return _json(HTTPStatus.OK, public_match(matches.read(match_id, user_id), gallery))


def _admit_guests() -> None:
    if not settings.allow_guests:
        raise Forbidden("Sign in first: this deployment takes no guests.")


def _claims() -> dict[str, Any]:
    authorizer = app.current_event.request_context.authorizer
    return (authorizer.jwt_claim if authorizer else None) or {}


def _caller(*, forgetting: bool = False) -> str:
    """Return the caller's user id, which the gateway's JWT authorizer has verified.

    Raise SignedOut if they have been forgotten, because their token outlives their account. With
    `forgetting`, raise it only once the message that deletes their matches is sent.
    """
    caller = str(_claims()["sub"])
    tombstone = tombstones.read(caller)
    if tombstone is not None and (tombstone.queued or not forgetting):
        raise SignedOut
    return caller


def _admit_curator() -> None:
    _caller()  # raises SignedOut if the curator has been forgotten
    groups = _claims().get("cognito:groups", "")
    # The gateway writes an array claim as "[one two]".
    named = groups if isinstance(groups, list) else str(groups).strip("[]").split()
    if CURATORS not in named:
        raise Forbidden("Only curators may change what is in a pack.")


def _body() -> str:
    try:
        return app.current_event.decoded_body or ""
    except ValueError as error:  # the body is not UTF-8
        raise InvalidRequest("The body is not JSON.") from error


def _json(status: HTTPStatus, body: Item) -> Response[str]:
    # An answer holds signed addresses, which anyone can open for an hour.
    headers = {"Cache-Control": "no-store"}
    return Response(status, "application/json", json.dumps(body), headers=headers)


def _no_content() -> Response[str]:
    return Response(HTTPStatus.NO_CONTENT, body="")


@app.not_found
def answer_no_route(_error: Exception) -> Response[str]:
    """Answer Not Found for an id of odd characters, which the gateway routes and `app` does not."""
    return _problem(NotFound())


def _problem(error: LookAlikeError) -> Response[str]:
    body = problem_of(error)
    wait = {"Retry-After": str(error.retry_after)} if isinstance(error, TryLater) else {}
    return Response(body["status"], "application/problem+json", json.dumps(body), headers=wait)


app.exception_handler(list(PROBLEMS))(_problem)
