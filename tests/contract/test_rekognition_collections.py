import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.contract.rekognition_service import RekognitionProcess

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

NO_FACE_ID = "00000000-0000-4000-8000-000000000000"


def test_a_new_collection_is_empty(client: "RekognitionClient", collection: str) -> None:
    described = client.describe_collection(CollectionId=collection)

    assert described["FaceCount"] == 0
    assert described["CollectionARN"].endswith(f":collection/{collection}")
    assert abs(datetime.now(UTC) - described["CreationTimestamp"]) < timedelta(minutes=1)


def test_creating_tells_the_face_model_that_describing_repeats(
    client: "RekognitionClient",
) -> None:
    name = f"test-{uuid.uuid4()}"

    created = client.create_collection(CollectionId=name)

    assert created["StatusCode"] == 200
    assert (
        created["FaceModelVersion"]
        == client.describe_collection(CollectionId=name)["FaceModelVersion"]
    )


def test_a_collection_is_created_once(client: "RekognitionClient", collection: str) -> None:
    with pytest.raises(client.exceptions.ResourceAlreadyExistsException):
        client.create_collection(CollectionId=collection)


def test_a_deleted_collection_is_gone(client: "RekognitionClient", collection: str) -> None:
    client.delete_collection(CollectionId=collection)

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_collection(CollectionId=collection)


def test_a_deleted_collection_can_be_created_again(
    client: "RekognitionClient", collection: str
) -> None:
    client.delete_collection(CollectionId=collection)

    client.create_collection(CollectionId=collection)

    assert client.describe_collection(CollectionId=collection)["FaceCount"] == 0


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("describe_collection", {}),
        ("delete_collection", {}),
        ("list_faces", {}),
        ("delete_faces", {"FaceIds": [NO_FACE_ID]}),
        ("search_faces", {"FaceId": NO_FACE_ID}),
        ("search_faces_by_image", {"Image": {"Bytes": b"never looked at"}}),
        ("index_faces", {"Image": {"Bytes": b"never looked at"}}),
    ],
)
def test_a_collection_that_does_not_exist_is_not_found(
    client: "RekognitionClient", operation: str, more: dict[str, object]
) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        getattr(client, operation)(CollectionId="nowhere", **more)


def test_collections_are_listed_page_by_page(own_service: RekognitionProcess) -> None:
    client = own_service.client()
    names = [f"collection-{number}" for number in range(5)]
    for name in names:
        client.create_collection(CollectionId=name)

    pages = list(
        client.get_paginator("list_collections").paginate(PaginationConfig={"PageSize": 2})
    )

    assert [page["CollectionIds"] for page in pages] == [names[:2], names[2:4], names[4:]]
    assert "NextToken" not in pages[-1]


@pytest.mark.parametrize("token", ["", "?", "MS5hYmM=", "née", "1.2.3"])
def test_a_made_up_pagination_token_is_refused(
    client: "RekognitionClient", collection: str, token: str
) -> None:
    with pytest.raises(client.exceptions.InvalidPaginationTokenException):
        client.list_collections(NextToken=token)
    with pytest.raises(client.exceptions.InvalidPaginationTokenException):
        client.list_faces(CollectionId=collection, NextToken=token)


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("create_collection", {}),
        ("create_collection", {"CollectionId": ""}),
        ("create_collection", {"CollectionId": "two words"}),
        ("create_collection", {"CollectionId": "x\n"}),
        ("create_collection", {"CollectionId": "x" * 256}),
        ("list_collections", {"MaxResults": 4097}),
        ("list_collections", {"MaxResults": -1}),
        ("detect_faces", {}),
        ("detect_faces", {"Image": {}}),
        ("detect_faces", {"Image": {"S3Object": {"Bucket": "bucket"}}}),
        ("detect_faces", {"Image": {"Bytes": b""}}),
        ("detect_faces", {"Image": {"Bytes": b"x"}, "Attributes": ["SOUL"]}),
        ("index_faces", {"ExternalImageId": "Grace Hopper"}),
        ("index_faces", {"ExternalImageId": "née"}),
        ("index_faces", {"MaxFaces": 0}),
        ("index_faces", {"QualityFilter": "BEST"}),
        ("search_faces_by_image", {"FaceMatchThreshold": 101}),
        ("search_faces_by_image", {"FaceMatchThreshold": -0.5}),
        ("search_faces_by_image", {"MaxFaces": 0}),
        ("search_faces_by_image", {"MaxFaces": 4097}),
        ("search_faces", {"CollectionId": "c", "FaceId": "1"}),
        ("delete_faces", {"CollectionId": "c", "FaceIds": []}),
        ("compare_faces", {"SourceImage": {"Bytes": b"x"}}),
    ],
)
def test_a_request_that_breaks_a_constraint_is_refused(
    careless_client: "RekognitionClient",
    collection: str,
    operation: str,
    request_: dict[str, object],
) -> None:
    if operation in {"index_faces", "search_faces_by_image"} and "CollectionId" not in request_:
        request_ = {"CollectionId": collection, "Image": {"Bytes": b"x"}, **request_}

    with pytest.raises(careless_client.exceptions.InvalidParameterException):
        getattr(careless_client, operation)(**request_)
