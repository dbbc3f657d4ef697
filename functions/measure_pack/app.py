"""Measure Pack: measures how similar a pack's celebrities are, once the pack has settled.

One search compares a portrait with all others. Its record keeps the nearest other celebrity and a
histogram of all of them, so a change costs one search for each portrait that it affects. All of
these together make the pack's measures (lookalike/measures.py).

An approximation: a histogram is as old as its search. If a celebrity who is not the nearest gains
or loses a portrait, the histogram still counts as before.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from aws_lambda_powertools.utilities.data_classes import SQSEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import TypeAdapter

from lookalike import recogniser
from lookalike.errors import UnknownPack
from lookalike.measures import Measures, curve_of, distribution_of, histogram_of
from lookalike.pack_changes import PackChange, announce
from lookalike.packs import PacksSettings, PackStore
from lookalike.portraits import Nearest, PortraitRecord, PortraitsSettings, PortraitStore
from lookalike.ranking import FoundFace, Portrait, groups_of, people_of
from lookalike.telemetry import logger, metrics

MARGIN_MS = 30_000
"""An invocation stops when it has so much time left, and sends a message for the rest."""

SAMPLE = 500
"""How many portraits of a large pack are compared with all others: the curve needs no more."""
ALL_FACES = 4096
"""The most faces that SearchFaces returns."""
NEAREST_FACES = 100
"""Faces that are enough to find a portrait's nearest celebrity."""


class MeasurePackSettings(PacksSettings, PortraitsSettings):
    """What this function reads from its environment."""

    pack_changes_queue: str


MESSAGE = TypeAdapter(PackChange)
settings = MeasurePackSettings.from_environment()
packs, portraits = PackStore(settings), PortraitStore(settings)


@logger.inject_lambda_context
@metrics.log_metrics
@event_source(data_class=SQSEvent)
def handler(event: SQSEvent, context: LambdaContext) -> None:
    """Measure the packs that have changed."""
    latest = {
        change.pack: change
        for change in (MESSAGE.validate_json(message.body) for message in event.records)
        if _is_latest(change)
    }
    for change in latest.values():
        if not measure(change, context):
            announce(settings.pack_changes_queue, change)


def measure(change: PackChange, context: LambdaContext) -> bool:
    """Measure one pack; return whether there was time for all of it."""
    indexed = IndexedPack.of(packs.read(change.pack).collection, portraits.records(change.pack))

    def has_time() -> bool:
        return context.get_remaining_time_in_millis() >= MARGIN_MS

    for portrait_id in [i for i in indexed.records if not indexed.is_measured(i)]:
        if not has_time() or not _measure_portrait(indexed, portrait_id, has_time):
            return False
    for portrait_id, portrait in indexed.portraits.items():
        record = indexed.records[portrait_id]
        if record.nearest and record.portrait and record.portrait.siblings != portrait.siblings:
            _save(indexed, portrait_id, record.nearest)
    packs.save_measures(
        change.pack,
        change.change,
        indexed.measures(),
        len(indexed.records),
        groups_of(indexed.portraits.values()),
    )
    logger.info("pack measured", pack=change.pack, portraits=len(indexed.records))
    return True


def _is_latest(change: PackChange) -> bool:
    """Return whether this is the pack's latest change. A later one has a message of its own."""
    try:
        return packs.read(change.pack).change == change.change
    except UnknownPack:
        return False  # the pack has been removed


