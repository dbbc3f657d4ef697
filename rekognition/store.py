"""Collections and their faces: in SQLite on disk, and in memory for searches.

The store commits each change to disk before it makes it in memory, and before the service answers.
So a process that is killed loses nothing that it confirmed.
"""

import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from rekognition.engine import DIMENSIONS, FACE_MODEL_VERSION, Vector
from rekognition.exceptions import (
    InternalServerError,
    InvalidParameterError,
    ResourceAlreadyExistsError,
    ResourceNotFoundError,
)
from rekognition.faces import Face
from rekognition.matrix import VectorMatrix, nearest
from rekognition.scores import similarity

_SCHEMA = """
CREATE TABLE IF NOT EXISTS collections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    created REAL NOT NULL,
    model TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS faces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
    face_id TEXT NOT NULL UNIQUE,
    picture BLOB NOT NULL,      -- SHA-256 of the bytes that were indexed
    number INTEGER NOT NULL,    -- which of the picture's faces, from the largest
    external_image_id TEXT,
    face TEXT NOT NULL,
    embedding BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS faces_by_collection ON faces (collection, picture);
CREATE INDEX IF NOT EXISTS faces_by_picture ON faces (picture);
-- The faces of pictures that are indexed in any collection, so that none is examined twice.
CREATE TABLE IF NOT EXISTS pictures (
    sha256 BLOB PRIMARY KEY,
    model TEXT NOT NULL,
    faces TEXT NOT NULL
);
"""


_FACE_COLUMNS = "faces.id, face_id, picture, number, external_image_id, face"


@dataclass(frozen=True, slots=True)
class StoredFace:
    """A face in a collection; `number` is its place in its picture, from the largest."""

    row_id: int
    face_id: str
    picture: bytes
    number: int
    external_image_id: str | None
    face: Face

    @property
    def image_id(self) -> str:
        """The ImageId: the same for the same bytes, in every collection."""
        return str(uuid.UUID(bytes=self.picture[:16], version=5))


@dataclass(slots=True)
class _Loaded:
    """A collection in memory: its faces, in the order of the matrix's rows."""

    faces: list[StoredFace] = field(default_factory=list)
    row_of: dict[str, int] = field(default_factory=dict)
    vectors: VectorMatrix = field(default_factory=lambda: VectorMatrix(DIMENSIONS))

    def append(self, face: StoredFace, vector: Vector) -> None:
        self.row_of[face.face_id] = len(self.faces)
        self.faces.append(face)
        self.vectors.append(vector)

    def remove(self, face_id: str) -> None:
        row = self.row_of.pop(face_id)
        last = self.faces.pop()
        if last.face_id != face_id:
            self.faces[row] = last
            self.row_of[last.face_id] = row
        self.vectors.remove(row)


@dataclass(frozen=True, slots=True)
class CollectionDescription:
    """A collection; `created` is in seconds since 1970, `model` the face model of its vectors."""

    row_id: int
    name: str
    created: float
    model: str


