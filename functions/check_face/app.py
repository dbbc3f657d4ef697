"""Check Face: judges whether a selfie shows one usable face.

A refused photograph is a result, not an error: the workflow branches on `failure`.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike import recogniser
from lookalike.errors import PictureTooLarge, UnreadablePicture
from lookalike.faces import (
    Box,
    DetectedFace,
    Refusal,
    by_prominence,
    others_beside,
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
    """Judge the selfie `{"bucket", "key", "version"}`.

    Return `{"failure", "selfie_face", "other_faces"}`. `failure` is null for a usable selfie. Then
    `selfie_face` says where the face is, and `other_faces` lists the boxes of the faces beside it.
    """
    picture = StoredPicture(**event)
    with about_match(picture.key.rpartition("/")[2]):
        judged = judge(picture)
        if isinstance(judged, Refusal):
            logger.info("selfie judged", refusal=judged.code)
            return {"failure": judged.to_json(), "selfie_face": None, "other_faces": []}
        logger.info("selfie judged", refusal=None)
        face, others = judged
        return {
            "failure": None,
            "selfie_face": face.place.to_json() if face.place else None,
            "other_faces": [box.to_json() for box in others],
        }


def judge(picture: StoredPicture) -> tuple[DetectedFace, list[Box]] | Refusal:
    """Return the face to search for and the others, or why the selfie is refused.

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
    if refusal := refuse_faces(found, size):
        return refusal
    face = by_prominence(found)[0]
    return face, others_beside(face, found, size)
