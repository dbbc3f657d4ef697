"""Which face a photograph is about, and whether it is usable.

Every threshold that refuses a photograph is in `Thresholds`, in Rekognition's own units.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

import imagesize

from lookalike.failures import FailureCode


@dataclass(frozen=True)
class Thresholds:
    """What a photograph must reach."""

    shortest_side: int = 80
    """Pixels. Rekognition's own limit."""
    most_pixels: int = 50_000_000
    """Width times height. Ours: what a picture of 15 MB can hold without being a bomb."""
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


THRESHOLDS = Thresholds()


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


class Refusal(NamedTuple):
    """Why a photograph is refused, and the faces that the owner may choose from."""

    code: FailureCode
    faces: tuple[Box, ...] = ()


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
    found = [face for face in faces if face.confidence >= limits.confidence]
    if not found:
        return Refusal(FailureCode.NO_FACE)
    subject, *others = sorted(found, key=lambda face: face.box.prominence, reverse=True)
    largest = max(found, key=lambda face: (face.box.area, face.box.prominence))
    rivals = [f for f in others if f.box.prominence > limits.rival * subject.box.prominence]
    if rivals or largest is not subject:
        choices = {face.box for face in (subject, largest, *rivals)}
        return Refusal(FailureCode.SEVERAL_FACES, tuple(sorted(choices)))
    return _refuse_subject(subject, size, limits)


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
