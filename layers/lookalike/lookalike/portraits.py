"""PortraitsTable: what is indexed of each portrait, or why it is refused.

A portrait's `portrait_id` is a hash of its file's key, and also the ExternalImageId of its face. So
a portrait keeps its id when it is indexed again and gets a new face id.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from lookalike.errors import InvalidRequest, PortraitChanged
from lookalike.faces import Place
from lookalike.measures import Histogram
from lookalike.names import normalised
from lookalike.ranking import SAME_FACE, Attribution, Portrait
from lookalike.settings import Settings
from lookalike.storage import (
    Item,
    batch_get,
    dynamodb_client,
    from_attributes,
    to_attributes,
    to_decimal,
)

LONGEST_KEY = 1024
"""The most bytes that DynamoDB takes for a sort key."""
_SHOWN: Any = {
    "ProjectionExpression": (
        "portrait_id, pack, #key, #version, celebrity_id, #name, attribution, face, copies, "
        "gender, description, siblings"
    ),
    "ExpressionAttributeNames": {"#key": "key", "#name": "name", "#version": "version"},
}
"""What is read of a portrait that is shown."""
UNNAMED = "unnamed"
"""The refusal of a portrait without a name or celebrity_id. Other refusals are FailureCodes."""


class PortraitsSettings(Settings):
    """Where the portraits' records are."""

    portraits_table: str


@dataclass(frozen=True)
class IndexedFace:
    """A portrait's face in one collection."""

    face_id: str
    model_version: str


@dataclass(frozen=True)
class Nearest:
    """How similar a portrait is to the pack's other celebrities, and to whom it is most similar."""

    face_id: str
    """The portrait's own face at the time of the measurement."""
    other_id: str = ""
    """The portrait_id of the most similar portrait of others; empty if there are no others."""
    other_face_id: str = ""
    similarity: float = 0.0
    """0-100, to that portrait."""
    person: str = ""
    """The celebrity_id of the most similar other celebrity, over all their portraits.

    That portrait may show another person.
    """
    person_portraits: int = 0
    """How many portraits they had."""
    person_similarity: float = 0.0
    """0-100, over all their portraits, see `people_of`."""
    histogram: Histogram = ()
    """The similarities to all other celebrities; empty for a portrait that is not in the sample."""


@dataclass(frozen=True)
class PortraitRecord:
    """The record of one portrait's object: the portrait and its indexed faces, or its refusal."""

    portrait_id: str
    key: str
    version: str
    portrait: Portrait | None = None
    indexed_faces: dict[str, IndexedFace] = field(default_factory=dict)
    """By collection."""
    refusal: str = ""
    """Why it is not indexed. Such a record belongs to no pack, and no match finds it."""
    nearest: Nearest | None = None
    """None until the pack is measured."""
    revision: str = ""
    """A new value each time the record is replaced."""


class People(NamedTuple):
    """Some of a pack's celebrities, by celebrity_id, and the cursor of the next ones."""

    people: list[list[Portrait]]
    """The portraits of each celebrity, by key."""
    next_cursor: str | None


def portrait_id_of(key: str) -> str:
    """Return the id of the portrait with this key. It is a valid ExternalImageId."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def pack_of(key: str) -> str:
    """Return the name of the pack that a portrait's key belongs to."""
    return key.split("/", 1)[0]


