from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.storage import from_attributes, s3_client, to_attribute, to_attributes, to_decimal


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


def test_one_value_is_written_with_its_type() -> None:
    assert to_attribute([{"rank": 1}]) == {"L": [{"M": {"rank": {"N": "1"}}}]}


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
