"""A face in a picture, and how Rekognition's replies describe it."""

from dataclasses import dataclass
from typing import Any

# Left and right as in the picture, which for a person facing the camera is the reverse of their
# own: in the examples of AWS's service model eyeLeft is always the eye with the smaller X.
LANDMARK_TYPES = ("eyeLeft", "eyeRight", "nose", "mouthLeft", "mouthRight")


@dataclass(frozen=True, slots=True)
class Face:
    """One face; positions and sizes are ratios of the upright picture's width and height.

    `pixels` is the shorter side of its box in the picture's own pixels, `landmarks` has one (x, y)
    for each of `LANDMARK_TYPES`, angles are in degrees, and the rest is Rekognition's 0-100.
    """

    left: float
    top: float
    width: float
    height: float
    pixels: float
    landmarks: tuple[tuple[float, float], ...]
    confidence: float
    brightness: float
    sharpness: float
    roll: float
    yaw: float
    pitch: float

    def bounding_box(self) -> dict[str, float]:
        """Return a BoundingBox."""
        return {"Left": self.left, "Top": self.top, "Width": self.width, "Height": self.height}

    def detail(self) -> dict[str, Any]:
        """Return a FaceDetail, which is a ComparedFace too.

        It has the default attributes only. It leaves out Smile, AgeRange and others even where a
        request asks for them, because these models do not measure them.
        """
        return {
            "BoundingBox": self.bounding_box(),
            "Landmarks": [
                {"Type": name, "X": x, "Y": y}
                for name, (x, y) in zip(LANDMARK_TYPES, self.landmarks, strict=True)
            ],
            "Pose": {"Roll": self.roll, "Yaw": self.yaw, "Pitch": self.pitch},
            "Quality": {"Brightness": self.brightness, "Sharpness": self.sharpness},
            "Confidence": self.confidence,
        }
