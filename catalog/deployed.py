"""The catalog of a deployed stack: its packs, objects, records and collections.

Only operators do what is here. The product itself adds and removes single portraits.
"""

import json
import re
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import boto3

from catalog.folder import CatalogError
from lookalike import clock
from lookalike.copies import PREFIX
from lookalike.packs import DEFAULT_PACK, LONGEST_NAME, Pack, PacksSettings, PackStore
from lookalike.portrait_files import PortraitFiles, PortraitFilesSettings
from lookalike.portraits import PortraitsSettings, PortraitStore

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

PACK_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RETIREMENT = timedelta(minutes=30)
"""How long a replaced collection is kept: earlier matches search it for 27 minutes at most."""
MESSAGES = 10
"""The most messages that SQS takes at a time."""
FACES = 1000
"""How many faces to delete at a time; Rekognition takes at most 4096."""
DELETIONS = 1000
"""The most objects that S3 deletes at a time."""


Thing = TypeVar("Thing")


class Stored(NamedTuple):
    """An object in the bucket, in its current version."""

    version: str
    etag: str


class CatalogSettings(PacksSettings, PortraitsSettings, PortraitFilesSettings):
    """Where a stack's catalog is."""

    pictures_bucket: str
    portrait_changes_queue: str


class DeployedCatalog:
    """The packs of one stack."""

    def __init__(self, settings: CatalogSettings) -> None:
        """Open a stack's catalog."""
        self.packs, self.portraits = PackStore(settings), PortraitStore(settings)
        self.files, self.bucket = PortraitFiles(settings), settings.portraits_bucket
        self._pictures = settings.pictures_bucket
        self._queue = settings.portrait_changes_queue
        self._prefix = settings.default_collection.removesuffix(DEFAULT_PACK)
        self.s3 = boto3.client("s3")
        self._sqs = boto3.client("sqs")
        self.rekognition = boto3.client("rekognition")

    # Packs and their collections

    def ensure_pack(self, name: str, title: str | None = None) -> Pack:
        """Return a pack, and make it where there is none; raise CatalogError for a bad name."""
        if not PACK_NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            raise CatalogError(
                f"{name} is not a name for a pack: up to {LONGEST_NAME} small letters, digits and "
                "single hyphens"
            )
        packs = {pack.name: pack for pack in self.packs.all()}
        if name in packs and title in {None, packs[name].title}:
            return packs[name]
        if name in packs:
            pack = packs[name]
        else:
            pack = Pack(name, "", f"{self._prefix}{name}")
            self.create_collection(pack.collection)
        pack = replace(pack, title=title or name.replace("-", " ").capitalize())
        self.packs.save(pack)
        return pack

    def new_collection_name(self, pack: str) -> str:
        """Return a name for a new collection of a pack."""
        return f"{self._prefix}{pack}-{clock.now():%Y%m%d%H%M%S}-{uuid.uuid4().hex[:6]}"

    def create_collection(self, name: str) -> None:
        """Make a collection, unless it exists."""
        try:
            self.rekognition.create_collection(CollectionId=name)
        except self.rekognition.exceptions.ResourceAlreadyExistsException:
            return

    def delete_collection(self, name: str) -> None:
        """Delete a collection, if it exists."""
        try:
            self.rekognition.delete_collection(CollectionId=name)
        except self.rekognition.exceptions.ResourceNotFoundException:
            return

    def indexed_faces(self, collection: str) -> dict[str, str] | None:
        """Return face ids to portrait_ids of a collection; None where there is no collection."""
        pages = self.rekognition.get_paginator("list_faces").paginate(CollectionId=collection)
        try:
            return {
                face["FaceId"]: face.get("ExternalImageId", "")
                for page in pages
                for face in page["Faces"]
            }
        except self.rekognition.exceptions.ResourceNotFoundException:
            return None

    def forget_faces(self, pack: Pack, face_ids: Collection[str]) -> None:
        """Delete faces from each of a pack's collections that has them."""
        for collection in pack.collections:
            here = (self.indexed_faces(collection) or {}).keys() & {*face_ids}
            for batch in _batches(sorted(here), FACES):
                self.rekognition.delete_faces(CollectionId=collection, FaceIds=batch)

    def face_model(self, collection: str) -> str:
        """Return the version of a collection's face model; empty where there is no collection."""
        try:
            reply = self.rekognition.describe_collection(CollectionId=collection)
        except self.rekognition.exceptions.ResourceNotFoundException:
            return ""
        return reply["FaceModelVersion"]

    def newest_face_model(self) -> str:
        """Return the version of the face model that a new collection gets."""
        probe = self.new_collection_name("probe")
        reply = self.rekognition.create_collection(CollectionId=probe)
        self.delete_collection(probe)
        return reply["FaceModelVersion"]

    def drop_retired(self, pack: Pack) -> None:
        """Delete the replaced collections that no match can still search."""
        due = [name for name, until in pack.retired.items() if until < clock.now().timestamp()]
        for name in due:
            self.delete_collection(name)
        if due:
            current = self.packs.read(pack.name)
            left = {name: until for name, until in current.retired.items() if name not in due}
            self.packs.save(replace(current, retired=left))

    # Objects

    def objects(self, pack: str) -> dict[str, Stored]:
        """Return a pack's objects in the bucket, by key."""
        pages = self.s3.get_paginator("list_object_versions").paginate(
            Bucket=self.bucket, Prefix=f"{pack}/"
        )
        return {
            entry["Key"]: Stored(entry["VersionId"], entry["ETag"].strip('"'))
            for page in pages
            for entry in page.get("Versions", [])
            if entry["IsLatest"]
        }

    def copies(self) -> dict[str, datetime]:
        """Return the keys of all reduced copies, of every pack, and when each was written."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._pictures, Prefix=PREFIX
        )
        return {
            entry["Key"]: entry["LastModified"]
            for page in pages
            for entry in page.get("Contents", [])
        }

    def erase_copies(self, keys: Iterable[str]) -> None:
        """Delete reduced copies."""
        for batch in _batches(sorted(keys), DELETIONS):
            reply = self.s3.delete_objects(
                Bucket=self._pictures, Delete={"Objects": [{"Key": key} for key in batch]}
            )
            if reply.get("Errors"):  # S3 says 200 all the same
                raise CatalogError(f"S3 does not delete {reply['Errors'][0].get('Key', '')}")

    def erase(self, keys: Iterable[str]) -> None:
        """Delete objects with every earlier version."""
        wanted = set(keys)
        for pack in {key.split("/", 1)[0] for key in wanted}:
            self._erase(f"{pack}/", lambda key: key in wanted)

    def erase_pack(self, pack: str) -> None:
        """Delete every object of a pack, with every earlier version."""
        self._erase(f"{pack}/", lambda _key: True)

    def _erase(self, prefix: str, wanted: Callable[[str], bool]) -> None:
        pages = self.s3.get_paginator("list_object_versions").paginate(
            Bucket=self.bucket, Prefix=prefix
        )
        found: list[ObjectIdentifierTypeDef] = [
            {"Key": entry["Key"], "VersionId": entry["VersionId"]}
            for page in pages
            for entry in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            if wanted(entry["Key"])
        ]
        for batch in _batches(found, DELETIONS):
            reply = self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": batch})
            if reply.get("Errors"):  # S3 says 200 all the same
                raise CatalogError(f"S3 does not delete {reply['Errors'][0].get('Key', '')}")

    # The pipeline

    def look_again(self, keys: Iterable[str]) -> None:
        """Have the pipeline look at portraits again, as S3's own events do."""
        for batch in _batches(sorted(keys), MESSAGES):
            reply = self._sqs.send_message_batch(
                QueueUrl=self._queue,
                Entries=[
                    {
                        "Id": str(number),
                        "MessageBody": json.dumps({"detail": {"object": {"key": key}}}),
                    }
                    for number, key in enumerate(batch)
                ],
            )
            if reply.get("Failed"):
                raise CatalogError(f"SQS does not take messages: {reply['Failed'][0]['Code']}")

    def wait_until_measured(self, pack: str, patience: float = 120.0) -> bool:
        """Wait until a pack is measured after its latest change; return whether it is."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            current = self.packs.read(pack)
            if current.measured == current.change:
                return True
            time.sleep(0.5)
        return False


def _batches(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch
