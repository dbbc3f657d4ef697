"""Resolve Matches: turns the faces that the search found into people, ranked and scored."""

import time
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from lookalike import recogniser
from lookalike.errors import CatalogEmpty
from lookalike.pictures import StoredPicture, stored_size
from lookalike.portraits import PortraitStore
from lookalike.ranking import (
    Celebrity,
    FaceMatch,
    Method,
    normalise,
    rank,
    rank_by_landmarks,
)
from lookalike.settings import Settings
from lookalike.storage import s3_client
from lookalike.telemetry import about_match, logger

DISTRIBUTION_LIFETIME = timedelta(minutes=1)
"""How long a warm function may use the distribution that it has read."""


class FunctionSettings(Settings):
    """What this function reads from its environment."""

    portraits_table: str
    packs_table: str
    portraits_bucket: str
    default_collection: str


class Found(BaseModel):
    """What the workflow passes: the selfie, the pack, and the faces that the search found."""

    # Keep the input out of the log: a guest's match_id is a key, and similarities are biometric.
    model_config = ConfigDict(hide_input_in_errors=True)

    bucket: str
    key: str
    version: str
    pack: str
    faces: list[FaceMatch]


settings = FunctionSettings.from_environment()
s3 = s3_client()
portraits = PortraitStore(
    settings.portraits_table,
    settings.packs_table,
    settings.portraits_bucket,
    settings.default_collection,
)
_distributions: dict[str, tuple[float, list[float]]] = {}


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return `method` and `celebrities`, best first; raise CatalogEmpty where there is no one."""
    found = Found.model_validate(event)
    with about_match(found.key.rpartition("/")[2]):
        method, celebrities = resolve(found)
        if not celebrities:
            raise CatalogEmpty(found.pack)
        logger.info("matches resolved", method=method, celebrities=len(celebrities))
        return {
            "method": method,
            "celebrities": [celebrity.to_json() for celebrity in celebrities],
        }


def resolve(found: Found) -> tuple[Method, list[Celebrity]]:
    """Rank the celebrities whose faces the search found; if there are none, rank by landmarks."""
    known = portraits.get(match.portrait_id for match in found.faces)
    celebrities = rank(found.faces, known, distribution(found.pack)) if known else []
    if celebrities:
        return "faces", celebrities
    return "landmarks", _by_landmarks(found)


def distribution(pack: str) -> list[float]:
    """Read a pack's distribution, at most DISTRIBUTION_LIFETIME old."""
    read_at, values = _distributions.get(pack, (0.0, []))
    if not values or time.monotonic() - read_at > DISTRIBUTION_LIFETIME.total_seconds():
        values = portraits.distribution(pack)
        _distributions[pack] = time.monotonic(), values
    return values


def _by_landmarks(found: Found) -> list[Celebrity]:
    everyone = list(portraits.portraits(found.pack))
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