class PortraitStore:
    """The portraits' records."""

    def __init__(self, settings: PortraitsSettings) -> None:
        """Open the store."""
        self._table, self._dynamodb = settings.portraits_table, dynamodb_client()

    def get(self, portrait_ids: Iterable[str]) -> dict[str, Portrait]:
        """Read portraits by id, without their geometry; leave out those that are gone.

        A match reads up to 500 of them, so read neither the geometry nor what is measured. The read
        costs half, because it may be a second old: it may return a portrait that was just removed.
        """
        items = self._items(portrait_ids, **_SHOWN)
        return {item["portrait_id"]: _portrait(item) for item in items if "pack" in item}

    def records(self, pack: str) -> Iterator[PortraitRecord]:
        """Read the record of every indexed portrait of a pack, by celebrity_id."""
        for page in self._dynamodb.get_paginator("query").paginate(**self._query_of(pack)):
            yield from (_record(from_attributes(item)) for item in page["Items"])

    def scan(self, pack: str) -> Iterator[PortraitRecord]:
        """Read every record of a pack, with the refused ones. This is slow: for operators only."""
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table,
            ConsistentRead=True,
            FilterExpression="begins_with(#key, :prefix)",
            ExpressionAttributeNames={"#key": "key"},
            ExpressionAttributeValues={":prefix": {"S": f"{pack}/"}},
        )
        for page in pages:
            yield from (_record(from_attributes(item)) for item in page["Items"])

    def of_pack(self, pack: str) -> Iterator[Portrait]:
        """Read every indexed portrait of a pack, by celebrity_id."""
        return (record.portrait for record in self.records(pack) if record.portrait is not None)

    def people(self, pack: str, limit: int, cursor: str | None) -> People:
        """Read a page of a pack's celebrities; raise InvalidRequest for a broken cursor."""
        query = {**self._query_of(pack), **_SHOWN}
        if cursor is not None:
            query["KeyConditionExpression"] += " AND celebrity_id > :after"
            query["ExpressionAttributeValues"][":after"] = {"S": _read_cursor(cursor)}
        found: dict[str, list[Portrait]] = {}
        for page in self._dynamodb.get_paginator("query").paginate(**query):
            for item in page["Items"]:
                portrait = _portrait(from_attributes(item))
                if len(found) == limit and portrait.celebrity_id not in found:
                    return People(_by_key(found), _write_cursor([*found][-1]))
                found.setdefault(portrait.celebrity_id, []).append(portrait)
        return People(_by_key(found), None)

    def person_named(self, pack: str, name: str) -> str | None:
        """Return the celebrity_id of the pack's celebrity of this name, if there is exactly one."""
        wanted = normalised(name)
        ids = {one.celebrity_id for one in self.of_pack(pack) if normalised(one.name) == wanted}
        return ids.pop() if len(ids) == 1 else None

    def record(self, portrait_id: str) -> PortraitRecord | None:
        """Read one record."""
        return self.records_of([portrait_id]).get(portrait_id)

    def records_of(self, portrait_ids: Iterable[str]) -> dict[str, PortraitRecord]:
        """Read records by portrait_id; leave out those that do not exist."""
        records = map(_record, self._items(portrait_ids, ConsistentRead=True))
        return {record.portrait_id: record for record in records}

    def replace(
        self, previous: PortraitRecord | None, record: PortraitRecord | None
    ) -> PortraitRecord | None:
        """Replace the previous record, and return the record as stored; None stands for no record.

        Raise PortraitChanged if the stored record is no longer the previous one.
        """
        if record is not None:
            record = replace(record, revision=uuid.uuid4().hex, nearest=None)
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(portrait_id)"}
        if previous is not None:
            condition = {
                "ConditionExpression": "revision = :revision",
                "ExpressionAttributeValues": to_attributes({":revision": previous.revision}),
            }
        try:
            if record is not None:
                item = to_attributes(_item(record))
                self._dynamodb.put_item(TableName=self._table, Item=item, **condition)
            elif previous is not None:
                key: Any = {"portrait_id": {"S": previous.portrait_id}}
                self._dynamodb.delete_item(TableName=self._table, Key=key, **condition)
        except self._dynamodb.exceptions.ConditionalCheckFailedException as error:
            raise PortraitChanged from error
        return record

    def save_nearest(self, record: PortraitRecord, nearest: Nearest) -> None:
        """Store what is measured of a portrait, unless another invocation replaced the record."""
        siblings = record.portrait.siblings if record.portrait else 0
        values = {
            **vars(nearest),
            "similarity": to_decimal(nearest.similarity),
            "person_similarity": to_decimal(nearest.person_similarity),
            "histogram": json.dumps(nearest.histogram),
        }
        with suppress(self._dynamodb.exceptions.ConditionalCheckFailedException):
            self._dynamodb.update_item(
                TableName=self._table,
                Key={"portrait_id": {"S": record.portrait_id}},
                UpdateExpression="SET nearest = :nearest, siblings = :siblings",
                ConditionExpression="revision = :revision",
                ExpressionAttributeValues=to_attributes(
                    {":nearest": values, ":siblings": siblings, ":revision": record.revision}
                ),
            )

    def same_face(self, record: PortraitRecord) -> Portrait | None:
        """Return the portrait of another celebrity that almost certainly shows the same face."""
        if record.nearest is None or record.nearest.similarity < SAME_FACE:
            return None
        return self.get([record.nearest.other_id]).get(record.nearest.other_id)

    def _items(self, portrait_ids: Iterable[str], **how: Any) -> Iterator[Item]:
        found = batch_get(self._dynamodb, self._table, "portrait_id", portrait_ids, **how)
        return map(from_attributes, found)

    def _query_of(self, pack: str) -> Any:
        return {
            "TableName": self._table,
            "IndexName": "by_pack",
            "KeyConditionExpression": "pack = :pack",
            "ExpressionAttributeValues": {":pack": {"S": pack}},
        }


