"""The scores of photographs in MatchesTable: how similar each celebrity was to a match's own.

Several photographs of one person are fused from these, so that none is searched twice. The item
`<match_id>#scores` belongs to no user, so no index shows it. It is deleted with its match, and
expires with the photograph.
"""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from lookalike.ranking import EVERYONE, Group, Scores
from lookalike.settings import Settings
from lookalike.storage import (
    Item,
    batch_get,
    dynamodb_client,
    from_attributes,
    is_kept,
    patiently,
    reasons_of,
    to_attributes,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class ScoresSettings(Settings):
    """Where the scores are."""

    matches_table: str


class Asked(NamedTuple):
    """What the caller of a match asked for."""

    among: Group = EVERYONE
    together_with: tuple[str, ...] = ()
    """The match_ids of earlier photographs of the same person."""
    photo_until: int = 0
    """Until when the photograph is kept, in seconds since 1970."""
    user_id: str | None = None
    """Whose match it is; None for a guest's."""


def scores_key(match_id: str) -> str:
    """Return the key of the item that holds a match's scores."""
    return f"{match_id}#scores"


class ScoreStore:
    """The scores of every match that a search has found celebrities for."""

    def __init__(self, settings: ScoresSettings) -> None:
        """Open the store."""
        self._table, self._dynamodb = settings.matches_table, dynamodb_client()

    def asked(self, match_id: str) -> Asked:
        """Read what the caller of a match asked for; the default if the match is deleted."""
        item = from_attributes(
            self._dynamodb.get_item(
                TableName=self._table,
                Key={"match_id": {"S": match_id}},
                ProjectionExpression="among, together_with, photo_until, user_id",
                ConsistentRead=True,
            ).get("Item", {})
        )
        return Asked(
            item.get("among", EVERYONE),
            tuple(item.get("together_with", [])),
            int(item.get("photo_until", 0)),
            item.get("user_id"),
        )

    def earlier(self, asked: Asked) -> list[Scores]:
        """Read the scores of the earlier photographs that a match asked for.

        Leave out a match that is deleted by now, or that another caller has adopted since.
        """
        ids = asked.together_with
        items = self._items([*ids, *(scores_key(match_id) for match_id in ids)])
        return [
            json.loads(items[scores_key(match_id)]["scores"])
            for match_id in ids
            if match_id in items
            and items[match_id].get("user_id") == asked.user_id
            and scores_key(match_id) in items
        ]

    def read(self, match_ids: Iterable[str]) -> dict[str, Scores]:
        """Read scores by match_id; leave out matches that are deleted or have none."""
        items = self._items(scores_key(match_id) for match_id in match_ids)
        return {key.partition("#")[0]: json.loads(item["scores"]) for key, item in items.items()}

    def _items(self, keys: Iterable[str]) -> dict[str, Item]:
        """Read what is kept of items, by key."""
        found = batch_get(
            self._dynamodb,
            self._table,
            "match_id",
            keys,
            ConsistentRead=True,
            ProjectionExpression="match_id, user_id, scores, delete_at",
        )
        return {item["match_id"]["S"]: from_attributes(item) for item in found if is_kept(item)}

    def write(self, match_id: str, execution: str, scores: Scores, until: int) -> None:
        """Store a match's scores until a time, in seconds since 1970.

        Store nothing if the match is deleted, or is not claimed by this execution. A match of an
        older build has no time. Store nothing for it either: without a time DynamoDB would never
        remove the scores.
        """
        if not until:
            return
        item = {
            "match_id": scores_key(match_id),
            "scores": json.dumps({i: round(score, 6) for i, score in scores.items()}),
            "delete_at": until,
        }
        writes: list[TransactWriteItemTypeDef] = [
            {"Put": {"TableName": self._table, "Item": to_attributes(item)}},
            {
                "ConditionCheck": {
                    "TableName": self._table,
                    "Key": {"match_id": {"S": match_id}},
                    "ConditionExpression": "execution = :execution AND #status = :processing",
                    "ExpressionAttributeNames": {"#status": "status"},
                    "ExpressionAttributeValues": to_attributes(
                        {":execution": execution, ":processing": "processing"}
                    ),
                }
            },
        ]
        try:
            patiently(lambda: self._dynamodb.transact_write_items(TransactItems=writes))
        except self._dynamodb.exceptions.TransactionCanceledException as error:
            if "ConditionalCheckFailed" not in reasons_of(error):
                raise


def public_scores(scores: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return scores as the export shows them, the highest first."""
    ordered = sorted(scores.items(), key=lambda one: one[1], reverse=True)
    return [{"celebrity_id": i, "similarity": score} for i, score in ordered]
