"""PacksTable: the packs, the collections that they are searched in, and their measures."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from lookalike import clock
from lookalike.errors import UnknownPack
from lookalike.measures import Measures
from lookalike.ranking import Group
from lookalike.settings import Settings
from lookalike.storage import (
    Item,
    dynamodb_client,
    from_attributes,
    to_attributes,
    to_decimal,
)

DEFAULT_PACK = "celebrities"
"""The pack that every deployment has, even before its first portrait."""
DEFAULT_TITLE = "Celebrities"
LONGEST_NAME = 64
"""Characters of a pack's name."""
PROGRESS_LIFETIME = timedelta(seconds=60)
"""How long a progress is shown without an update, because an import can be cut off."""
# All of a pack's item but its measures, which are large. Only Resolve Matches reads those.
_PACK = (
    "pack, title, #collection, next_collection, retired, change, measured, portraits, labelled, "
    "progress"
)
_PACK_NAMES: Any = {"ExpressionAttributeNames": {"#collection": "collection"}}


class PacksSettings(Settings):
    """Where the packs are. The default pack has `default_collection` if its item names none."""

    packs_table: str
    default_collection: str


@dataclass(frozen=True)
class Progress:
    """How far the import of a pack is; the page shows it."""

    stage: Literal["fetching", "indexing"]
    done: int
    total: int


@dataclass(frozen=True)
class Pack:
    """A set of portraits that a selfie can be compared with."""

    name: str
    title: str
    collection: str
    """The Rekognition collection that is searched."""
    next_collection: str | None = None
    """The collection that `lookalike catalog reindex` is filling, and that will take its place."""
    retired: dict[str, int] = field(default_factory=dict)
    """Replaced collections that earlier matches may still search, each with the time until which it
    is kept, in seconds since 1970."""
    change: str | None = None
    """The id of the latest change of any of its portraits."""
    measured: str | None = None
    """The change after which the pack was last measured. A pack is settled if it is `change`."""
    portraits: int = 0
    """How many portraits it had when it was measured."""
    groups: dict[Group, int] = field(default_factory=dict)
    """How many people the catalog labels as of each group, but for EVERYONE."""
    progress: Progress | None = None

    @property
    def collections(self) -> tuple[str, ...]:
        """The collections in which every portrait's face belongs."""
        return (self.collection, *([self.next_collection] if self.next_collection else []))


class PackStore:
    """The packs of a deployment."""

    def __init__(self, settings: PacksSettings) -> None:
        """Open the store."""
        self._table, self._dynamodb = settings.packs_table, dynamodb_client()
        self._default = Pack(DEFAULT_PACK, DEFAULT_TITLE, settings.default_collection)

    def read(self, name: str) -> Pack:
        """Read a pack; raise UnknownPack if there is none."""
        item = self._item(name, ProjectionExpression=_PACK, **_PACK_NAMES)
        return self._read(name, item)

    def measures(self, name: str) -> Measures:
        """Read a pack's measures; empty if the pack has not been measured."""
        item = self._item(name, ProjectionExpression="distribution, curve")
        return Measures(
            [float(value) for value in item.get("distribution", [])],
            tuple(int(count) for count in item.get("curve", [])),
        )

    def all(self) -> list[Pack]:
        """Read every pack, the default one first."""
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table, ProjectionExpression=_PACK, **_PACK_NAMES
        )
        items = [from_attributes(item) for page in pages for item in page["Items"]]
        # An item without a collection: another invocation wrote to a pack after its deletion.
        items = [item for item in items if item["pack"] == DEFAULT_PACK or "collection" in item]
        found = {item["pack"]: self._read(item["pack"], item) for item in items}
        found.setdefault(DEFAULT_PACK, self._default)
        return sorted(found.values(), key=lambda pack: (pack.name != DEFAULT_PACK, pack.title))

    def save(self, pack: Pack) -> None:
        """Write what an operator sets of a pack: its title and its collections."""
        self._update(
            pack.name,
            "SET title = :title, #collection = :collection, next_collection = :next, "
            "retired = :retired",
            {
                ":title": pack.title,
                ":collection": pack.collection,
                ":next": pack.next_collection or "",
                ":retired": pack.retired,
            },
            {"#collection": "collection"},
        )

    def delete(self, name: str) -> None:
        """Delete a pack's item."""
        self._dynamodb.delete_item(TableName=self._table, Key={"pack": {"S": name}})

    def note_change(self, name: str) -> str:
        """Note that portraits of a pack change; return the id of the change."""
        change = uuid.uuid4().hex
        self._update(name, "SET change = :change", {":change": change})
        return change

    def note_progress(self, name: str, progress: Progress | None) -> None:
        """Store how far the import of a pack is; None once it is over."""
        if progress is None:
            self._update(name, "REMOVE progress", {})
            return
        value = {**vars(progress), "until": int((clock.now() + PROGRESS_LIFETIME).timestamp())}
        self._update(name, "SET progress = :progress", {":progress": value})

    def save_measures(
        self,
        name: str,
        change: str,
        measures: Measures,
        portraits: int,
        groups: Mapping[Group, int] | None = None,
    ) -> None:
        """Store a pack's measures, unless the pack has changed since `change`."""
        with suppress(self._dynamodb.exceptions.ConditionalCheckFailedException):
            self._update(
                name,
                "SET distribution = :values, curve = :curve, measured = :change, "
                "portraits = :portraits, labelled = :labelled",
                {
                    ":values": [to_decimal(value) for value in measures.distribution],
                    ":curve": list(measures.curve),
                    ":change": change,
                    ":portraits": portraits,
                    ":labelled": {**(groups or {})},
                },
                condition="change = :change",
            )

    def _item(self, name: str, **projection: Any) -> Item:
        if not 0 < len(name) <= LONGEST_NAME:  # DynamoDB refuses such a key
            raise UnknownPack(name)
        reply = self._dynamodb.get_item(
            TableName=self._table,
            Key={"pack": {"S": name}},
            ConsistentRead=True,
            **projection,
        )
        return from_attributes(reply.get("Item", {}))

    def _read(self, name: str, item: Item) -> Pack:
        """Read a pack's item. It lacks a collection if only `note_change` or the like wrote it."""
        default = self._default if name == DEFAULT_PACK else None
        collection = item.get("collection") or (default.collection if default else None)
        if collection is None:
            raise UnknownPack(name)
        progress = item.get("progress")
        return Pack(
            name=name,
            title=item.get("title") or (default.title if default else name),
            collection=collection,
            next_collection=item.get("next_collection") or None,
            retired={name: int(until) for name, until in item.get("retired", {}).items()},
            change=item.get("change"),
            measured=item.get("measured"),
            portraits=int(item.get("portraits", 0)),
            groups={group: int(people) for group, people in item.get("labelled", {}).items()},
            progress=_progress(progress) if progress else None,
        )

    def _update(
        self,
        name: str,
        update: str,
        values: Item,
        names: dict[str, str] | None = None,
        condition: str | None = None,
    ) -> None:
        request: dict[str, Any] = {"UpdateExpression": update}
        if values:
            request["ExpressionAttributeValues"] = to_attributes(values)
        if names:
            request["ExpressionAttributeNames"] = names
        if condition:
            request["ConditionExpression"] = condition
        self._dynamodb.update_item(TableName=self._table, Key={"pack": {"S": name}}, **request)


def _progress(item: Item) -> Progress | None:
    if item["until"] < clock.now().timestamp():  # the import was cut off
        return None
    return Progress(item["stage"], int(item["done"]), int(item["total"]))
