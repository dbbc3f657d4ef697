import base64
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike import clock
from lookalike.portrait_files import (
    MOST_METADATA,
    UPLOAD_WINDOW,
    Caption,
    PortraitFiles,
    PortraitFilesSettings,
)
from lookalike.portraits import (
    pack_of,
    portrait_id_of,
)
from lookalike.ranking import Attribution
from tests.moto.cloud import Cloud
from tests.recogniser import picture

ATTRIBUTION = Attribution("A. Photographer", "CC BY 4.0", "https://example.org/by", "")
CAPTION = Caption("grace-hopper", "Grace Hopper", ATTRIBUTION)
PNG = b"\x89PNG"


def policy_of(fields: dict[str, str]) -> dict[str, Any]:
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert isinstance(policy, dict)
    return policy


# Captions


@pytest.mark.parametrize("name", ["Beyoncé", "Björk", "章子怡", "O'Neil / 100%", "a+b=c&d"])
def test_caption_survives_as_metadata(cloud: Cloud, files: PortraitFiles, name: str) -> None:
    rights = Attribution("Jürgen", "CC0", "https://a.example/ü", "#")
    caption = Caption("some-id", name, rights, "female", "歌手, 100% Pop & “Soul”")
    cloud.s3.put_object(
        Bucket=cloud.name("PortraitsBucket"),
        Key="celebrities/one.jpg",
        Body=PNG,
        Metadata=caption.to_metadata(),
    )

    stored = files.read("celebrities/one.jpg")

    assert stored is not None
    assert stored.caption == caption


@given(st.text(min_size=1), st.text(min_size=1), st.text(), st.text(), st.text())
def test_metadata_is_ascii_and_loses_nothing(
    one: str, name: str, author: str, source: str, description: str
) -> None:
    caption = Caption(one, name, Attribution(author, source_url=source), "other", description)

    metadata = caption.to_metadata()

    assert all(value.isascii() and value.isprintable() for value in metadata.values())
    assert Caption.from_metadata(metadata) == caption


def test_unknown_rights_are_left_out_of_the_metadata() -> None:
    assert Caption("bjork", "Björk", Attribution()).to_metadata() == {
        "celebrity-id": "bjork",
        "name": "Bj%C3%B6rk",
    }


@pytest.mark.parametrize("missing", ["name", "celebrity-id"])
def test_metadata_without_a_name_is_no_caption(missing: str) -> None:
    metadata = {key: value for key, value in CAPTION.to_metadata().items() if key != missing}

    assert Caption.from_metadata(metadata) is None


@pytest.mark.parametrize(("over", "fits"), [(0, True), (1, False)])
def test_caption_fits_where_an_object_can_carry_it(over: int, fits: bool) -> None:
    empty = Caption("ada", "é", Attribution(license="CC0"))
    used = sum(len(name) + len(value) for name, value in empty.to_metadata().items())
    author = "x" * (MOST_METADATA - used - len("author") + over)

    assert replace(empty, attribution=Attribution(author, "CC0")).fits() is fits


def test_names_beyond_ascii_take_more_room() -> None:
    assert Caption("ada", "a" * 500, Attribution()).fits()
    assert not Caption("ada", "章" * 500, Attribution()).fits()


# The bucket


def test_portrait_that_is_not_there_is_none(files: PortraitFiles) -> None:
    assert files.read("celebrities/none.jpg") is None


def test_portrait_that_was_deleted_is_none(cloud: Cloud, files: PortraitFiles) -> None:
    bucket, key = cloud.name("PortraitsBucket"), "celebrities/one.jpg"
    cloud.s3.put_object(Bucket=bucket, Key=key, Body=PNG)
    cloud.s3.delete_object(Bucket=bucket, Key=key)

    assert files.read(key) is None


def test_stored_portrait_is_its_newest_version(cloud: Cloud, files: PortraitFiles) -> None:
    bucket, key = cloud.name("PortraitsBucket"), "celebrities/one.jpg"
    cloud.s3.put_object(Bucket=bucket, Key=key, Body=PNG)
    newest = cloud.s3.put_object(Bucket=bucket, Key=key, Body=PNG, Metadata=CAPTION.to_metadata())

    stored = files.read(key)

    assert stored is not None
    assert stored.picture == (bucket, key, newest["VersionId"])
    assert stored.caption == CAPTION


