"""Index Portrait: brings the collections and PortraitsTable in line with the portraits' objects.

A message only says "look at this key again": what counts is what lies in the bucket now, so
messages that come twice, late or out of order end in the same state.

    object    record                                    plan
    gone      none                                      none: it is in line
    gone      any                                       Remove
    there     of its version, refused or complete       none: it is in line
    there     none, of another version, or incomplete   Refuse, or Index if it lacks a face or
                                                        the reduced copies
"""

import functools
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSEvent, SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike import recogniser
from lookalike.copies import WIDTHS, CopiesSettings, PortraitCopies
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

if TYPE_CHECKING:
    from PIL import Image

LOOKS = 5
"""How often one invocation looks at a portrait that keeps changing, before SQS retries it."""


class IndexPortraitSettings(
    PacksSettings, PortraitsSettings, PortraitFilesSettings, CopiesSettings
):
    """What this function reads from its environment."""

    pack_changes_queue: str


settings = IndexPortraitSettings.from_environment()
packs, portraits, files = PackStore(settings), PortraitStore(settings), PortraitFiles(settings)
copies = PortraitCopies(settings)
processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Index, re-index or remove the portraits that S3's events name; return which to retry."""
    pack = functools.cache(packs.read)
    keys = {*_keys(event)}
    records: dict[str, PortraitRecord | None] = {
        **portraits.records_of(portrait_id_of(key) for key in keys)
    }
    noted = [*_note_changes({pack_of(key) for key in keys}, pack)]

    def settle_one(record: SQSRecord) -> None:
        key = _key(record)
        portrait_id = portrait_id_of(key)
        try:
            records[portrait_id] = settle(key, pack(pack_of(key)), records.get(portrait_id))
        except UnknownPack:
            logger.warning("portrait of no pack")  # a retry would not change that
        except Exception:
            logger.exception("portrait not settled", portrait_id=portrait_id)
            raise

    answer = process_partial_response(event, settle_one, processor, context)
    for change in _note_changes({change.pack for change in noted}, pack):
        announce(settings.pack_changes_queue, change)
    return answer


class Remove(NamedTuple):
    """The plan for a record whose object is gone."""


class Refuse(NamedTuple):
    """The plan for an object that is refused before any call of Rekognition."""

    record: PortraitRecord
    code: str


class Index(NamedTuple):
    """The plan for an object whose face some collections lack."""

    record: PortraitRecord
    """With the faces that the object already has."""
    collections: tuple[str, ...]
    """Those that lack the face."""
    picture: StoredPicture
    size: Size
    caption: Caption


def settle(key: str, pack: Pack, previous: PortraitRecord | None) -> PortraitRecord | None:
    """Bring a portrait's record in line with its object, and return the record that is stored.

    Raise PortraitChanged after LOOKS tries.

    After each write, look at the object again: it may have changed during the write. Another
    invocation may have got that change's message, read the old record, and found nothing to do.
    """
    for _ in range(LOOKS):
        plan = plan_for(previous, files.read(key), pack.collections)
        if plan is None:
            return previous
        record = carry_out(plan)
        # Write the record last. If the handler fails before that, the portrait is not settled, and
        # the retry of the message does everything again.
        _forget(faces_dropped(previous, record))
        _delete_copies(previous, record)
        try:
            previous = portraits.replace(previous, record)
        except PortraitChanged:
            logger.info("portrait changed by another invocation", portrait_id=portrait_id_of(key))
            with suppress(PortraitChanged):
                _give_way(previous, record, portraits.record(portrait_id_of(key)))
            previous = portraits.record(portrait_id_of(key))
    raise PortraitChanged(portrait_id_of(key))


def plan_for(
    previous: PortraitRecord | None, stored: StoredPortrait | None, collections: tuple[str, ...]
) -> Remove | Refuse | Index | None:
    """Return what brings a record in line with its object; None if it is in line."""
    if stored is None:
        return None if previous is None else Remove()
    picture = stored.picture
    record = PortraitRecord(portrait_id_of(picture.key), picture.key, picture.version)
    if previous is not None and previous.version == picture.version:
        record = previous
    lacking = tuple(name for name in collections if name not in record.indexed_faces)
    if record.portrait is not None and record.portrait.copies is None:
        lacking = collections  # an older build indexed it; Rekognition returns the same faces again
    if record.refusal or not lacking:
        return None
    if stored.caption is None:
        return Refuse(record, UNNAMED)
    refusal = refuse_size(stored.size)
    if stored.size is None or refusal is not None:
        return Refuse(record, refusal.code if refusal else FailureCode.UNSUPPORTED_IMAGE)
    return Index(record, lacking, picture, stored.size, stored.caption)


def faces_dropped(
    before: PortraitRecord | None, after: PortraitRecord | None
) -> dict[str, IndexedFace]:
    """Return the faces, by collection, that the record before has and the one after has not."""
    kept = after.indexed_faces if after is not None else {}
    faces = before.indexed_faces if before is not None else {}
    return {name: face for name, face in faces.items() if kept.get(name) != face}


def carry_out(plan: Remove | Refuse | Index) -> PortraitRecord | None:
    """Index the portrait if that is the plan; return the record to store, None for no record."""
    match plan:
        case Remove():
            return None
        case Refuse():
            return _refused(plan.record, plan.code)
        case Index():
            return _index(plan)