class Store:
    """All collections of one data folder, which no other process may use at the same time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._loaded: dict[str, _Loaded] = {}
        self._database = sqlite3.connect(
            folder / "rekognition.sqlite3", isolation_level=None, check_same_thread=False
        )
        # Another process that writes would make the collections in memory wrong.
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute("PRAGMA foreign_keys = ON")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._database.close()

    def create(self, name: str) -> None:
        """Add an empty collection; raises `ResourceAlreadyExistsError`."""
        with self._change():
            try:
                self._database.execute(
                    "INSERT INTO collections (name, created, model) VALUES (?, ?, ?)",
                    (name, time.time(), FACE_MODEL_VERSION),
                )
            except sqlite3.IntegrityError as error:
                raise ResourceAlreadyExistsError(name) from error

    def describe(self, name: str) -> CollectionDescription:
        """Return the collection; raises `ResourceNotFoundError`."""
        with self._lock:
            row = self._database.execute(
                "SELECT id, name, created, model FROM collections WHERE name = ?", (name,)
            ).fetchone()
        if row is None:
            raise ResourceNotFoundError(name)
        return CollectionDescription(*row)

    def count(self, name: str) -> int:
        """Return how many faces are in the collection; raises `ResourceNotFoundError`."""
        with self._lock:
            collection = self.describe(name)
            (count,) = self._database.execute(
                "SELECT count(*) FROM faces WHERE collection = ?", (collection.row_id,)
            ).fetchone()
        return int(count)

    def collections(self, after: int, limit: int) -> list[CollectionDescription]:
        """Return up to `limit` collections after a row id, in the order of creation."""
        with self._lock:
            rows = self._database.execute(
                "SELECT id, name, created, model FROM collections WHERE id > ? ORDER BY id LIMIT ?",
                (after, limit),
            ).fetchall()
        return [CollectionDescription(*row) for row in rows]

    def delete(self, name: str) -> None:
        """Delete the collection and its faces; raises `ResourceNotFoundError`."""
        with self._lock:
            with self._change():
                row_id = self.describe(name).row_id
                self._database.execute("DELETE FROM collections WHERE id = ?", (row_id,))
                self._forget_pictures()
            self._loaded.pop(name, None)

    def add(
        self,
        name: str,
        picture: bytes,
        external_image_id: str | None,
        chosen: dict[int, Vector],
        seen: list[Face],
    ) -> dict[int, StoredFace]:
        """Record faces of a picture and return them by their numbers in it.

        `chosen` maps the numbers to vectors, `seen` is every face of the picture. A face that the
        collection has from the same picture under the same external id is not recorded again.
        Raises `ResourceNotFoundError`.
        """
        with self._lock:
            loaded = self._load(name)
            row_id = self.describe(name).row_id
            with self._change():
                known = self._known(row_id, picture, external_image_id)
                added = {
                    number: self._insert(
                        row_id, picture, number, external_image_id, seen[number], vector
                    )
                    for number, vector in chosen.items()
                    if number not in known
                }
                if added:
                    self._database.execute(
                        "INSERT OR REPLACE INTO pictures (sha256, model, faces) VALUES (?, ?, ?)",
                        (picture, FACE_MODEL_VERSION, json.dumps([asdict(face) for face in seen])),
                    )
            for number, face in added.items():
                loaded.append(face, chosen[number])
            return {number: added.get(number) or known[number] for number in chosen}

    def faces(
        self, name: str, after: int, limit: int, only: Collection[str] | None
    ) -> list[StoredFace]:
        """Return up to `limit` faces after a row id, in the order in which they were added.

        `only` keeps those of these face ids. Raises `ResourceNotFoundError`.
        """
        with self._lock:
            rows = self._database.execute(
                f"SELECT {_FACE_COLUMNS} FROM faces WHERE collection = ? AND id > ? "  # noqa: S608
                "AND (? IS NULL OR face_id IN (SELECT value FROM json_each(?))) "
                "ORDER BY id LIMIT ?",
                (
                    self.describe(name).row_id,
                    after,
                    *[None if only is None else json.dumps(list(only))] * 2,
                    limit,
                ),
            ).fetchall()
        return [_stored_face(*row) for row in rows]

    def remove(self, name: str, face_ids: Collection[str]) -> set[str]:
        """Remove faces and return the ids of those that were there; raises as `count` does."""
        with self._lock:
            row_id = self.describe(name).row_id
            with self._change():
                removed = {
                    face_id
                    for face_id in face_ids
                    if self._database.execute(
                        "DELETE FROM faces WHERE collection = ? AND face_id = ?", (row_id, face_id)
                    ).rowcount
                }
                self._forget_pictures()
            if name in self._loaded:
                for face_id in removed:
                    self._loaded[name].remove(face_id)
        return removed

    def search(
        self, name: str, vector: Vector, threshold: float, limit: int
    ) -> list[tuple[float, StoredFace]]:
        """Return up to `limit` faces at least `threshold` similar, the most similar first.

        Raises `ResourceNotFoundError`.
        """
        with self._lock:
            vectors = self._load(name).vectors
            rows, removals = vectors.rows(), vectors.removals
        # Other callers wait for no search: the largest takes a tenth of a second.
        numbers, cosines = nearest(rows, vector, limit)
        with self._lock:
            loaded = self._load(name)
            if loaded.vectors is not vectors or vectors.removals != removals:
                # Rows have moved while they were compared.
                numbers, cosines = nearest(loaded.vectors.rows(), vector, limit)
            found = zip(similarity(cosines), numbers, strict=True)
            return [(float(score), loaded.faces[row]) for score, row in found if score >= threshold]

    def vector(self, name: str, face_id: str) -> Vector:
        """Return the vector of a face of the collection.

        Raises `ResourceNotFoundError`, and `InvalidParameterError` for a face that is not in it.
        """
        with self._lock:
            loaded = self._load(name)
            if face_id not in loaded.row_of:
                raise InvalidParameterError("faceId was not found in the collection")
            return loaded.vectors.row(loaded.row_of[face_id])

    def seen(self, picture: bytes) -> tuple[list[Face], dict[int, Vector]] | None:
        """Return what is known about a picture that is indexed in any collection.

        That is all its faces, and the vectors of those that were recorded, by their numbers.
        """
        with self._lock:
            row = self._database.execute(
                "SELECT faces FROM pictures WHERE sha256 = ? AND model = ?",
                (picture, FACE_MODEL_VERSION),
            ).fetchone()
            if row is None:
                return None
            vectors = self._database.execute(
                "SELECT number, embedding FROM faces JOIN collections "
                "ON collections.id = faces.collection WHERE picture = ? AND model = ?",
                (picture, FACE_MODEL_VERSION),
            ).fetchall()
        return (
            [_face(members) for members in json.loads(row[0])],
            {number: _vector(embedding) for number, embedding in vectors},
        )

    @contextmanager
    def _change(self) -> Iterator[None]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def _load(self, name: str) -> _Loaded:
        if name not in self._loaded:
            collection = self.describe(name)
            if collection.model != FACE_MODEL_VERSION:
                raise InternalServerError(
                    f"Collection {name} has vectors of face model {collection.model}, which cannot "
                    f"be compared with those of {FACE_MODEL_VERSION}: index it again"
                )
            loaded = _Loaded()
            for *columns, embedding in self._database.execute(
                f"SELECT {_FACE_COLUMNS}, embedding FROM faces "  # noqa: S608
                "WHERE collection = ? ORDER BY id",
                (collection.row_id,),
            ):
                loaded.append(_stored_face(*columns), _vector(embedding))
            self._loaded[name] = loaded
        return self._loaded[name]

    def _known(
        self, collection: int, picture: bytes, external_image_id: str | None
    ) -> dict[int, StoredFace]:
        rows = self._database.execute(
            f"SELECT {_FACE_COLUMNS} FROM faces "  # noqa: S608
            "WHERE collection = ? AND picture = ? AND external_image_id IS ?",
            (collection, picture, external_image_id),
        )
        return {face.number: face for face in (_stored_face(*row) for row in rows)}

    def _insert(
        self,
        collection: int,
        picture: bytes,
        number: int,
        external_image_id: str | None,
        face: Face,
        vector: Vector,
    ) -> StoredFace:
        face_id = str(uuid.uuid4())
        row_id = self._database.execute(
            "INSERT INTO faces (collection, face_id, picture, number, external_image_id, face, "
            "embedding) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                collection,
                face_id,
                picture,
                number,
                external_image_id,
                json.dumps(asdict(face)),
                vector.astype("<f4").tobytes(),
            ),
        ).lastrowid
        assert row_id is not None
        return StoredFace(row_id, face_id, picture, number, external_image_id, face)

    def _forget_pictures(self) -> None:
        self._database.execute(
            "DELETE FROM pictures WHERE sha256 NOT IN (SELECT picture FROM faces)"
        )


def _stored_face(
    row_id: int,
    face_id: str,
    picture: bytes,
    number: int,
    external_image_id: str | None,
    face: str,
) -> StoredFace:
    return StoredFace(row_id, face_id, picture, number, external_image_id, _face(json.loads(face)))


def _face(members: dict[str, Any]) -> Face:
    landmarks = tuple((x, y) for x, y in members["landmarks"])
    return Face(**{**members, "landmarks": landmarks})


def _vector(embedding: bytes) -> Vector:
    return np.frombuffer(embedding, "<f4").astype(np.float32)
