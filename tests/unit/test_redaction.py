import json

import pytest

from local.redaction import redact


@pytest.mark.parametrize("key", ["version", "Version", ":version", "VersionId", "version-id"])
def test_an_object_version_is_hidden_by_its_key(key: str) -> None:
    assert redact({key: "v1", "key": "selfies/x"}) == {
        key: "(object version hidden)",
        "key": "selfies/x",
    }


def test_an_object_version_is_hidden_wherever_it_stands() -> None:
    told = redact(["no such version: v-123"], {"v-123"})

    assert told == ["no such version: (object version hidden)"]


def test_the_signature_of_an_address_is_hidden() -> None:
    address = "https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Signature=abc&versionId=2"

    assert redact(f"see {address} there") == (
        "see https://b.s3.amazonaws.com/k?(signature hidden) there"
    )


@pytest.mark.parametrize("key", ["user_id", "userId", ":user_id", "sub", "owner", "username"])
def test_a_users_id_is_hidden(key: str) -> None:
    assert redact({key: {"S": "ada"}}) == {key: "(user id hidden)"}


@pytest.mark.parametrize("key", ["Landmarks", "landmarks", "geometry"])
def test_landmarks_are_hidden(key: str) -> None:
    assert redact({"faces": [{key: [0.1, 0.2]}]}) == {"faces": [{key: "(landmarks hidden)"}]}


def test_json_in_json_is_looked_through() -> None:
    told = redact({"S": json.dumps([{"version": "v1", "name": "Ada"}])})

    assert json.loads(told["S"]) == [{"version": "(object version hidden)", "name": "Ada"}]


def test_what_is_not_there_is_not_called_hidden() -> None:
    assert redact({"version": None, "n": 1, "text": "{no json"}) == {
        "version": None,
        "n": 1,
        "text": "{no json",
    }
