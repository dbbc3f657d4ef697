"""Forget Member: delete the matches of someone who has asked to be forgotten.

The API has made their tokens worthless and deleted their account. What is left, every match with
every version of its selfie, goes here: in parts where there is much of it, and with further looks
until the last of their tokens has expired.
"""

from datetime import timedelta

from aws_lambda_powertools.utilities.data_classes import SQSEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.forgetting import LONGEST_DELAY, ForgottenMember, announce
from lookalike.matches import MatchStore
from lookalike.settings import Settings
from lookalike.telemetry import logger, metrics

MARGIN_MS = 20_000
"""Time to leave unused; what is not deleted by then is for another message."""
SOON = timedelta(seconds=10)
"""When to look again after matches were found: the index by user can lag behind the table."""


class FunctionSettings(Settings):
    """What this function reads from its environment."""

    matches_table: str
    selfies_bucket: str
    selfie_retention_days: int
    forgotten_members_queue: str


settings = FunctionSettings.from_environment()
matches = MatchStore(
    settings.matches_table,
    settings.selfies_bucket,
    timedelta(days=settings.selfie_retention_days),
)


@logger.inject_lambda_context
@metrics.log_metrics
@event_source(data_class=SQSEvent)
def handler(event: SQSEvent, context: LambdaContext) -> None:
    """Delete what there is of each member, and look again later."""
    for message in event.records:
        member = ForgottenMember.model_validate_json(message.body)
        is_over = member.is_over()  # asked before the look, which takes a while
        deleted = matches.delete_all(
            member.user_id, lambda: context.get_remaining_time_in_millis() > MARGIN_MS
        )
        logger.info("matches of a forgotten member deleted", deleted=deleted)
        if deleted is None:
            announce(settings.forgotten_members_queue, member)
        elif not is_over:
            delay = SOON if deleted else LONGEST_DELAY
            announce(settings.forgotten_members_queue, member, delay)
