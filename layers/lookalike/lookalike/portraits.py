"""PortraitsTable, PacksTable and PortraitsBucket: the packs, their celebrities and the rights.

A portrait is the object `<pack>/<file>` of PortraitsBucket. Its metadata holds the name and the
rights, percent-encoded. Its `portrait_id` is a hash of the key, and also the ExternalImageId of its
face. So a portrait keeps its id when it is indexed again and gets a new face id.
"""

import base64
import hashlib
import io
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal, NamedTuple
from urllib.parse import quote, unquote

from botocore.exceptions import ClientError
from slugify import slugify

from lookalike import clock
from lookalike.errors import InvalidRequest, PortraitChanged, UnknownPack
from lookalike.faces import Size, read_size
from lookalike.pictures import FIRST_BYTES, LARGEST_PICTURE, StoredPicture
from lookalike.ranking import SAME_FACE, Attribution, Portrait
from lookalike.storage import (
    URL_LIFETIME,
    Item,
    UploadForm,
    dynamodb_client,
    from_attributes,
    s3_client,
    to_attributes,
    to_decimal,
    upload_form,
)

DEFAULT_PACK = "celebrities"
"""The pack that every deployment has, even before its first portrait."""
DEFAULT_TITLE = "Celebrities"
BATCH = 100
"""The most keys that BatchGetItem takes."""
LONGEST_NAME = 64
"""Characters of a pack's name."""
LONGEST_KEY = 1024
"""The most bytes that DynamoDB takes for a sort key."""
MOST_METADATA = 2048
"""The most bytes of metadata that S3 takes with an object."""
UPLOAD_WINDOW = timedelta(minutes=10)
"""How long a portrait's presigned form works."""
PROGRESS_LIFETIME = timedelta(seconds=60)
"""How long a progress is shown without an update, because an import can be cut off."""
UNNAMED = "unnamed"
"""The refusal of a portrait without a name. Every other refusal is a FailureCode."""
CURATED = "curated"
"""The folder of a pack for the portraits that curators send."""
# All of a pack's item but its distribution, which is large. Only Resolve Matches reads that.
_PACK = "pack, title, #collection, next_collection, retired, change, measured, portraits, progress"
_PACK_NAMES: Any = {"ExpressionAttributeNames": {"#collection": "collection"}}


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
    progress: Progress | None = None

    @property
    def collections(self) -> tuple[str, ...]:
        """The collections in which every portrait's face belongs."""
        return (self.collection, *([self.next_collection] if self.next_collection else []))


@dataclass(frozen=True)
class Caption:
    """What the metadata of a portrait says: the celebrity and the rights."""

    celebrity_id: str
    name: str
    attribution: Attribution

    def to_metadata(self) -> dict[str, str]:
        """Write the caption as S3 metadata, which holds at most 2 KB of ASCII."""
        values = {
            "celebrity-id": self.celebrity_id,
            "name": self.name,
            "author": self.attribution.author,
            "license": self.attribution.license,
            "license-url": self.attribution.license_url,
            "source-url": self.attribution.source_url,
        }
        return {name: quote(value, safe=" /:") for name, value in values.items() if value}

    def fits(self) -> bool:
        """Return whether the caption fits into an object's metadata."""
        metadata = self.to_metadata().items()
        return sum(len(name) + len(value) for name, value in metadata) <= MOST_METADATA

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
    """A portrait's object in the bucket, in its current version."""

    picture: StoredPicture
    caption: Caption | None
    """None where it has no name."""
    size: Size | None
    """None where it is neither JPEG nor PNG, or its header is broken."""


@dataclass(frozen=True)
class IndexedFace:
    """A portrait's face in one collection."""

    face_id: str
    model_version: str


@dataclass(frozen=True)
class Nearest:
    """The portrait of another celebrity that a portrait is most similar to."""

    face_id: str
    """The portrait's own face at the time of the measurement."""
    other_id: str = ""
    """The other's portrait_id; empty where there is no other celebrity."""
    other_face_id: str = ""
    similarity: float = 0.0
    """0-100."""


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


def celebrity_id_of(name: str) -> str:
    """Return a celebrity_id made of a name, in ASCII."""
    return slugify(name, max_length=100) or slugify(name.encode().hex(), max_length=100)


def pack_of(key: str) -> str:
    """Return the name of the pack that a portrait's key belongs to."""
    return key.split("/", 1)[0]


