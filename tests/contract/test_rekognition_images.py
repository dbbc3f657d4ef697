from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests import bombs
from tests.contract.pictures import encode, noise
from tests.contract.rekognition_service import StubS3

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

MEBIBYTE = 1024 * 1024


def padded(data: bytes, size: int) -> bytes:
    """Return the JPEG with bytes after its end, which no decoder looks at."""
    return data.ljust(size, b"\0")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encode(noise().convert(mode), form), id=f"{form}-{mode}")
        for form, modes in {
            "JPEG": ["RGB", "L", "CMYK", "YCbCr"],
            "PNG": ["RGB", "L", "RGBA", "LA", "P", "1", "I;16"],
        }.items()
        for mode in modes
    ],
)
def test_every_kind_of_jpeg_and_png_is_read(client: "RekognitionClient", data: bytes) -> None:
    answer = client.detect_faces(Image={"Bytes": data})

    assert answer["FaceDetails"] == []


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"hello", id="text"),
        pytest.param(b"%PDF-1.7", id="pdf"),
        pytest.param(encode(noise(), "GIF"), id="gif"),
        pytest.param(encode(noise(), "WEBP"), id="webp"),
        pytest.param(encode(noise(), "BMP"), id="bmp"),
        pytest.param(encode(noise(), "TIFF"), id="tiff"),
        pytest.param(encode(noise(), "JPEG")[:3], id="jpeg's first bytes"),
        pytest.param(encode(noise(), "JPEG")[:5000], id="cut jpeg"),
        pytest.param(encode(noise(), "PNG")[:5000], id="cut png"),
        pytest.param(encode(noise(), "PNG")[:30], id="png's first bytes"),
    ],
)
def test_what_is_no_whole_jpeg_or_png_is_refused(client: "RekognitionClient", data: bytes) -> None:
    with pytest.raises(client.exceptions.InvalidImageFormatException):
        client.detect_faces(Image={"Bytes": data})


@pytest.mark.parametrize("size", [(79, 200), (200, 79), (1, 1)])
def test_a_picture_with_too_short_a_side_is_refused(
    client: "RekognitionClient", size: tuple[int, int]
) -> None:
    data = encode(noise(*size))

    with pytest.raises(client.exceptions.InvalidParameterException, match="Minimum"):
        client.detect_faces(Image={"Bytes": data})


def test_a_picture_with_the_shortest_sides_is_read(client: "RekognitionClient") -> None:
    answer = client.detect_faces(Image={"Bytes": encode(noise(80, 80))})

    assert answer["FaceDetails"] == []


@pytest.mark.parametrize("size", [(10_000, 5_201), (30_000, 30_000)])
def test_a_picture_with_too_many_pixels_is_refused_unpacked(
    client: "RekognitionClient", size: tuple[int, int]
) -> None:
    bomb = bombs.black_png(*size, depth=1)

    with pytest.raises(client.exceptions.ImageTooLargeException):
        client.detect_faces(Image={"Bytes": bomb})


def test_a_picture_with_the_most_pixels_is_read(client: "RekognitionClient") -> None:
    answer = client.detect_faces(Image={"Bytes": bombs.black_png(10_000, 5_200, depth=1)})

    assert answer["FaceDetails"] == []


def test_bytes_up_to_five_mebibytes_are_read(client: "RekognitionClient") -> None:
    data = padded(encode(noise(), "JPEG"), 5 * MEBIBYTE)

    assert client.detect_faces(Image={"Bytes": data})["FaceDetails"] == []


def test_more_than_five_mebibytes_are_refused(careless_client: "RekognitionClient") -> None:
    data = padded(encode(noise(), "JPEG"), 5 * MEBIBYTE + 1)

    with pytest.raises(careless_client.exceptions.ImageTooLargeException):
        careless_client.detect_faces(Image={"Bytes": data})


