"""Compares the bucket, the table and the collection with each other, and mends the differences.

To mend, this module asks the pipeline to look again: the pipeline brings the table and the
collection in line with the bucket. This module itself deletes faces and copies that no record has,
and takes out of the records the faces and the copies that are not there.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from catalog.deployed import DeployedCatalog
from lookalike import clock
from lookalike.copies import copy_keys
from lookalike.errors import PortraitChanged
from lookalike.portraits import PortraitRecord
from lookalike.ranking import SAME_FACE, Portrait

MAKING = timedelta(minutes=15)
"""Copies are written before their record, so younger ones may be of a portrait in process."""


@dataclass
class Findings:
    """What is wrong with a pack. The lists hold keys of portraits, or ids of faces."""

    pack: str
    portraits: int = 0
    unindexed: list[str] = field(default_factory=list)
    """Objects whose current version the pipeline has not looked at."""
    orphaned: list[str] = field(default_factory=list)
    """Records without an object."""
    faceless: list[str] = field(default_factory=list)
    """Records whose face is in no collection, or not in the one that is searched."""
    uncopied: list[str] = field(default_factory=list)
    """Indexed portraits that lack reduced copies for browsers."""
    stray_copies: list[str] = field(default_factory=list)
    """Keys of reduced copies that no portrait has, such as those of removed ones."""
    stray_faces: list[str] = field(default_factory=list)
    """Faces that no record has, such as those of removed portraits."""
    missing_collections: list[str] = field(default_factory=list)
    stale_model: str = ""
    """The collection's face model, where Rekognition has a newer one."""
    unfinished: str = ""
    """A collection that `reindex` has not finished filling."""
    refused: dict[str, str] = field(default_factory=dict)
    """Portraits that cannot be indexed, to the reason. This is no fault."""
    same_faces: list[tuple[str, str, float]] = field(default_factory=list)
    """Portraits of two people that almost certainly show one person. The operator decides."""

    @property
    def clean(self) -> bool:
        """Whether bucket, table and collection agree."""
        return not (
            self.unindexed
            or self.orphaned
            or self.faceless
            or self.stray_faces
            or self.uncopied
            or self.stray_copies
            or self.missing_collections
            or self.stale_model
            or self.unfinished
        )


class PackCheck:
    """Checks one pack."""

    def __init__(self, catalog: DeployedCatalog, name: str) -> None:
        """Check a pack; raise UnknownPack."""
        self._catalog, self._portraits = catalog, catalog.portraits
        self._pack = catalog.packs.read(name)

    def look(self) -> Findings:
        """Return what is wrong."""
        pack, found = self._pack, Findings(self._pack.name)
        objects = self._catalog.objects(pack.name)
        records = {record.key: record for record in self._portraits.scan(pack.name)}
        collections = {name: self._catalog.indexed_faces(name) for name in pack.collections}
        searched = collections[pack.collection] or {}
        for key, stored in sorted(objects.items()):
            if key not in records or records[key].version != stored.version:
                found.unindexed.append(key)
        for key, record in sorted(records.items()):
            face = record.indexed_faces.get(pack.collection)
            if key not in objects:
                found.orphaned.append(key)
            elif record.refusal:
                found.refused[key] = record.refusal
            elif face is None or face.face_id not in searched:
                found.faceless.append(key)
        recorded = {
            face.face_id for record in records.values() for face in record.indexed_faces.values()
        }
        for name, stored_faces in collections.items():
            if stored_faces is None:
                found.missing_collections.append(name)
            found.stray_faces += sorted({*(stored_faces or {})} - recorded)
        copies = self._catalog.copies()
        found.uncopied = [
            key
            for key, record in sorted(records.items())
            if key in objects and record.portrait and not _has_copies(record.portrait, copies)
        ]
        found.stray_copies = sorted(self._stray(copies))
        found.portraits = len(records) - len(found.refused)
        found.stale_model = self._stale_model
        found.unfinished = pack.next_collection or ""
        found.same_faces = [*_same_faces(records.values())]
        return found

    def mend(self, found: Findings) -> None:
        """Mend what the pipeline can mend, by asking it to look again.

        The pipeline takes a moment. Only `reindex` mends a stale model or an unfinished collection.
        """
        for name in found.missing_collections:
            self._catalog.create_collection(name)
        records = {record.key: record for record in self._portraits.scan(self._pack.name)}
        # Read the records again: a portrait that was just being indexed has its face in them now.
        recorded = {
            face.face_id for record in records.values() for face in record.indexed_faces.values()
        }
        self._catalog.forget_faces(self._pack, {*found.stray_faces} - recorded)
        self._catalog.erase_copies({*found.stray_copies} & self._stray(self._catalog.copies()))
        for key in found.uncopied:
            # Without the widths, the pipeline takes the record for one of an older build.
            with suppress(PortraitChanged, KeyError):
                record = records.pop(key)
                if record.portrait is not None:
                    uncopied = replace(record.portrait, copies=None)
                    self._portraits.replace(record, replace(record, portrait=uncopied))
        for key in found.faceless:
            # The pipeline trusts a record with faces. Without them it indexes the portrait again.
            with suppress(PortraitChanged, KeyError):
                self._portraits.replace(records[key], replace(records[key], indexed_faces={}))
        self._catalog.look_again(
            {*found.unindexed, *found.orphaned, *found.faceless, *found.uncopied}
        )
        self._catalog.drop_retired(self._pack)

    def _stray(self, copies: Mapping[str, datetime]) -> set[str]:
        """Return the copies that no record of any pack has, except those that are being made."""
        settled = {key for key, written in copies.items() if clock.now() - written > MAKING}
        records = self._portraits.records_of({key.split("/")[1] for key in settled})
        return settled - {key for one in records.values() for key in copy_keys(one.portrait)}

    @cached_property
    def _stale_model(self) -> str:
        model = self._catalog.face_model(self._pack.collection)
        return model if model not in {"", self._catalog.newest_face_model()} else ""


def _has_copies(portrait: Portrait, copies: Mapping[str, datetime]) -> bool:
    """Return whether the bucket has each copy of a portrait. One that nothing can read has none."""
    return portrait.copies is not None and {*copy_keys(portrait)} <= copies.keys()


def _same_faces(records: Iterable[PortraitRecord]) -> Iterator[tuple[str, str, float]]:
    keys = {record.portrait_id: record.key for record in records}
    pairs = {}
    for record in records:
        nearest = record.nearest
        if nearest and nearest.similarity >= SAME_FACE and nearest.other_id in keys:
            one, other = sorted((record.key, keys[nearest.other_id]))
            pairs[one, other] = nearest.similarity
    return ((one, other, similarity) for (one, other), similarity in sorted(pairs.items()))
