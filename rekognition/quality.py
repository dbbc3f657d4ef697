"""The quality bars of IndexFaces, SearchFacesByImage and CompareFaces.

Amazon does not publish its values. The lowest bar here keeps every portrait that a person would
call usable.
"""

from dataclasses import dataclass

from rekognition.faces import Face


@dataclass(frozen=True, slots=True)
class Bar:
    """The lowest values of a face, and the largest angles; `pixels` is its box's shorter side."""

    pixels: float
    confidence: float
    brightness: float
    sharpness: float
    yaw: float
    pitch: float


_LOW = Bar(pixels=24, confidence=60, brightness=12, sharpness=20, yaw=75, pitch=60)
BARS = {
    "AUTO": _LOW,
    "LOW": _LOW,
    "MEDIUM": Bar(pixels=40, confidence=90, brightness=20, sharpness=35, yaw=50, pitch=35),
    "HIGH": Bar(pixels=60, confidence=97, brightness=25, sharpness=50, yaw=35, pitch=25),
}


def shortcomings(face: Face, quality_filter: str) -> list[str]:
    """Return the Reasons why the filter refuses the face; none where it passes."""
    bar = BARS.get(quality_filter)
    if bar is None:
        return []
    found = {
        "SMALL_BOUNDING_BOX": face.pixels < bar.pixels,
        "LOW_CONFIDENCE": face.confidence < bar.confidence,
        "LOW_BRIGHTNESS": face.brightness < bar.brightness,
        "LOW_SHARPNESS": face.sharpness < bar.sharpness,
        "EXTREME_POSE": abs(face.yaw) > bar.yaw or abs(face.pitch) > bar.pitch,
    }
    return [reason for reason, applies in found.items() if applies]