def _by_key(people: dict[str, list[Portrait]]) -> list[list[Portrait]]:
    return [sorted(portraits, key=lambda portrait: portrait.key) for portraits in people.values()]


def _item(record: PortraitRecord) -> Item:
    portrait = record.portrait
    indexed = {} if portrait is None else _portrait_item(portrait)
    return {
        "portrait_id": record.portrait_id,
        "key": record.key,
        "version": record.version,
        "revision": record.revision,
        "faces": {collection: vars(face) for collection, face in record.indexed_faces.items()},
        "refusal": record.refusal,
        **indexed,
    }


def _portrait_item(portrait: Portrait) -> Item:
    return {
        "pack": portrait.pack,
        "celebrity_id": portrait.celebrity_id,
        "name": portrait.name,
        "attribution": vars(portrait.attribution),
        "geometry": [to_decimal(value) for value in portrait.geometry or ()],
        "face": json.dumps(portrait.face.to_json() if portrait.face else None),
        "copies": None if portrait.copies is None else [*portrait.copies],
        "gender": portrait.gender,
        "description": portrait.description,
    }


def _record(item: Item) -> PortraitRecord:
    nearest = item.get("nearest")
    return PortraitRecord(
        portrait_id=item["portrait_id"],
        key=item["key"],
        version=item["version"],
        portrait=_portrait(item) if "pack" in item else None,
        indexed_faces={name: IndexedFace(**face) for name, face in item["faces"].items()},
        refusal=item["refusal"],
        nearest=_nearest(nearest) if nearest else None,
        revision=item["revision"],
    )


def _nearest(item: Item) -> Nearest:
    """Read what is measured of a portrait. An older build's lacks the persons."""
    return Nearest(
        **{
            **item,
            "similarity": float(item["similarity"]),
            "person_portraits": int(item.get("person_portraits", 0)),
            "person_similarity": float(item.get("person_similarity", 0)),
            "histogram": tuple(json.loads(item.get("histogram", "[]"))),
        }
    )


def _portrait(item: Item) -> Portrait:
    return Portrait(
        portrait_id=item["portrait_id"],
        pack=item["pack"],
        key=item["key"],
        celebrity_id=item["celebrity_id"],
        name=item["name"],
        attribution=Attribution(**item["attribution"]),
        geometry=tuple(float(value) for value in item.get("geometry", [])) or None,
        face=_place(item.get("face", "null")),  # an older build stored none of these
        version=item["version"],
        copies=tuple(int(width) for width in item["copies"]) if "copies" in item else None,
        siblings=int(item.get("siblings", 0)),
        gender=item.get("gender", ""),
        description=item.get("description", ""),
    )


def _place(stored: str) -> Place | None:
    place = json.loads(stored)
    return Place.of_json(place) if place else None


def _write_cursor(celebrity_id: str) -> str:
    return base64.urlsafe_b64encode(celebrity_id.encode()).decode()


def _read_cursor(cursor: str) -> str:
    try:
        celebrity_id = base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise InvalidRequest("cursor: this is not one that we gave") from error
    if not 0 < len(celebrity_id.encode()) < LONGEST_KEY:
        raise InvalidRequest("cursor: this is not one that we gave")
    return celebrity_id
