"""Accounts and what is theirs. Who may call which route: test_callers.py."""

import base64
import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lookalike import CONSENT_VERSION
from tests.pictures import encode, open_face
from tests.running_stack import FINISHING, RunningStack, wait_for


@pytest.fixture(scope="module")
def photo(selfie: Path) -> bytes:
    return encode(open_face(selfie))


@pytest.fixture(scope="module")
def member(stack: RunningStack) -> str:
    return stack.sign_up()


@pytest.fixture(scope="module")
def other(stack: RunningStack) -> str:
    return stack.sign_up()


def decoded(part: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def test_a_member_plays_and_finds_the_match_again(
    stack: RunningStack, member: str, photo: bytes
) -> None:
    match = stack.play(photo, member)

    listed = stack.call("GET", "/matches", member).json()
    latest = stack.call("GET", "/matches/latest", member).json()

    assert match["status"] == "succeeded"
    assert [one["match_id"] for one in listed["matches"]] == [match["match_id"]]
    assert latest["match_id"] == match["match_id"]


def test_a_guests_match_is_no_members_and_the_reverse(
    stack: RunningStack, member: str, photo: bytes
) -> None:
    of_guest = stack.play(photo)["match_id"]
    of_member = stack.play(photo, member)["match_id"]

    assert stack.call("GET", f"/matches/{of_guest}", member).status_code == 404
    assert stack.call("DELETE", f"/matches/{of_guest}", member).status_code == 404
    assert stack.call("GET", f"/guest/matches/{of_member}").status_code == 404
    assert stack.call("DELETE", f"/guest/matches/{of_member}").status_code == 404


def test_a_guests_match_can_be_adopted_once(
    stack: RunningStack, member: str, other: str, photo: bytes
) -> None:
    match_id = stack.play(photo)["match_id"]

    adopted = stack.call("POST", f"/guest/matches/{match_id}/adopt", member)
    again = stack.call("POST", f"/guest/matches/{match_id}/adopt", other)

    assert adopted.status_code == 200
    assert adopted.json()["match_id"] == match_id
    assert again.status_code == 404
    assert stack.call("GET", f"/guest/matches/{match_id}").status_code == 404


def test_a_forgotten_member_leaves_nothing(stack: RunningStack, photo: bytes) -> None:
    token = stack.sign_up()
    sub = decoded(token.split(".")[1])["sub"]
    matches = [stack.play(photo, token)["match_id"] for _ in range(2)]
    exported = stack.call("GET", "/me/export", token).json()

    answer = stack.call("DELETE", "/me", token)

    assert answer.status_code == 204
    assert {match["match_id"] for match in exported["matches"]} == set(matches)
    wait_for(lambda: not any(stack.item(match_id) for match_id in matches), FINISHING)
    wait_for(lambda: not any(stack.selfie_versions(match_id) for match_id in matches), FINISHING)
    with pytest.raises(stack.cognito.exceptions.UserNotFoundException):
        stack.cognito.admin_get_user(UserPoolId=stack.outputs.user_pool_id, Username=sub)


def test_what_a_guest_began_outlives_a_member_who_has_the_id(stack: RunningStack) -> None:
    token = stack.sign_up()
    of_guest = stack.create()["match_id"]

    stack.call("DELETE", "/me", token)

    assert stack.call("POST", f"/guest/matches/{of_guest}/adopt", token).status_code == 401
    assert stack.call("GET", f"/guest/matches/{of_guest}").status_code == 200


def test_a_member_who_is_forgotten_while_three_clients_create_leaves_nothing(
    stack: RunningStack, photo: bytes
) -> None:
    token = stack.sign_up()
    first = stack.play(photo, token)["match_id"]
    add_matches(stack, first, 300)
    forgotten = threading.Event()

    def go_on_creating() -> list[str]:
        """Begin matches and upload to them; return their ids once one is refused."""
        created: list[str] = []
        while True:
            wanted = {"content_type": "image/jpeg", "consent": CONSENT_VERSION}
            is_late = forgotten.is_set()
            answer = stack.call("POST", "/matches", token, json=wanted)
            if answer.status_code != 201:
                assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
                return created
            assert not is_late, "a match was begun after DELETE /me had answered"
            created.append(answer.json()["match_id"])
            stack.upload(answer.json()["upload"], photo)

    with ThreadPoolExecutor(3) as clients:
        creating = [clients.submit(go_on_creating) for _ in range(3)]
        wait_for(lambda: len(of_user(stack, token)) > 303, FINISHING)
        answer = stack.call("DELETE", "/me", token)
        forgotten.set()
    created = [first, *(match_id for one in creating for match_id in one.result())]

    assert answer.status_code == 204
    wait_for(lambda: not of_user(stack, token), FINISHING)
    wait_for(lambda: not any(stack.selfie_versions(one) for one in created), FINISHING)


def of_user(stack: RunningStack, token: str) -> list[Any]:
    """Everything in the table that names a token's bearer."""
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.outputs.matches_table,
        IndexName="by_user",
        KeyConditionExpression="user_id = :user",
        ExpressionAttributeValues={":user": {"S": decoded(token.split(".")[1])["sub"]}},
    )
    return [item for page in pages for item in page["Items"]]


def add_matches(stack: RunningStack, match_id: str, count: int) -> None:
    """Put copies of a match beside it, without selfies."""
    item = stack.item(match_id)
    assert item
    for _ in range(count):
        copy = str(uuid.uuid4())
        stack.dynamodb.put_item(
            TableName=stack.outputs.matches_table, Item={**item, "match_id": {"S": copy}}
        )


def test_deleting_removes_the_record_and_every_version_of_the_selfie(
    stack: RunningStack, photo: bytes
) -> None:
    match_id = stack.play(photo)["match_id"]

    answer = stack.call("DELETE", f"/guest/matches/{match_id}")

    assert answer.status_code == 204
    assert stack.item(match_id) is None
    wait_for(lambda: not stack.selfie_versions(match_id), FINISHING)
    assert stack.call("GET", f"/guest/matches/{match_id}").status_code == 404