class PortraitStore:
    """The packs and their portraits."""

    def __init__(self, table: str, packs_table: str, bucket: str, default_collection: str) -> None:
        """Open the store. The default pack has `default_collection` if its item names none."""
        self._table, self._packs_table, self._bucket = table, packs_table, bucket
        self._default = Pack(DEFAULT_PACK, DEFAULT_TITLE, default_collection)
        self._dynamodb, self._s3 = dynamodb_client(), s3_client()

    # Packs

    def pack(self, name: str) -> Pack:
        """Read a pack; raise UnknownPack where there is none."""
        item = self._pack_item(name, ProjectionExpression=_PACK, **_PACK_NAMES)
        return self._pack(name, item)

    def distribution(self, name: str) -> list[float]:
        """Read a pack's distribution; empty where the pack has not been measured."""
        item = self._pack_item(name, ProjectionExpression="distribution")
        return [float(value) for value in item.get("distribution", [])]

    def packs(self) -> list[Pack]:
        """Read every pack, the default one first."""
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._packs_table, ProjectionExpression=_PACK, **_PACK_NAMES
        )
        items = [from_attributes(item) for page in pages for item in page["Items"]]
        # An item without a collection: another invocation wrote to a pack after its deletion.
        items = [item for item in items if item["pack"] == DEFAULT_PACK or "collection" in item]
        found = {item["pack"]: self._pack(item["pack"], item) for item in items}
        found.setdefault(DEFAULT_PACK, self._default)
        return sorted(found.values(), key=lambda pack: (pack.name != DEFAULT_PACK, pack.title))

    def save_pack(self, pack: Pack) -> None:
        """Write what an operator sets of a pack: its title and its collections."""
        self._update_pack(
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

    def delete_pack(self, name: str) -> None:
        """Delete a pack's item."""
        self._dynamodb.delete_item(TableName=self._packs_table, Key={"pack": {"S": name}})

    def note_change(self, name: str) -> str:
        """Note that portraits of a pack change; return the id of the change."""
        change = uuid.uuid4().hex
        self._update_pack(name, "SET change = :change", {":change": change})
        return change

    def note_progress(self, name: str, progress: Progress | None) -> None:
        """Store how far the import of a pack is; None once it is over."""
        if progress is None:
            self._update_pack(name, "REMOVE progress", {})
            return
        value = {**vars(progress), "until": int((clock.now() + PROGRESS_LIFETIME).timestamp())}
        self._update_pack(name, "SET progress = :progress", {":progress": value})

    def save_measures(
        self, name: str, change: str, distribution: Sequence[float], portraits: int
    ) -> None:
        """Store a pack's distribution, unless the pack has changed since `change`."""
        values = [to_decimal(value) for value in distribution]
        with suppress(self._dynamodb.exceptions.ConditionalCheckFailedException):
            self._update_pack(
                name,
                "SET distribution = :values, measured = :change, portraits = :portraits",
                {":values": values, ":change": change, ":portraits": portraits},
                condition="change = :change",
            )

    def _pack_item(self, name: str, **projection: Any) -> Item:
        if not 0 < len(name) <= LONGEST_NAME:  # DynamoDB refuses such a key
            raise UnknownPack(name)
        reply = self._dynamodb.get_item(
            TableName=self._packs_table,
            Key={"pack": {"S": name}},
            ConsistentRead=True,
            **projection,
        )
        return from_attributes(reply.get("Item", {}))

    def _pack(self, name: str, item: Item) -> Pack:
        """Read a pack's item. It can lack a collection: a change or a progress may have made it."""
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
            progress=_progress(progress) if progress else None,
        )

    def _update_pack(
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
        self._dynamodb.update_item(
            TableName=self._packs_table, Key={"pack": {"S": name}}, **request
        )

    # What is indexed

    def get(self, portrait_ids: Iterable[str]) -> dict[str, Portrait]:
        """Read portraits by id; leave out those that are gone."""
        records = self.records_of(portrait_ids)
        return {i: record.portrait for i, record in records.items() if record.portrait is not None}

    def records(self, pack: str) -> Iterator[PortraitRecord]:
        """Read the record of every indexed portrait of a pack, by celebrity_id."""
        for page in self._dynamodb.get_paginator("query").paginate(**self._of_pack(pack)):
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

    def portraits(self, pack: str) -> Iterator[Portrait]:
        """Read every indexed portrait of a pack, by celebrity_id."""
        return (record.portrait for record in self.records(pack) if record.portrait is not None)

    def people(self, pack: str, limit: int, cursor: str | None) -> People:
        """Read a page of celebrities; raise UnknownPack, or InvalidRequest for the cursor."""
        self.pack(pack)
        query = self._of_pack(pack)
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
        """Return the celebrity_id of the pack's celebrity with exactly this name, if any."""
        named = (portrait for portrait in self.portraits(pack) if portrait.name == name)
        return next((portrait.celebrity_id for portrait in named), None)

    def url(self, key: str) -> str:
        """Sign an address of a portrait."""
        return self._s3.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": key},
            ExpiresIn=int(URL_LIFETIME.total_seconds()),
        )

    # Curating

    def upload_form(self, pack: str, content_type: str, caption: Caption) -> tuple[str, UploadForm]:
        """Return the portrait_id that a new portrait will have, and the form that uploads it."""
        suffix = ".png" if content_type == "image/png" else ".jpg"
        key = f"{pack}/{CURATED}/{uuid.uuid4()}{suffix}"
        expires_at = clock.now() + UPLOAD_WINDOW
        metadata = {f"x-amz-meta-{k}": v for k, v in caption.to_metadata().items()}
        fields = {"Content-Type": content_type, **metadata}
        form = upload_form(self._s3, self._bucket, key, fields, LARGEST_PICTURE, expires_at)
        return portrait_id_of(key), form

    def delete(self, record: PortraitRecord) -> None:
        """Delete a portrait's object. Index Portrait then deletes its face and its record."""
        self._s3.delete_object(Bucket=self._bucket, Key=record.key)

    # Indexing

    def stored(self, key: str) -> StoredPortrait | None:
        """Read a portrait's object in the bucket; None where there is none."""
        try:
            reply = self._s3.get_object(Bucket=self._bucket, Key=key, Range=FIRST_BYTES)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in {"404", "NoSuchKey"}:
                return None
            if code != "InvalidRange":
                raise
            # An empty file has no first byte.
            head = self._s3.head_object(Bucket=self._bucket, Key=key)
            return self._stored(key, head["VersionId"], head["Metadata"], None)
        size = read_size(io.BytesIO(reply["Body"].read()))
        return self._stored(key, reply["VersionId"], reply["Metadata"], size)

    def _stored(
        self, key: str, version: str, metadata: dict[str, str], size: Size | None
    ) -> StoredPortrait:
        picture = StoredPicture(self._bucket, key, version)
        return StoredPortrait(picture, Caption.from_metadata(metadata), size)

    def record(self, portrait: str) -> PortraitRecord | None:
        """Read one record by portrait_id."""
        return self.records_of([portrait]).get(portrait)

    def records_of(self, portrait_ids: Iterable[str]) -> dict[str, PortraitRecord]:
        """Read records by portrait_id; leave out those that do not exist."""
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

    def replace(
        self, previous: PortraitRecord | None, record: PortraitRecord | None
    ) -> PortraitRecord | None:
        """Replace the previous record, and return the record as stored; None stands for no record.

        Raise PortraitChanged where the stored record is no longer the previous one.
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
        """Store a portrait's nearest one, unless another invocation has replaced the record."""
        values = {**vars(nearest), "similarity": to_decimal(nearest.similarity)}
        with suppress(self._dynamodb.exceptions.ConditionalCheckFailedException):
            self._dynamodb.update_item(
                TableName=self._table,
                Key={"portrait_id": {"S": record.portrait_id}},
                UpdateExpression="SET nearest = :nearest",
                ConditionExpression="revision = :revision",
                ExpressionAttributeValues=to_attributes(
                    {":nearest": values, ":revision": record.revision}
                ),
            )

    def same_face(self, record: PortraitRecord) -> Portrait | None:
        """Return the portrait of another celebrity that almost certainly shows the same face."""
        if record.nearest is None or record.nearest.similarity < SAME_FACE:
            return None
        return self.get([record.nearest.other_id]).get(record.nearest.other_id)

    def _of_pack(self, pack: str) -> Any:
        return {
            "TableName": self._table,
            "IndexName": "by_pack",
            "KeyConditionExpression": "pack = :pack",
            "ExpressionAttributeValues": {":pack": {"S": pack}},
        }


def _progress(item: Item) -> Progress | None:
    if item["until"] < clock.now().timestamp():  # the import was cut off
        return None
    return Progress(item["stage"], int(item["done"]), int(item["total"]))


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
        nearest=Nearest(**{**nearest, "similarity": float(nearest["similarity"])})
        if nearest
        else None,
        revision=item["revision"],
    )


def _portrait(item: Item) -> Portrait:
    return Portrait(
        portrait_id=item["portrait_id"],
        pack=item["pack"],
        key=item["key"],
        celebrity_id=item["celebrity_id"],
        name=item["name"],
        attribution=Attribution(**item["attribution"]),
        geometry=tuple(float(value) for value in item["geometry"]) or None,
    )


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
