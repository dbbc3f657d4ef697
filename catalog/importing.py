"""Brings a pack in line with a catalog folder, through the bucket and the events as on AWS."""

import hashlib
import time
import unicodedata
from collections import deque
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from catalog.deployed import DeployedCatalog, Stored
from catalog.examining import Examine, FacesSoFar, Subject, judge
from catalog.folder import TOO_LONG, CatalogError, Entry
from catalog.people import with_ids
from catalog.removed import Removed
from catalog.removing import remove_keys
from lookalike.failures import EXPLANATIONS, FailureCode
from lookalike.packs import Progress
from lookalike.portrait_files import Caption
from lookalike.portraits import UNNAMED, PortraitRecord, portrait_id_of

POLL = 0.7
"""Seconds between two reads of the records."""
PATIENCE = 300.0
"""Seconds without any progress after which the import gives up."""
IN_FLIGHT = 56
"""How many portraits are examined and not yet indexed. They keep the pipeline busy, and are few
enough that the local recogniser still remembers what it saw in each."""
EXAMINERS = 3
PROGRESS_INTERVAL = 2.0
"""Seconds between two updates of the progress that the page shows."""

REMOVED = "this person asked to be removed"


@dataclass
class ImportReport:
    """What an import did: the keys of the portraits."""

    imported: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    rejected: dict[str, str] = field(default_factory=dict)
    """Key to the reason, in words."""


