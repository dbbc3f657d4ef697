"""Count Match: counts how each match ended, from the event that the workflow publishes.

Nothing waits for this function. An event that is lost leaves a match uncounted, and changes nothing
else.
"""

from typing import Any

from aws_lambda_powertools import single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, BaseModel

from lookalike.ranking import Method
from lookalike.telemetry import about_match, logger, metrics


class EndedMatch(BaseModel):
    """The detail of the workflow's events `Match Succeeded` and `Match Failed`."""

    match_id: str
    pack: str
    started_at: AwareDatetime
    ended_at: AwareDatetime
    searches: int
    """How often the workflow called the search, retries included."""
    method: Method | None = None
    code: str | None = None
    """The failure's code. A match that succeeded has a method in its place."""


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Count one match that has ended."""
    match = EndedMatch.model_validate(event["detail"])
    seconds = (match.ended_at - match.started_at).total_seconds()
    outcome = "failed" if match.code else "succeeded"
    with about_match(match.match_id):
        logger.info(
            "match ended",
            outcome=outcome,
            code=match.code,
            method=match.method,
            seconds=seconds,
            searches=match.searches,
        )
    with single_metric("MatchEnded", MetricUnit.Count, 1) as ended:
        ended.add_dimension("Outcome", outcome)
        ended.add_dimension("Code", match.code or "none")
    metrics.add_metric("Searches", MetricUnit.Count, match.searches)
    if match.method:
        # Of results alone: a refusal comes sooner, and would make the others look quick.
        metrics.add_metric("SecondsToResult", MetricUnit.Seconds, seconds)
        # Its average is the share of the matches that were compared by landmarks.
        metrics.add_metric("ByLandmarks", MetricUnit.Count, match.method == "landmarks")
