"""A match has one owner at a time, whatever comes twice, late, or in between."""

from pathlib import Path
from typing import Any

import pytest

from tests.pictures import encode, open_face, scenery
from tests.running_stack import FINISHING, RunningStack, wait_for


@pytest.fixture(scope="module")
def photo(selfie: Path) -> bytes:
    return encode(open_face(selfie))


@pytest.fixture(scope="module")
def other_photo(portraits: list[Path]) -> bytes:
    return encode(open_face(next(path for path in portraits if "Collins" in path.stem)))


def executions(stack: RunningStack, match_id: str, count: int) -> list[str]:
    return wait_for(
        lambda: found if len(found := stack.executions(match_id)) >= count else None, FINISHING
    )


def names(match: dict[str, Any]) -> list[str]:
    return [celebrity["name"] for celebrity in match["celebrities"]]


def test_an_event_delivered_three_times_gives_one_result_and_one_paid_search(
    stack: RunningStack, photo: bytes
) -> None:
    before = stack.recogniser_calls()

    match = stack.play(photo)
    [execution] = executions(stack, match["match_id"], 1)
    again = [stack.start_again(stack.input_of(execution)) for _ in range(2)]

    after = stack.recogniser_calls()
    assert after["SearchFacesByImage"] - before.get("SearchFacesByImage", 0) == 1
    assert after["DetectFaces"] - before.get("DetectFaces", 0) == 1
    assert [stack.history(one)[-1] for one in again] == ["Duplicate Event"] * 2
    assert names(stack.read(match["match_id"])) == names(match)
    assert len(stack.selfie_versions(match["match_id"])) == 1


def test_an_event_delivered_while_the_first_is_worked_on_changes_nothing(
    stack: RunningStack, photo: bytes
) -> None:
    created = stack.create()

    with stack.hold("lambda:invoke", created["match_id"]):
        stack.upload(created["upload"], photo)
        wait_for(lambda: (stack.item(created["match_id"]) or {}).get("version"), FINISHING)
        machine = stack.outputs.find_look_alike_arn
        running = stack.stepfunctions.list_executions(
            stateMachineArn=machine, statusFilter="RUNNING"
        )["executions"]
        events = [stack.input_of(one["executionArn"]) for one in running]
        [event] = [event for event in events if created["match_id"] in event]
        again = stack.start_again(event)

    assert stack.history(again)[-1] == "Duplicate Event"
    assert stack.wait(created["match_id"])["status"] == "succeeded"


def test_a_claim_whose_reply_is_lost_still_wins(stack: RunningStack, photo: bytes) -> None:
    created = stack.create()

    with stack.fault(
        "updateItem", "DynamoDB.SdkClientException", text="claim_until >=", kind="lost reply"
    ):
        stack.upload(created["upload"], photo)
        match = stack.wait(created["match_id"])

    assert match["status"] == "succeeded"


def test_a_stored_result_whose_reply_is_lost_is_published(
    stack: RunningStack, photo: bytes
) -> None:
    created = stack.create()

    with stack.fault(
        "updateItem",
        "DynamoDB.SdkClientException",
        text="celebrities = :celebrities",
        kind="lost reply",
    ):
        stack.upload(created["upload"], photo)
        match = stack.wait(created["match_id"])

    assert match["status"] == "succeeded"
    [execution] = executions(stack, created["match_id"], 1)
    assert "Publish Result" in stack.history(execution)


def test_a_match_deleted_while_its_workflow_runs_stays_deleted(
    stack: RunningStack, photo: bytes
) -> None:
    created = stack.create()

    with stack.hold("lambda:invoke", created["match_id"]):
        stack.upload(created["upload"], photo)
        wait_for(lambda: (stack.item(created["match_id"]) or {}).get("version"), FINISHING)
        deleted = stack.call("DELETE", f"/guest/matches/{created['match_id']}")
    [execution] = executions(stack, created["match_id"], 1)

    assert deleted.status_code == 204
    assert stack.history(execution)[-1] == "Match Gone"
    assert stack.item(created["match_id"]) is None
    assert stack.selfie_versions(created["match_id"]) == []


def test_a_publish_that_fails_leaves_the_success_a_success(
    stack: RunningStack, photo: bytes
) -> None:
    created = stack.create()

    with stack.fault("putEvents", "EventBridge.FailedEntry", text=created["match_id"], times=4):
        stack.upload(created["upload"], photo)
        [execution] = executions(stack, created["match_id"], 1)

    assert stack.read(created["match_id"])["status"] == "succeeded"
    assert stack.status(execution) == "SUCCEEDED"


def test_a_photograph_sent_again_after_its_event_is_neither_judged_nor_shown_nor_kept(
    stack: RunningStack, photo: bytes, other_photo: bytes
) -> None:
    created = stack.create()
    stack.upload(created["upload"], photo)
    match = stack.wait(created["match_id"])

    stack.upload(created["upload"], other_photo)
    executions(stack, created["match_id"], 2)

    later = stack.read(created["match_id"])
    assert names(later) == names(match)
    shown = stack.fetch(later["selfie_url"])
    assert shown == photo
    assert len(stack.selfie_versions(created["match_id"])) == 1


def test_a_photograph_replaced_before_it_is_judged_is_still_the_one_judged(
    stack: RunningStack, photo: bytes, other_photo: bytes
) -> None:
    created = stack.create()

    with stack.hold("lambda:invoke", created["match_id"]):
        stack.upload(created["upload"], photo)
        wait_for(lambda: (stack.item(created["match_id"]) or {}).get("version"), FINISHING)
        stack.upload(created["upload"], other_photo)
    match = stack.wait(created["match_id"])

    assert names(match)[0] == "Grace Hopper"
    assert stack.fetch(match["selfie_url"]) == photo


def test_an_upload_to_a_deleted_match_is_deleted(stack: RunningStack, photo: bytes) -> None:
    created = stack.create()
    stack.call("DELETE", f"/guest/matches/{created['match_id']}")

    stack.upload(created["upload"], photo)
    [execution] = executions(stack, created["match_id"], 1)

    assert stack.history(execution)[-1] == "Discard Upload"
    assert stack.selfie_versions(created["match_id"]) == []


def test_an_upload_whose_event_comes_too_late_is_refused_and_deleted(
    stack: RunningStack, photo: bytes
) -> None:
    created = stack.create()
    stack.dynamodb.update_item(
        TableName=stack.outputs.matches_table,
        Key={"match_id": {"S": created["match_id"]}},
        UpdateExpression="SET claim_until = :past",
        ExpressionAttributeValues={":past": {"N": "1"}},
    )

    stack.upload(created["upload"], photo)
    executions(stack, created["match_id"], 1)

    assert stack.read(created["match_id"])["status"] == "expired"
    assert stack.selfie_versions(created["match_id"]) == []


def test_a_failed_match_cannot_be_made_a_success_with_the_same_form(
    stack: RunningStack, photo: bytes
) -> None:
    created = stack.create()
    stack.upload(created["upload"], encode(scenery()))
    stack.wait(created["match_id"])

    stack.upload(created["upload"], photo)
    executions(stack, created["match_id"], 2)

    assert stack.read(created["match_id"])["failure"]["code"] == "no_face"
