import base64
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike import clock
from lookalike.storage import (
    from_attributes,
    s3_client,
    to_attributes,
    to_decimal,
    upload_form,
)


def test_attributes_are_read_as_they_were_written() -> None:
    item = {
        "name": "章子怡",
        "similarity": Decimal("31.4"),
        "faces": [{"left": Decimal("0.25")}],
        "refusal": "",
    }

    assert from_attributes(to_attributes(item)) == item


def test_what_is_none_is_left_out() -> None:
    assert to_attributes({"user_id": None, "pack": "celebrities"}) == {"pack": {"S": "celebrities"}}


@given(st.floats(-1000, 1000))
def test_numbers_keep_six_places(value: float) -> None:
    assert float(to_decimal(value)) == pytest.approx(value, abs=1e-6)


def test_numbers_are_written_as_they_are_read() -> None:
    assert to_decimal(0.1) == Decimal("0.1")


@pytest.mark.parametrize("region", ["eu-west-1", "ap-southeast-2"])
def test_addresses_name_the_buckets_own_region(
    aws: None, monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    assert aws is None
    monkeypatch.setenv("AWS_REGION", region)

    address = s3_client().generate_presigned_url(
        "get_object", Params={"Bucket": "selfies-of-test", "Key": "selfies/one"}
    )

    assert address.startswith(f"https://selfies-of-test.s3.{region}.amazonaws.com/selfies/one?")


def test_form_takes_one_object_with_these_very_fields(aws: None) -> None:
    assert aws is None
    fields = {"Content-Type": "image/png", "x-amz-meta-name": "Bj%C3%B6rk"}
    expires_at = clock.now() + timedelta(minutes=10)

    form = upload_form("portraits-of-test", "poets/1.png", fields, 7, expires_at)

    policy = json.loads(base64.b64decode(form.fields["policy"]))
    assert fields.items() <= form.fields.items()
    assert [condition for condition in policy["conditions"] if "x-amz" not in str(condition)] == [
        {"Content-Type": "image/png"},
        ["content-length-range", 1, 7],
        {"bucket": "portraits-of-test"},
        {"key": "poets/1.png"},
    ]
    assert {"x-amz-meta-name": "Bj%C3%B6rk"} in policy["conditions"]
    assert form.expires_at == expires_at
    assert abs(clock.from_text(policy["expiration"]) - expires_at) < timedelta(seconds=5)


def test_form_leaves_the_fields_that_it_is_given_alone(aws: None) -> None:
    assert aws is None
    fields = {"Content-Type": "image/png"}

    upload_form("bucket", "key", fields, 7, clock.now() + timedelta(minutes=10))

    assert fields == {"Content-Type": "image/png"}
