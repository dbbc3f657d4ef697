"""What the functions say of a match, from its first request to its end."""

import json
from pathlib import Path
from typing import Any

import pytest

from lookalike.telemetry import reference_to
from tests.pictures import encode, open_face, scenery
from tests.running_stack import FINISHING, RunningStack, wait_for


@pytest.fixture(scope="module")
def photo(selfie: Path) -> bytes:
    return encode(open_face(selfie))


def told(stack: RunningStack, match_id: str) -> dict[str, Any]:
    """Wait until the end of a match is logged; return the lines about it, by message."""

    def look() -> dict[str, Any] | None:
        lines = stack.log_of(reference_to(match_id))
        found = {line["message"]: line for line in lines}
        return found if "match ended" in found else None

    return wait_for(look, FINISHING)


def test_a_success_is_followed_from_the_request_to_the_event(
    stack: RunningStack, photo: bytes
) -> None:
    match = stack.play(photo)

    said = told(stack, match["match_id"])

    services = [line["service"] for line in said.values()]
    assert sorted(services) == ["api", "check_face", "count_match", "resolve_matches"]
    assert (said["match ended"]["outcome"], said["match ended"]["method"]) == ("succeeded", "faces")
    assert said["match ended"]["searches"] == 1
    assert 0 < said["match ended"]["seconds"] < FINISHING
    assert match["match_id"] not in json.dumps(said)


def test_a_refusal_is_counted_by_its_code_and_costs_no_search(stack: RunningStack) -> None:
    match = stack.play(encode(scenery()))

    ended = told(stack, match["match_id"])["match ended"]

    assert (ended["outcome"], ended["code"], ended["searches"]) == ("failed", "no_face", 0)


def test_a_search_that_is_tried_again_is_counted_twice(stack: RunningStack, photo: bytes) -> None:
    with stack.fault("searchFacesByImage", "Rekognition.InternalServerErrorException"):
        match = stack.play(photo)

    assert told(stack, match["match_id"])["match ended"]["searches"] == 2


def test_what_ends_a_match_for_a_reason_of_ours_is_counted(
    stack: RunningStack, photo: bytes
) -> None:
    with stack.fault("searchFacesByImage", "Rekognition.AccessDeniedException"):
        match = stack.play(photo)

    assert told(stack, match["match_id"])["match ended"]["code"] == "service_unavailable"
