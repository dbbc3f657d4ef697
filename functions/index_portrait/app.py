"""Index Portrait: brings the collections and PortraitsTable in line with the portraits' objects.

A message only says "look at this key again": what counts is what lies in the bucket now, so
messages that come twice, late or out of order end in the same state.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSEvent, SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike import recogniser
from lookalike.errors import (
    PictureTooLarge,
    PortraitChanged,
    UnknownPack,
    UnreadablePicture,
)
from lookalike.faces import DetectedFace, Refusal, Size, judge_portrait, refuse_size
from lookalike.failures import FailureCode
from lookalike.pack_changes import PackChange, announce
from lookalike.packs import Pack, PacksSettings, PackStore
from lookalike.pictures import StoredPicture
from lookalike.portrait_files import (
    Caption,
    PortraitFiles,
    PortraitFilesSettings,
    StoredPortrait,
)
from lookalike.portraits import (
    UNNAMED,
    IndexedFace,
    PortraitRecord,
    PortraitsSettings,
    PortraitStore,
    pack_of,
    portrait_id_of,
)
from lookalike.ranking import Portrait, normalise
from lookalike.telemetry import logger, metrics

LOOKS = 5
"""How often one invocation looks at a portrait that keeps changing, before SQS retries it."""


class IndexPortraitSettings(PacksSettings, PortraitsSettings, PortraitFilesSettings):
    """What this function reads from its environment."""

    pack_changes_queue: str


settings = IndexPortraitSettings.from_environment()
packs, portraits, files = PackStore(settings), PortraitStore(settings), PortraitFiles(settings)
processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Index, re-index or remove the portraits that S3's events name; return which to retry."""
    pack = functools.cache(packs.read)
    keys = {*_keys(event)}
    records = portraits.records_of(portrait_id_of(key) for key in keys)
    noted = [*_note_changes({pack_of(key) for key in keys}, pack)]

    def settle_one(record: SQSRecord) -> None:
        key = _key(record)
        try:
            settle(key, pack(pack_of(key)), records.get(portrait_id_of(key)))
        except UnknownPack:
            logger.warning("portrait of no pack")  # a retry would not change that
        except Exception:
            logger.exception("portrait not settled", portrait_id=portrait_id_of(key))
            raise

    answer = process_partial_response(event, settle_one, processor, context)
    for change in _note_changes({change.pack for change in noted}, pack):
        announce(settings.pack_changes_queue, change)
    return answer


def settle(key: str, pack: Pack, previous: PortraitRecord | None) -> None:
    """Bring a portrait's record in line with its object; raise PortraitChanged after LOOKS tries.

    After each write, look at the object again. It may have changed during the write, and another
    invocation may have handled that message before the write, and found nothing to do.
    """
    for _ in range(LOOKS):
        stored = files.read(key)
        if _settled(previous, stored, pack):
            return
        try:
            previous = _replace(
                previous, _index(stored, previous, pack) if stored is not None else None
            )
        except PortraitChanged:
            logger.info("portrait changed by another invocation", portrait_id=portrait_id_of(key))
            previous = portraits.record(portrait_id_of(key))
    raise PortraitChanged(portrait_id_of(key))


def _settled(previous: PortraitRecord | None, stored: StoredPortrait | None, pack: Pack) -> bool:
    if previous is None or stored is None:
        return previous is None and stored is None
    everywhere = previous.refusal or set(pack.collections) <= set(previous.indexed_faces)
    return previous.version == stored.picture.version and bool(everywhere)


def _index(stored: StoredPortrait, previous: PortraitRecord | None, pack: Pack) -> PortraitRecord:
    """Index a portrait in each collection that lacks it; return its record, or a refused one."""
    picture = stored.picture
    record = PortraitRecord(portrait_id_of(picture.key), picture.key, picture.version)
    if previous is not None and previous.version == picture.version:
        record = previous
    if stored.caption is None:
        return _refused(record, UNNAMED)
    refusal = refuse_size(stored.size)
    if stored.size is None or refusal is not None:
        return _refused(record, refusal.code if refusal else FailureCode.UNSUPPORTED_IMAGE)
    for collection in pack.collections:
        if collection in record.indexed_faces:
            continue
        try:
            found = _index_in(collection, picture, stored.size)
        except UnreadablePicture:
            found = Refusal(FailureCode.UNSUPPORTED_IMAGE)
        except PictureTooLarge:
            found = Refusal(FailureCode.IMAGE_TOO_LARGE)
        if isinstance(found, Refusal):
            for elsewhere, indexed_face in record.indexed_faces.items():
                recogniser.forget(elsewhere, [indexed_face.face_id])
            return _refused(record, found.code)
        indexed_face, face = found
        record = replace(
            record,
            indexed_faces={**record.indexed_faces, collection: indexed_face},
            portrait=_portrait(picture.key, stored.caption, face, stored.size),
        )
    return record


