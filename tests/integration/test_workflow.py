"""The ASL file, executed: the happy path, and every Retry and every Catch that it names."""

import json
import uuid
from typing import Any

import pytest
import yaml

from local.state import ROOT
from lookalike import clock
from lookalike.matches import WORKFLOW_LIMIT
from tests.contract.workflow import happy_tasks, sign
from tests.pictures import encode, open_face, scenery
from tests.running_stack import FINISHING, Match, RunningStack, wait_for

ASL: dict[str, Any] = yaml.safe_load(
    (ROOT / "statemachine" / "find_lookalike.asl.yaml").read_text()
)["States"]

TASKS = [name for name, state in ASL.items() if state["Type"] == "Task"]
RETRIES = [(name, i) for name in TASKS for i in range(len(ASL[name].get("Retry", [])))]
CODES = {"States.Timeout": "timed_out", "Anything.Else": "service_unavailable"}
"""The outcome of the errors that no Catch names."""
CATCHES = [
    (name, i, error)
    for name in TASKS
    for i, catch in enumerate(ASL[name].get("Catch", []))
    for error in (CODES if catch["ErrorEquals"] == ["States.ALL"] else catch["ErrorEquals"])
]


@pytest.fixture(scope="module")
def photo(selfie: Any) -> bytes:
    return encode(open_face(selfie))


def finished(stack: RunningStack, match_id: str, count: int = 1) -> list[str]:
    """Wait for the executions about a match, newest first."""
    return wait_for(
        lambda: found if len(found := stack.executions(match_id)) >= count else None, FINISHING
    )


def run_to(stack: RunningStack, state: str, photo: bytes) -> tuple[Match | None, str]:
    """Run the workflow by way of a state; return the match, if it is kept, and the run."""
    if state in {"Record Failure", "Publish Failure"}:
        match = stack.play(encode(scenery()))
        return match, finished(stack, match["match_id"])[0]
    match = stack.play(photo)
    execution = finished(stack, match["match_id"])[0]
    if state in happy_tasks():
        return match, execution
    event = stack.input_of(execution)
    stack.call("DELETE", f"/guest/matches/{match['match_id']}")
    return None, stack.start_again(event)


def sdk(state: str) -> str:
    resource: str = ASL[state]["Resource"]
    return resource


def test_a_selfie_goes_through_the_states_in_order(stack: RunningStack, photo: bytes) -> None:
    match = stack.play(photo)

    history = stack.history(finished(stack, match["match_id"])[0])

    assert [name for name in history if name in TASKS] == happy_tasks()
    assert match["status"] == "succeeded"
    assert match["celebrities"][0]["name"] == "Grace Hopper"


@pytest.mark.parametrize(("state", "retry"), RETRIES)
def test_a_transient_error_is_retried(
    stack: RunningStack, photo: bytes, state: str, retry: int
) -> None:
    retrier = ASL[state]["Retry"][retry]

    for error in retrier["ErrorEquals"]:
        times = 1 if error != retrier["ErrorEquals"][0] else retrier["MaxAttempts"]
        if state in {"Find Claim", "Discard Upload"}:
            match = stack.play(photo)
            event = stack.input_of(finished(stack, match["match_id"])[0])
            stack.call("DELETE", f"/guest/matches/{match['match_id']}")
            with stack.fault(sdk(state), error, text=sign(state), times=times):
                execution = stack.start_again(event)
        else:
            with stack.fault(sdk(state), error, text=sign(state), times=times):
                _, execution = run_to(stack, state, photo)

        assert stack.status(execution) == "SUCCEEDED", error
        assert "Service Failed" not in stack.history(execution)


