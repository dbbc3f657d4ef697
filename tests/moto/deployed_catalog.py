"""A stack's catalog in this process: moto's AWS, the real functions, the local Rekognition."""

import io
import json
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import OperationModel

from catalog import deployed, importing, reindexing, removing
from catalog.checking import Findings, PackCheck
from catalog.deployed import CatalogSettings, DeployedCatalog
from catalog.folder import Entry
from catalog.importing import ImportReport, PackImporter
from catalog.removed import Removed
from cli import catalog as catalog_commands
from cli import examiners
from lookalike import recogniser
from lookalike.names import celebrity_id_of
from lookalike.packs import DEFAULT_PACK
from lookalike.portrait_files import Caption
from lookalike.portraits import PortraitRecord, portrait_id_of
from lookalike.ranking import Attribution, Portrait
from rekognition import operations
from rekognition import store as face_store
from rekognition.engine import FACE_MODEL_VERSION
from rekognition.exceptions import RekognitionError
from rekognition.images import ImageMemory
from rekognition.operations import OPERATIONS, Rekognition
from rekognition.sources import ImageSource
from rekognition.store import Store
from rekognition.validation import parse
from tests.artist import Artist
from tests.moto.cloud import REGION, Cloud, Context, delivered, load_function
from tests.recogniser import COLLECTION, picture

if TYPE_CHECKING:
    import pytest

NEW_MODEL = "2.0"


class Recogniser:
    """Answers a boto3 client by the local Rekognition's own operations."""

    def __init__(self, artist: Artist, folder: Path) -> None:
        self.store = Store(folder)
        self.calls: Counter[str] = Counter()
        self._rekognition = Rekognition(
            self.store,
            ImageMemory(artist, self.store),
            ImageSource(f"https://s3.{REGION}.amazonaws.com", REGION),
            REGION,
        )

    def __call__(self, model: OperationModel, params: dict[str, Any], **_: object) -> Any:
        """Take the place of a request: return its HTTP response and what it parses to."""
        self.calls[model.name] += 1
        status = 200
        try:
            members = parse(model.name, json.loads(params["body"]))
            reply = OPERATIONS[model.name](self._rekognition, members)
        except RekognitionError as error:
            status = error.status
            reply = {"Error": {"Code": error.code, "Message": str(error)}}
        nothing: Any = None
        return AWSResponse(params["url"], status, HTTPHeaders(), nothing), reply


class Waiting:
    """Takes the place of `time`: while a command waits, the pipeline works."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self.passed = 1000.0

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds
        self._work()


class Stage:
    """The packs of a stack and all that brings them in line with the bucket."""

    def __init__(self, cloud: Cloud, folder: Path, patch: "pytest.MonkeyPatch") -> None:
        self.cloud = cloud
        self.bucket = cloud.name("PortraitsBucket")
        self.catalog = DeployedCatalog(
            CatalogSettings(
                packs_table=cloud.name("PacksTable"),
                default_collection=COLLECTION,
                portraits_table=cloud.name("PortraitsTable"),
                portraits_bucket=self.bucket,
                pictures_bucket=cloud.name("PicturesBucket"),
                portrait_changes_queue=cloud.name("PortraitChangesQueue"),
            )
        )
        self.packs, self.records = self.catalog.packs, self.catalog.portraits
        self.artist = Artist()
        self.recogniser = Recogniser(self.artist, folder)
        self.waiting = Waiting(self.work)
        self.stopped = False
        """Whether events and messages wait, as when no function runs."""
        self._seen: set[tuple[str, str]] = set()

        patch.setattr(recogniser, "_client", boto3.client("rekognition"))
        patch.setattr("rekognition.engine.FaceEngine", lambda: self.artist)
        self.examine = examiners.of_engine()
        self._patch = patch
        for module in (deployed, importing, reindexing, removing, catalog_commands):
            patch.setattr(module, "time", self.waiting)
        self._index, self._measure = (
            load_function(name, patch, cloud.environment(function))
            for name, function in (
                ("index_portrait", "IndexPortraitFunction"),
                ("measure_pack", "MeasurePackFunction"),
            )
        )

    def work(self) -> None:
        """Do all that the events and messages so far ask for."""
        if not self.stopped:
            with redirect_stdout(io.StringIO()):  # the functions' log is not for the terminal
                self._work()

    def lose_events(self) -> None:
        """Drop the events of what has happened to the bucket."""
        self._events()

    def put(
        self, key: str, shade: int = 128, name: str | None = None, content: bytes | None = None
    ) -> None:
        """Store a portrait of a person named like the file."""
        named = name or key.rsplit("/", 1)[1].split(".")[0]
        caption = Caption(celebrity_id_of(named), named, Attribution("A. Photographer"))
        self.cloud.s3.put_object(
            Bucket=self.bucket,
            Key=key,
            Body=content or picture(shade),
            Metadata=caption.to_metadata(),
        )

    def bring(
        self,
        entries: list[Entry],
        pack: str = DEFAULT_PACK,
        removed: Removed | None = None,
        progress: Callable[[int, int], None] = lambda *_: None,
        *,
        equal: bool = False,
    ) -> ImportReport:
        """Import portraits into a pack; they are indexed in any order, and reported sorted."""
        importer = PackImporter(self.catalog, pack, self.examine, removed, progress)
        report = importer.make_equal(entries) if equal else importer.add(entries)
        return replace(report, imported=sorted(report.imported))

    def record(self, key: str) -> PortraitRecord:
        record = self.records.record(portrait_id_of(key))
        assert record is not None
        return record

    def portraits(self, pack: str = DEFAULT_PACK) -> list[Portrait]:
        return sorted(self.records.of_pack(pack), key=lambda portrait: portrait.key)

    def names(self, pack: str = DEFAULT_PACK) -> list[str]:
        return [portrait.name for portrait in self.portraits(pack)]

    def faces(self, collection: str = COLLECTION) -> list[str]:
        """The portrait_id of each face of a collection."""
        return sorted((self.catalog.indexed_faces(collection) or {}).values())

    def collections(self) -> list[str]:
        found = boto3.client("rekognition").list_collections()["CollectionIds"]
        return sorted(found)

    def in_bucket(self) -> list[str]:
        """The key of every version of every portrait."""
        return sorted(key for key, _ in self.cloud.versions("PortraitsBucket"))

    def look(self, pack: str = DEFAULT_PACK) -> Findings:
        return PackCheck(self.catalog, pack).look()

    def get_new_face_model(self) -> None:
        """Have Rekognition make new collections with another face model."""
        for module in (operations, face_store):
            assert module.FACE_MODEL_VERSION == FACE_MODEL_VERSION
            self._patch.setattr(module, "FACE_MODEL_VERSION", NEW_MODEL)

    def _work(self) -> None:
        events = [json.dumps({"detail": {"object": {"key": key}}}) for key in self._events()]
        messages = [*events, *self.cloud.take_messages("PortraitChangesQueue")]
        for start in range(0, len(messages), 10):
            batch = delivered(*messages[start : start + 10])
            assert self._index.handler(batch, Context()) == {"batchItemFailures": []}
        while announced := self.cloud.take_messages("PackChangesQueue"):
            self._measure.handler(delivered(*announced), Context())

    def _events(self) -> list[str]:
        versions = set(self.cloud.versions("PortraitsBucket"))
        changed = {key for key, _ in versions ^ self._seen}
        self._seen = versions
        return sorted(changed)
