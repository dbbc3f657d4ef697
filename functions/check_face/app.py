"""Check Face: judges whether a selfie shows one usable face.

A refused photograph is a result, not an error: the workflow branches on `failure`.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike import recogniser
from lookalike.errors import PictureTooLarge, UnreadablePicture
from lookalike.faces import Refusal, refuse_faces, refuse_size
from lookalike.failures import FailureCode
from lookalike.pictures import StoredPicture, stored_size
from lookalike.storage import s3_client
from lookalike.telemetry import about_match, logger

s3 = s3_client()


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Judge the selfie `{"bucket", "key", "version"}`; return `{"failure"}`, null if usable."""
    picture = StoredPicture(**event)
    with about_match(picture.key.rpartition("/")[2]):
        refusal = judge(picture)
        logger.info("selfie judged", refusal=refusal.code if refusal else None)
        return {"failure": refusal.to_json() if refusal else None}


def judge(picture: StoredPicture) -> Refusal | None:
    """Return why a selfie is refused, if it is. Check its header before the paid detection."""
    size = stored_size(s3, picture)
    refusal = refuse_size(size)
    if size is None or refusal is not None:
        return refusal
    try:
        found = recogniser.detect(picture)
    except UnreadablePicture:
        return Refusal(FailureCode.UNSUPPORTED_IMAGE)
    except PictureTooLarge:
        return Refusal(FailureCode.IMAGE_TOO_LARGE)
    return refuse_faces(found, size)
