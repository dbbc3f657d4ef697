from datetime import timedelta

import pytest
from pydantic import ValidationError

from lookalike.forgetting import ForgottenMember, announce
from tests.moto.cloud import Cloud, hooked
from tests.moto.conftest import Clock

HOUR = timedelta(hours=1)


def test_announced_member_is_read_as_it_was_sent(cloud: Cloud, now: Clock) -> None:
    member = ForgottenMember(user_id="ada's id", look_until=now.time + HOUR)

    announce(cloud.name("ForgottenMembersQueue"), member)

    (message,) = cloud.take_messages("ForgottenMembersQueue")
    assert ForgottenMember.model_validate_json(message) == member


@pytest.mark.parametrize(
    ("left", "asked", "delay"),
    [
        pytest.param(HOUR, timedelta(), 0, id="at once"),
        pytest.param(HOUR, timedelta(seconds=10), 10, id="as asked"),
        pytest.param(HOUR, HOUR, 900, id="no longer than SQS can"),
        pytest.param(timedelta(seconds=7.5), HOUR, 8, id="not after the last look is due"),
        pytest.param(-HOUR, HOUR, 0, id="late already"),
    ],
)
def test_message_is_held_back(
    cloud: Cloud, now: Clock, left: timedelta, asked: timedelta, delay: int
) -> None:
    sent: list[int] = []
    member = ForgottenMember(user_id="ada's id", look_until=now.time + left)

    def note(params: dict[str, int], **_: object) -> None:
        sent.append(params["DelaySeconds"])

    with hooked(cloud.sqs, "provide-client-params.sqs.SendMessage", note):
        announce(cloud.name("ForgottenMembersQueue"), member, asked)

    assert sent == [delay]


@pytest.mark.parametrize(
    "message",
    ["", "{}", '{"user_id": "a"}', '{"user_id": "a", "look_until": "2026-11-22T16:01:33"}'],
)
def test_message_that_names_no_member_and_time_is_refused(message: str) -> None:
    with pytest.raises(ValidationError):
        ForgottenMember.model_validate_json(message)
