"""Forget Member: deletes the matches of a member who has asked to be forgotten.

The API has written their tombstone and deleted their account. This function deletes every match and
every version of its selfie. If there are many, each invocation deletes a part. It looks again
until the last of the member's tokens has expired.
"""

from datetime import timedelta

from aws_lambda_powertools.utilities.data_classes import SQSEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.forgetting import LONGEST_DELAY, ForgottenMember, announce
from lookalike.matches import MatchesSettings, MatchStore
from lookalike.telemetry import logger, metrics

MARGIN_MS = 20_000
"""The time to leave unused. Another invocation, with its own message, deletes the rest."""
SOON = timedelta(seconds=10)
"""How soon to look again after matches were found: the index by user can lag behind the table."""


class ForgetMemberSettings(MatchesSettings):
    """What this function reads from its environment."""

    forgotten_members_queue: str


settings = ForgetMemberSettings.from_environment()
matches = MatchStore(settings)


@logger.inject_lambda_context
@metrics.log_metrics
@event_source(data_class=SQSEvent)
def handler(event: SQSEvent, context: LambdaContext) -> None:
    """Delete the matches of each member, and send a message to look again later."""
    for message in event.records:
        member = ForgottenMember.model_validate_json(message.body)
        is_over = member.is_over()  # before the deletion, which takes time
        deleted = matches.delete_all(
            member.user_id, lambda: context.get_remaining_time_in_millis() > MARGIN_MS
        )
        logger.info("matches of a forgotten member deleted", deleted=deleted)
        if deleted is None:
            announce(settings.forgotten_members_queue, member)
        elif not is_over:
            delay = SOON if deleted else LONGEST_DELAY
            announce(settings.forgotten_members_queue, member, delay)
