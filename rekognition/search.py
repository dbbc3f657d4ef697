"""Finds faces with YuNet in pictures of every size, shape and orientation.

A row is YuNet's: a box (left, top, width, height), five landmarks (x, y), and a score. Every row
is in the coordinates of the picture that was given, however the picture was turned for the search.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Row = npt.NDArray[np.float32]
Rows = npt.NDArray[np.float32]

SCORE_THRESHOLD = 0.6
OVERLAP_THRESHOLD = 0.3
CANDIDATES = 5000

SIDES = (640, 320, 1280)
"""YuNet searches a picture reduced to the first of these long sides, and to the next where it has
found no sure face: the second shows faces that fill the picture, the third small ones."""
SURE = 0.8
"""A face of this score is no mistake. Of 248 pictures of things YuNet gave it to four."""
UPRIGHT = 0.91
"""Upright faces score .89 to .95, turned ones .89 at most. A picture whose best face has less is
searched in all four orientations."""
MOST_UNEVEN = 3
"""How many times as long as wide a searched picture may be. YuNet finds boxes without end, and
faces that are not there, in pictures of 10 to 1 and thinner."""
TILTED = 10.0
"""Degrees between the eyes and the horizontal. YuNet draws the landmarks of a tilted head towards
upright (20 degrees of tilt read 10 or less), and a crop by such landmarks is compared badly."""
TURNS = range(0, 360, 45)
"""The degrees by which a tilted head is turned to see where its score is highest."""
NO_TURN = 0.02
"""By how much a turned head's score must exceed that of the head as it is."""
SQUARE = 160
"""The side, in pixels, of the square in which a face is looked at closely. The face takes half of
it, so that YuNet sees every face in one size and place, and draws its landmarks alike."""
FACES_IN_SQUARE = 5
"""The side of that square in distances from the eyes to the mouth."""
SIZES = (0.8, 0.9, 1.0, 1.1, 1.2)
"""The sizes in which a face and its mirror image are looked at, after a first look in size 1, which
still reads too little of a tilt. The mean of their landmarks is steadier than those of one look."""
MIRRORED = (1, 0, 2, 4, 3)
"""The order of a mirror image's landmarks: left and right change places."""

_NO_ROWS: Rows = np.empty((0, 15), np.float32)


def find(detector: cv2.FaceDetectorYN, pixels: Pixels) -> Rows:
    """Return the faces of a picture, each with a score of at least SCORE_THRESHOLD."""
    found = _search(detector, pixels)
    if _best(found) >= UPRIGHT:
        return found
    for quarters in (1, 2, 3):
        turned = np.ascontiguousarray(np.rot90(pixels, quarters))
        rows = _search(detector, turned)
        if _best(rows) > _best(found):
            found = _turned_back(rows, quarters, pixels.shape[1], pixels.shape[0])
        if _best(found) >= UPRIGHT:
            break
    return found


def looked_at_closely(detector: cv2.FaceDetectorYN, pixels: Pixels, row: Row) -> Row:
    """Return a face's row with the mean of the landmarks that YuNet finds in the upright head.

    They align the face for its comparison. docs/quality.md has what that brings. A mirrored picture
    gets the mirror image of the same landmarks, because every look has a mirrored one.
    """
    angle = _tilt(row)
    if row[14] < UPRIGHT or abs(angle) >= TILTED:
        angle = _upright(detector, pixels, row)
    every_look = [(size, is_mirrored) for size in SIZES for is_mirrored in (False, True)]
    for looks in ([(1.0, False)], every_look):
        found = [_look(detector, pixels, row, angle, *look) for look in looks]
        seen = [look[4:14].reshape(5, 2) for look in found if look is not None]
        if not seen:
            break
        landmarks = np.mean(seen, axis=0)
        row = np.concatenate([row[:4], landmarks.ravel(), row[14:]]).astype(np.float32)
        angle = _tilt(row)
    return row


def _upright(detector: cv2.FaceDetectorYN, pixels: Pixels, row: Row) -> float:
    """Return the angle by which a head is to be turned: that at which it scores highest."""
    tilt = _tilt(row)
    looks = [(tilt + turn, _look(detector, pixels, row, tilt + turn)) for turn in TURNS]
    seen = [(angle, look) for angle, look in looks if look is not None]
    if not seen:
        return tilt
    _, look = max(seen, key=lambda one: one[1][14] - (NO_TURN if one[0] != tilt else 0))
    return _tilt(look)


