import json
import re
import urllib.error
import urllib.request
from email.message import Message
from typing import Any

import pytest

from rekognition.signatures import sign
from tests.contract.pictures import encode, noise
from tests.contract.rekognition_service import KEY, REGION, RekognitionProcess

LOG_LINE = re.compile(r"[\d-]+ [\d:,]+ (-|[A-Z]\w+)( [A-Z]\w+)? \d{3} \d+ ms")


def post(
    service: RekognitionProcess, operation: str, body: bytes
) -> tuple[int, Message, dict[str, Any]]:
    headers = {
        "X-Amz-Target": f"RekognitionService.{operation}",
        "Content-Type": "application/x-amz-json-1.1",
    }
    request = urllib.request.Request(
        service.endpoint, body, sign(service.endpoint, body, headers, KEY, REGION)
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.headers, json.load(answer)


def test_an_answer_is_amazon_json_with_a_request_id(service: RekognitionProcess) -> None:
    status, headers, _ = post(service, "ListCollections", b"{}")

    assert status == 200
    assert headers["Content-Type"] == "application/x-amz-json-1.1"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers["x-amzn-RequestId"])


@pytest.mark.parametrize("operation", ["DetectLabels", "Nonsense", ""])
def test_an_operation_that_is_not_served_is_refused(
    service: RekognitionProcess, operation: str
) -> None:
    status, _, answer = post(service, operation, b"{}")

    assert (status, answer["__type"]) == (400, "UnknownOperationException")


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b"[]", b'"text"', b"null"])
def test_a_body_that_is_no_json_object_is_refused(service: RekognitionProcess, body: bytes) -> None:
    status, _, answer = post(service, "ListCollections", body)

    assert (status, answer["__type"]) == (400, "SerializationException")


@pytest.mark.parametrize(
    "members",
    [
        '{"CollectionId": 7, "Image": {"Bytes": "AAAA"}}',
        '{"CollectionId": "c", "Image": "photo"}',
        '{"CollectionId": "c", "Image": {"Bytes": "not base64!"}}',
        '{"CollectionId": "c", "Image": {"Bytes": "AAAA"}, "MaxFaces": "2"}',
        '{"CollectionId": "c", "Image": {"Bytes": "AAAA"}, "MaxFaces": true}',
        '{"CollectionId": "c", "Image": {"Bytes": "AAAA"}, "FaceMatchThreshold": NaN}',
    ],
)
def test_a_member_of_the_wrong_type_is_refused(service: RekognitionProcess, members: str) -> None:
    status, _, answer = post(service, "SearchFacesByImage", members.encode())

    assert (status, answer["__type"]) == (400, "SerializationException")


def test_a_member_that_the_model_does_not_know_is_ignored(service: RekognitionProcess) -> None:
    status, _, _ = post(service, "ListCollections", b'{"Surprise": 1}')

    assert status == 200


def test_a_body_longer_than_what_any_request_carries_is_refused(
    service: RekognitionProcess,
) -> None:
    status, _, answer = post(service, "DetectFaces", b" " * 16_000_000)

    assert (status, answer["__type"]) == (413, "RequestEntityTooLargeException")


def test_calls_are_counted_by_operation(own_service: RekognitionProcess) -> None:
    client = own_service.client()
    picture = encode(noise())

    client.detect_faces(Image={"Bytes": picture})
    client.detect_faces(Image={"Bytes": picture})
    client.list_collections()

    assert own_service.report()["calls"] == {"DetectFaces": 2, "ListCollections": 1}


def test_a_request_leaves_one_line_in_the_log(own_service: RekognitionProcess) -> None:
    client = own_service.client()

    client.create_collection(CollectionId="somebody")
    client.detect_faces(Image={"Bytes": encode(noise())})
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.delete_collection(CollectionId="nobody")

    lines = own_service.log.splitlines()
    assert [line for line in lines if not LOG_LINE.fullmatch(line)] == []
    assert [line.split()[2] for line in lines] == [
        "CreateCollection",
        "DetectFaces",
        "DeleteCollection",
    ]
