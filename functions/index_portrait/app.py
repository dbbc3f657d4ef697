"""Index Portrait: brings the collection and PortraitsTable in line with one portrait's object.

An event only says "look at this key again": what counts is what lies in the bucket now, so
events that come twice, late or out of order end in the same state.
"""

from dataclasses import replace

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike import faces
from lookalike.errors import (
    PictureTooLarge,
    PortraitChanged,
    UnknownPack,
    UnreadablePicture,
)
from lookalike.failures import FailureCode
from lookalike.matching import Portrait, normalise
from lookalike.photographs import refuse_size
from lookalike.pictures import stored_size
from lookalike.portraits import (
    PortraitRecord,
    PortraitStore,
    StoredPortrait,
    pack_of,
    portrait_id,
)
from lookalike.settings import Settings
from lookalike.storage import s3_client
from lookalike.telemetry import logger, metrics

LOOKS = 5
"""How often a portrait that keeps changing is looked at before its event is retried later."""


class FunctionSettings(Settings):
    """What this function reads from its environment."""

    portraits_table: str
    packs_table: str
    portraits_bucket: str
    default_collection: str


settings = FunctionSettings.from_environment()
s3 = s3_client()
portraits = PortraitStore(
    settings.portraits_table,
    settings.packs_table,
    settings.portraits_bucket,
    settings.default_collection,
)


@logger.inject_lambda_context
@metrics.log_metrics
@event_source(data_class=EventBridgeEvent)
def handler(event: EventBridgeEvent, _context: LambdaContext) -> None:
    """Index, re-index or remove the portrait that an S3 event names."""
    try:
        settle(event.detail["object"]["key"])
    except UnknownPack:
        logger.warning("portrait of no pack")  # to try again would change nothing


def settle(key: str) -> None:
    """Look at a portrait until its record says what its object does; raise PortraitChanged."""
    collection = portraits.pack(pack_of(key)).collection
    for _ in range(LOOKS):
        known = portraits.record(portrait_id(key))
        stored = portraits.stored(key)
        if _settled(known, stored, collection):
            if known is not None and known.portrait is not None:
                _measure(known, known.portrait)
            return
        try:
            record = _index(stored, collection) if stored is not None else None
            _replace(known, replace(record, replaces=known is not None) if record else None)
        except PortraitChanged:
            logger.info("portrait changed meanwhile", portrait_id=portrait_id(key))
    raise PortraitChanged(portrait_id(key))


def _settled(known: PortraitRecord | None, stored: StoredPortrait | None, collection: str) -> bool:
    if known is None or stored is None:
        return known is None and stored is None
    return known.version == stored.picture.version and known.collection == collection


def _index(stored: StoredPortrait, collection: str) -> PortraitRecord:
    """Store a portrait's face; the record says why where it shows none that can be read."""
    picture = stored.picture
    unindexed = PortraitRecord(
        portrait_id=portrait_id(picture.key),
        key=picture.key,
        version=picture.version,
        collection=collection,
    )
    size = stored_size(s3, picture)
    refusal = refuse_size(size)
    if stored.caption is None:
        return _refused(unindexed, "unnamed")
    if size is None or refusal is not None:
        return _refused(unindexed, refusal.code if refusal else FailureCode.UNSUPPORTED_IMAGE)
    try:
        face = faces.index(collection, picture, unindexed.portrait_id)
    except UnreadablePicture:
        return _refused(unindexed, FailureCode.UNSUPPORTED_IMAGE)
    except PictureTooLarge:
        return _refused(unindexed, FailureCode.IMAGE_TOO_LARGE)
    if face is None:
        return _refused(unindexed, FailureCode.NO_FACE)
    portrait = Portrait(
        portrait_id=unindexed.portrait_id,
        pack=pack_of(picture.key),
        key=picture.key,
        celebrity_id=stored.caption.celebrity_id,
        name=stored.caption.name,
        attribution=stored.caption.attribution,
        geometry=normalise(face.face.landmarks, size.width / size.height),
    )
    return replace(
        unindexed, portrait=portrait, face_id=face.face_id, model_version=face.model_version
    )


def _refused(record: PortraitRecord, refusal: str) -> PortraitRecord:
    logger.warning("portrait refused", portrait_id=record.portrait_id, refusal=refusal)
    metrics.add_metric(name="PortraitRefused", unit=MetricUnit.Count, value=1)
    return replace(record, refusal=str(refusal))


def _replace(known: PortraitRecord | None, record: PortraitRecord | None) -> None:
    """Put a record in place of the known one; raise PortraitChanged where that has changed.

    The record changes last: until it has, an event whose handler failed on the way is not taken
    for settled, and its retry does all of it again.
    """
    if known is not None and known.face_id:
        if record is None or record.face_id != known.face_id:
            faces.forget(known.collection, [known.face_id])
        if record is None or record.portrait is None:
            _mend_neighbours(known)  # of another portrait in its place, once that is known
    try:
        portraits.replace(known, record)
    except PortraitChanged:
        if record is not None and record.face_id:
            current = portraits.record(record.portrait_id)
            if current is None or current.face_id != record.face_id:
                faces.forget(record.collection, [record.face_id])
        raise


def _measure(record: PortraitRecord, portrait: Portrait) -> None:
    """Note how similar a new portrait and those of other celebrities are, both ways."""
    if record.measured:
        return
    if record.replaces:
        _mend_neighbours(record)
    others = _others(record, portrait)
    for other, similarity in others:
        if similarity > (other.nearest_similarity or 0.0):
            portraits.raise_nearest(other.portrait_id, similarity, record.portrait_id)
    if others:
        nearest, similarity = others[0]
        portraits.raise_nearest(record.portrait_id, similarity, nearest.portrait_id)
    portraits.mark_measured(record)


def _mend_neighbours(gone: PortraitRecord) -> None:
    """Find the nearest anew for the portraits whose nearest is gone, or is another by now."""
    for record in portraits.records(pack_of(gone.key)):
        if record.portrait is not None and record.nearest_portrait_id == gone.portrait_id:
            others = _others(record, record.portrait)
            nearest = others[0] if others else None
            portraits.replace_nearest(record.portrait_id, gone.portrait_id, nearest)


def _others(record: PortraitRecord, portrait: Portrait) -> list[tuple[Portrait, float]]:
    """Find the portraits of other celebrities most similar to this one, best first."""
    matches = faces.search_similar(record.collection, record.face_id)
    known = portraits.get(match.portrait_id for match in matches)
    return [
        (known[match.portrait_id], match.similarity)
        for match in matches
        if match.portrait_id in known
        and known[match.portrait_id].celebrity_id != portrait.celebrity_id
    ]