class PackImporter:
    """Sends a folder's portraits to a pack, and waits until they are indexed.

    Idempotent: a portrait that is in the bucket, unchanged and indexed, is not sent again. So an
    interrupted import continues where it ended.

    One new portrait lets the importer examine every portrait of the folder again, on this machine:
    a new portrait with the face of another person's portrait is refused, and to compare the faces
    the importer needs each one's vector. No record holds it, because Rekognition never returns it.
    """

    def __init__(
        self,
        catalog: DeployedCatalog,
        pack: str,
        examine: Examine,
        removed: Removed | None = None,
        progress: Callable[[int, int], None] = lambda *_: None,
    ) -> None:
        """Import into a pack that exists; call `progress(done, total)` after each step."""
        self._catalog, self._pack = catalog, pack
        self._packs, self._portraits = catalog.packs, catalog.portraits
        self._examine, self._removed = examine, removed or Removed()
        self._show, self._noted = progress, 0.0

    def add(self, entries: Iterable[Entry]) -> ImportReport:
        """Import portraits, and keep all others of the pack; raise CatalogError."""
        return self._run([*entries], equal=False)

    def make_equal(self, entries: Iterable[Entry]) -> ImportReport:
        """Import portraits, and remove all others from the pack; raise CatalogError."""
        return self._run([*entries], equal=True)

    def _run(self, entries: list[Entry], *, equal: bool) -> ImportReport:
        stored = self._catalog.objects(self._pack)
        named = dict(zip(self._keys(entries, stored), entries, strict=True))
        wanted = with_ids(named, self._portraits.of_pack(self._pack))
        report = ImportReport()
        for key, entry in [*wanted.items()]:
            refusal = self._refusal(entry.caption)
            if refusal is not None:
                report.rejected[key] = refusal
                del wanted[key]
        records = self._portraits.records_of(portrait_id_of(key) for key in {*wanted, *stored})
        by_key = {record.key: record for record in records.values()}
        settled = {
            key: by_key[key]
            for key, entry in wanted.items()
            if key in by_key and key in stored and _is_settled(entry, stored[key], by_key[key])
        }
        new = deque(key for key in wanted if key not in settled)
        for key, record in settled.items():
            self._note(report, key, record, report.unchanged)
        try:
            self._send_all(new, settled, wanted, report)
            if equal:
                listed = {record.key for record in self._portraits.records(self._pack)}
                surplus = ({*stored} | listed | {*report.rejected}) - {
                    *report.imported,
                    *report.unchanged,
                }
                remove_keys(self._catalog, surplus)
                report.removed = sorted(surplus)
        finally:
            self._packs.note_progress(self._pack, None)
        return report

    def _keys(self, entries: Iterable[Entry], stored: Collection[str]) -> list[str]:
        """Return the entries' keys. An accent can be stored in two ways: keep the bucket's way."""
        keys = [f"{self._pack}/{entry.file}" for entry in entries]
        spelled = {unicodedata.normalize("NFC", key): key for key in stored}
        return [key if key in stored else spelled.get(key, key) for key in keys]

    def _refusal(self, caption: Caption) -> str | None:
        """Return why a portrait is refused before its picture is examined."""
        if self._removed.has(caption.celebrity_id, caption.name):
            return REMOVED
        return None if caption.fits() else TOO_LONG

    def _send_all(
        self,
        new: deque[str],
        settled: dict[str, PortraitRecord],
        wanted: dict[str, Entry],
        report: ImportReport,
    ) -> None:
        """Examine portraits, send those that pass, and wait for them, all at the same time."""
        total, moved = len(wanted), time.monotonic()
        accepted = FacesSoFar()
        looking: deque[tuple[str, Future[Subject | FailureCode]]] = deque()
        waiting: dict[str, str] = {}  # key to the version that was sent
        pool = ThreadPoolExecutor(EXAMINERS)
        try:

            def look(key: str) -> Future[Subject | FailureCode]:
                return pool.submit(lambda: judge(wanted[key].path.read_bytes(), self._examine))

            # Examine what the pack has of them first: of two with one face, the new one is refused.
            if new:
                for key in settled:
                    looking.append((key, look(key)))
            while new or looking or waiting:
                while new and len(looking) + len(waiting) < IN_FLIGHT:
                    looking.append((new[0], look(new.popleft())))
                while looking and looking[0][1].done():
                    key, judged = looking.popleft()
                    refusal = self._accept(wanted[key], judged.result(), accepted)
                    moved = time.monotonic()
                    if key in settled:
                        continue
                    if refusal is None:
                        waiting[key] = self._send(key, wanted[key])
                    else:
                        report.rejected[key] = refusal
                indexed = self._indexed(waiting)
                for key, record in indexed.items():
                    del waiting[key]
                    moved = time.monotonic()
                    self._note(report, key, record, report.imported)
                done = total - len(new) - len(waiting) - sum(k not in settled for k, _ in looking)
                self._tell(done, total)
                if time.monotonic() - moved > PATIENCE:
                    raise CatalogError(
                        f"{len(waiting)} portraits were sent and nothing has indexed them"
                    )
                if not indexed and (waiting or looking):
                    time.sleep(POLL if waiting else 0.01)
        finally:
            pool.shutdown(cancel_futures=True)

    def _accept(
        self, entry: Entry, judged: Subject | FailureCode, accepted: FacesSoFar
    ) -> str | None:
        """Remember a portrait's face, or return why it is refused."""
        if isinstance(judged, FailureCode):
            return EXPLANATIONS[judged].message
        same = accepted.same_face(entry, judged.vector)
        if same is not None:
            return f"nearly certainly the same face as {same.caption.name} ({same.file})"
        accepted.add(entry, judged.vector)
        return None

    def _send(self, key: str, entry: Entry) -> str:
        reply = self._catalog.s3.put_object(
            Bucket=self._catalog.bucket,
            Key=key,
            Body=entry.path.read_bytes(),
            ContentType=entry.content_type,
            Metadata=entry.caption.to_metadata(),
        )
        return reply["VersionId"]

    def _indexed(self, waiting: dict[str, str]) -> dict[str, PortraitRecord]:
        """Return the records that have the version that was sent."""
        if not waiting:
            return {}
        records = self._portraits.records_of(portrait_id_of(key) for key in waiting)
        return {r.key: r for r in records.values() if r.version == waiting[r.key]}

    def _note(
        self, report: ImportReport, key: str, record: PortraitRecord, done: list[str]
    ) -> None:
        """Add a portrait to the report: indexed, or refused by the pipeline."""
        if not record.refusal:
            done.append(key)
            return
        has_code = record.refusal in {*FailureCode}
        words = EXPLANATIONS[FailureCode(record.refusal)].message if has_code else record.refusal
        report.rejected[key] = words

    def _tell(self, done: int, total: int) -> None:
        self._show(done, total)
        if time.monotonic() - self._noted > PROGRESS_INTERVAL:
            self._noted = time.monotonic()
            self._packs.note_progress(self._pack, Progress("indexing", done, total))


def _is_settled(entry: Entry, stored: Stored, record: PortraitRecord) -> bool:
    """Return whether the bucket has exactly this portrait, and the pipeline has looked at it."""
    if record.version != stored.version or record.refusal == UNNAMED:
        return False
    digest = hashlib.md5(entry.path.read_bytes(), usedforsecurity=False).hexdigest()
    portrait = record.portrait
    if portrait is not None and portrait.copies is None:  # an older build made no reduced copies
        return False
    return stored.etag == digest and (portrait is None or Caption.of(portrait) == entry.caption)
