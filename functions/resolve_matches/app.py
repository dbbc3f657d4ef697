"""Resolve Matches: turns the faces that the search found into people, ranked and scored."""

import time
from datetime import timedelta
from typing import Any, NamedTuple

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from lookalike import recogniser
from lookalike.errors import CatalogEmpty
from lookalike.measures import Measures
from lookalike.packs import PacksSettings, PackStore
from lookalike.pictures import StoredPicture, stored_size
from lookalike.portraits import PortraitsSettings, PortraitStore
from lookalike.ranking import (
    Celebrity,
    Certainty,
    FaceMatch,
    Method,
    certainty_of,
    normalise,
    people_of,
    rank,
    rank_by_landmarks,
)
from lookalike.storage import s3_client
from lookalike.telemetry import about_match, logger

MEASURES_LIFETIME = timedelta(minutes=1)
"""How long a warm function may use the measures that it has read."""


class ResolveMatchesSettings(PacksSettings, PortraitsSettings):
    """What this function reads from its environment."""


class SearchedSelfie(BaseModel):
    """What the workflow passes: the selfie, the pack, and the faces that the search found."""

    # Keep the input out of the log: a guest's match_id is a key, and similarities are biometric.
    model_config = ConfigDict(hide_input_in_errors=True)

    bucket: str
    key: str
    version: str
    pack: str
    faces: list[FaceMatch]


settings = ResolveMatchesSettings.from_environment()
s3 = s3_client()
packs, portraits = PackStore(settings), PortraitStore(settings)
_measures: dict[str, tuple[float, Measures]] = {}


class Result(NamedTuple):
    """What the workflow stores of a match."""

    method: Method
    celebrities: list[Celebrity]
    """Best first."""
    certainty: Certainty | None = None


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return the result in plain JSON; raise CatalogEmpty if it would name no celebrity."""
    found = SearchedSelfie.model_validate(event)
    with about_match(found.key.rpartition("/")[2]):
        result = resolve(found)
        if not result.celebrities:
            raise CatalogEmpty(found.pack)
        logger.info("matches resolved", method=result.method, celebrities=len(result.celebrities))
        return {
            "method": result.method,
            "celebrities": [celebrity.to_json() for celebrity in result.celebrities],
            "support": {"certainty": result.certainty},
        }


def resolve(found: SearchedSelfie) -> Result:
    """Rank the celebrities whose faces the search found; if there are none, rank by landmarks."""
    matched = portraits.get(match.portrait_id for match in found.faces)
    people = people_of(found.faces, matched)
    if not people:
        return Result("landmarks", _by_landmarks(found))
    return Result("faces", rank(people, matched, measures_of(found.pack)), certainty_of(people))


def measures_of(pack: str) -> Measures:
    """Read a pack's measures, at most MEASURES_LIFETIME old."""
    read_at, measures = _measures.get(pack, (0.0, Measures()))
    is_old = time.monotonic() - read_at > MEASURES_LIFETIME.total_seconds()
    if is_old or not measures.distribution:
        measures = packs.measures(pack)
        _measures[pack] = time.monotonic(), measures
    return measures


def _by_landmarks(found: SearchedSelfie) -> list[Celebrity]:
    everyone = list(portraits.of_pack(found.pack))
    if not everyone:
        return []
    picture = StoredPicture(found.bucket, found.key, found.version)
    size = stored_size(s3, picture)
    seen = recogniser.detect(picture)
    if size is None or not seen:
        return []
    subject = max(seen, key=lambda face: face.box.area)
    geometry = normalise(subject.landmarks, size.width / size.height)
    return rank_by_landmarks(geometry, everyone) if geometry else []
