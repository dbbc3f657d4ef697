import cv2
import numpy as np
import pytest

from evaluation.degradations import (
    DEGRADATIONS,
    SLIGHT,
    Change,
    blurred,
    brightened,
    cut,
    mirrored,
    moved,
    paled,
    scaled,
    tilted,
    turned,
)
from rekognition.search import Pixels


@pytest.fixture
def picture() -> Pixels:
    return np.random.default_rng(7).integers(60, 200, (100, 120, 3)).astype(np.uint8)


@pytest.mark.parametrize("change", [*DEGRADATIONS, *SLIGHT], ids=lambda change: change.name)
def test_a_change_makes_another_picture_that_can_be_read(change: Change, picture: Pixels) -> None:
    read = cv2.imdecode(np.frombuffer(change.apply(picture), np.uint8), cv2.IMREAD_COLOR)

    assert read is not None
    assert not np.array_equal(read, picture)


def test_no_two_changes_have_one_name() -> None:
    names = [change.name for change in DEGRADATIONS]

    assert len(set(names)) == len(names)


def test_four_quarters_are_the_picture_again(picture: Pixels) -> None:
    assert np.array_equal(turned(turned(picture, 1), 3), picture)


def test_a_tilt_keeps_the_size_and_the_middle(picture: Pixels) -> None:
    picture[40:60, 50:70] = 255

    found = tilted(picture, 45)

    assert found.shape == picture.shape
    assert found[50, 60].min() == 255


def test_a_brighter_picture_is_cut_off_at_white(picture: Pixels) -> None:
    assert brightened(picture, 2).max() == 255
    assert brightened(picture, 0.3).mean() == pytest.approx(0.3 * picture.mean(), abs=0.5)


def test_a_pale_picture_keeps_its_mean(picture: Pixels) -> None:
    found = paled(picture, 0.35)

    assert found.mean() == pytest.approx(picture.mean(), abs=0.5)
    assert found.std() == pytest.approx(0.35 * picture.std(), abs=0.5)


@pytest.mark.parametrize(("degrees", "axis"), [(0, 1), (90, 0)])
def test_a_movement_smears_a_point_along_its_direction(degrees: int, axis: int) -> None:
    point = np.zeros((41, 41, 3), np.uint8)
    point[20, 20] = 255

    rows, columns = np.nonzero(moved(point, 9, degrees)[..., 0])

    assert len({*(rows, columns)[axis].tolist()}) == 9
    assert len({*(rows, columns)[1 - axis].tolist()}) == 1


def test_a_movement_keeps_the_brightness(picture: Pixels) -> None:
    assert moved(picture, 15, 45).mean() == pytest.approx(picture.mean(), abs=1.5)


def test_a_blurred_picture_has_less_contrast(picture: Pixels) -> None:
    assert blurred(picture, 4).std() < blurred(picture, 2).std() < picture.std()


def test_a_picture_is_scaled_and_cut_and_mirrored(picture: Pixels) -> None:
    assert scaled(picture, 0.5).shape == (50, 60, 3)
    assert cut(picture, 0.05).shape == (90, 108, 3)
    assert np.array_equal(mirrored(picture)[:, 0], picture[:, -1])
