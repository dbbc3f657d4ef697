"""Which face a photograph is about, and whether it is usable.

Every threshold that refuses a photograph is in `Thresholds`, in Rekognition's own units.
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
    """What a photograph must reach."""

    shortest_side: int = 80
    """Pixels. Rekognition's own limit."""
    most_pixels: int = 52_000_000
    """Width times height. Ours: what a picture of 15 MB can hold without being a bomb. Phones that
    are sold as having 50 megapixels have up to 50.4 million."""
    face_side: int = 40
    """Pixels, the shorter side of the face. Rekognition asks for 40 in 1920 x 1080."""
    confidence: float = 80.0
    """0-100: below it, what was found is not taken for a face."""
    sharpness: float = 18.0
    """0-100, Rekognition's Quality.Sharpness."""
    brightness: float = 15.0
    """0-100, Rekognition's Quality.Brightness."""
    yaw: float = 50.0
    """Degrees from the front, left or right."""
    pitch: float = 50.0
    """Degrees from the front, up or down."""
    covered: float = 95.0
    """0-100: how sure Rekognition must be that a face is covered."""
    rival: float = 0.8
    """Another face this prominent, as a share of the first's prominence, makes it several faces."""
    crowd: float = 0.25
    """Two others this prominent make a portrait a group's, even if one stands in the middle."""


THRESHOLDS = Thresholds()
PORTRAIT_THRESHOLDS = Thresholds(yaw=75.0)
"""For the catalog's portraits, which people chose: a profile is a portrait, too."""


class Box(NamedTuple):
    """A face's place, in ratios of the upright picture."""

    left: float
    top: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """The share of the picture that the box takes."""
        return self.width * self.height

    @property
    def offset(self) -> float:
        """How far the centre is from the picture's: 0 in the middle, 1 in a corner."""
        across = self.left + self.width / 2 - 0.5
        down = self.top + self.height / 2 - 0.5
        return min(1.0, math.hypot(across, down) / math.hypot(0.5, 0.5))

    @property
    def prominence(self) -> float:
        """How much the picture seems to be about this face: large, and near the middle."""
        return self.area * (1 - self.offset)


@dataclass(frozen=True)
class Face:
    """What the recogniser says about one face; what it does not say is None."""

    box: Box
    confidence: float
    sharpness: float | None = None
    brightness: float | None = None
    yaw: float | None = None
    pitch: float | None = None
    covered: float | None = None
    """0-100, how sure it is that the face is covered; 0 where it is sure that it is not."""
    landmarks: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Rekognition's landmark types to (x, y), in ratios of the upright picture."""

    @classmethod
    def of_detail(cls, detail: "FaceDetailTypeDef") -> Self:
        """Read a face off Rekognition's FaceDetail."""
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


class Refusal(NamedTuple):
    """Why a photograph is refused, and the faces that the owner may choose from."""

    code: FailureCode
    faces: tuple[Box, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the refusal as the workflow stores it, in plain JSON."""
        boxes = [box._asdict() for box in self.faces]
        faces = [{side: round(share, 6) for side, share in box.items()} for box in boxes]
        return {"code": self.code.value, "faces": faces}


class Size(NamedTuple):
    """Pixels of the upright picture."""

    width: int
    height: int


JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


def read_size(beginning: BinaryIO) -> Size | None:
    """Read a JPEG's or PNG's size from its beginning; None where it is neither, or broken."""
    magic = beginning.read(8)
    beginning.seek(0)
    if not (magic.startswith(JPEG) or magic == PNG):
        return None
    width, height = imagesize.get(beginning)  # -1 for a header that ends early, or lies
    return Size(width, height) if width > 0 and height > 0 else None


def refuse_size(size: Size | None, limits: Thresholds = THRESHOLDS) -> Refusal | None:
    """Say why a picture of this size is refused before the recogniser is asked, if it is."""
    if size is None:
        return Refusal(FailureCode.UNSUPPORTED_IMAGE)
    if size.width * size.height > limits.most_pixels:
        return Refusal(FailureCode.IMAGE_TOO_LARGE)
    if min(size) < limits.shortest_side:
        return Refusal(FailureCode.IMAGE_TOO_SMALL)
    return None


def refuse_faces(
    faces: Sequence[Face], size: Size, limits: Thresholds = THRESHOLDS
) -> Refusal | None:
    """Say why a photograph with these faces is refused, if it is.

    SearchFacesByImage judges the largest face, so the largest must also be the one that the
    picture is about. Size alone is no rule: bystanders can be as large as the subject, but
    they stand further from the middle.
    """
    found = by_prominence(faces, limits)
    if not found:
        return Refusal(FailureCode.NO_FACE)
    subject, rivals = found[0], _beside(found, limits.rival)
    largest = max(found, key=lambda face: (face.box.area, face.box.prominence))
    if rivals or largest is not subject:
        choices = {face.box for face in (subject, largest, *rivals)}
        return Refusal(FailureCode.SEVERAL_FACES, tuple(sorted(choices)))
    return _refuse_subject(subject, size, limits)


def judge_portrait(
    faces: Sequence[Face], size: Size, limits: Thresholds = PORTRAIT_THRESHOLDS
) -> Face | Refusal:
    """Give the face that a portrait is about, or say why it is refused.

    IndexFaces stores every face and the others are taken out again, so that unlike a selfie's
    the subject's need not be the largest.
    """
    found = by_prominence(faces, limits)
    if not found:
        return Refusal(FailureCode.NO_FACE)
    if _beside(found, limits.rival) or len(_beside(found, limits.crowd)) > 1:
        return Refusal(FailureCode.SEVERAL_FACES)
    return _refuse_subject(found[0], size, limits) or found[0]


def by_prominence(faces: Sequence[Face], limits: Thresholds = THRESHOLDS) -> list[Face]:
    """Sort what can be taken for a face, the one that the picture seems to be about first."""
    found = [face for face in faces if face.confidence >= limits.confidence]
    return sorted(found, key=lambda face: face.box.prominence, reverse=True)


def _beside(found: Sequence[Face], share: float) -> list[Face]:
    """Give the faces beside the first that have more than such a share of its prominence."""
    subject, *others = found
    return [face for face in others if face.box.prominence > share * subject.box.prominence]


def _refuse_subject(face: Face, size: Size, limits: Thresholds) -> Refusal | None:
    side = min(face.box.width * size.width, face.box.height * size.height)
    checks = (
        (FailureCode.FACE_TOO_SMALL, side < limits.face_side),
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
