import math

import numpy as np
import numpy.typing as npt
import pytest

from rekognition.pose import pose

# A head in millimetres: x to the picture's right, y down, z towards the camera.
HEAD = np.array(
    [[-31.5, 0, 0], [31.5, 0, 0], [0, 40.7, 31.5], [-26, 72.6, 0], [26, 72.6, 0]], np.float64
)


def turned(roll: float = 0, yaw: float = 0, pitch: float = 0) -> npt.NDArray[np.float32]:
    """Return the landmarks of the head as a distant camera sees it, turned by these degrees."""
    r, y, p = (math.radians(angle) for angle in (roll, yaw, pitch))
    around_z = np.array([[math.cos(r), -math.sin(r), 0], [math.sin(r), math.cos(r), 0], [0, 0, 1]])
    around_y = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    around_x = np.array([[1, 0, 0], [0, math.cos(p), -math.sin(p)], [0, math.sin(p), math.cos(p)]])
    seen = HEAD @ (around_z @ around_y @ around_x).T
    return np.asarray(100 + seen[:, :2], np.float32)


def test_a_head_that_faces_the_camera_has_no_angles() -> None:
    assert pose(turned()) == pytest.approx((0, 0, 0), abs=0.5)


@pytest.mark.parametrize("roll", [-120, -45, -10, 10, 45, 120])
def test_roll_is_the_turn_of_the_picture_clockwise(roll: float) -> None:
    assert pose(turned(roll=roll)) == pytest.approx((roll, 0, 0), abs=0.5)


@pytest.mark.parametrize("yaw", [-80, -60, -30, -10, 10, 30, 60, 80])
def test_yaw_grows_as_the_nose_goes_to_the_right(yaw: float) -> None:
    _, measured, _ = pose(turned(yaw=yaw))

    assert measured == pytest.approx(yaw, abs=2)


@pytest.mark.parametrize("pitch", [-30, -15, 15, 30])
def test_pitch_grows_as_the_nose_goes_up(pitch: float) -> None:
    _, _, measured = pose(turned(pitch=pitch))

    assert measured == pytest.approx(pitch, abs=3)


def test_a_profile_whose_eyes_coincide_is_turned_by_a_right_angle() -> None:
    landmarks = np.array([[50, 50], [50, 50], [65, 70], [52, 90], [52, 90]], np.float32)

    _, yaw, _ = pose(landmarks)

    assert yaw == pytest.approx(90, abs=10)


def test_landmarks_that_all_coincide_are_no_error() -> None:
    assert all(math.isfinite(angle) for angle in pose(np.zeros((5, 2), np.float32)))


@pytest.mark.parametrize(
    ("landmarks", "signs"),
    [
        # Two faces of the examples in AWS's own service model, pictures taken as square.
        ([[0.639, 0.408], [0.727, 0.410], [0.691, 0.442], [0.631, 0.467], [0.722, 0.471]], (1, 1)),
        (
            [[0.398, 0.625], [0.481, 0.632], [0.420, 0.711], [0.405, 0.750], [0.475, 0.756]],
            (1, -1),
        ),
    ],
)
def test_roll_and_yaw_have_the_signs_of_the_documented_examples(
    landmarks: list[list[float]], signs: tuple[int, int]
) -> None:
    roll, yaw, _ = pose(np.array(landmarks, np.float32))

    assert (np.sign(roll), np.sign(yaw)) == signs
