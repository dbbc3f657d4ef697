"""Check Face: judges whether a selfie shows one usable face.

A refused photograph is a result, not an error: the workflow branches on `failure`.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike import recogniser
from lookalike.errors import PictureTooLarge, UnreadablePicture
from lookalike.faces import (
    DetectedFace,
    Refusal,
    by_prominence,
    refuse_faces,
    refuse_size,
)
from lookalike.failures import FailureCode
from lookalike.pictures import StoredPicture, stored_size
from lookalike.storage import s3_client
from lookalike.telemetry import about_match, logger

s3 = s3_client()


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Judge the selfie `{"bucket", "key", "version"}`; return `{"failure", "selfie_face"}`.

    `failure` is null for a usable selfie, and `selfie_face` then says where the face is.
    """
    picture = StoredPicture(**event)
    with about_match(picture.key.rpartition("/")[2]):
        judged = judge(picture)
        if isinstance(judged, Refusal):
            logger.info("selfie judged", refusal=judged.code)
            return {"failure": judged.to_json(), "selfie_face": None}
        logger.info("selfie judged", refusal=None)
        return {"failure": None, "selfie_face": judged.place.to_json() if judged.place else None}


def judge(picture: StoredPicture) -> DetectedFace | Refusal:
    """Return the face to search for, or why the selfie is refused.

    Check the picture's header before the paid detection.
    """
    size = stored_size(s3, picture)
    refusal = refuse_size(size)
    if size is None or refusal is not None:
        return refusal or Refusal(FailureCode.UNSUPPORTED_IMAGE)
    try:
        found = recogniser.detect(picture)
    except UnreadablePicture:
        return Refusal(FailureCode.UNSUPPORTED_IMAGE)
    except PictureTooLarge:
        return Refusal(FailureCode.IMAGE_TOO_LARGE)
    return refuse_faces(found, size) or by_prominence(found)[0]
