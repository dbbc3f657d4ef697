"""Compares what lies in the bucket, the table and the collection, both ways, and mends it.

Mending is asking the pipeline to look again: it brings the rest in line with the bucket. Only
what no portrait knows of any more is deleted here.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from catalog.deployed import DeployedCatalog
from lookalike.errors import PortraitChanged
from lookalike.matching import SAME_FACE
from lookalike.portraits import PortraitRecord


@dataclass
class Findings:
    """What is wrong with a pack; each list names portraits by their keys, faces by their ids."""

    pack: str
    portraits: int = 0
    unindexed: list[str] = field(default_factory=list)
    """Objects that nobody has looked at, in their current version."""
    orphaned: list[str] = field(default_factory=list)
    """Records without an object."""
    faceless: list[str] = field(default_factory=list)
    """Records whose face is in no collection, or not in the one that is searched."""
    stray_faces: list[str] = field(default_factory=list)
    """Faces that no record knows of, those of removed portraits among them."""
    missing_collections: list[str] = field(default_factory=list)
    stale_model: str = ""
    """The collection's face model, where the recogniser has another one by now."""
    unfinished: str = ""
    """A collection whose filling was cut off."""
    refused: dict[str, str] = field(default_factory=dict)
    """Portraits that cannot be indexed, to the reason; no fault, but good to know."""
    same_faces: list[tuple[str, str, float]] = field(default_factory=list)
    """Portraits of two people that nearly certainly show one; to be looked at."""

    @property
    def clean(self) -> bool:
        """Whether bucket, table and collection agree."""
        return not (
            self.unindexed
            or self.orphaned
            or self.faceless
            or self.stray_faces
            or self.missing_collections
            or self.stale_model
            or self.unfinished
        )


class PackCheck:
    """Looks at one pack."""

    def __init__(self, catalog: DeployedCatalog, name: str) -> None:
        """Check a pack; raise UnknownPack."""
        self._catalog, self._store = catalog, catalog.store
        self._pack = catalog.store.pack(name)

    def look(self) -> Findings:
        """Find what is wrong."""
        pack, found = self._pack, Findings(self._pack.pack)
        objects = self._catalog.objects(pack.pack)
        records = {record.key: record for record in self._store.scan(pack.pack)}
        faces = {name: self._catalog.faces(name) for name in pack.collections}
        searched = faces[pack.collection] or {}
        for key, stored in sorted(objects.items()):
            if key not in records or records[key].version != stored.version:
                found.unindexed.append(key)
        for key, record in sorted(records.items()):
            face = record.faces.get(pack.collection)
            if key not in objects:
                found.orphaned.append(key)
            elif record.refusal:
                found.refused[key] = record.refusal
            elif face is None or face.face_id not in searched:
                found.faceless.append(key)
        known = {face.face_id for record in records.values() for face in record.faces.values()}
        for name, stored_faces in faces.items():
            if stored_faces is None:
                found.missing_collections.append(name)
            found.stray_faces += sorted({*(stored_faces or {})} - known)
        found.portraits = len(records) - len(found.refused)
        found.stale_model = self._stale_model
        found.unfinished = pack.next_collection or ""
        found.same_faces = [*_same_faces(records.values())]
        return found

    def mend(self, found: Findings) -> None:
        """Bring the pack in order, as far as asking the pipeline to look again does.

        That takes it a moment. A stale model and an unfinished collection are for `reindex`.
        """
        for name in found.missing_collections:
            self._catalog.create_collection(name)
        records = {record.key: record for record in self._store.scan(self._pack.pack)}
        # A portrait that was being indexed meanwhile knows of its face by now.
        known = {face.face_id for record in records.values() for face in record.faces.values()}
        self._catalog.forget_faces(self._pack, {*found.stray_faces} - known)
        for key in found.faceless:
            # The pipeline trusts a record; without its faces it looks again.
            with suppress(PortraitChanged, KeyError):
                self._store.replace(records[key], replace(records[key], faces={}))
        self._catalog.look_again({*found.unindexed, *found.orphaned, *found.faceless})
        self._catalog.drop_retired(self._pack)

    @cached_property
    def _stale_model(self) -> str:
        model = self._catalog.face_model(self._pack.collection)
        return model if model not in {"", self._catalog.newest_face_model()} else ""


def _same_faces(records: Iterable[PortraitRecord]) -> Iterator[tuple[str, str, float]]:
    keys = {record.portrait_id: record.key for record in records}
    pairs = {}
    for record in records:
        nearest = record.nearest
        if nearest and nearest.similarity >= SAME_FACE and nearest.other_id in keys:
            one, other = sorted((record.key, keys[nearest.other_id]))
            pairs[one, other] = nearest.similarity
    return ((one, other, similarity) for (one, other), similarity in sorted(pairs.items()))
