"""Which face is the subject of a photograph, and whether it is usable.

Every threshold that refuses a photograph for what it shows is in `Thresholds`, in Rekognition's own
units. The form that uploads a photograph limits its bytes (lookalike/pictures.py).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Self

import imagesize

from lookalike.failures import FailureCode

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import FaceDetailTypeDef


@dataclass(frozen=True)
class Thresholds:
    """The limits that a photograph must keep."""

    shortest_side: int = 80
    """Pixels. Rekognition's own limit."""
    most_pixels: int = 52_000_000
    """Width times height. Our own limit, against decompression bombs: 15 MB can hold this much of a
    real picture. Phones sold with 50 megapixels have up to 50.4 million."""
    face_side: int = 40
    """Pixels, the shorter side of the face. Rekognition asks for 40 in 1920 x 1080."""
    confidence: float = 80.0
    """0-100. A detection with less confidence does not count as a face."""
    sharpness: float = 18.0
    """0-100, Rekognition's Quality.Sharpness. Of faces below it fewer than half are recognised."""
    brightness: float = 3.0
    """0-100, Rekognition's Quality.Brightness. Darker faces are not recognised. Faces at about 5, a
    tenth of a good photograph's brightness, are recognised in every complexion."""
    yaw: float = 60.0
    """Degrees from the front, left or right. A face in three-quarter view is recognised."""
    pitch: float = 50.0
    """Degrees from the front, up or down."""
    covered: float = 95.0
    """0-100: how sure Rekognition must be that a face is covered."""
    rival: float = 0.6
    """0-1. A face with more than this share of the most prominent face's prominence may be meant
    as well: the photograph is refused as `several_faces`. Where two people stand side by side, the
    less prominent one rarely has a smaller share (docs/quality.md)."""
    crowd: float = 0.5
    """0-1. A face with more than this share of the most prominent face's area is about as large.
    Two such faces beside it make the photograph one of a group, refused as `several_faces`."""


THRESHOLDS = Thresholds()
PORTRAIT_THRESHOLDS = Thresholds(yaw=75.0, rival=0.8)
"""For portraits. People chose them, so a face in profile is allowed, and so is a larger bystander:
the importer cannot be asked who is meant."""


class Box(NamedTuple):
    """A face's place, in ratios of the upright picture."""

    left: float
    top: float
    width: float
    height: float

    def to_json(self) -> dict[str, float]:
        """Return the box in plain JSON."""
        return {side: round(share, 6) for side, share in self._asdict().items()}

    @property
    def area(self) -> float:
        """The share of the picture that the box takes."""
        return self.width * self.height

    @property
    def offset(self) -> float:
        """How far the box is from the middle of the picture: 0 in the middle, 1 in a corner."""
        across = self.left + self.width / 2 - 0.5
        down = self.top + self.height / 2 - 0.5
        return min(1.0, math.hypot(across, down) / math.hypot(0.5, 0.5))

    @property
    def prominence(self) -> float:
        """How prominent the face is: a large face near the middle is the most prominent."""
        return self.area * (1 - self.offset)


class Place(NamedTuple):
    """Where a face is, in ratios of the upright picture, so that a page can lay eyes on eyes."""

    box: Box
    eyes: tuple[tuple[float, float], tuple[float, float]]
    """First the eye that is on the left when the face is upright, so the direction from the first
    to the second tells how the face is turned."""

    def to_json(self) -> dict[str, Any]:
        """Return the place in plain JSON; four places of a ratio are less than a pixel."""
        return {
            "box": {side: round(share, 4) for side, share in self.box._asdict().items()},
            "eyes": [[round(share, 4) for share in eye] for eye in self.eyes],
        }

    @classmethod
    def of_json(cls, stored: dict[str, Any]) -> Self:
        """Read a place from `to_json`."""
        first, second = stored["eyes"]
        return cls(Box(**stored["box"]), ((first[0], first[1]), (second[0], second[1])))


@dataclass(frozen=True)
class DetectedFace:
    """What Rekognition says about one face. A field is None if it says nothing."""

    box: Box
    confidence: float
    sharpness: float | None = None
    brightness: float | None = None
    yaw: float | None = None
    pitch: float | None = None
    covered: float | None = None
    """0-100: how sure Rekognition is that the face is covered; 0 if it says that it is not."""
    landmarks: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Rekognition's landmark types to (x, y), in ratios of the upright picture."""

    @classmethod
    def of_detail(cls, detail: "FaceDetailTypeDef") -> Self:
        """Read a face from Rekognition's FaceDetail."""
        box = detail["BoundingBox"]
        quality, pose, occluded = (
            detail.get("Quality", {}),
            detail.get("Pose", {}),
            detail.get("FaceOccluded", {}),
        )
        covered = occluded.get("Confidence") if occluded.get("Value") else 0.0
        return cls(
            box=Box(box["Left"], box["Top"], box["Width"], box["Height"]),
            confidence=detail["Confidence"],
            sharpness=quality.get("Sharpness"),
            brightness=quality.get("Brightness"),
            yaw=pose.get("Yaw"),
            pitch=pose.get("Pitch"),
            covered=covered if occluded else None,
            landmarks={mark["Type"]: (mark["X"], mark["Y"]) for mark in detail["Landmarks"]},
        )

    @property
    def place(self) -> Place | None:
        """Where the face is; None if Rekognition does not say where the eyes are."""
        if not {"eyeLeft", "eyeRight"} <= self.landmarks.keys():
            return None
        return Place(self.box, (self.landmarks["eyeLeft"], self.landmarks["eyeRight"]))


