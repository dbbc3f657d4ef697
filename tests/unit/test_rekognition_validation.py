import base64
from typing import Any

import pytest

from rekognition.exceptions import (
    ImageTooLargeError,
    InvalidPaginationTokenError,
    InvalidParameterError,
    RekognitionError,
    SerializationError,
)
from rekognition.operations import OPERATIONS
from rekognition.pagination import make_token, read_token
from rekognition.validation import parse, service_model

IMAGE = {"Bytes": base64.b64encode(b"picture").decode()}


def test_blobs_are_decoded_and_numbers_typed() -> None:
    parsed = parse(
        "SearchFacesByImage", {"CollectionId": "c", "Image": IMAGE, "FaceMatchThreshold": 0}
    )

    assert parsed == {"CollectionId": "c", "Image": {"Bytes": b"picture"}, "FaceMatchThreshold": 0}
    assert isinstance(parsed["FaceMatchThreshold"], float)


def test_null_is_as_good_as_absent() -> None:
    assert parse("DetectFaces", {"Image": IMAGE, "Attributes": None}) == {
        "Image": {"Bytes": b"picture"}
    }


def test_tags_are_read() -> None:
    assert parse("CreateCollection", {"CollectionId": "c", "Tags": {"stage": "test"}}) == {
        "CollectionId": "c",
        "Tags": {"stage": "test"},
    }


@pytest.mark.parametrize(
    ("operation", "members", "error"),
    [
        ("CreateCollection", {"CollectionId": None}, InvalidParameterError),
        ("CreateCollection", {"CollectionId": "a/b"}, InvalidParameterError),
        ("CreateCollection", {"CollectionId": "c", "Tags": ["stage"]}, SerializationError),
        ("CreateCollection", {"CollectionId": "c", "Tags": {"": "x"}}, InvalidParameterError),
        ("ListFaces", {"CollectionId": "c", "MaxResults": 1.5}, SerializationError),
        ("ListFaces", {"CollectionId": "c", "FaceIds": []}, InvalidParameterError),
        ("ListFaces", {"CollectionId": "c", "NextToken": "x" * 256}, InvalidParameterError),
        ("DetectFaces", {"Image": {"Bytes": "x"}}, SerializationError),
        ("DetectFaces", {"Image": {"Bytes": ""}}, InvalidParameterError),
        ("DetectFaces", {"Image": {"Bytes": "AAAA" * 1_747_627}}, ImageTooLargeError),
    ],
)
def test_a_broken_request_is_refused(
    operation: str, members: dict[str, Any], error: type[RekognitionError]
) -> None:
    with pytest.raises(error):
        parse(operation, members)


def test_a_refusal_names_the_member_and_not_its_value() -> None:
    with pytest.raises(InvalidParameterError) as refusal:
        parse("DetectFaces", {"Image": IMAGE, "Attributes": ["ALL", "secret"]})

    assert "Attributes.2.member" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_every_operation_that_is_served_is_one_of_the_models() -> None:
    assert set(OPERATIONS) <= set(service_model().operation_names)


def test_every_error_of_an_operation_is_named_as_the_model_names_it() -> None:
    transport = {
        "IncompleteSignature",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "RequestEntityTooLargeException",
        "RequestTimeoutException",
        "SerializationException",
        "UnknownOperationException",
        "UnrecognizedClientException",
    }

    ours = {error.code for error in RekognitionError.__subclasses__()}

    assert ours - transport <= {shape.name for shape in service_model().error_shapes}


def test_a_token_continues_the_listing_it_was_made_for() -> None:
    assert read_token("faces of c", make_token("faces of c", 42)) == 42
    assert read_token("faces of c", None) == 0


@pytest.mark.parametrize("token", ["", "?", "MS5hYmM=", "née", make_token("faces of d", 42)])
def test_any_other_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidPaginationTokenError):
        read_token("faces of c", token)


def test_a_token_of_any_collection_fits_the_model() -> None:
    assert len(make_token("faces of " + "c" * 255, 2**63 - 1)) <= 255
