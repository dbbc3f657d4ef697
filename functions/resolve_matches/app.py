"""Resolve Matches: turns the faces that the search found into people, ranked and scored."""

import time
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from lookalike import recogniser
from lookalike.errors import CatalogEmpty
from lookalike.packs import PacksSettings, PackStore
from lookalike.pictures import StoredPicture, stored_size
from lookalike.portraits import PortraitsSettings, PortraitStore
from lookalike.ranking import (
    Celebrity,
    FaceMatch,
    Method,
    normalise,
    rank,
    rank_by_landmarks,
)
from lookalike.storage import s3_client
from lookalike.telemetry import about_match, logger

DISTRIBUTION_LIFETIME = timedelta(minutes=1)
"""How long a warm function may use the distribution that it has read."""


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
_distributions: dict[str, tuple[float, list[float]]] = {}


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return `method` and `celebrities`, best first; raise CatalogEmpty if there are none."""
    found = SearchedSelfie.model_validate(event)
    with about_match(found.key.rpartition("/")[2]):
        method, celebrities = resolve(found)
        if not celebrities:
            raise CatalogEmpty(found.pack)
        logger.info("matches resolved", method=method, celebrities=len(celebrities))
        return {
            "method": method,
            "celebrities": [celebrity.to_json() for celebrity in celebrities],
        }


def resolve(found: SearchedSelfie) -> tuple[Method, list[Celebrity]]:
    """Rank the celebrities whose faces the search found; if there are none, rank by landmarks."""
    matched = portraits.get(match.portrait_id for match in found.faces)
    celebrities = rank(found.faces, matched, distribution(found.pack)) if matched else []
    if celebrities:
        return "faces", celebrities
    return "landmarks", _by_landmarks(found)


def distribution(pack: str) -> list[float]:
    """Read a pack's distribution, at most DISTRIBUTION_LIFETIME old."""
    read_at, values = _distributions.get(pack, (0.0, []))
    if not values or time.monotonic() - read_at > DISTRIBUTION_LIFETIME.total_seconds():
        values = packs.distribution(pack)
        _distributions[pack] = time.monotonic(), values
    return values


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
