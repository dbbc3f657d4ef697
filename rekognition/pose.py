"""Estimates from five landmarks how a head is turned."""

import math

import numpy as np
import numpy.typing as npt

# How far the tip of the nose stands out from the eyes, in distances between the eyes. With 0.5,
# yaw agrees with the eyes' own foreshortening on photographs of every yaw up to 65 degrees, and
# with the poses and landmarks that AWS's documentation prints (0.39 to 0.60).
_NOSE_DEPTH_IN_EYE_DISTANCES = 0.5
# The same depth in distances from the eyes to the mouth, from those documented examples.
_NOSE_DEPTH_IN_FACE_HEIGHTS = 0.43
# Where the nose is on the way from the eyes to the mouth of a level head: the median of 780
# photographs (5th and 95th percentile: 0.49 and 0.63).
_LEVEL_NOSE = 0.56


def pose(landmarks: npt.NDArray[np.float32]) -> tuple[float, float, float]:
    """Return approximate Roll, Yaw and Pitch in degrees.

    YuNet draws a tilted head's landmarks towards upright: 20 degrees of tilt read 10 or less.
    `landmarks` is 5 x 2, in pixels, in the order of `LANDMARK_TYPES`. The signs are Rekognition's:
    Roll grows clockwise, Yaw as the face turns to the picture's right, Pitch as it looks up.
    """
    eyes = landmarks[0:2].mean(axis=0)
    mouth = landmarks[3:5].mean(axis=0)
    down = mouth - eyes
    # Where a head is turned so far that the eyes nearly coincide, they say little about roll.
    across = (
        (landmarks[1] - landmarks[0])
        + (landmarks[4] - landmarks[3])
        + np.array([down[1], -down[0]])
    )
    roll = math.atan2(across[1], across[0])
    level = np.array([[math.cos(roll), math.sin(roll)], [-math.sin(roll), math.cos(roll)]])
    eye_distance = (level @ (landmarks[1] - landmarks[0]))[0]
    height = (level @ down)[1]
    nose_across, nose_down = level @ (landmarks[2] - eyes)
    yaw = math.atan2(nose_across, _NOSE_DEPTH_IN_EYE_DISTANCES * max(eye_distance, 0))
    pitch = math.atan2(
        _LEVEL_NOSE * height - nose_down, _NOSE_DEPTH_IN_FACE_HEIGHTS * max(height, 0)
    )
    return math.degrees(roll), math.degrees(yaw), math.degrees(pitch)
