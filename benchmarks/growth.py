"""Whether a match, and a member's list, take longer the more finished matches are kept."""

import base64
import json
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import requests

from benchmarks.figures import Figure, Figures
from benchmarks.stack import Stack

FEW, MANY, USERS = 100, 10_000, 200
"""Finished matches in the table, first and later, and how many users they belong to."""
OWN = 20
"""Finished matches of the member whose list is read, first and later."""
A_BATCH = 25
"""Items that DynamoDB takes at once."""
PLAYED, LISTED = 20, 40
"""How often each is measured."""


def measure(stack: Stack, photographs: Sequence[bytes]) -> Figures:
    """Measure with few finished matches in the table, and with many."""
    token = stack.sign_up()
    finished = _item(stack, stack.play(photographs[0])[0])

    def play() -> float:
        return stack.play(photographs[0])[1]

    def list_matches() -> float:
        began = time.perf_counter()
        headers = {"Authorization": f"Bearer {token}"}
        requests.get(f"{stack.origin}/api/matches", headers=headers, timeout=30).raise_for_status()
        return time.perf_counter() - began

    _put(stack, finished, [_subject(token)] * OWN)
    _put(stack, finished, _users(FEW - OWN))
    few = _times(play, PLAYED), _times(list_matches, LISTED)
    memory = stack.megabytes()
    _put(stack, finished, _users(MANY - FEW))
    many = _times(play, PLAYED), _times(list_matches, LISTED)
    growth = f"{MANY:,} finished matches of {USERS} users in the table, over {FEW}"
    return {
        f"a match: {growth}": _ratio(many[0], few[0]),
        f"a member's list of {OWN} matches: {growth}": _ratio(many[1], few[1]),
        f"memory of the local stack with {FEW} matches": Figure.of([memory], "MB"),
        f"memory of the local stack with {MANY:,} matches": Figure.of([stack.megabytes()], "MB"),
    }


def _times(act: Callable[[], float], times: int) -> list[float]:
    act()
    return [act() for _ in range(times)]


def _ratio(now: Sequence[float], before: Sequence[float]) -> Figure:
    return Figure.of([one / other for one, other in zip(sorted(now), sorted(before), strict=True)])


def _users(count: int) -> list[str]:
    return [f"user-{number % (USERS - 1)}" for number in range(count)]


def _subject(token: str) -> str:
    """Return the user id in a token."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(claims["sub"])


def _item(stack: Stack, match_id: str) -> dict[str, Any]:
    found = stack.tables.get_item(
        TableName=stack.outputs.matches_table, Key={"match_id": {"S": match_id}}
    )
    return found["Item"]


def _put(stack: Stack, finished: dict[str, Any], users: Sequence[str]) -> None:
    """Store a match like a finished one for each of these users."""
    table = stack.outputs.matches_table
    for start in range(0, len(users), A_BATCH):
        puts: list[Any] = [
            {"PutRequest": {"Item": {**finished, "match_id": _id(), "user_id": {"S": user}}}}
            for user in users[start : start + A_BATCH]
        ]
        stack.tables.batch_write_item(RequestItems={table: puts})


def _id() -> dict[str, str]:
    return {"S": str(uuid.uuid4())}
