"""Packs beside the celebrities in a running stack, of people who lend the starters' faces."""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import boto3
from PIL import Image, ImageEnhance

from catalog.deployed import DeployedCatalog
from catalog.removing import remove_keys, remove_pack
from cli.catalog import open_catalog
from local.environment import enter, local_environment
from lookalike.names import celebrity_id_of
from lookalike.packs import Progress
from lookalike.portrait_files import Caption
from lookalike.portraits import portrait_id_of
from lookalike.ranking import Attribution
from tests.pictures import encode, open_face
from tests.running_stack import FINISHING, RunningStack, wait_for

ATTRIBUTION = Attribution(
    author="Somebody",
    license="CC BY 4.0",
    license_url="https://creativecommons.org/licenses/by/4.0/",
    source_url="https://example.org/portrait",
)


class Portrait(NamedTuple):
    """A portrait of a pack."""

    caption: Caption
    picture: bytes


def portraits_of(name: str, face: Path, number: int = 1, gender: str = "") -> list[Portrait]:
    """Return different portraits of a person, made of one picture."""
    caption = Caption(celebrity_id_of(name), name, ATTRIBUTION, gender)
    opened = open_face(face)
    made = []
    for index in range(number):
        picture = ImageEnhance.Brightness(opened).enhance(1 - 0.1 * index)
        if index % 2:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        made.append(Portrait(caption, encode(picture, quality=90)))
    return made


class RealPacks:
    """Makes packs in a stack, and takes them out again."""

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack
        self.catalog = _catalog_of(stack)
        self._wanted: dict[str, dict[str, Portrait]] = {}

    def put(self, pack: str, title: str, portraits: Sequence[Portrait] = ()) -> None:
        """Add a pack with portraits, and wait until they are indexed and counted."""
        self.catalog.ensure_pack(pack, title)
        self._wanted[pack] = {
            f"{pack}/{number}.jpg": portrait for number, portrait in enumerate(portraits)
        }
        self.restock(pack)
        if portraits:
            self.wait_until_counted(pack)

    def restock(self, pack: str) -> None:
        """Put back what was taken out of a pack, and take out what curators have added."""
        wanted = self._wanted[pack]
        remove_keys(self.catalog, self._keys(pack) - {*wanted})
        for key in {*wanted} - {*self.catalog.objects(pack)}:
            self.catalog.s3.put_object(
                Bucket=self.catalog.bucket,
                Key=key,
                Body=wanted[key].picture,
                ContentType="image/jpeg",
                Metadata=wanted[key].caption.to_metadata(),
            )
        ids = {portrait_id_of(key) for key in wanted}
        wait_for(lambda: {*self.catalog.portraits.get(ids)} == ids, FINISHING)

    def wait_until_counted(self, pack: str) -> None:
        """Wait until the API says how many portraits a pack has."""
        assert self.catalog.wait_until_measured(pack, FINISHING)

    @contextlib.contextmanager
    def gone(self, pack: str) -> Iterator[None]:
        """Remove a pack until the block ends."""
        table, key = self.stack.outputs.packs_table, {"pack": {"S": pack}}
        kept = self.stack.dynamodb.delete_item(TableName=table, Key=key, ReturnValues="ALL_OLD")
        try:
            yield
        finally:
            self.stack.dynamodb.put_item(TableName=table, Item=kept["Attributes"])

    @contextlib.contextmanager
    def filling(self, pack: str, done: int, total: int) -> Iterator[None]:
        """Report that a pack is being filled, until the block ends."""
        self.say_progress(pack, Progress("fetching", done, total))
        try:
            yield
        finally:
            self.say_progress(pack, None)

    def say_progress(self, pack: str, progress: Progress | None) -> None:
        """Report how much of a pack is filled."""
        self.catalog.packs.note_progress(pack, progress)

    def added(self, pack: str) -> set[str]:
        """Return the keys of what curators have added to a pack, and of which anything is left."""
        return self._keys(pack) - {*self._wanted[pack]}

    def _keys(self, pack: str) -> set[str]:
        """Return the keys that a pack has objects or records of; refused ones too."""
        known = {record.key for record in self.catalog.portraits.scan(pack)}
        return known | {*self.catalog.objects(pack)}

    def remove_all(self) -> None:
        """Remove every pack that was added."""
        for pack in self._wanted:
            remove_pack(self.catalog, pack)
        self._wanted.clear()


def _catalog_of(stack: RunningStack) -> DeployedCatalog:
    before: Mapping[str, str] = dict(os.environ)
    secret = (stack.state / "secret").read_text()
    enter(local_environment(stack.addresses["aws_url"], secret))
    boto3.setup_default_session()
    try:
        return open_catalog(stack.outputs)
    finally:
        enter(before)
        boto3.DEFAULT_SESSION = None
