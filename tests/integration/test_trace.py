"""`lookalike trace` on a running stack: each kind of run, as its reader sees it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from lookalike.failures import FailureCode
from tests.pictures import encode, open_face, scenery
from tests.running_stack import FINISHING, RunningStack, wait_for

NAMES_OF_MATCH_AND_RUN = 2


@pytest.fixture(scope="module")
def photo(selfie: Path) -> bytes:
    return encode(open_face(selfie))


def trace(stack: RunningStack, *arguments: str) -> str:
    """Run the command; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "trace", *arguments, "--state", str(stack.state)],
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "200", "PATH": "/usr/bin:/bin", "HOME": str(stack.state)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ended(stack: RunningStack, match: dict[str, Any], count: int = 1) -> str:
    """Wait until so many runs about a match have ended; return its id."""
    match_id: str = match["match_id"]
    wait_for(lambda: len(stack.executions(match_id)) >= count, FINISHING)
    return match_id


def test_a_match_is_traced_by_its_id(stack: RunningStack, photo: bytes) -> None:
    match_id = ended(stack, stack.play(photo))

    told = trace(stack, match_id, "--payloads")

    assert f"Match {match_id}  succeeded" in told
    assert "✓ Store Matches" in told
    assert 'set {"match_id"' in told
    assert "console.aws.amazon.com" not in told
    (execution,) = stack.executions(match_id)
    assert stack.input_of(execution).split('"version": "')[1].rstrip('"}') not in told


def test_the_last_run_is_traced(stack: RunningStack) -> None:
    match_id = ended(stack, stack.play(encode(scenery())))

    told = trace(stack, "--last")

    assert f"Match {match_id}  no_face" in told
    assert "✓ Photograph Refused" in told


def test_the_last_failed_run_is_traced_with_the_functions_stack_trace(
    stack: RunningStack, photo: bytes
) -> None:
    with stack.wire_fault("GET", "/selfies/", status=403, code="AccessDenied"):
        match_id = ended(stack, stack.play(photo))
    ended(stack, stack.play(photo))

    told = trace(stack, "--failed")

    assert f"Match {match_id}  {FailureCode.SERVICE_UNAVAILABLE}" in told
    assert "! Check Face" in told
    assert 'File "lookalike/pictures.py"' in told
    assert "✗ Service Failed" in told


def test_a_duplicate_has_a_run_of_its_own_and_the_match_keeps_its_own(
    stack: RunningStack, photo: bytes
) -> None:
    match = stack.play(photo)
    match_id = ended(stack, match)
    stack.start_again(stack.input_of(stack.executions(match_id)[0]))

    assert "duplicate event" in trace(stack, "--last")
    assert f"Match {match_id}  succeeded" in trace(stack, match_id)


def test_a_deleted_match_is_still_found_by_the_name_of_its_run(
    stack: RunningStack, photo: bytes
) -> None:
    match_id = ended(stack, stack.play(photo))
    assert stack.call("DELETE", f"/guest/matches/{match_id}").status_code == 204

    assert trace(stack, match_id).count(match_id) >= NAMES_OF_MATCH_AND_RUN


def test_the_stacks_own_front_shows_no_console_because_it_has_an_origin(
    stack: RunningStack,
) -> None:
    assert requests.get(f"{stack.origin}/console/", timeout=30).status_code == 404
