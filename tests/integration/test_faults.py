"""Faults on the wire: each call that a function makes fails once, a few times, or always.

Whatever happens, a match comes to an end that has a name, and a request gets an answer. The calls
that the workflow makes by itself are in test_workflow.py.
"""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from lookalike import CONSENT_VERSION
from tests.pictures import encode, open_face
from tests.running_stack import ALWAYS, RunningStack

READ = ("GET /", "a range")  # the recogniser reads whole pictures
DETECT = ("RekognitionService.DetectFaces",)
PORTRAITS = ("DynamoDB_20120810.BatchGetItem",)
PACKS = ("DynamoDB_20120810.GetItem", "PacksTable")
BEGIN = ("DynamoDB_20120810.TransactWriteItems", "awaiting_upload")
FIND = ("DynamoDB_20120810.GetItem", "MatchesTable")
LIST_VERSIONS = ("GET /", "versions")
DELETE = ("DynamoDB_20120810.BatchWriteItem",)


class Fault(NamedTuple):
    """What a call is answered with."""

    status: int
    code: str


INTERNAL = Fault(500, "InternalServerError")
THROTTLED = Fault(400, "ThrottlingException")
DENIED = Fault(400, "AccessDeniedException")

OK = "succeeded"
MATCHES = [
    # the call, the fault, how often, and the match's end
    (READ, Fault(500, "InternalError"), 1, OK),
    (READ, Fault(503, "SlowDown"), 3, OK),
    (READ, Fault(403, "AccessDenied"), ALWAYS, "service_unavailable"),
    (READ, Fault(404, "NoSuchVersion"), ALWAYS, "service_unavailable"),
    (DETECT, THROTTLED, 1, OK),
    (DETECT, THROTTLED, 3, OK),
    (DETECT, THROTTLED, ALWAYS, "service_unavailable"),
    (DETECT, INTERNAL, 1, OK),
    (DETECT, INTERNAL, 3, OK),
    (DETECT, INTERNAL, ALWAYS, "service_unavailable"),
    (DETECT, Fault(400, "InvalidImageFormatException"), 1, "unsupported_image"),
    (DETECT, Fault(400, "ImageTooLargeException"), 1, "image_too_large"),
    (PORTRAITS, INTERNAL, 1, OK),
    (PORTRAITS, Fault(400, "ProvisionedThroughputExceededException"), 3, OK),
    (PORTRAITS, DENIED, ALWAYS, "service_unavailable"),
]


@pytest.fixture(scope="module")
def photo(selfie: Path) -> Callable[[], bytes]:
    """Makes photographs that the recogniser has not seen yet."""
    face = open_face(selfie)
    return lambda: encode(face, comment=uuid.uuid4().bytes)


@pytest.mark.parametrize(("call", "fault", "times", "end"), MATCHES)
def test_a_match_ends_as_it_must_when_a_functions_call_fails(
    stack: RunningStack,
    photo: Callable[[], bytes],
    call: tuple[str, ...],
    fault: Fault,
    times: int,
    end: str,
) -> None:
    with stack.wire_fault(*call, status=fault.status, code=fault.code, times=times):
        match = stack.play(photo())

    assert (match["failure"]["code"] if match["failure"] else match["status"]) == end
    assert not match["failure"] or match["failure"]["hint"]


@pytest.mark.parametrize(
    ("call", "fault", "times", "status"),
    [
        (PACKS, INTERNAL, 1, 201),
        (PACKS, INTERNAL, 3, 201),
        (PACKS, DENIED, ALWAYS, 500),
        (BEGIN, INTERNAL, 1, 201),
        (BEGIN, INTERNAL, 3, 201),
        (BEGIN, DENIED, ALWAYS, 500),
    ],
)
def test_a_match_is_begun_or_an_error_is_answered(
    stack: RunningStack, call: tuple[str, ...], fault: Fault, times: int, status: int
) -> None:
    body = {"content_type": "image/jpeg", "consent": CONSENT_VERSION}

    with stack.wire_fault(*call, status=fault.status, code=fault.code, times=times):
        answer = stack.call("POST", "/guest/matches", json=body)

    assert answer.status_code == status
    assert status != 500 or answer.json() == {"message": "Internal Server Error"}


def test_a_match_that_was_begun_without_an_answer_to_that_is_begun_once(
    stack: RunningStack, photo: Callable[[], bytes]
) -> None:
    with stack.wire_fault(*BEGIN, status=500, code=INTERNAL.code, times=1, kind="lost reply"):
        created = stack.create()

    stack.upload(created["upload"], photo())
    assert stack.wait(created["match_id"])["status"] == "succeeded"


@pytest.mark.parametrize(
    ("call", "fault"),
    [(FIND, DENIED), (LIST_VERSIONS, Fault(403, "AccessDenied")), (DELETE, DENIED)],
)
def test_a_deletion_that_failed_can_be_asked_for_again(
    stack: RunningStack, photo: Callable[[], bytes], call: tuple[str, ...], fault: Fault
) -> None:
    path = f"/guest/matches/{stack.play(photo())['match_id']}"

    with stack.wire_fault(*call, status=fault.status, code=fault.code):
        failed = stack.call("DELETE", path)
    again = stack.call("DELETE", path)

    assert (failed.status_code, again.status_code) == (500, 204)
    assert stack.call("GET", path).status_code == 404
    assert stack.selfie_versions(path.rsplit("/", 1)[-1]) == []