@dataclass(frozen=True)
class IndexedPack:
    """The portraits of a pack whose faces are in the collection that is searched."""

    collection: str
    records: dict[str, PortraitRecord]
    portraits: dict[str, Portrait]
    """Each with as many siblings as it has now."""
    people: dict[str, int]
    """How many portraits each celebrity has, by celebrity_id."""
    sample: Collection[str]
    """The portraits that are compared with all others."""
    fresh: set[str] = field(default_factory=set)
    """The portraits that this invocation has measured: they have seen each other."""

    @classmethod
    def of(cls, collection: str, stored: Iterator[PortraitRecord]) -> "IndexedPack":
        """Read the pack from its portraits' records."""
        records = {
            record.portrait_id: record
            for record in stored
            if record.portrait and collection in record.indexed_faces
        }
        shown = {i: record.portrait for i, record in records.items() if record.portrait}
        people = Counter(portrait.celebrity_id for portrait in shown.values())
        portraits = {
            i: replace(portrait, siblings=people[portrait.celebrity_id] - 1)
            for i, portrait in shown.items()
        }
        # A portrait_id is a hash, so the first ones are spread over the pack.
        return cls(collection, records, portraits, people, {*sorted(records)[:SAMPLE]})

    def face_of(self, portrait_id: str) -> str:
        """Return the id of a portrait's face; empty if the portrait is gone."""
        record = self.records.get(portrait_id)
        return record.indexed_faces[self.collection].face_id if record else ""

    def is_measured(self, portrait_id: str) -> bool:
        """Return whether what is measured of a portrait still holds.

        It holds while its own face, the nearest portrait's face and the nearest celebrity's number
        of portraits are those of the measurement. That there is no other celebrity holds while the
        pack has one celebrity.
        """
        nearest, own = self.records[portrait_id].nearest, self.portraits[portrait_id].celebrity_id
        if nearest is None or nearest.face_id != self.face_of(portrait_id):
            return False
        if not nearest.other_id:
            return len(self.people) == 1
        return (
            self.face_of(nearest.other_id) == nearest.other_face_id
            and self.portraits[nearest.other_id].celebrity_id != own
            and nearest.person != own
            and self.people.get(nearest.person) == nearest.person_portraits
            and bool(nearest.histogram or portrait_id not in self.sample)
        )

    def search(self, portrait_id: str) -> tuple[Nearest, list[FoundFace]]:
        """Compare a portrait with all others; return its measure, and the faces found."""
        own_face = self.face_of(portrait_id)
        most = ALL_FACES if portrait_id in self.sample else NEAREST_FACES
        own = self.portraits[portrait_id].celebrity_id
        others = {i: one for i, one in self.portraits.items() if one.celebrity_id != own}
        faces = recogniser.search_similar(self.collection, own_face, most)
        people = people_of(faces, others, most)
        if not people:
            return Nearest(own_face), []
        celebrity_id, person = next(iter(people.items()))
        nearest = max((one.best for one in people.values()), key=lambda best: best.similarity)
        unseen = len(self.people) - 1 - len(people)  # the least similar ones of a very large pack
        histogram = histogram_of([0.0] * unseen + [one.similarity for one in people.values()])
        return Nearest(
            face_id=own_face,
            other_id=nearest.portrait_id,
            other_face_id=self.face_of(nearest.portrait_id),
            similarity=nearest.similarity,
            person=celebrity_id,
            person_portraits=self.people[celebrity_id],
            person_similarity=person.similarity,
            histogram=histogram if portrait_id in self.sample else (),
        ), [face for face in faces if face.portrait_id in others]

    def measures(self) -> Measures:
        """Return the measures of the pack, from those of its portraits."""
        nearest = {i: record.nearest for i, record in self.records.items() if record.nearest}
        return Measures(
            distribution_of(
                (self.portraits[i].celebrity_id, one.person_similarity)
                for i, one in nearest.items()
                if one.person
            ),
            curve_of(
                (nearest[i].histogram for i in self.sample if nearest[i].histogram),
                len(self.people),
            ),
        )


def _measure_portrait(indexed: IndexedPack, portrait_id: str, has_time: Callable[[], bool]) -> bool:
    """Measure a portrait; before that, those to which it is more similar than their nearest.

    Return whether there was time for all of them. If not, nothing is stored of this portrait, so
    the next invocation begins with it again.
    """
    nearest, found = indexed.search(portrait_id)
    for face in found:
        measured = indexed.records[face.portrait_id].nearest
        if (
            measured
            and indexed.is_measured(face.portrait_id)
            and face.portrait_id not in indexed.fresh
            and face.similarity > measured.person_similarity
        ):
            if not has_time():
                return False
            _save(indexed, face.portrait_id, indexed.search(face.portrait_id)[0])
    _save(indexed, portrait_id, nearest)
    return True


def _save(indexed: IndexedPack, portrait_id: str, nearest: Nearest) -> None:
    record = replace(indexed.records[portrait_id], portrait=indexed.portraits[portrait_id])
    portraits.save_nearest(record, nearest)
    indexed.fresh.add(portrait_id)
    indexed.records[portrait_id] = replace(record, nearest=nearest)
