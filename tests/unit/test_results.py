import json
from typing import Any

import pytest

from lookalike.failures import EXPLANATIONS, FailureCode
from lookalike.matches import MatchStore
from lookalike.matching import Attribution, Celebrity, Portrait
from lookalike.photographs import Box, Refusal
from lookalike.portraits import PortraitStore
from lookalike.results import (
    exported_match,
    public_celebrity,
    public_match,
    stored_celebrities,
    stored_failure,
)
from tests.unit.conftest import Clock
from tests.unit.workflow import Workflow

GRACE = Portrait(
    portrait_id="portrait-1",
    pack="celebrities",
    key="celebrities/Grace_Hopper.jpg",
    celebrity_id="grace-hopper",
    name="Grace Hopper",
    attribution=Attribution("U.S. Navy", "Public domain", "", "https://example.org/grace"),
)


@pytest.fixture
def match_id(matches: MatchStore, workflow: Workflow, now: Clock) -> str:
    """A match that was claimed."""
    assert now
    created, _ = matches.create(None, "celebrities", "collection-1", "image/jpeg", "2026-11")
    workflow.claim(created, "version-7")
    return created


def shown(match_id: str, matches: MatchStore, portraits: PortraitStore) -> dict[str, Any]:
    match = public_match(matches.read(match_id, None), matches, portraits)
    decoded: dict[str, Any] = json.loads(json.dumps(match))
    return decoded


def test_match_in_process_is_shown(
    match_id: str, matches: MatchStore, portraits: PortraitStore
) -> None:
    match = shown(match_id, matches, portraits)

    assert match.pop("selfie_url").startswith("https://lookalike-selfies.s3.")
    assert match == {
        "match_id": match_id,
        "status": "processing",
        "pack": "celebrities",
        "created_at": "2026-11-22T16:01:33.123Z",
        "updated_at": "2026-11-22T16:01:33.123Z",
        "poll_after_ms": 400,
        "method": None,
        "celebrities": [],
        "failure": None,
    }


def test_celebrities_are_shown_as_they_were_stored(
    match_id: str, matches: MatchStore, portraits: PortraitStore, workflow: Workflow
) -> None:
    celebrities = [Celebrity(1, GRACE, 31.412345678, 88), Celebrity(2, GRACE, 0.0, 0)]
    workflow.store(match_id, "faces", stored_celebrities(celebrities))

    match = shown(match_id, matches, portraits)

    first, second = match["celebrities"]
    assert first.pop("image_url").startswith(
        "https://lookalike-portraits.s3.amazonaws.com/celebrities/Grace_Hopper.jpg?"
    )
    assert first == {
        "rank": 1,
        "celebrity_id": "grace-hopper",
        "name": "Grace Hopper",
        "similarity": 31.412346,
        "resemblance": 88,
        "attribution": {
            "author": "U.S. Navy",
            "license": "Public domain",
            "license_url": "",
            "source_url": "https://example.org/grace",
        },
    }
    assert (second["rank"], second["similarity"], second["resemblance"]) == (2, 0.0, 0)
    assert (match["status"], match["method"]) == ("succeeded", "faces")


@pytest.mark.parametrize("code", FailureCode)
def test_failure_is_shown_with_its_words(
    match_id: str,
    matches: MatchStore,
    portraits: PortraitStore,
    workflow: Workflow,
    code: FailureCode,
) -> None:
    workflow.fail(match_id, stored_failure(Refusal(code)))

    match = shown(match_id, matches, portraits)

    words = EXPLANATIONS[code]
    assert match["status"] == "failed"
    assert match["failure"] == {
        "code": code,
        "message": words.message,
        "hint": words.hint,
        "faces": [],
    }


def test_faces_to_choose_from_are_shown(
    match_id: str, matches: MatchStore, portraits: PortraitStore, workflow: Workflow
) -> None:
    boxes = (Box(0.1, 0.2, 0.25, 0.3), Box(0.5, 0.2, 1 / 3, 0.3))
    workflow.fail(match_id, stored_failure(Refusal(FailureCode.SEVERAL_FACES, boxes)))

    match = shown(match_id, matches, portraits)

    assert match["failure"]["faces"] == [
        {"left": 0.1, "top": 0.2, "width": 0.25, "height": 0.3},
        {"left": 0.5, "top": 0.2, "width": 0.333333, "height": 0.3},
    ]


def test_export_adds_what_else_is_kept(
    match_id: str, matches: MatchStore, portraits: PortraitStore
) -> None:
    match = matches.read(match_id, None)

    exported = exported_match(match, matches, portraits)

    assert exported["match_id"] == match_id
    assert (exported["consent"], exported["content_type"]) == ("2026-11", "image/jpeg")


def test_celebrity_is_shown_with_attribution(portraits: PortraitStore) -> None:
    celebrity = public_celebrity(GRACE, portraits)

    assert celebrity.pop("image_url").startswith("https://lookalike-portraits.s3.")
    assert celebrity == {
        "celebrity_id": "grace-hopper",
        "name": "Grace Hopper",
        "attribution": {
            "author": "U.S. Navy",
            "license": "Public domain",
            "license_url": "",
            "source_url": "https://example.org/grace",
        },
    }