def test_stored_portrait_without_a_name_has_no_caption(cloud: Cloud, files: PortraitFiles) -> None:
    cloud.s3.put_object(Bucket=cloud.name("PortraitsBucket"), Key="celebrities/one", Body=PNG)

    stored = files.read("celebrities/one")

    assert stored is not None
    assert stored.caption is None


@pytest.mark.parametrize(
    ("content", "size"),
    [(picture(1, 120, 90), (120, 90)), (PNG, None), (b"", None), (b"GIF89a", None)],
)
def test_stored_portraits_size_is_read(
    cloud: Cloud, files: PortraitFiles, content: bytes, size: tuple[int, int] | None
) -> None:
    put = cloud.s3.put_object(
        Bucket=cloud.name("PortraitsBucket"),
        Key="celebrities/one.png",
        Body=content,
        Metadata=CAPTION.to_metadata(),
    )

    stored = files.read("celebrities/one.png")

    assert stored is not None
    assert (stored.size, stored.caption) == (size, CAPTION)
    assert stored.picture.version == put["VersionId"]


def test_portraits_address_is_the_buckets_regional_host(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cloud
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    abroad = PortraitFiles(PortraitFilesSettings(portraits_bucket="portraits-of-test"))

    address = urlsplit(abroad.url("celebrities/Björk.jpg"))

    query = parse_qs(address.query)
    assert address.netloc == "portraits-of-test.s3.eu-west-1.amazonaws.com"
    assert address.path == "/celebrities/Bj%C3%B6rk.jpg"
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["3600"]


# Curating


@pytest.mark.parametrize(
    ("content_type", "suffix"), [("image/jpeg", ".jpg"), ("image/png", ".png")]
)
def test_curators_portrait_goes_to_a_folder_of_the_pack(
    files: PortraitFiles, content_type: str, suffix: str
) -> None:
    one, form = files.upload_form("poets", content_type, CAPTION)

    key = form.fields["key"]
    assert re.fullmatch(rf"poets/curated/[0-9a-f-]{{36}}\{suffix}", key)
    assert one == portrait_id_of(key)
    assert pack_of(key) == "poets"


def test_no_two_curators_portraits_have_one_key(files: PortraitFiles) -> None:
    forms = [files.upload_form("poets", "image/png", CAPTION)[1] for _ in range(2)]

    assert len({form.fields["key"] for form in forms}) == 2


def test_curators_form_takes_one_picture_with_these_very_words(
    files: PortraitFiles, cloud: Cloud
) -> None:
    caption = Caption("bjork", "Björk", Attribution("Jürgen", "CC0"))

    _, form = files.upload_form("celebrities", "image/png", caption)

    words = {f"x-amz-meta-{name}": value for name, value in caption.to_metadata().items()}
    conditions = policy_of(form.fields)["conditions"]
    assert words.items() <= form.fields.items()
    assert form.fields["Content-Type"] == "image/png"
    assert ["content-length-range", 1, 15_000_000] in conditions
    assert {"bucket": cloud.name("PortraitsBucket")} in conditions
    for name in ("key", "Content-Type", *words):
        assert {name: form.fields[name]} in conditions
    assert not any("starts-with" in condition for condition in conditions)


def test_curators_form_expires_when_it_says(files: PortraitFiles) -> None:
    _, form = files.upload_form("celebrities", "image/png", CAPTION)

    expiration = clock.from_text(policy_of(form.fields)["expiration"])
    assert abs(expiration - form.expires_at) < timedelta(seconds=5)
    assert abs(form.expires_at - clock.now() - UPLOAD_WINDOW) < timedelta(seconds=5)


def test_deleted_portraits_object_is_gone(cloud: Cloud, files: PortraitFiles) -> None:
    key = "celebrities/one.jpg"
    for one in (key, "celebrities/two.jpg"):
        cloud.s3.put_object(Bucket=cloud.name("PortraitsBucket"), Key=one, Body=PNG)

    files.delete(key)

    assert files.read(key) is None
    assert files.read("celebrities/two.jpg") is not None