@pytest.mark.parametrize(("state", "catch", "error"), CATCHES)
def test_what_is_caught_leads_where_the_workflow_says(
    stack: RunningStack, photo: bytes, state: str, catch: int, error: str
) -> None:
    catcher = ASL[state]["Catch"][catch]
    tries = 1 + sum(
        retrier["MaxAttempts"]
        for retrier in ASL[state].get("Retry", [])
        if error in retrier["ErrorEquals"]
    )

    created = stack.create()
    with stack.fault(sdk(state), error, text=sign(state), times=tries):
        is_failure = state in {"Record Failure", "Publish Failure"}
        stack.upload(created["upload"], encode(scenery()) if is_failure else photo)
        execution = finished(stack, created["match_id"])[0]

    history = stack.history(execution)
    assert history[history.index(state) + 1] == catcher["Next"]
    match = stack.read(created["match_id"])
    expected = catcher.get("Assign", {}).get("failure")
    if catcher["Next"] == "Service Failed":  # nothing was, or could be, recorded
        assert stack.status(execution) == "FAILED"
        assert match["status"] in {"awaiting_upload", "processing"}
    elif expected is not None:
        assert match["failure"]["code"] == CODES.get(error, expected["code"])
        assert match["failure"]["hint"]
    if state == "Publish Result":
        assert match["status"] == "succeeded"


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_list_is_stored_as_a_list_whatever_its_length(stack: RunningStack, count: int) -> None:
    # JSONata makes one value of a sequence of one, and nothing of an empty one.
    people = [
        {"name": '章子怡, "Björk" \\ \u2028 😀', "similarity": 31.412346, "resemblance": 88 - place}
        for place in range(count)
    ]
    values = ASL["Store Matches"]["Arguments"]["ExpressionAttributeValues"]
    state = {"Type": "Pass", "QueryLanguage": "JSONata", "End": True}

    reply = stack.stepfunctions.test_state(
        definition=json.dumps({**state, "Output": values[":celebrities"]}),
        input=json.dumps({"method": "faces", "celebrities": people}),
    )

    assert reply["status"] == "SUCCEEDED"
    assert json.loads(json.loads(reply["output"])["S"]) == people


def test_clients_get_every_field_that_the_workflow_stores_of_a_celebrity(
    stack: RunningStack, photo: bytes
) -> None:
    match = stack.play(photo)
    item = stack.item(match["match_id"])
    assert item is not None

    stored = set(json.loads(item["celebrities"]["S"])[0]) - {"portrait_key"}

    missing = stored - set(match["celebrities"][0])
    assert not missing, (
        f"a state adds {missing} to each celebrity: show it in lookalike/views.py "
        "(_public_celebrity), and describe it in openapi.yaml (MatchCelebrity)"
    )


def test_a_failure_of_ours_fails_the_execution(stack: RunningStack, photo: bytes) -> None:
    created = stack.create()

    with stack.fault("searchFacesByImage", "Rekognition.AccessDeniedException"):
        stack.upload(created["upload"], photo)
        execution = finished(stack, created["match_id"])[0]

    assert stack.status(execution) == "FAILED"
    assert stack.read(created["match_id"])["failure"]["code"] == "service_unavailable"


def test_a_match_whose_end_cannot_be_recorded_has_timed_out_in_the_end(
    stack: RunningStack, photo: bytes
) -> None:
    created = stack.create()

    with (
        stack.fault("updateItem", "Anything.Else", text="celebrities = :celebrities"),
        stack.fault("updateItem", "Anything.Else", text="failure = :failure"),
    ):
        stack.upload(created["upload"], photo)
        finished(stack, created["match_id"])
    claimed_at = clock.now() - WORKFLOW_LIMIT
    stack.dynamodb.update_item(
        TableName=stack.outputs.matches_table,
        Key={"match_id": {"S": created["match_id"]}},
        UpdateExpression="SET claimed_at = :past",
        ExpressionAttributeValues={":past": {"S": clock.to_text(claimed_at)}},
    )

    assert stack.read(created["match_id"])["failure"]["code"] == "timed_out"


def test_a_members_history_says_nothing_of_the_member(stack: RunningStack, photo: bytes) -> None:
    email = f"{uuid.uuid4().hex}@example.org"
    token = stack.sign_up(email=email)
    created = stack.create(token)
    consent = f"a consent of this test, {uuid.uuid4()}"
    stack.dynamodb.update_item(
        TableName=stack.outputs.matches_table,
        Key={"match_id": {"S": created["match_id"]}},
        UpdateExpression="SET consent = :consent",
        ExpressionAttributeValues={":consent": {"S": consent}},
    )

    stack.upload(created["upload"], photo)
    match = stack.wait(created["match_id"], token)
    execution = finished(stack, created["match_id"])[0]

    history = stack.stepfunctions.get_execution_history(
        executionArn=execution, maxResults=1000, includeExecutionData=True
    )["events"]
    told = json.dumps([stack.input_of(execution), history], default=str)
    item = stack.item(created["match_id"])
    assert item is not None
    assert match["status"] == "succeeded"
    assert item["consent"] == {"S": consent}
    assert created["match_id"] in told
    assert item["version"]["S"] in told
    assert email not in told
    assert item["user_id"]["S"] not in told
    assert consent not in told
    assert "127.0.0.1" not in told
    assert set(json.loads(stack.input_of(execution))) == {"bucket", "key", "version"}


def test_a_photograph_that_is_refused_does_not(stack: RunningStack) -> None:
    match = stack.play(encode(scenery()))

    execution = finished(stack, match["match_id"])[0]

    assert stack.status(execution) == "SUCCEEDED"
    assert match["failure"]["code"] == "no_face"
