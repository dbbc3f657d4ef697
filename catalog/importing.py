"""Brings a pack in line with a catalog folder, through the bucket and the events as on AWS."""

import hashlib
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import boto3
from botocore.exceptions import ClientError

from catalog.folder import Entry
from lookalike.portraits import PortraitRecord, PortraitStore, portrait_id

POLL = 0.2
"""Seconds between two looks at what is indexed by now."""
PATIENCE = 300.0
"""Seconds without any progress after which the import gives up."""


class ImportStalledError(Exception):
    """Raised where portraits were sent and nothing has indexed them."""


@dataclass
class Report:
    """What an import did, by the portraits' keys."""

    imported: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """To the reason."""


class PackImporter:
    """Sends a folder's portraits to a pack, and waits until they are indexed.

    Idempotent: what lies in the bucket already, unchanged and indexed, is neither sent nor
    indexed again.
    """

    def __init__(self, store: PortraitStore, bucket: str, pack: str, in_flight: int) -> None:
        """Import into a pack; at most `in_flight` portraits are sent and not yet indexed."""
        self._store, self._bucket, self._pack, self._in_flight = store, bucket, pack, in_flight
        self._s3 = boto3.client("s3")

    def make_equal(
        self, entries: Iterable[Entry], progress: Callable[[int, int], None] = lambda *_: None
    ) -> Report:
        """Make the pack equal to the entries; call `progress(done, total)` as it goes.

        Raise ImportStalledError where nothing is indexed any more.
        """
        wanted = {f"{self._pack}/{entry.file}": entry for entry in entries}
        indexed = {record.key for record in self._store.records(self._pack)}
        surplus = sorted((self._keys() | indexed) - set(wanted))
        with ThreadPoolExecutor(8) as pool:
            known = pool.map(self._unchanged, wanted, wanted.values())
            versions = dict(zip(wanted, known, strict=True))
        for key in surplus:
            self._s3.delete_object(Bucket=self._bucket, Key=key)
        # What lies there and is not indexed is sent again: its event may be lost.
        settled = self._settled({key: version for key, version in versions.items() if version})
        report = Report(removed=surplus, unchanged=[*settled])
        to_send = [key for key in wanted if key not in settled]
        waiting: dict[str, str | None] = dict.fromkeys(surplus)  # to the version, None for gone
        _note_refusals(report, settled)
        total = len(wanted) + len(surplus)
        moved = time.monotonic()
        while waiting or to_send:
            settled = self._settled(waiting)
            for key in settled:
                del waiting[key]
            _note_refusals(report, settled)
            while to_send and len(waiting) < self._in_flight:
                key = to_send.pop(0)
                waiting[key] = self._send(key, wanted[key])
                report.imported.append(key)
            progress(total - len(waiting) - len(to_send), total)
            if settled:
                moved = time.monotonic()
            elif time.monotonic() - moved > PATIENCE:
                raise ImportStalledError(
                    f"{len(waiting)} portraits were sent and nothing has indexed them"
                )
            elif waiting:
                time.sleep(POLL)
        report.imported = [key for key in report.imported if key not in report.refused]
        report.unchanged = [key for key in report.unchanged if key not in report.refused]
        return report

    def _keys(self) -> set[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{self._pack}/"
        )
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def _unchanged(self, key: str, entry: Entry) -> str | None:
        """Give the version of a portrait that lies in the bucket just so, if it does."""
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
                return None
            raise
        digest = hashlib.md5(entry.path.read_bytes(), usedforsecurity=False).hexdigest()
        same = head["ETag"].strip('"') == digest
        same = same and head["Metadata"] == entry.caption.to_metadata()
        return head["VersionId"] if same else None

    def _send(self, key: str, entry: Entry) -> str:
        reply = self._s3.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=entry.path.read_bytes(),
            ContentType=entry.content_type,
            Metadata=entry.caption.to_metadata(),
        )
        return reply["VersionId"]

    def _settled(self, waiting: dict[str, str | None]) -> dict[str, PortraitRecord | None]:
        """Give those whose record says by now what was sent, or that are gone."""
        records = self._store.records_of(portrait_id(key) for key in waiting)
        found = {key: records.get(portrait_id(key)) for key in waiting}
        return {
            key: record
            for key, record in found.items()
            if (record.version if record else None) == waiting[key]
        }


def _note_refusals(report: Report, settled: dict[str, PortraitRecord | None]) -> None:
    """Add to a report what was refused, and why."""
    report.refused |= {
        key: record.refusal for key, record in settled.items() if record and record.refusal
    }
