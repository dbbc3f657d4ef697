"""How many matches may be begun in a day: by one member, from one source, and in all.

The counters lie in MatchesTable, under keys that no match has. A key holds a hash of the member or
the address, with a salt of that day. Once the salt is deleted, no counter leads to a person. Days
are in UTC.
"""

import hmac
import ipaddress
import math
import os
from datetime import UTC, date, datetime, time, timedelta

from lookalike import clock
from lookalike.errors import SoldOut, TooManyMatches
from lookalike.settings import Settings
from lookalike.storage import dynamodb_client, to_attributes

KEPT = timedelta(days=2)
"""How long the counters and the salt of a day are kept, from the start of that day."""


class LimitsSettings(Settings):
    """Where the counters are, and the limits."""

    matches_table: str
    matches_per_day: int
    guest_matches_per_day: int
    deployment_matches_per_day: int


class DailyLimits:
    """Counters of the matches begun today. A limit of 0 means no limit and no counter."""

    def __init__(self, settings: LimitsSettings) -> None:
        """Count for each member, for the guests at each address, and in all."""
        self._table, self._dynamodb = settings.matches_table, dynamodb_client()
        self._member, self._guest = settings.matches_per_day, settings.guest_matches_per_day
        self._deployment = settings.deployment_matches_per_day
        self._salts: dict[date, bytes] = {}

    def count(self, user_id: str | None, source_ip: str) -> list[str]:
        """Count a match before it begins; return the keys of its counters.

        Raise TooManyMatches if the member, or the guests at the address, have reached the day's
        limit, and SoldOut if the deployment has.
        """
        now = clock.now()
        day, counted = now.date(), []
        tomorrow = datetime.combine(day + timedelta(days=1), time(), UTC)
        wait = math.ceil((tomorrow - now).total_seconds())
        if limit := self._guest if user_id is None else self._member:
            who = f"source {network_of(source_ip)}" if user_id is None else f"member {user_id}"
            key = f"begun#{day}#{self._hashed(day, who)}"
            if not self._add(key, day, limit):
                raise TooManyMatches(wait)
            counted.append(key)
        if self._deployment:
            key = f"begun#{day}#deployment"
            if not self._add(key, day, self._deployment):
                self.take_back(counted)
                raise SoldOut(wait)
            counted.append(key)
        return counted

    def take_back(self, counted: list[str]) -> None:
        """Take a match out of its counters, because it did not begin."""
        for key in counted:
            self._dynamodb.update_item(
                TableName=self._table,
                Key=to_attributes({"match_id": key}),
                UpdateExpression="ADD begun :less",
                ExpressionAttributeValues=to_attributes({":less": -1}),
            )

    def _add(self, key: str, day: date, limit: int) -> bool:
        """Count one more match; return False, and count nothing, if that exceeds the limit."""
        try:
            self._dynamodb.update_item(
                TableName=self._table,
                Key=to_attributes({"match_id": key}),
                UpdateExpression="ADD begun :one SET delete_at = :until",
                ConditionExpression="attribute_not_exists(begun) OR begun < :limit",
                ExpressionAttributeValues=to_attributes(
                    {":one": 1, ":limit": limit, ":until": _kept_until(day)}
                ),
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _hashed(self, day: date, who: str) -> str:
        if day not in self._salts:
            self._salts = {day: self._salt(day)}
        return hmac.digest(self._salts[day], who.encode(), "sha256").hex()

    def _salt(self, day: date) -> bytes:
        """Read the day's salt. If there is none, make it and delete that of two days ago."""
        key = to_attributes({"match_id": f"salt#{day}"})
        salt = os.urandom(32)
        try:
            self._dynamodb.put_item(
                TableName=self._table,
                Item={**key, **to_attributes({"salt": salt, "delete_at": _kept_until(day)})},
                ConditionExpression="attribute_not_exists(match_id)",
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            item = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True)
            return item["Item"]["salt"]["B"]
        # DynamoDB can take days to remove an expired item: too long for a salt.
        old = to_attributes({"match_id": f"salt#{day - KEPT}"})
        self._dynamodb.delete_item(TableName=self._table, Key=old)
        return salt


def network_of(address: str) -> str:
    """Return what an address counts as: an IPv6 address as its first 64 bits, one household's."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is None:
            return str(ipaddress.ip_network((int(ip), 64), strict=False))
        ip = ip.ipv4_mapped
    return str(ip)


def _kept_until(day: date) -> int:
    return int(datetime.combine(day + KEPT, time(), UTC).timestamp())
