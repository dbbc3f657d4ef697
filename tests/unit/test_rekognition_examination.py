from dataclasses import replace

import numpy as np
import pytest

from rekognition.engine import Vector
from rekognition.examination import examine
from rekognition.exceptions import ImageTooLargeError, InvalidImageFormatError
from rekognition.faces import Face
from rekognition.images import ImageMemory
from tests.artist import FACE, Artist
from tests.pictures import png
from tests.recogniser import NO_FACE, picture

LARGER = replace(FACE, left=0.0, top=0.0, width=0.55, height=0.5)
"""Someone at the edge."""


@pytest.fixture
def artist() -> Artist:
    return Artist()


@pytest.fixture
def images(artist: Artist) -> ImageMemory:
    return ImageMemory(artist)


def vector_of(artist: Artist, data: bytes, number: int) -> Vector:
    _, crop = artist.detect(data)[number]
    return artist.embed(crop)[0]


def test_face_is_described_as_by_rekognition_and_with_its_vector(
    artist: Artist, images: ImageMemory
) -> None:
    seen = examine(images, picture(10))

    assert seen["faces"] == [FACE.detail()]
    assert np.allclose(seen["vector"], vector_of(artist, picture(10), 0))


def test_picture_without_a_face_has_no_vector(images: ImageMemory) -> None:
    assert examine(images, picture(NO_FACE)) == {"faces": [], "vector": None}


@pytest.mark.parametrize(
    ("faces", "number"),
    [
        ([LARGER, FACE], 1),
        ([FACE, LARGER], 0),
        ([replace(FACE, confidence=60), LARGER], 1),
    ],
    ids=["not the largest", "the first", "the only one that is surely a face"],
)
def test_vector_is_of_the_face_that_the_picture_is_about(
    artist: Artist, images: ImageMemory, faces: list[Face], number: int
) -> None:
    artist.sees[picture(10)] = faces

    seen = examine(images, picture(10))

    assert seen["faces"] == [face.detail() for face in faces]
    assert np.allclose(seen["vector"], vector_of(artist, picture(10), number))
    assert artist.embeddings == 2


def test_what_is_surely_no_face_is_described_without_a_vector(
    artist: Artist, images: ImageMemory
) -> None:
    artist.sees[picture(10)] = [replace(FACE, confidence=60)]

    seen = examine(images, picture(10))

    assert (len(seen["faces"]), seen["vector"]) == (1, None)


def test_picture_that_was_seen_costs_nothing_again(artist: Artist, images: ImageMemory) -> None:
    first = examine(images, picture(10))

    assert examine(images, picture(10)) == first
    assert (artist.detections, artist.embeddings) == (1, 1)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"no picture", InvalidImageFormatError),
        (png(30_000, 30_000, 1, [bytes(3750)] * 10), ImageTooLargeError),
    ],
)
def test_what_cannot_be_read_is_an_error(
    images: ImageMemory, data: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        examine(images, data)
