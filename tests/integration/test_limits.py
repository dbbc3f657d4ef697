"""How many matches may be begun in a day, on a stack whose limits are small."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from cli.match import Client
from local.errors import LocalError
from lookalike import CONSENT_VERSION
from tests.conftest import NewState
from tests.running_stack import RunningStack, path_of_matches

MEMBERS, GUESTS, ALL = 3, 4, 16
WANTED = {"content_type": "image/jpeg", "consent": CONSENT_VERSION}


@pytest.fixture(scope="module")
def limited(new_state: NewState) -> Iterator[RunningStack]:
    """A stack of its own: here everyone's address is one."""
    running = RunningStack(
        new_state(),
        MatchesPerDay=str(MEMBERS),
        GuestMatchesPerDay=str(GUESTS),
        DeploymentMatchesPerDay=str(ALL),
    )
    yield running
    running.stop()


def begin(stack: RunningStack, token: str | None, key: str | None = None) -> requests.Response:
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return requests.post(
        stack.api + path_of_matches(token), json=WANTED, headers=headers, timeout=30
    )


def begin_at_once(stack: RunningStack, token: str | None, count: int) -> list[requests.Response]:
    with ThreadPoolExecutor(count) as clients:
        return list(clients.map(lambda _: begin(stack, token), range(count)))


def codes(answers: list[requests.Response]) -> list[Any]:
    """The codes of those that were refused."""
    return [answer.json()["code"] for answer in answers if answer.status_code != 201]


# In this order: the last test uses up what there is for everyone.


def test_guests_of_one_source_begin_so_many_a_day_though_they_ask_at_once(
    limited: RunningStack, selfie: Path
) -> None:
    answers = begin_at_once(limited, None, GUESTS + 4)

    waits = {int(answer.headers["Retry-After"]) for answer in answers if answer.status_code == 429}
    assert codes(answers) == ["too_many_matches"] * 4
    assert all(0 < wait <= 86_400 for wait in waits)

    with pytest.raises(LocalError, match=r"429: .*come back tomorrow"):
        Client.of_page(limited.origin).play(selfie, "celebrities")


def test_a_member_begins_so_many_a_day_and_a_request_made_again_is_none(
    limited: RunningStack,
) -> None:
    token, key = limited.sign_up(), str(uuid.uuid4())

    first = [begin(limited, token, key) for _ in range(3)]
    others = begin_at_once(limited, token, MEMBERS + 1)
    again = begin(limited, token, key)

    assert {answer.json()["match_id"] for answer in [*first, again]} == {key}
    assert codes(others) == ["too_many_matches"] * 2


def test_everyone_together_begins_so_many_a_day(limited: RunningStack) -> None:
    answers = [
        answer
        for token in [limited.sign_up() for _ in range(4)]
        for answer in begin_at_once(limited, token, MEMBERS)
    ]

    begun = sum(answer.status_code == 201 for answer in answers)
    assert GUESTS + MEMBERS + begun == ALL
    assert set(codes(answers)) == {"busy"}
    assert all(int(one.headers["Retry-After"]) > 0 for one in answers if one.status_code == 429)
