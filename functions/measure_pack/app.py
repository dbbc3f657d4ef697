"""Measure Pack: measures how similar a pack's celebrities are, once the pack has settled.

Each portrait's record keeps its nearest portrait of another celebrity, so a change costs one search
for each portrait that it affects. All of these together make the pack's distribution, from which
resemblance is computed.
"""

from collections.abc import Iterator
from dataclasses import replace

from aws_lambda_powertools.utilities.data_classes import SQSEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike import recogniser
from lookalike.errors import UnknownPack
from lookalike.pack_changes import PackChange, announce
from lookalike.packs import PacksSettings, PackStore
from lookalike.portraits import Nearest, PortraitRecord, PortraitsSettings, PortraitStore
from lookalike.ranking import distribution_of
from lookalike.telemetry import logger, metrics

MARGIN_MS = 30_000
"""The time to leave unused. Another invocation, with its own message, measures the rest."""


class MeasurePackSettings(PacksSettings, PortraitsSettings):
    """What this function reads from its environment."""

    pack_changes_queue: str


settings = MeasurePackSettings.from_environment()
packs, portraits = PackStore(settings), PortraitStore(settings)


@logger.inject_lambda_context
@metrics.log_metrics
@event_source(data_class=SQSEvent)
def handler(event: SQSEvent, context: LambdaContext) -> None:
    """Measure the packs that have changed."""
    latest = {
        change.pack: change
        for change in (PackChange.model_validate_json(message.body) for message in event.records)
        if _is_latest(change)
    }
    for change in latest.values():
        if not measure(change, context):
            announce(settings.pack_changes_queue, change)


def measure(change: PackChange, context: LambdaContext) -> bool:
    """Measure one pack; return whether there was time for all of it."""
    collection = packs.read(change.pack).collection
    records = {record.portrait_id: record for record in portraits.records(change.pack)}
    faces_of = {
        portrait: record.indexed_faces[collection].face_id
        for portrait, record in records.items()
        if collection in record.indexed_faces
    }
    for portrait in [i for i in faces_of if not _has_valid_nearest(records[i], records, faces_of)]:
        if context.get_remaining_time_in_millis() < MARGIN_MS:
            return False
        for other, nearest in _search_nearest(records[portrait], collection, records, faces_of):
            portraits.save_nearest(records[other], nearest)
            records[other] = replace(records[other], nearest=nearest)
    distribution = distribution_of(
        (record.portrait.celebrity_id, record.nearest.similarity)
        for record in records.values()
        if record.portrait and record.nearest and record.nearest.other_id
    )
    packs.save_measures(change.pack, change.change, distribution, len(faces_of))
    logger.info("pack measured", pack=change.pack, portraits=len(faces_of))
    return True


def _is_latest(change: PackChange) -> bool:
    """Return whether this is the pack's latest change. A later one has a message of its own."""
    try:
        return packs.read(change.pack).change == change.change
    except UnknownPack:
        return False  # the pack has been removed


def _has_valid_nearest(
    record: PortraitRecord, records: dict[str, PortraitRecord], faces_of: dict[str, str]
) -> bool:
    """Return whether the nearest was measured with the two faces that are indexed now.

    Both must still show two celebrities. No nearest is valid while there is no other celebrity.
    """
    nearest = record.nearest
    if nearest is None or nearest.face_id != faces_of[record.portrait_id]:
        return False
    if not nearest.other_id:
        return all(_celebrity(records[one]) == _celebrity(record) for one in faces_of)
    return faces_of.get(nearest.other_id) == nearest.other_face_id and _celebrity(
        records[nearest.other_id]
    ) != _celebrity(record)


def _search_nearest(
    record: PortraitRecord,
    collection: str,
    records: dict[str, PortraitRecord],
    faces_of: dict[str, str],
) -> Iterator[tuple[str, Nearest]]:
    """Return a portrait's nearest, and the portraits whose nearest it now is; by portrait_id."""
    own_face = faces_of[record.portrait_id]
    others = [
        (match.portrait_id, match.similarity)
        for match in recogniser.search_similar(collection, own_face)
        if match.portrait_id in faces_of
        and _celebrity(records[match.portrait_id]) != _celebrity(record)
    ]
    if not others:
        yield record.portrait_id, Nearest(own_face)
        return
    other, similarity = others[0]
    yield record.portrait_id, Nearest(own_face, other, faces_of[other], similarity)
    for other, similarity in others:
        nearest = records[other].nearest
        # The loop in `measure` comes to each portrait whose nearest is not valid.
        if (
            nearest
            and _has_valid_nearest(records[other], records, faces_of)
            and similarity > nearest.similarity
        ):
            yield (
                other,
                Nearest(faces_of[other], record.portrait_id, own_face, similarity),
            )


def _celebrity(record: PortraitRecord) -> str | None:
    return record.portrait.celebrity_id if record.portrait else None