def _look(
    detector: cv2.FaceDetectorYN,
    pixels: Pixels,
    row: Row,
    angle: float,
    size: float = 1.0,
    is_mirrored: bool = False,
) -> Row | None:
    """Search the square around a face, turned by an angle; return the row in its middle.

    Its landmarks are in the coordinates of the picture, its box in those of the square.
    """
    turn = _turn(row, angle, size)
    square = cv2.warpAffine(pixels, turn, (SQUARE, SQUARE), flags=cv2.INTER_LINEAR)
    if is_mirrored:
        square = np.ascontiguousarray(square[:, ::-1])
    rows = _detect(detector, square.astype(np.uint8, copy=False))
    far = np.linalg.norm(rows[:, 4:14].reshape(-1, 5, 2).mean(axis=1) - SQUARE / 2, axis=1)
    if not len(rows) or far.min() > SQUARE / 6:
        return None
    found: Row = rows[far.argmin()].copy()
    landmarks = found[4:14].reshape(5, 2)
    if is_mirrored:
        landmarks = (landmarks * (-1, 1) + (SQUARE - 1, 0))[MIRRORED, :]
    back = cv2.invertAffineTransform(turn)
    found[4:14] = (landmarks @ back[:, :2].T + back[:, 2]).ravel()
    return found


def _turn(row: Row, angle: float, size: float) -> npt.NDArray[np.float64]:
    """Return the 2 x 3 matrix from the picture to the square around a face, turned by an angle.

    In size 1 the square's side is FACES_IN_SQUARE.
    """
    landmarks = row[4:14].reshape(5, 2)
    middle = landmarks.mean(axis=0)
    height = np.linalg.norm(landmarks[0:2].mean(axis=0) - landmarks[3:5].mean(axis=0))
    scale = size * SQUARE / (FACES_IN_SQUARE * max(float(height), 1.0))
    centre = float(middle[0]), float(middle[1])
    matrix = np.asarray(cv2.getRotationMatrix2D(centre, angle, scale), np.float64)
    matrix[:, 2] += SQUARE / 2 - middle
    return matrix


def _search(detector: cv2.FaceDetectorYN, pixels: Pixels) -> Rows:
    """Search one orientation, in one size after the other, until a sure face is found."""
    found = _NO_ROWS
    for side in dict.fromkeys(min(side, max(pixels.shape)) for side in SIDES):
        rows = _at_size(detector, pixels, side)
        found = _without_doubles(np.concatenate([found, rows]))
        if _best(found) >= SURE:
            break
    return found


def _at_size(detector: cv2.FaceDetectorYN, pixels: Pixels, side: int) -> Rows:
    height, width = pixels.shape[:2]
    scale = min(1.0, side / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    searched = pixels
    if scale < 1:
        searched = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    rows = _detect(detector, _padded(searched))
    across, down = width / size[0], height / size[1]
    rows = (rows * np.array([across, down] * 7 + [1], np.float32)).astype(np.float32)
    # The middle of a face is in the picture, not in what was added to it.
    middle = rows[:, 0:2] + rows[:, 2:4] / 2
    inside = (middle >= 0).all(axis=1) & (middle < (width, height)).all(axis=1)
    return rows[inside]


def _padded(pixels: Pixels) -> Pixels:
    """Return a picture that is at most MOST_UNEVEN times as long as wide, with grey added to it."""
    height, width = pixels.shape[:2]
    least = math.ceil(max(height, width) / MOST_UNEVEN)
    down, right = max(0, least - height), max(0, least - width)
    if not (down or right):
        return pixels
    grey = (127, 127, 127)
    padded = cv2.copyMakeBorder(pixels, 0, down, 0, right, cv2.BORDER_CONSTANT, value=grey)
    return padded.astype(np.uint8, copy=False)


def _detect(detector: cv2.FaceDetectorYN, pixels: Pixels) -> Rows:
    detector.setInputSize((pixels.shape[1], pixels.shape[0]))
    _, rows = detector.detect(pixels)
    if not np.ndim(rows):  # None where it finds nothing, unlike OpenCV's stubs say
        return _NO_ROWS
    found = np.asarray(rows, np.float32)
    return found[np.isfinite(found).all(axis=1) & (found[:, 2:4] > 0).all(axis=1)]


def _without_doubles(rows: Rows) -> Rows:
    """Return rows of different faces: of those that overlap, the one with the highest score."""
    boxes, scores = rows[:, :4].tolist(), rows[:, 14].tolist()
    kept = cv2.dnn.NMSBoxes(boxes, scores, SCORE_THRESHOLD, OVERLAP_THRESHOLD)
    return rows[np.asarray(kept, np.intp).ravel()]


def _best(rows: Rows) -> float:
    return float(rows[:, 14].max(initial=0.0))


def _tilt(row: Row) -> float:
    """Return the angle of the line through the eyes in degrees; it grows clockwise."""
    across, down = row[6:8] - row[4:6]
    return math.degrees(math.atan2(down, across))


def _turned_back(rows: Rows, quarters: int, width: int, height: int) -> Rows:
    """Return rows of a picture that `np.rot90` has turned in the coordinates of the picture."""
    points = rows[:, :14].reshape(-1, 7, 2).copy()
    points[:, 1] += points[:, 0]  # the box's other corner
    x, y = points[..., 0], points[..., 1]
    back = {1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}
    points = np.stack(back[quarters], axis=-1)
    low, high = points[:, :2].min(axis=1), points[:, :2].max(axis=1)
    landmarks = points[:, 2:].reshape(-1, 10)
    return np.concatenate([low, high - low, landmarks, rows[:, 14:]], axis=1).astype(np.float32)
