"""ForgottenMembersQueue: tells whose matches are to be deleted."""

import math
from datetime import timedelta

import boto3
from pydantic import AwareDatetime, BaseModel

from lookalike import clock

LONGEST_DELAY = timedelta(minutes=15)
"""What SQS can hold a message back."""

_sqs = boto3.client("sqs")


class ForgottenMember(BaseModel):
    """Someone who is to be forgotten, and until when matches of theirs are to be looked for."""

    user_id: str
    look_until: AwareDatetime

    def is_over(self) -> bool:
        """Tell whether no look need follow one that is made now."""
        return clock.now() >= self.look_until


def announce(queue_url: str, member: ForgottenMember, delay: timedelta = timedelta()) -> None:
    """Send who is to be forgotten; it arrives after a delay, and at the latest when it is over."""
    remaining = max(member.look_until - clock.now(), timedelta())
    seconds = min(delay, LONGEST_DELAY, remaining).total_seconds()
    _sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=member.model_dump_json(),
        DelaySeconds=math.ceil(seconds),
    )
