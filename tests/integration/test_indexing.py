"""Portraits: from the bucket to the collection and the table, and out again."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lookalike.portrait_files import Caption
from lookalike.portraits import portrait_id_of
from lookalike.ranking import Attribution
from tests.pictures import encode, open_face, scenery
from tests.running_stack import FINISHING, RunningStack, wait_for

MIRRORED = Image.Transpose.FLIP_LEFT_RIGHT
KEY = "celebrities/zz_of_the_tests.jpg"


@pytest.fixture
def face(portraits: list[Path]) -> bytes:
    path = next(path for path in portraits if "Collins" in path.stem)
    return encode(open_face(path).transpose(MIRRORED))  # mirrored: a picture of its own


@pytest.fixture(autouse=True)
def clean(stack: RunningStack) -> Iterator[None]:
    yield
    stack.s3.delete_object(Bucket=stack.outputs.portraits_bucket, Key=KEY)
    wait_for(lambda: record(stack) is None, FINISHING)


def put(stack: RunningStack, picture: bytes, name: str = "Test Person") -> str:
    caption = Caption("test-person", name, Attribution(author="Ünal", license="CC0"))
    return stack.s3.put_object(
        Bucket=stack.outputs.portraits_bucket,
        Key=KEY,
        Body=picture,
        Metadata=caption.to_metadata(),
    )["VersionId"]


def record(stack: RunningStack) -> dict[str, Any] | None:
    key: Any = {"portrait_id": {"S": portrait_id_of(KEY)}}
    return stack.dynamodb.get_item(
        TableName=stack.outputs.portraits_table, Key=key, ConsistentRead=True
    ).get("Item")


def indexed(stack: RunningStack, version: str) -> dict[str, Any]:
    return wait_for(
        lambda: item if (item := record(stack)) and item["version"]["S"] == version else None,
        FINISHING,
        lambda: str(record(stack)),
    )


def faces(stack: RunningStack) -> list[str]:
    """List the portrait ids of the celebrities' faces."""
    return stack.faces(stack.outputs.celebrities_collection)


def deliver(stack: RunningStack, detail_type: str) -> None:
    """Deliver an event about the portrait once more."""
    detail = {"bucket": {"name": stack.outputs.portraits_bucket}, "object": {"key": KEY}}
    event = {"detail-type": detail_type, "detail": detail}
    message = {"messageId": "1", "eventSource": "aws:sqs", "body": json.dumps(event)}
    stack.invoke("IndexPortraitFunction", {"Records": [message]})


@pytest.mark.parametrize("name", ["Beyoncé", "Björk", "章子怡"])
def test_a_name_in_any_script_survives_to_the_result(
    stack: RunningStack, face: bytes, name: str
) -> None:
    indexed(stack, put(stack, face, name))

    match = stack.play(face)

    first = match["celebrities"][0]
    assert first["name"] == name
    assert first["attribution"]["author"] == "Ünal"


def test_events_that_come_twice_and_out_of_order_end_in_what_the_bucket_holds(
    stack: RunningStack, face: bytes
) -> None:
    version = put(stack, face)
    indexed(stack, version)
    kinds = ["Object Created", "Object Deleted"] * 4
    random.Random(5).shuffle(kinds)

    for kind in kinds:
        deliver(stack, kind)

    assert indexed(stack, version)["name"]["S"] == "Test Person"
    assert faces(stack).count(portrait_id_of(KEY)) == 1


def test_a_replaced_portrait_is_indexed_again(
    stack: RunningStack, face: bytes, selfie: Path
) -> None:
    first = indexed(stack, put(stack, face))

    second = indexed(stack, put(stack, encode(open_face(selfie).transpose(MIRRORED))))

    assert first["faces"] != second["faces"]
    wait_for(lambda: faces(stack).count(portrait_id_of(KEY)) == 1, FINISHING)


def test_a_removed_portrait_leaves_neither_face_nor_record(
    stack: RunningStack, face: bytes
) -> None:
    indexed(stack, put(stack, face))

    stack.s3.delete_object(Bucket=stack.outputs.portraits_bucket, Key=KEY)

    wait_for(lambda: record(stack) is None, FINISHING)
    wait_for(lambda: portrait_id_of(KEY) not in faces(stack), FINISHING)


def test_a_portrait_without_a_face_is_refused_and_never_matched(stack: RunningStack) -> None:
    item = indexed(stack, put(stack, encode(scenery())))

    assert item["refusal"]["S"] == "no_face"
    assert "pack" not in item
    assert portrait_id_of(KEY) not in faces(stack)


def test_there_is_one_face_for_each_portrait(stack: RunningStack, face: bytes) -> None:
    indexed(stack, put(stack, face))

    listed = stack.s3.list_objects_v2(Bucket=stack.outputs.portraits_bucket)["Contents"]

    assert sorted(faces(stack)) == sorted(portrait_id_of(entry["Key"]) for entry in listed)
