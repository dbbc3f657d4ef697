"""Why a match fails, and the words that its owner reads.

A match stores only the code. The API adds the words when it reads the match, so they change here.
"""

from enum import StrEnum
from typing import NamedTuple


class FailureCode(StrEnum):
    """The public failure codes."""

    UNSUPPORTED_IMAGE = "unsupported_image"
    IMAGE_TOO_SMALL = "image_too_small"
    IMAGE_TOO_LARGE = "image_too_large"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    FACE_TOO_SMALL = "face_too_small"
    FACE_TURNED_AWAY = "face_turned_away"
    FACE_TOO_BLURRY = "face_too_blurry"
    FACE_TOO_DARK = "face_too_dark"
    FACE_COVERED = "face_covered"
    CATALOG_EMPTY = "catalog_empty"
    TIMED_OUT = "timed_out"
    SERVICE_UNAVAILABLE = "service_unavailable"


class Explanation(NamedTuple):
    """What happened, and what the owner of the photograph can do about it."""

    message: str
    hint: str


EXPLANATIONS: dict[FailureCode, Explanation] = {
    FailureCode.UNSUPPORTED_IMAGE: Explanation(
        "This file is not a picture we can read.",
        "Send a JPEG or PNG photograph. If it came from another app, save it again and retry.",
    ),
    FailureCode.IMAGE_TOO_SMALL: Explanation(
        "This picture is too small.",
        "Use a picture of at least 80 by 80 pixels; a few hundred work best.",
    ),
    FailureCode.IMAGE_TOO_LARGE: Explanation(
        "This picture is too large.",
        "Use a picture of at most 50 megapixels and 6 MB.",
    ),
    FailureCode.NO_FACE: Explanation(
        "We could not find a face in this picture.",
        "Look straight at the camera, your whole face in the picture, light from the front.",
    ),
    FailureCode.SEVERAL_FACES: Explanation(
        "There is more than one face in this picture.",
        "Choose whose double you want to see, or take a picture of one person.",
    ),
    FailureCode.FACE_TOO_SMALL: Explanation(
        "The face in this picture is too small.",
        "Come closer to the camera, or cut the picture around the face.",
    ),
    FailureCode.FACE_TURNED_AWAY: Explanation(
        "The face in this picture is turned away.",
        "Face the camera, with both eyes in view.",
    ),
    FailureCode.FACE_TOO_BLURRY: Explanation(
        "The face in this picture is blurred.",
        "Hold the camera still, wipe the lens, and let it focus on your face.",
    ),
    FailureCode.FACE_TOO_DARK: Explanation(
        "The face in this picture is too dark.",
        "Find more light, and let it fall on your face rather than come from behind.",
    ),
    FailureCode.FACE_COVERED: Explanation(
        "Something covers the face in this picture.",
        "Take off what covers your face: a mask, sunglasses, a hand.",
    ),
    FailureCode.CATALOG_EMPTY: Explanation(
        "This pack has no celebrity yet to compare you with.",
        "Choose another pack, or come back when its portraits are in.",
    ),
    FailureCode.TIMED_OUT: Explanation(
        "Looking for your double took too long.",
        "Send the picture again; it usually takes a few seconds.",
    ),
    FailureCode.SERVICE_UNAVAILABLE: Explanation(
        "Something went wrong on our side.",
        "Your picture is fine. Please try again in a minute.",
    ),
}
