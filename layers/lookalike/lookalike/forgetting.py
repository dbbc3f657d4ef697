"""ForgottenMembersQueue: a message names a member whose matches are to be deleted."""

import math
from datetime import timedelta

import boto3
from pydantic import AwareDatetime, BaseModel

from lookalike import clock

LONGEST_DELAY = timedelta(minutes=15)
"""The longest that SQS can delay a message."""

_sqs = boto3.client("sqs")


class ForgottenMember(BaseModel):
    """A member to forget, and the time until which to look for their matches."""

    user_id: str
    look_until: AwareDatetime

    def is_over(self) -> bool:
        """Return whether a look that starts now is the last one needed."""
        return clock.now() >= self.look_until


def announce(queue_url: str, member: ForgottenMember, delay: timedelta = timedelta()) -> None:
    """Send a member to forget. The message arrives after `delay`, or at `look_until` if sooner."""
    remaining = max(member.look_until - clock.now(), timedelta())
    seconds = min(delay, LONGEST_DELAY, remaining).total_seconds()
    _sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=member.model_dump_json(),
        DelaySeconds=math.ceil(seconds),
    )
