"""`DELETE /me` with thousands of matches, while clients create others (`make soak`)."""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lookalike import CONSENT_VERSION
from tests.pictures import encode, open_face
from tests.running_stack import RunningStack, wait_for

MATCHES = 5000
ANSWERED_WITHIN = 2.0
GONE_WITHIN = 60.0
"""Seconds, on an otherwise idle machine."""


@pytest.fixture(scope="module")
def photo(selfie: Path) -> bytes:
    return encode(open_face(selfie))


def fill(stack: RunningStack, first: dict[str, Any]) -> None:
    """Add thousands of copies of the first match, each with a photograph."""

    def add(_: int) -> None:
        match_id = str(uuid.uuid4())
        version = stack.s3.put_object(
            Bucket=stack.outputs.selfies_bucket, Key=f"selfies/{match_id}", Body=b"x" * 1000
        )["VersionId"]
        item = {**first, "match_id": {"S": match_id}, "version": {"S": version}}
        stack.dynamodb.put_item(TableName=stack.outputs.matches_table, Item=item)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(MATCHES)))
    machine = stack.outputs.find_look_alike_arn
    wait_for(
        lambda: (
            not stack.stepfunctions.list_executions(
                stateMachineArn=machine, statusFilter="RUNNING"
            )["executions"]
        ),
        600,
    )


def rows(stack: RunningStack, user: str) -> int:
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.outputs.matches_table,
        IndexName="by_user",
        KeyConditionExpression="user_id = :user",
        ExpressionAttributeValues={":user": {"S": user}},
        Select="COUNT",
    )
    return sum(page["Count"] for page in pages)


def versions(stack: RunningStack) -> int:
    pages = stack.s3.get_paginator("list_object_versions").paginate(
        Bucket=stack.outputs.selfies_bucket
    )
    return sum(len(p.get("Versions", [])) + len(p.get("DeleteMarkers", [])) for p in pages)


def test_everything_goes_although_clients_go_on(
    stack: RunningStack, photo: bytes, measured: Callable[[str], None]
) -> None:
    others = versions(stack)  # of the matches that earlier tests made
    email = f"{uuid.uuid4().hex}@example.org"
    token = stack.sign_up(email=email)
    first = stack.item(stack.play(photo, token)["match_id"])
    assert first is not None
    fill(stack, first)
    created: list[str] = []

    def go_on() -> None:
        body = {"content_type": "image/jpeg", "consent": CONSENT_VERSION}
        while (answer := stack.call("POST", "/matches", token, json=body)).status_code == 201:
            created.append(answer.json()["match_id"])
            stack.upload(answer.json()["upload"], photo)

    clients = [threading.Thread(target=go_on) for _ in range(3)]
    for client in clients:
        client.start()
    wait_for(lambda: len(created) > 5, 60)

    started = time.monotonic()
    answer = stack.call("DELETE", "/me", token)
    answered = time.monotonic() - started
    for client in clients:
        client.join()
    user_id = first["user_id"]["S"]
    # A query of the emulator reads the whole table, so first look at what costs less to see.
    wait_for(lambda: versions(stack) == others, 300)
    wait_for(lambda: not rows(stack, user_id), 300)
    gone = time.monotonic() - started

    measured(
        f"DELETE /me with {MATCHES} matches: 204 after {answered:.2f} s, gone after {gone:.0f} s"
    )
    assert answer.status_code == 204
    assert stack.call("GET", "/matches", token).json()["code"] == "signed_out"
    assert answered < ANSWERED_WITHIN
    assert gone < GONE_WITHIN
    logs = [path.read_text(errors="replace") for path in (stack.state / "logs").iterdir()]
    assert not [log for log in [*logs, stack.output.read_text()] if email in log]