def _index_in(
    collection: str, picture: StoredPicture, size: Size
) -> tuple[IndexedFace, DetectedFace] | Refusal:
    """Index a portrait's subject in a collection, and no other face of the picture."""
    found = recogniser.index(collection, picture, portrait_id_of(picture.key))
    judged = judge_portrait([one.face for one in found], size)
    subject = next((one for one in found if one.face is judged), None)
    others = [one.face_id for one in found if one is not subject]
    if others:
        recogniser.forget(collection, others)
    if isinstance(judged, Refusal) or subject is None:
        return judged if isinstance(judged, Refusal) else Refusal(FailureCode.NO_FACE)
    return IndexedFace(subject.face_id, subject.model_version), judged


def _portrait(key: str, caption: Caption, face: DetectedFace, size: Size) -> Portrait:
    return Portrait(
        portrait_id=portrait_id_of(key),
        pack=pack_of(key),
        key=key,
        celebrity_id=caption.celebrity_id,
        name=caption.name,
        attribution=caption.attribution,
        geometry=normalise(face.landmarks, size.width / size.height),
    )


def _refused(record: PortraitRecord, refusal: str) -> PortraitRecord:
    logger.warning("portrait refused", portrait_id=record.portrait_id, refusal=refusal)
    metrics.add_metric(name="PortraitRefused", unit=MetricUnit.Count, value=1)
    return replace(record, refusal=str(refusal), portrait=None, indexed_faces={}, nearest=None)


def _replace(
    previous: PortraitRecord | None, record: PortraitRecord | None
) -> PortraitRecord | None:
    """Replace the previous record, and return the new one; raise PortraitChanged where it changed.

    Write the record last. If the handler fails before that, the portrait is not settled, and the
    retry of the message does everything again.
    """
    if previous is not None:
        _forget_unless(previous, record)
    try:
        return portraits.replace(previous, record)
    except PortraitChanged:
        one = record or previous
        current = portraits.record(one.portrait_id) if one else None
        if record is not None:
            _forget_unless(record, current)
        if previous is not None and current is not None:
            _disown(current, previous, record)
        raise


def _disown(
    current: PortraitRecord, previous: PortraitRecord, record: PortraitRecord | None
) -> None:
    """Take the faces that this invocation has deleted out of the current record.

    Another invocation indexed the same picture again. Rekognition returned the faces that the
    previous record had, and this invocation then deleted them.
    """
    kept = record.indexed_faces if record is not None else {}
    left = {
        collection: face
        for collection, face in current.indexed_faces.items()
        if previous.indexed_faces.get(collection) != face or kept.get(collection) == face
    }
    if left != current.indexed_faces:
        portraits.replace(current, replace(current, indexed_faces=left))


def _forget_unless(record: PortraitRecord, kept: PortraitRecord | None) -> None:
    """Delete a record's faces from the collections, except those that the kept record has."""
    for collection, face in record.indexed_faces.items():
        if kept is None or kept.indexed_faces.get(collection) != face:
            recogniser.forget(collection, [face.face_id])


def _note_changes(names: set[str], pack: Callable[[str], Pack]) -> Iterator[PackChange]:
    """Note a change of packs before it happens, so that no importer takes them for settled.

    The handler announces a change when it is over. If it fails before that, its retry notes the
    change again.
    """
    for name in sorted(names):
        with suppress(UnknownPack):
            pack(name)
            yield PackChange(pack=name, change=packs.note_change(name))


def _keys(event: dict[str, Any]) -> Iterator[str]:
    for message in SQSEvent(event).records:
        # Skip a malformed message here: it fails alone when its turn comes.
        with suppress(KeyError, TypeError, ValueError, RecursionError):
            key = _key(message)
            key.encode()
            yield key


def _key(message: SQSRecord) -> str:
    return str(message.json_body["detail"]["object"]["key"])
