"""Tombstones in MatchesTable: which members have been forgotten while their tokens are valid."""

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from lookalike import clock
from lookalike.settings import Settings
from lookalike.storage import dynamodb_client, is_kept, patiently, to_attributes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import ConditionCheckTypeDef

TOKEN_LIFETIME = timedelta(hours=1)
"""How long a token of the user pool is valid. A test compares it with the template."""
TOMBSTONE_RETENTION = TOKEN_LIFETIME + timedelta(hours=1)
"""How long the tombstone of a forgotten member is kept."""
NOT_FORGOTTEN = "attribute_not_exists(match_id) OR delete_at <= :now"
"""The condition on a member's tombstone. It compares times, because DynamoDB can take days to
remove an expired item."""


class TombstonesSettings(Settings):
    """Where the tombstones are."""

    matches_table: str


class Tombstone(NamedTuple):
    """What is kept about a forgotten member, as long as their token is valid."""

    queued: bool
    """Whether the message that makes Forget Member delete their matches is sent."""


class TombstoneStore:
    """The tombstones of the members who have been forgotten."""

    def __init__(self, settings: TombstonesSettings) -> None:
        """Open the store."""
        self._table, self._dynamodb = settings.matches_table, dynamodb_client()

    def write(self, user_id: str) -> None:
        """Write a member's tombstone. From now on no match becomes theirs, and no token works."""
        kept_until = int((clock.now() + TOMBSTONE_RETENTION).timestamp())
        tombstone = {"match_id": _tombstone_key(user_id), "delete_at": kept_until}

        def put() -> None:
            self._dynamodb.put_item(TableName=self._table, Item=to_attributes(tombstone))

        patiently(put)

    def note_queued(self, user_id: str) -> None:
        """Note in a tombstone that the message to Forget Member is sent."""

        def update() -> None:
            self._dynamodb.update_item(
                TableName=self._table,
                Key=to_attributes({"match_id": _tombstone_key(user_id)}),
                UpdateExpression="SET queued = :yes",
                ExpressionAttributeValues=to_attributes({":yes": True}),
            )

        patiently(update)

    def read(self, user_id: str) -> Tombstone | None:
        """Read a member's tombstone; None if the member has not been forgotten."""
        item = self._dynamodb.get_item(
            TableName=self._table,
            Key=to_attributes({"match_id": _tombstone_key(user_id)}),
            ConsistentRead=True,
        ).get("Item")
        if item is None or not is_kept(item):
            return None
        return Tombstone(queued="queued" in item)


def not_forgotten(table: str, user_id: str) -> "ConditionCheckTypeDef":
    """Return the check that a member has no tombstone.

    A transaction makes it together with a write, so that no match is added after the tombstone.
    """
    return {
        "TableName": table,
        "Key": to_attributes({"match_id": _tombstone_key(user_id)}),
        "ConditionExpression": NOT_FORGOTTEN,
        "ExpressionAttributeValues": to_attributes({":now": int(clock.now().timestamp())}),
    }


def _tombstone_key(user_id: str) -> str:
    """Return the key of a member's tombstone. No match has such an id."""
    return f"user#{user_id}"