def test_two_pictures_of_five_mebibytes_can_be_compared(client: "RekognitionClient") -> None:
    data = padded(encode(noise(), "JPEG"), 5 * MEBIBYTE)

    with pytest.raises(client.exceptions.InvalidParameterException, match="no faces"):
        client.compare_faces(SourceImage={"Bytes": data}, TargetImage={"Bytes": data})


def test_a_picture_in_s3_is_read_whatever_its_name(client: "RekognitionClient", s3: StubS3) -> None:
    s3.objects["selfies", "folder/a name+é.txt", None] = encode(noise(), "JPEG")

    answer = client.detect_faces(
        Image={"S3Object": {"Bucket": "selfies", "Name": "folder/a name+é.txt"}}
    )

    assert answer["FaceDetails"] == []


def test_the_version_that_is_named_is_read(client: "RekognitionClient", s3: StubS3) -> None:
    s3.objects["selfies", "versioned", None] = b"the latest is no picture"
    s3.objects["selfies", "versioned", "v1"] = encode(noise())

    answer = client.detect_faces(
        Image={"S3Object": {"Bucket": "selfies", "Name": "versioned", "Version": "v1"}}
    )

    assert answer["FaceDetails"] == []


def test_up_to_fifteen_mebibytes_are_read_from_s3(client: "RekognitionClient", s3: StubS3) -> None:
    s3.objects["selfies", "large", None] = padded(encode(noise(), "JPEG"), 15 * MEBIBYTE)

    answer = client.detect_faces(Image={"S3Object": {"Bucket": "selfies", "Name": "large"}})

    assert answer["FaceDetails"] == []


def test_more_than_fifteen_mebibytes_in_s3_are_refused(
    client: "RekognitionClient", s3: StubS3
) -> None:
    s3.objects["selfies", "huge", None] = padded(encode(noise(), "JPEG"), 15 * MEBIBYTE + 1)

    with pytest.raises(client.exceptions.ImageTooLargeException):
        client.detect_faces(Image={"S3Object": {"Bucket": "selfies", "Name": "huge"}})


@pytest.mark.parametrize(
    "place",
    [
        {"Bucket": "selfies", "Name": "missing"},
        {"Bucket": "selfies", "Name": "missing", "Version": "v1"},
        {"Bucket": "forbidden", "Name": "anything"},
    ],
)
def test_what_s3_refuses_is_an_invalid_object(
    client: "RekognitionClient", place: dict[str, str]
) -> None:
    with pytest.raises(client.exceptions.InvalidS3ObjectException):
        client.detect_faces(Image={"S3Object": place})  # type: ignore[typeddict-item]


def test_s3_failing_is_no_fault_of_the_caller(client: "RekognitionClient") -> None:
    with pytest.raises(client.exceptions.InternalServerError):
        client.detect_faces(Image={"S3Object": {"Bucket": "broken", "Name": "anything"}})


def test_bytes_and_an_object_together_are_refused(client: "RekognitionClient") -> None:
    with pytest.raises(client.exceptions.InvalidParameterException):
        client.detect_faces(
            Image={"Bytes": encode(noise()), "S3Object": {"Bucket": "selfies", "Name": "large"}}
        )


def test_a_picture_without_a_face_is_indexed_as_nothing(
    client: "RekognitionClient", collection: str
) -> None:
    answer = client.index_faces(CollectionId=collection, Image={"Bytes": encode(noise())})

    assert answer["FaceRecords"] == []
    assert answer["UnindexedFaces"] == []


def test_a_picture_without_a_face_cannot_be_searched_for(
    client: "RekognitionClient", collection: str
) -> None:
    with pytest.raises(client.exceptions.InvalidParameterException, match="There are no faces"):
        client.search_faces_by_image(CollectionId=collection, Image={"Bytes": encode(noise())})


def test_a_black_picture_shows_no_face(client: "RekognitionClient") -> None:
    black = encode(Image.new("RGB", (640, 480)))

    assert client.detect_faces(Image={"Bytes": black})["FaceDetails"] == []
