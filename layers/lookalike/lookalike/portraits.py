"""PortraitsTable, PacksTable and PortraitsBucket: who can be resembled, and with which rights.

A portrait is the object `<pack>/<file>` of PortraitsBucket; its name and rights travel with it
as percent-encoded metadata. It is known by `portrait_id`, a hash of its key, which is also the
ExternalImageId of its face: re-indexing (new face ids) changes nothing for what points at it.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from botocore.exceptions import ClientError

from lookalike.errors import InvalidRequest, PortraitChanged, UnknownPack
from lookalike.matching import Attribution, Portrait
from lookalike.pictures import StoredPicture
from lookalike.storage import (
    URL_LIFETIME,
    Item,
    dynamodb_client,
    from_attributes,
    s3_client,
    to_attributes,
    to_decimal,
)

DEFAULT_PACK = "celebrities"
"""The pack that every deployment has, even before its first portrait."""
DEFAULT_TITLE = "Celebrities"
BATCH = 100
"""Keys a BatchGetItem takes."""
LONGEST_NAME = 64
"""Characters of a pack's name."""
LONGEST_KEY = 1024
"""Bytes that DynamoDB takes for a sort key."""
_SET_NEAREST = "SET nearest_similarity = :similarity, nearest_portrait_id = :other"


class Pack(NamedTuple):
    """A set of portraits that can be matched against."""

    pack: str
    title: str
    collection: str


@dataclass(frozen=True)
class Caption:
    """What travels with a portrait: who it shows, and with which rights."""

    celebrity_id: str
    name: str
    attribution: Attribution

    def to_metadata(self) -> dict[str, str]:
        """Write the caption as S3 metadata, which is 2 KB of ASCII."""
        values = {
            "celebrity-id": self.celebrity_id,
            "name": self.name,
            "author": self.attribution.author,
            "license": self.attribution.license,
            "license-url": self.attribution.license_url,
            "source-url": self.attribution.source_url,
        }
        return {name: quote(value, safe=" /:") for name, value in values.items() if value}

    @classmethod
    def from_metadata(cls, metadata: dict[str, str]) -> "Caption | None":
        """Read what `to_metadata` wrote; None without a name or a celebrity_id."""
        values = {name: unquote(value) for name, value in metadata.items()}
        if not (values.get("name") and values.get("celebrity-id")):
            return None
        return cls(
            celebrity_id=values["celebrity-id"],
            name=values["name"],
            attribution=Attribution(
                author=values.get("author", ""),
                license=values.get("license", ""),
                license_url=values.get("license-url", ""),
                source_url=values.get("source-url", ""),
            ),
        )


class StoredPortrait(NamedTuple):
    """A portrait as it lies in the bucket now; without a caption where it has no name."""

    picture: StoredPicture
    caption: Caption | None


@dataclass(frozen=True)
class PortraitRecord:
    """What is known of one portrait's object: the portrait and its face, or why there is none."""

    portrait_id: str
    key: str
    version: str
    collection: str
    portrait: Portrait | None = None
    face_id: str = ""
    model_version: str = ""
    refusal: str = ""
    """Why it is not indexed; such a record belongs to no pack, and is never matched."""
    nearest_portrait_id: str | None = None
    replaces: bool = False
    """Whether the object had another portrait before, which may be the nearest of others."""
    measured: bool = False
    """Whether its similarity to the portraits of others was noted, both ways."""


class People(NamedTuple):
    """Some of a pack's people, by celebrity_id, one portrait each; and where the next begin."""

    portraits: list[Portrait]
    next_cursor: str | None


def portrait_id(key: str) -> str:
    """The id of the portrait with this key, fit to be an ExternalImageId."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def pack_of(key: str) -> str:
    """The pack that a portrait's key belongs to."""
    return key.split("/", 1)[0]


