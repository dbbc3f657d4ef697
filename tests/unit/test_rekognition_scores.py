import cv2
import numpy as np
import numpy.typing as npt
import pytest

from rekognition.scores import brightness, confidence, sharpness, similarity


def crop() -> npt.NDArray[np.uint8]:
    """A crop with structure of every size, and the more of it the larger, as in a photograph."""
    random = np.random.default_rng(3)
    seen = np.zeros((112, 112, 3))
    for size in (1, 2, 4, 8, 16):
        layer = cv2.GaussianBlur(random.normal(size=(112, 112, 3)), (0, 0), size)
        seen += size * layer / layer.std()
    made: npt.NDArray[np.uint8] = (128 + 40 * seen / seen.std()).clip(0, 255).astype(np.uint8)
    return made


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
    picture = crop()
    blurred = [
        cv2.GaussianBlur(picture, (side, side), 0).astype(np.uint8) for side in (3, 5, 9, 15, 45)
    ]

    scores = [sharpness(image) for image in (picture, *blurred)]

    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 2 * scores[-1]


@pytest.mark.parametrize("share", [0.3, 0.5])
def test_a_dim_or_pale_face_is_as_sharp(share: float) -> None:
    picture = crop().astype(np.float64)
    dim = (share * picture).astype(np.uint8)
    pale = (share * (picture - picture.mean()) + picture.mean()).astype(np.uint8)

    assert sharpness(dim) == pytest.approx(sharpness(picture.astype(np.uint8)), abs=2)
    assert sharpness(pale) == pytest.approx(sharpness(picture.astype(np.uint8)), abs=2)


@pytest.mark.parametrize("degrees", range(0, 180, 15))
def test_a_movement_in_any_direction_blurs(degrees: int) -> None:
    picture = crop()
    line = np.zeros((25, 25), np.float32)
    line[12] = 1
    line = cv2.warpAffine(
        line, cv2.getRotationMatrix2D((12, 12), degrees, 1), (25, 25), flags=cv2.INTER_LINEAR
    ).astype(np.float32)

    moved = cv2.filter2D(picture, -1, line / line.sum()).astype(np.uint8)

    assert sharpness(moved) < sharpness(picture) / 2


def test_a_flat_face_has_no_sharpness() -> None:
    assert sharpness(np.full((112, 112, 3), 90, np.uint8)) == 0
