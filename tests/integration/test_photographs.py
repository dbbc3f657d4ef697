"""What people really send."""

import uuid
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from lookalike.pictures import LARGEST_SELFIE
from tests import bombs, pictures
from tests.pictures import encode, open_face
from tests.running_stack import RunningStack


@pytest.fixture(scope="module")
def face(selfie: Path) -> Image.Image:
    return open_face(selfie)


def unusable(face: Image.Image) -> dict[str, tuple[bytes, str, set[str]]]:
    good = encode(face)
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 400
    large = pictures.png(10000, 6000, 8, [bytes(range(250)) * 40] * 6000)
    bomb = pictures.png(30000, 30000, 1, [bytes(3750)] * 30000)
    blurred = face.filter(ImageFilter.GaussianBlur(face.width / 22))
    return {
        "text": (b"hello, I am not a picture\n" * 40, "image/jpeg", {"unsupported_image"}),
        "truncated": (good[: len(good) // 3], "image/jpeg", {"unsupported_image"}),
        "gif": (encode(face.convert("P"), "GIF"), "image/jpeg", {"unsupported_image"}),
        "webp": (encode(face, "WEBP"), "image/jpeg", {"unsupported_image"}),
        "heic": (heic, "image/jpeg", {"unsupported_image"}),
        "20 x 20": (encode(face.resize((20, 20))), "image/jpeg", {"image_too_small"}),
        "60 megapixels": (large, "image/png", {"image_too_large"}),
        "bomb": (bomb, "image/png", {"image_too_large"}),
        "scans": (bombs.progressive_jpeg(2_000), "image/jpeg", {"unsupported_image"}),
        "black": (encode(Image.new("RGB", (400, 400))), "image/jpeg", {"no_face"}),
        "scenery": (encode(pictures.scenery()), "image/jpeg", {"no_face"}),
        "tiny": (encode(pictures.tiny_face(face)), "image/jpeg", {"face_too_small", "no_face"}),
        "blurred": (encode(blurred), "image/jpeg", {"face_too_blurry", "no_face"}),
        "two faces": (encode(pictures.two_faces(face)), "image/jpeg", {"several_faces"}),
    }


KINDS = [*unusable(Image.new("RGB", (60, 60)))]


@pytest.mark.parametrize("kind", KINDS)
def test_an_unusable_photograph_gets_its_failure_and_the_next_one_works(
    stack: RunningStack, face: Image.Image, kind: str
) -> None:
    data, content_type, codes = unusable(face)[kind]

    match = stack.play(data, content_type=content_type)
    next_match = stack.play(encode(face))

    assert match["status"] == "failed"
    assert match["failure"]["code"] in codes
    assert match["failure"]["message"]
    assert match["failure"]["hint"]
    assert match["celebrities"] == []
    assert next_match["status"] == "succeeded"


def test_an_empty_file_is_refused_at_the_bucket(stack: RunningStack) -> None:
    sent = stack.upload(stack.create()["upload"], b"")

    assert sent.status_code == 400
    assert "EntityTooSmall" in sent.text


def test_two_equal_faces_are_both_offered(stack: RunningStack, face: Image.Image) -> None:
    match = stack.play(encode(pictures.two_faces(face)))

    boxes = match["failure"]["faces"]
    assert len(boxes) == 2
    left, right = sorted(boxes, key=lambda box: float(box["left"]))
    assert left["left"] + left["width"] < 0.5 < right["left"]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_faces_beside_the_one_that_is_compared_are_listed(
    stack: RunningStack, face: Image.Image, count: int
) -> None:
    match = stack.play(encode(pictures.bystanders(face, *[face] * count)))

    assert match["celebrities"][0]["name"] == "Grace Hopper"
    assert len(match["other_faces"]) == count
    assert all(one["left"] > 0.6 for one in match["other_faces"])


def test_a_dark_face_is_refused_for_that(stack: RunningStack, face: Image.Image) -> None:
    dark = face.point(lambda value: value * 0.05)

    match = stack.play(encode(dark, quality=95))

    assert match["failure"]["code"] in {"face_too_dark", "no_face"}


@pytest.mark.parametrize("kind", ["cmyk", "grey", "16 bits", "alpha"])
def test_an_unusual_picture_works(stack: RunningStack, face: Image.Image, kind: str) -> None:
    data, content_type = {
        "cmyk": (encode(face.convert("CMYK")), "image/jpeg"),
        "grey": (encode(face.convert("L")), "image/jpeg"),
        "16 bits": (pictures.deep(face), "image/png"),
        "alpha": (encode(face.convert("RGBA"), "PNG"), "image/png"),
    }[kind]

    match = stack.play(data, content_type=content_type)

    assert match["celebrities"][0]["name"] == "Grace Hopper"


def test_every_exif_orientation_gives_the_same_first_match(
    stack: RunningStack, face: Image.Image
) -> None:
    matches = [stack.play(pictures.turned(face, one)) for one in pictures.TURNS]

    assert {match["celebrities"][0]["name"] for match in matches} == {"Grace Hopper"}


def test_an_upload_against_the_form_is_refused_at_the_bucket(
    stack: RunningStack, face: Image.Image
) -> None:
    photo = encode(face)
    form = stack.create()["upload"]
    fields = form["fields"]

    too_large = stack.upload(form, photo + bytes(LARGEST_SELFIE))
    other_type = stack.upload({**form, "fields": {**fields, "Content-Type": "text/html"}}, photo)
    other_key = stack.upload({**form, "fields": {**fields, "key": "selfies/other"}}, photo)
    forged = stack.upload({**form, "fields": {**fields, "x-amz-signature": "0" * 64}}, photo)
    unsigned = {k: v for k, v in fields.items() if k != "x-amz-signature"}
    without = stack.upload({**form, "fields": unsigned}, photo)

    refused = (too_large, other_type, other_key, forged, without)
    assert [answer.status_code for answer in refused] == [400, 403, 403, 403, 400]


def test_an_upload_with_an_expired_form_is_refused_at_the_bucket(
    stack: RunningStack, face: Image.Image
) -> None:
    key = f"selfies/{uuid.uuid4()}"
    bucket = stack.outputs.selfies_bucket
    expired = stack.s3.generate_presigned_post(bucket, key, ExpiresIn=-60)
    good = stack.s3.generate_presigned_post(bucket, key, ExpiresIn=60)

    refused = stack.upload(expired, encode(face))
    accepted = stack.upload(good, encode(face))

    assert refused.status_code == 403
    assert "expired" in refused.text.lower()
    assert accepted.status_code == 204
