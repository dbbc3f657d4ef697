"""Pictures made to do harm, and broken ones: each has an answer, and others are served."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests import bombs
from tests.contract.pictures import encode, noise
from tests.contract.rekognition_service import RekognitionProcess, StubS3
from tests.pictures import open_face
from tests.running_stack import wait_for

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

REFUSALS = {
    "ImageTooLargeException",
    "InvalidImageFormatException",
    "InvalidParameterException",
}


def look(client: "RekognitionClient", data: bytes) -> str:
    """Ask for the faces; return the error's name, or nothing."""
    return look_at(client, {"Bytes": data})


def look_at(client: "RekognitionClient", image: Any) -> str:
    try:
        client.detect_faces(Image=image)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def children(process: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(process)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if "decoder" in line]


def runs(process: int) -> bool:
    """Return whether a process is there, and is more than an entry that its parent must collect."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("name", bombs.BOMBS)
def test_every_bomb_is_answered_and_the_next_picture_as_well(
    client: "RekognitionClient", portraits: list[Path], s3: StubS3, name: str
) -> None:
    s3.objects["bombs", name, None] = bombs.BOMBS[name]()
    portrait = portraits[0].read_bytes()

    code = look_at(client, {"S3Object": {"Bucket": "bombs", "Name": name}})

    assert code in REFUSALS | {""}
    assert len(client.detect_faces(Image={"Bytes": portrait + name.encode()})["FaceDetails"]) == 1


def test_jpeg_of_two_thousand_scans_is_no_picture(client: "RekognitionClient") -> None:
    assert look(client, bombs.progressive_jpeg(2_000)) == "InvalidImageFormatException"


def test_photograph_of_a_fifty_megapixel_camera_shows_its_face(
    client: "RekognitionClient", portraits: list[Path], s3: StubS3
) -> None:
    photograph = Image.new("RGB", (8160, 6144), (128, 128, 128))
    photograph.paste(open_face(portraits[0]).resize((3000, 3000)), (2500, 1500))
    s3.objects["bombs", "50 MP", None] = encode(photograph, "JPEG", quality=60)

    answer = client.detect_faces(Image={"S3Object": {"Bucket": "bombs", "Name": "50 MP"}})

    assert len(answer["FaceDetails"]) == 1


def test_selfies_are_served_while_bombs_are_decoded(own_service: RekognitionProcess) -> None:
    # Other bytes at the end make another picture of each.
    sent = [bombs.black_png(colour=bombs.RGBA) + bytes([number]) for number in range(8)]
    selfies = [encode(noise(640, 480 + number), "JPEG") for number in range(4)]
    client = own_service.client()
    client.detect_faces(Image={"Bytes": encode(noise(), "JPEG")})

    with ThreadPoolExecutor(8) as others:
        answers = [others.submit(look, client, bomb) for bomb in sent]
        wait_for(lambda: own_service.report()["calls"]["DetectFaces"] == 9, 60)
        found = [look(client, selfie) for selfie in selfies]
        finished = sum(answer.done() for answer in answers)
        codes = {answer.result() for answer in answers}

    assert found == [""] * 4
    assert finished < 8
    # Those that would have to wait long are told to come again.
    assert codes <= {"", "ThrottlingException"}


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes as Linux lists them")
def test_no_decoder_outlives_a_killed_service_even_in_the_middle_of_a_picture(
    own_service: RekognitionProcess,
) -> None:
    client = own_service.client()
    client.detect_faces(Image={"Bytes": encode(noise())})
    decoders = children(own_service.pid)
    assert len(decoders) == 2

    with ThreadPoolExecutor(1) as others:
        bomb = others.submit(client.detect_faces, Image={"Bytes": bombs.progressive_jpeg(100)})
        wait_for(lambda: own_service.report()["calls"]["DetectFaces"] == 2, 60)
        own_service.kill()

        wait_for(lambda: not any(runs(decoder) for decoder in decoders), 30)
        assert bomb.exception(60) is not None


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes as Linux lists them")
def test_no_decoder_outlives_a_service_that_ends_in_order(own_service: RekognitionProcess) -> None:
    own_service.client().detect_faces(Image={"Bytes": encode(noise())})
    decoders = children(own_service.pid)

    own_service.stop()

    assert len(decoders) == 2
    assert not any(runs(decoder) for decoder in decoders)


@pytest.fixture(scope="module")
def originals(portraits: list[Path]) -> list[bytes]:
    """A small photograph of a face, in several forms."""
    face = open_face(portraits[0], 120)
    exif = Image.Exif()
    exif[0x0112] = 6
    animation = io.BytesIO()
    face.save(animation, "PNG", save_all=True, append_images=[face.rotate(90)])
    return [
        encode(face, "JPEG", quality=60, exif=exif),
        encode(face, "JPEG", quality=60, progressive=True),
        encode(face.convert("CMYK"), "JPEG", quality=60),
        encode(face, "PNG"),
        encode(face.convert("P"), "PNG"),
        encode(face.convert("RGBA"), "PNG", icc_profile=bytes(range(200))),
        animation.getvalue(),
    ]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.data())
def test_broken_pictures_are_read_or_refused_by_name(
    client: "RekognitionClient", originals: list[bytes], drawn: st.DataObject
) -> None:
    data = drawn.draw(bombs.broken(originals))

    if data:
        assert look(client, data) in REFUSALS | {""}
