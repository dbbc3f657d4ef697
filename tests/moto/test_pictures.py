import pytest
from botocore.exceptions import ClientError

from lookalike.faces import Size
from lookalike.pictures import FIRST_BYTES, StoredPicture, stored_size
from tests.moto.cloud import Cloud
from tests.recogniser import picture


def stored(cloud: Cloud, content: bytes) -> StoredPicture:
    bucket = cloud.name("SelfiesBucket")
    reply = cloud.s3.put_object(Bucket=bucket, Key="selfies/one", Body=content)
    return StoredPicture(bucket, "selfies/one", reply["VersionId"])


def test_size_of_a_stored_picture_is_read(cloud: Cloud) -> None:
    selfie = stored(cloud, picture(width=120, height=90))

    assert stored_size(cloud.s3, selfie) == Size(120, 90)


def test_size_is_read_of_the_version_that_is_named(cloud: Cloud) -> None:
    first = stored(cloud, picture(width=120, height=90))
    stored(cloud, picture(width=200, height=200))

    assert stored_size(cloud.s3, first) == Size(120, 90)


def test_empty_object_has_no_size(cloud: Cloud) -> None:
    assert stored_size(cloud.s3, stored(cloud, b"")) is None


def test_object_that_is_no_picture_has_no_size(cloud: Cloud) -> None:
    assert stored_size(cloud.s3, stored(cloud, b"GIF89a")) is None


def test_size_behind_a_large_preview_is_read(cloud: Cloud) -> None:
    whole = picture(width=120, height=90, form="JPEG")
    preview = b"\xff\xe1\xff\xff" + bytes(0xFFFD)  # one full segment of what cameras add
    selfie = stored(cloud, whole[:2] + preview * 14 + whole[2:])

    assert 14 * len(preview) < int(FIRST_BYTES.removeprefix("bytes=0-"))
    assert stored_size(cloud.s3, selfie) == Size(120, 90)


@pytest.mark.parametrize("segments", [15, 16, 40])
def test_size_behind_megabytes_of_metadata_is_read(cloud: Cloud, segments: int) -> None:
    whole = picture(width=120, height=90, form="JPEG")
    metadata = b"\xff\xe1\xff\xff" + bytes(0xFFFD)
    selfie = stored(cloud, whole[:2] + metadata * segments + whole[2:])

    assert stored_size(cloud.s3, selfie) == Size(120, 90)


def test_object_that_is_not_there_is_an_error(cloud: Cloud) -> None:
    gone = StoredPicture(cloud.name("SelfiesBucket"), "selfies/none", "no-version")

    with pytest.raises(ClientError):
        stored_size(cloud.s3, gone)
