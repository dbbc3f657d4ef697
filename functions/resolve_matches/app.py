"""Resolve Matches: turns the faces that the search found into people, ranked and scored."""

import time
from datetime import timedelta
from typing import Any, NamedTuple, Self

from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike import recogniser
from lookalike.errors import CatalogEmpty, NoFaceFound
from lookalike.faces import by_prominence
from lookalike.measures import Measures
from lookalike.packs import PacksSettings, PackStore
from lookalike.pictures import StoredPicture, stored_size
from lookalike.portraits import PortraitsSettings, PortraitStore
from lookalike.ranking import (
    SEARCHED_FACES,
    Celebrity,
    Certainty,
    FoundFace,
    Group,
    Method,
    agreeing_count,
    certainty_of,
    fuse,
    normalise,
    people_among,
    people_of,
    rank,
    rank_by_landmarks,
    shows_one_person,
)
from lookalike.scores import ScoresSettings, ScoreStore
from lookalike.storage import s3_client
from lookalike.telemetry import about_match, logger

MEASURES_LIFETIME = timedelta(minutes=1)
"""How long a warm function may use the measures that it has read."""


class ResolveMatchesSettings(PacksSettings, PortraitsSettings, ScoresSettings):
    """What this function reads from its environment."""


class SearchedSelfie(NamedTuple):
    """What the workflow passes: the selfie, the pack, and the faces that the search found."""

    bucket: str
    key: str
    version: str
    execution: str
    pack: str
    faces: list[FoundFace]

    @classmethod
    def of_event(cls, event: dict[str, Any]) -> Self:
        """Read the event. An error names a field alone, because similarities are biometric."""
        faces = [FoundFace(face["portrait_id"], face["similarity"]) for face in event["faces"]]
        return cls(**{name: event[name] for name in cls._fields if name != "faces"}, faces=faces)

    @property
    def match_id(self) -> str:
        """The match whose selfie it is."""
        return self.key.rpartition("/")[2]


settings = ResolveMatchesSettings.from_environment()
s3 = s3_client()
packs, portraits, scores = PackStore(settings), PortraitStore(settings), ScoreStore(settings)
_measures: dict[str, tuple[float, Measures]] = {}


class Result(NamedTuple):
    """What the workflow stores of a match."""

    method: Method
    celebrities: list[Celebrity]
    """Best first."""
    certainty: Certainty | None = None
    selfies: int = 1
    """How many photographs the result is for."""
    agree: int = 1
    """How many of them have the first celebrity first on their own."""
    one_person: bool | None = None
    """Whether they most probably all show one person; None where that cannot be told."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return the result in plain JSON; raise CatalogEmpty or NoFaceFound if it names no one."""
    found = SearchedSelfie.of_event(event)
    with about_match(found.match_id):
        result = resolve(found)
        if not result.celebrities:
            raise CatalogEmpty(found.pack)
        logger.info("matches resolved", method=result.method, celebrities=len(result.celebrities))
        return {
            "method": result.method,
            "celebrities": [celebrity.to_json() for celebrity in result.celebrities],
            "support": {
                "certainty": result.certainty,
                "selfies": result.selfies,
                "agree": result.agree,
                "one_person": result.one_person,
            },
        }


def resolve(found: SearchedSelfie) -> Result:
    """Rank the celebrities whose faces the search found; if there are none, rank by landmarks."""
    asked = scores.asked(found.match_id)
    portraits_found = portraits.get(face.portrait_id for face in found.faces)
    everyone = people_of(found.faces, portraits_found)
    own_scores = {celebrity_id: person.similarity for celebrity_id, person in everyone.items()}
    if own_scores:
        scores.write(found.match_id, found.execution, own_scores, asked.photo_until)
    people = people_among(asked.among, everyone, portraits_found.values())
    if not people:
        return Result("landmarks", _by_landmarks(found, asked.among))
    earlier = scores.earlier(asked)
    fused = fuse(people, earlier)
    # A full reply has scores of the most similar people alone, and those differ by photograph.
    is_full = len(found.faces) >= SEARCHED_FACES
    return Result(
        "faces",
        rank(fused, portraits_found, measures_of(found.pack)),
        certainty_of(fused),
        selfies=1 + len(earlier),
        agree=agreeing_count(fused, [own_scores, *earlier]),
        one_person=None if is_full else shows_one_person(own_scores, earlier),
    )


def measures_of(pack: str) -> Measures:
    """Read a pack's measures, at most MEASURES_LIFETIME old."""
    read_at, measures = _measures.get(pack, (0.0, Measures()))
    is_old = time.monotonic() - read_at > MEASURES_LIFETIME.total_seconds()
    if is_old or not measures.distribution:
        measures = packs.measures(pack)
        _measures[pack] = time.monotonic(), measures
    return measures


def _by_landmarks(found: SearchedSelfie, group: Group) -> list[Celebrity]:
    """Rank a pack by landmarks; raise NoFaceFound if the selfie shows no whole face."""
    everyone = list(portraits.of_pack(found.pack))
    if not everyone:
        return []
    picture = StoredPicture(found.bucket, found.key, found.version)
    size = stored_size(s3, picture)
    seen = by_prominence(recogniser.detect(picture))
    if size is None or not seen:
        raise NoFaceFound
    subject = max(seen, key=lambda face: face.box.area)
    geometry = normalise(subject.landmarks, size.width / size.height)
    if geometry is None:
        raise NoFaceFound
    return rank_by_landmarks(geometry, everyone, group)