class PortraitStore:
    """The packs and their portraits."""

    def __init__(self, table: str, packs_table: str, bucket: str, default_collection: str) -> None:
        """Open the store; `default_collection` is the default pack's until its record says more."""
        self._table, self._packs_table, self._bucket = table, packs_table, bucket
        self._default = Pack(DEFAULT_PACK, DEFAULT_TITLE, default_collection)
        self._dynamodb, self._s3 = dynamodb_client(), s3_client()

    # Packs

    def pack(self, name: str) -> Pack:
        """Read a pack; raise UnknownPack where there is none."""
        if not 0 < len(name) <= LONGEST_NAME:  # DynamoDB takes no key of any length
            raise UnknownPack(name)
        key: Any = {"pack": {"S": name}}
        item = self._dynamodb.get_item(TableName=self._packs_table, Key=key).get("Item")
        if item:
            return _pack(from_attributes(item))
        if name == DEFAULT_PACK:
            return self._default
        raise UnknownPack(name)

    def packs(self) -> list[Pack]:
        """Read every pack, the default one first."""
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._packs_table)
        found = [_pack(from_attributes(item)) for page in pages for item in page["Items"]]
        if not any(pack.pack == DEFAULT_PACK for pack in found):
            found.append(self._default)
        return sorted(found, key=lambda pack: (pack.pack != DEFAULT_PACK, pack.title))

    # What is indexed

    def get(self, portrait_ids: Iterable[str]) -> dict[str, Portrait]:
        """Read portraits by id; those that are gone are missing from the answer."""
        records = self.records_of(portrait_ids)
        return {i: record.portrait for i, record in records.items() if record.portrait is not None}

    def records(self, pack: str) -> Iterator[PortraitRecord]:
        """Read the record of every indexed portrait of a pack, by celebrity_id."""
        for page in self._dynamodb.get_paginator("query").paginate(**self._of_pack(pack)):
            yield from (_record(from_attributes(item)) for item in page["Items"])

    def portraits(self, pack: str) -> Iterator[Portrait]:
        """Read every indexed portrait of a pack, by celebrity_id."""
        return (record.portrait for record in self.records(pack) if record.portrait is not None)

    def people(self, pack: str, limit: int, cursor: str | None) -> People:
        """Read a page of a pack's people; raise UnknownPack, or InvalidRequest for the cursor."""
        self.pack(pack)
        query = self._of_pack(pack)
        if cursor is not None:
            query["KeyConditionExpression"] += " AND celebrity_id > :after"
            query["ExpressionAttributeValues"][":after"] = {"S": _read_cursor(cursor)}
        first: dict[str, Portrait] = {}
        for page in self._dynamodb.get_paginator("query").paginate(**query):
            for item in page["Items"]:
                portrait = _portrait(from_attributes(item))
                if len(first) == limit and portrait.celebrity_id not in first:
                    return People([*first.values()], _write_cursor([*first][-1]))
                first.setdefault(portrait.celebrity_id, portrait)
        return People([*first.values()], None)

    def count(self, pack: str) -> int:
        """Count a pack's portraits."""
        pages = self._dynamodb.get_paginator("query").paginate(
            **self._of_pack(pack), Select="COUNT"
        )
        return sum(page["Count"] for page in pages)

    def url(self, key: str) -> str:
        """Sign an address of a portrait."""
        return self._s3.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": key},
            ExpiresIn=int(URL_LIFETIME.total_seconds()),
        )

    # Indexing

    def stored(self, key: str) -> StoredPortrait | None:
        """Look at a portrait in the bucket; None where there is none (any more)."""
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
                return None
            raise
        picture = StoredPicture(self._bucket, key, head["VersionId"])
        return StoredPortrait(picture, Caption.from_metadata(head["Metadata"]))

    def record(self, portrait: str) -> PortraitRecord | None:
        """Read one record by portrait_id."""
        return self.records_of([portrait]).get(portrait)

    def records_of(self, portrait_ids: Iterable[str]) -> dict[str, PortraitRecord]:
        """Read records by portrait_id; those that are missing are missing from the answer."""
        wanted = sorted(set(portrait_ids))
        found: dict[str, PortraitRecord] = {}
        for start in range(0, len(wanted), BATCH):
            keys = [{"portrait_id": {"S": one}} for one in wanted[start : start + BATCH]]
            pending: dict[str, Any] = {self._table: {"Keys": keys, "ConsistentRead": True}}
            while pending:
                reply = self._dynamodb.batch_get_item(RequestItems=pending)
                for item in reply["Responses"].get(self._table, []):
                    record = _record(from_attributes(item))
                    found[record.portrait_id] = record
                pending = reply.get("UnprocessedKeys", {})
        return found

    def replace(self, known: PortraitRecord | None, record: PortraitRecord | None) -> None:
        """Put a record in place of the known one, where None stands for none.

        Raise PortraitChanged where the known one is not the current one any more.
        """
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(portrait_id)"}
        if known is not None:
            condition = {
                "ConditionExpression": "face_id = :face AND version = :version",
                "ExpressionAttributeValues": to_attributes(
                    {":face": known.face_id, ":version": known.version}
                ),
            }
        try:
            if record is not None:
                item = to_attributes(_item(record))
                self._dynamodb.put_item(TableName=self._table, Item=item, **condition)
            elif known is not None:
                key: Any = {"portrait_id": {"S": known.portrait_id}}
                self._dynamodb.delete_item(TableName=self._table, Key=key, **condition)
        except self._dynamodb.exceptions.ConditionalCheckFailedException as error:
            raise PortraitChanged from error

    def mark_measured(self, record: PortraitRecord) -> None:
        """Note that a record was measured, unless it has changed meanwhile."""
        self._update(
            record.portrait_id,
            "SET measured = :yes",
            "face_id = :face",
            {":yes": True, ":face": record.face_id},
        )

    def raise_nearest(self, portrait: str, similarity: float, other: str) -> None:
        """Note that another celebrity's portrait is this similar, unless a nearer one is known."""
        self._update(
            portrait,
            _SET_NEAREST,
            "attribute_exists(portrait_id) AND "
            "(attribute_not_exists(nearest_similarity) OR nearest_similarity < :similarity)",
            {":similarity": to_decimal(similarity), ":other": other},
        )

    def replace_nearest(
        self, portrait: str, gone: str, nearest: tuple[Portrait, float] | None
    ) -> None:
        """Put another portrait in the place of a nearest one that is gone."""
        values: Item = {":gone": gone}
        update = "REMOVE nearest_similarity, nearest_portrait_id"
        if nearest is not None:
            update = _SET_NEAREST
            values |= {":similarity": to_decimal(nearest[1]), ":other": nearest[0].portrait_id}
        self._update(portrait, update, "nearest_portrait_id = :gone", values)

    def _update(self, portrait: str, update: str, condition: str, values: Item) -> None:
        try:
            self._dynamodb.update_item(
                TableName=self._table,
                Key={"portrait_id": {"S": portrait}},
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=to_attributes(values),
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return  # there is a better one by now, or the portrait is gone

    def _of_pack(self, pack: str) -> Any:
        return {
            "TableName": self._table,
            "IndexName": "by_pack",
            "KeyConditionExpression": "pack = :pack",
            "ExpressionAttributeValues": {":pack": {"S": pack}},
        }


def _pack(item: Item) -> Pack:
    return Pack(item["pack"], item["title"], item["collection"])


def _item(record: PortraitRecord) -> Item:
    portrait = record.portrait
    indexed = {} if portrait is None else _portrait_item(portrait)
    return {
        "portrait_id": record.portrait_id,
        "key": record.key,
        "version": record.version,
        "collection": record.collection,
        "face_id": record.face_id,
        "model_version": record.model_version,
        "refusal": record.refusal,
        "replaces": record.replaces,
        **indexed,
    }


def _portrait_item(portrait: Portrait) -> Item:
    return {
        "pack": portrait.pack,
        "celebrity_id": portrait.celebrity_id,
        "name": portrait.name,
        "attribution": vars(portrait.attribution),
        "geometry": [to_decimal(value) for value in portrait.geometry or ()],
    }


def _record(item: Item) -> PortraitRecord:
    return PortraitRecord(
        portrait_id=item["portrait_id"],
        key=item["key"],
        version=item["version"],
        collection=item["collection"],
        portrait=_portrait(item) if "pack" in item else None,
        face_id=item["face_id"],
        model_version=item["model_version"],
        refusal=item["refusal"],
        nearest_portrait_id=item.get("nearest_portrait_id"),
        replaces=item["replaces"],
        measured=item.get("measured", False),
    )


def _portrait(item: Item) -> Portrait:
    nearest = item.get("nearest_similarity")
    return Portrait(
        portrait_id=item["portrait_id"],
        pack=item["pack"],
        key=item["key"],
        celebrity_id=item["celebrity_id"],
        name=item["name"],
        attribution=Attribution(**item["attribution"]),
        geometry=tuple(float(value) for value in item["geometry"]) or None,
        nearest_similarity=None if nearest is None else float(nearest),
    )


def _write_cursor(celebrity_id: str) -> str:
    return base64.urlsafe_b64encode(celebrity_id.encode()).decode()


def _read_cursor(cursor: str) -> str:
    try:
        celebrity_id = base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise InvalidRequest("cursor: this is not one that we gave") from error
    if not 0 < len(celebrity_id) < LONGEST_KEY:
        raise InvalidRequest("cursor: this is not one that we gave")
    return celebrity_id
