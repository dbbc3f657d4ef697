import cv2
import numpy as np
import numpy.typing as npt
import pytest

from rekognition.scores import brightness, confidence, sharpness, similarity


def crop(contrast: int) -> npt.NDArray[np.uint8]:
    random = np.random.default_rng(3)
    return random.integers(128 - contrast, 128 + contrast, (112, 112, 3)).astype(np.uint8)


@pytest.mark.parametrize(
    ("cosine", "expected"), [(0, 1), (0.2, 15), (0.34, 50), (0.45, 80), (0.6, 96)]
)
def test_similarity_is_anchored_at_eighty(cosine: float, expected: float) -> None:
    assert similarity(np.array([cosine], np.float32))[0] == pytest.approx(expected, abs=1)


def test_similarity_stays_between_nothing_and_everything() -> None:
    scores = similarity(np.array([-1, 1], np.float32))

    assert 0 < scores[0] < scores[1] < 100


def test_the_lowest_score_that_is_reported_is_half_confidence() -> None:
    assert confidence(0.6) == pytest.approx(50)
    assert confidence(0.95) > 99


@pytest.mark.parametrize(("luma", "expected"), [(0, 0), (51, 20), (255, 100)])
def test_brightness_is_the_share_of_full_luma(luma: int, expected: float) -> None:
    region = np.full((20, 20, 3), luma, np.uint8)

    assert brightness(region) == pytest.approx(expected)


def test_sharpness_falls_with_every_blur() -> None:
    picture = crop(40)
    blurred = [
        cv2.GaussianBlur(picture, (side, side), 0).astype(np.uint8) for side in (3, 5, 9, 15)
    ]

    scores = [sharpness(image) for image in (picture, *blurred)]

    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 50 > scores[-1]


def test_a_flat_face_has_no_sharpness() -> None:
    assert sharpness(np.full((112, 112, 3), 90, np.uint8)) == 0