class Refusal(NamedTuple):
    """Why a photograph is refused, and the faces that its owner can choose from."""

    code: FailureCode
    faces: tuple[Box, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the refusal as the workflow stores it, in plain JSON."""
        return {"code": self.code.value, "faces": [box.to_json() for box in self.faces]}


class Size(NamedTuple):
    """Pixels of the upright picture."""

    width: int
    height: int


JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


def read_size(beginning: BinaryIO) -> Size | None:
    """Read a JPEG's or PNG's size from its beginning; None if it is neither, or broken."""
    magic = beginning.read(8)
    beginning.seek(0)
    if not (magic.startswith(JPEG) or magic == PNG):
        return None
    width, height = imagesize.get(beginning)  # -1 for a header that is cut off or wrong
    return Size(width, height) if width > 0 and height > 0 else None


def refuse_size(size: Size | None, limits: Thresholds = THRESHOLDS) -> Refusal | None:
    """Return why a picture of this size is refused, before any call of Rekognition."""
    if size is None:
        return Refusal(FailureCode.UNSUPPORTED_IMAGE)
    if size.width * size.height > limits.most_pixels:
        return Refusal(FailureCode.IMAGE_TOO_LARGE)
    if min(size) < limits.shortest_side:
        return Refusal(FailureCode.IMAGE_TOO_SMALL)
    return None


def refuse_faces(
    faces: Sequence[DetectedFace], size: Size, limits: Thresholds = THRESHOLDS
) -> Refusal | None:
    """Return why a photograph with these faces is refused, if it is.

    SearchFacesByImage searches for the largest face, so the largest must also be the most
    prominent. Size alone does not find the subject: a bystander can be as large, but stands
    further from the middle.
    """
    found = by_prominence(faces, limits)
    if not found:
        return Refusal(FailureCode.NO_FACE)
    subject = found[0]
    largest = max(found, key=lambda face: (face.box.area, face.box.prominence))
    rivals = _rivals(found, limits)
    if rivals or largest is not subject:
        meant = {face.box for face in (subject, largest, *rivals)}
        choices = meant.union(_playable(found, size, limits))
        return Refusal(FailureCode.SEVERAL_FACES, tuple(sorted(choices)))
    return _refuse_subject(subject, size, limits)


def others_beside(
    subject: DetectedFace,
    faces: Sequence[DetectedFace],
    size: Size,
    limits: Thresholds = THRESHOLDS,
) -> list[Box]:
    """Return the other faces that are large enough, for an owner who meant one of them."""
    others = [face for face in by_prominence(faces, limits) if face is not subject]
    return _playable(others, size, limits)


def judge_portrait(
    faces: Sequence[DetectedFace], size: Size, limits: Thresholds = PORTRAIT_THRESHOLDS
) -> DetectedFace | Refusal:
    """Return the face of a portrait's subject, or why the portrait is refused.

    Index Portrait stores every face and deletes all but the subject's. So the subject need not be
    the largest face, unlike in a selfie.
    """
    found = by_prominence(faces, limits)
    if not found:
        return Refusal(FailureCode.NO_FACE)
    if _rivals(found, limits):
        return Refusal(FailureCode.SEVERAL_FACES)
    return _refuse_subject(found[0], size, limits) or found[0]


def by_prominence(
    faces: Sequence[DetectedFace], limits: Thresholds = THRESHOLDS
) -> list[DetectedFace]:
    """Return the faces with enough confidence, the most prominent first."""
    found = [face for face in faces if face.confidence >= limits.confidence]
    return sorted(found, key=lambda face: face.box.prominence, reverse=True)


def _rivals(found: Sequence[DetectedFace], limits: Thresholds) -> list[DetectedFace]:
    """Return the faces that may be the subject as well as the most prominent one.

    Return those that are about as prominent. If two or more are about as large, return those
    instead: in a row of three people the middle one is the most prominent only by its place.
    """
    subject, *others = found
    as_prominent = limits.rival * subject.box.prominence
    as_large = [face for face in others if face.box.area > limits.crowd * subject.box.area]
    if len(as_large) > 1:
        return as_large
    return [face for face in others if face.box.prominence > as_prominent]


def _playable(found: Sequence[DetectedFace], size: Size, limits: Thresholds) -> list[Box]:
    """Return the boxes of the faces that are large enough, from the left to the right."""
    return sorted(face.box for face in found if _side(face, size) >= limits.face_side)


def _side(face: DetectedFace, size: Size) -> float:
    """Return the shorter side of a face in pixels."""
    return min(face.box.width * size.width, face.box.height * size.height)


def _refuse_subject(face: DetectedFace, size: Size, limits: Thresholds) -> Refusal | None:
    checks = (
        (FailureCode.FACE_TOO_SMALL, _side(face, size) < limits.face_side),
        (FailureCode.FACE_TOO_DARK, _below(face.brightness, limits.brightness)),
        (FailureCode.FACE_TOO_BLURRY, _below(face.sharpness, limits.sharpness)),
        (
            FailureCode.FACE_TURNED_AWAY,
            _above(face.yaw, limits.yaw) or _above(face.pitch, limits.pitch),
        ),
        (FailureCode.FACE_COVERED, _above(face.covered, limits.covered)),
    )
    return next((Refusal(code) for code, refused in checks if refused), None)


def _below(value: float | None, limit: float) -> bool:
    return value is not None and value < limit


def _above(value: float | None, limit: float) -> bool:
    return value is not None and abs(value) > limit
