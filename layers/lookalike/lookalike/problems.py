"""The errors as HTTP answers them: problem details (RFC 9457) with a `code`."""

from http import HTTPStatus
from typing import Any

from lookalike import CONSENT_VERSION
from lookalike.errors import (
    Busy,
    ConsentRequired,
    Forbidden,
    InvalidRequest,
    LookAlikeError,
    NotFound,
    SignedOut,
    SoldOut,
    TooManyMatches,
    UnknownGroup,
    UnknownMatch,
    UnknownPack,
    UnknownPortrait,
)

PROBLEMS: dict[type[LookAlikeError], tuple[HTTPStatus, str, str]] = {
    InvalidRequest: (HTTPStatus.BAD_REQUEST, "invalid_request", "Invalid request"),
    ConsentRequired: (HTTPStatus.UNPROCESSABLE_ENTITY, "consent_required", "Consent required"),
    UnknownPack: (HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_pack", "Unknown pack"),
    UnknownGroup: (HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_group", "Unknown group"),
    UnknownMatch: (HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_match", "Unknown match"),
    NotFound: (HTTPStatus.NOT_FOUND, "not_found", "Not found"),
    UnknownPortrait: (HTTPStatus.NOT_FOUND, "not_found", "Not found"),
    Forbidden: (HTTPStatus.FORBIDDEN, "forbidden", "Forbidden"),
    SignedOut: (HTTPStatus.UNAUTHORIZED, "signed_out", "Signed out"),
    Busy: (HTTPStatus.TOO_MANY_REQUESTS, "busy", "Busy"),
    SoldOut: (HTTPStatus.TOO_MANY_REQUESTS, "busy", "Busy"),
    TooManyMatches: (HTTPStatus.TOO_MANY_REQUESTS, "too_many_matches", "Too many matches"),
}
"""The status, code and title of each error over HTTP."""

DETAILS: dict[type[LookAlikeError], str] = {
    ConsentRequired: f"Agree to the consent of version {CONSENT_VERSION} first.",
    UnknownPack: "There is no such pack; GET /packs lists them.",
    UnknownGroup: "This pack does not say who belongs to that group; GET /packs lists its groups.",
    UnknownMatch: (
        "An earlier match that the request names is not one of yours, or does not fit: "
        "together_with takes up to four that succeeded in the same pack, among the same people; "
        "photo_of takes one whose photograph is still kept."
    ),
    NotFound: "There is no such match, or it is not yours.",
    UnknownPortrait: "There is no such portrait in this pack.",
    SignedOut: "This account has been deleted, and everything in it.",
    Busy: "There is too much to do right now; ask again after the wait in Retry-After.",
    SoldOut: "As many matches as there may be in a day have been made; come back tomorrow.",
    TooManyMatches: (
        "That is as many matches as one account, or guests at one address, may have in a day; "
        "come back tomorrow."
    ),
}
"""The detail of the errors that carry no message of their own."""


def problem_of(error: LookAlikeError) -> dict[str, Any]:
    """Return what an answer says of an error."""
    status, code, title = PROBLEMS[type(error)]
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": DETAILS.get(type(error)) or str(error),
        "code": code,
    }