def _index(plan: Index) -> PortraitRecord:
    record = plan.record
    widths = record.portrait.copies if record.portrait else None
    for collection in plan.collections:
        found = _index_in(collection, plan.picture, plan.size)
        if isinstance(found, Refusal):
            _forget(record.indexed_faces)
            return _refused(record, found.code)
        indexed_face, face = found
        record = replace(
            record,
            indexed_faces={**record.indexed_faces, collection: indexed_face},
            portrait=_portrait(record.key, plan.caption, face, plan.size),
        )
    if record.portrait is None:
        return record
    if widths is None:
        widths = _copy(plan.picture)
    return replace(record, portrait=replace(record.portrait, copies=widths))


def _copy(picture: StoredPicture) -> tuple[int, ...]:
    """Store the reduced copies of a portrait; return their widths.

    Return none for a picture that Rekognition reads and Pillow does not: its file is shown.
    """
    portrait_id = portrait_id_of(picture.key)
    try:
        made = reduced(files.content(picture))
    except (OSError, ValueError, SyntaxError) as error:
        logger.warning("portrait not copied", portrait_id=portrait_id, error=type(error).__name__)
        return ()
    copies.write(portrait_id, picture.version, made)
    return tuple(made)


def reduced(picture: bytes) -> dict[int, bytes]:
    """Return smaller JPEGs of a picture by width: upright, opaque and without metadata.

    None is wider than the picture. Raise OSError, ValueError or SyntaxError for a broken picture.
    """
    # An invocation that makes no copies needs no Pillow, which takes a moment to import.
    from PIL import Image, ImageCms, ImageOps

    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG")) as opened:
            profile = opened.info.get("icc_profile")
            if opened.format != "PNG":  # Rekognition applies EXIF to JPEGs alone
                opened.draft(None, (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
                ImageOps.exif_transpose(opened, in_place=True)
            image = _opaque(opened)
    except Image.DecompressionBombError as error:
        raise ValueError("too many pixels") from error
    made = {}
    for width in sorted({min(width, image.width) for width in WIDTHS}):
        height = max(1, round(image.height * width / image.width))
        copy = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        if profile:
            with suppress(ImageCms.PyCMSError, OSError, ValueError):
                source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
                target = ImageCms.createProfile("sRGB")
                copy = ImageCms.profileToProfile(copy, source, target, outputMode="RGB") or copy
        copy = copy.convert("RGB")
        copy.info.clear()  # Pillow would write a JPEG's comment again
        written = io.BytesIO()
        copy.save(written, "JPEG", quality=80, optimize=True, progressive=True)
        made[width] = written.getvalue()
    return made


def _opaque(image: "Image.Image") -> "Image.Image":
    """Return a picture on white where it is transparent, in a mode that can be reduced."""
    if image.has_transparency_data:
        from PIL import Image as Images

        image = image.convert("RGBA")
        white = Images.new("RGBA", image.size, "white")
        return Images.alpha_composite(white, image).convert("RGB")
    if image.mode not in {"L", "RGB", "CMYK"}:
        return image.convert("RGB")
    image.load()
    return image.copy()


def _index_in(
    collection: str, picture: StoredPicture, size: Size
) -> tuple[IndexedFace, DetectedFace] | Refusal:
    """Index a portrait's subject in a collection, and no other face of the picture."""
    try:
        found = recogniser.index(collection, picture, portrait_id_of(picture.key))
    except UnreadablePicture:
        return Refusal(FailureCode.UNSUPPORTED_IMAGE)
    except PictureTooLarge:
        return Refusal(FailureCode.IMAGE_TOO_LARGE)
    judged = judge_portrait([one.face for one in found], size)
    subject = next((one for one in found if one.face is judged), None)
    others = [one.face_id for one in found if one is not subject]
    if others:
        recogniser.delete_faces(collection, others)
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
        face=face.place,
        gender=caption.gender,
        description=caption.description,
    )


def _refused(record: PortraitRecord, refusal: str) -> PortraitRecord:
    logger.warning("portrait refused", portrait_id=record.portrait_id, refusal=refusal)
    metrics.add_metric(name="PortraitRefused", unit=MetricUnit.Count, value=1)
    return replace(record, refusal=str(refusal), portrait=None, indexed_faces={}, nearest=None)


def _give_way(
    previous: PortraitRecord | None, record: PortraitRecord | None, current: PortraitRecord | None
) -> None:
    """Undo what this invocation did, because another invocation replaced the record first.

    1. Delete the faces of the record that could not be stored, except those of the current one.
    2. Take the faces that this invocation has deleted out of the current record. It can have them
       because the other invocation indexed the same picture: Rekognition then returned the faces
       of the previous record, before this invocation deleted them.
    """
    _forget(faces_dropped(record, current))
    _delete_copies(record, current)
    deleted = faces_dropped(previous, record)
    if current is None:
        return
    left = {name: face for name, face in current.indexed_faces.items() if deleted.get(name) != face}
    if left != current.indexed_faces:
        portraits.replace(current, replace(current, indexed_faces=left))


def _delete_copies(before: PortraitRecord | None, after: PortraitRecord | None) -> None:
    """Delete the copies that the record before has and the one after has not."""
    if before is None or before.portrait is None or before.portrait.copies is None:
        return
    kept = after.portrait.copies if after and after.portrait else None
    if kept is None or after is None or after.version != before.version:
        copies.delete(before.portrait_id, before.version, before.portrait.copies)


def _forget(faces: Mapping[str, IndexedFace]) -> None:
    """Delete faces from the collections that they are in."""
    for collection, face in faces.items():
        recogniser.delete_faces(collection, [face.face_id])


def _note_changes(names: set[str], pack: Callable[[str], Pack]) -> Iterator[PackChange]:
    """Write to the packs' records that they change, and return the changes.

    The handler does so before it changes portraits, so that no command takes the pack for settled,
    and again afterwards. It announces only the second change. If it fails before that, the retry
    of its messages writes both again.
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
