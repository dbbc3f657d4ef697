import io
import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageFilter

from lookalike.portraits import portrait_id_of
from lookalike.ranking import SEARCHED_FACES
from tests.contract.pictures import encode, group, noise, on_canvas
from tests.contract.rekognition_service import RekognitionProcess
from tests.moto.workflow import DEFINITION
from tests.recogniser import DEFAULT_ATTRIBUTES

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

NO_FACE_ID = "00000000-0000-4000-8000-000000000000"


def external_ids(matches: Iterable[Any]) -> list[str]:
    return [match["Face"]["ExternalImageId"] for match in matches]


@pytest.fixture
def album(client: "RekognitionClient", collection: str, portraits: list[Path]) -> list[str]:
    """The face ids of the portraits, indexed in the collection as person-0, person-1…"""
    return [
        client.index_faces(
            CollectionId=collection,
            Image={"Bytes": portrait.read_bytes()},
            ExternalImageId=f"person-{number}",
        )["FaceRecords"][0]["Face"]["FaceId"]
        for number, portrait in enumerate(portraits)
    ]


@pytest.mark.parametrize("attributes", [[], ["ALL"], ["DEFAULT", "FACE_OCCLUDED"]])
def test_an_indexed_face_is_described_and_listed(
    client: "RekognitionClient", collection: str, portraits: list[Path], attributes: list[Any]
) -> None:
    data = portraits[0].read_bytes()

    answer = client.index_faces(
        CollectionId=collection,
        Image={"Bytes": data},
        ExternalImageId="grace:1",
        DetectionAttributes=attributes,
    )

    (record,) = answer["FaceRecords"]
    assert set(record["FaceDetail"]) == DEFAULT_ATTRIBUTES
    assert record["Face"]["ExternalImageId"] == "grace:1"
    assert client.list_faces(CollectionId=collection)["Faces"] == [record["Face"]]
    assert client.describe_collection(CollectionId=collection)["FaceCount"] == 1


def test_the_same_picture_under_the_same_id_is_indexed_once(
    client: "RekognitionClient", collection: str, portraits: list[Path]
) -> None:
    data = portraits[0].read_bytes()

    answers = [
        client.index_faces(CollectionId=collection, Image={"Bytes": data}, ExternalImageId="again")[
            "FaceRecords"
        ]
        for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert client.describe_collection(CollectionId=collection)["FaceCount"] == 1


def test_the_same_picture_under_another_id_is_another_face_of_the_same_image(
    client: "RekognitionClient", collection: str, portraits: list[Path]
) -> None:
    data = portraits[0].read_bytes()

    one, other = (
        client.index_faces(CollectionId=collection, Image={"Bytes": data}, ExternalImageId=name)[
            "FaceRecords"
        ][0]["Face"]
        for name in ("one", "other")
    )

    assert one["FaceId"] != other["FaceId"]
    assert one["ImageId"] == other["ImageId"]


def test_the_largest_faces_are_indexed_first(
    client: "RekognitionClient", collection: str, portraits: list[Path]
) -> None:
    data = group(portraits[0], portraits[1])

    answer = client.index_faces(
        CollectionId=collection, Image={"Bytes": data}, MaxFaces=1, QualityFilter="NONE"
    )

    (record,), (left_out,) = answer["FaceRecords"], answer["UnindexedFaces"]
    assert left_out["Reasons"] == ["EXCEEDS_MAX_FACES"]
    assert (
        record["FaceDetail"]["BoundingBox"]["Width"]
        > left_out["FaceDetail"]["BoundingBox"]["Width"]
    )


@pytest.mark.parametrize(("quality_filter", "reasons"), [("NONE", []), ("HIGH", ["LOW_SHARPNESS"])])
def test_a_blurred_face_is_indexed_only_without_a_filter(
    client: "RekognitionClient",
    collection: str,
    portraits: list[Path],
    quality_filter: Any,
    reasons: list[str],
) -> None:
    data = encode(on_canvas(portraits[0]).filter(ImageFilter.GaussianBlur(3)))

    answer = client.index_faces(
        CollectionId=collection, Image={"Bytes": data}, QualityFilter=quality_filter
    )

    assert [face["Reasons"] for face in answer["UnindexedFaces"]] == [reasons] * bool(reasons)
    assert len(answer["FaceRecords"]) == (not reasons)


def test_a_searched_photo_finds_its_person_first(
    client: "RekognitionClient", collection: str, album: list[str], portraits: list[Path]
) -> None:
    with Image.open(portraits[1]) as image:
        another_copy = encode(image.convert("RGB"), "JPEG", quality=60)

    answer = client.search_faces_by_image(
        CollectionId=collection, Image={"Bytes": another_copy}, FaceMatchThreshold=0
    )

    scores = [match["Similarity"] for match in answer["FaceMatches"]]
    assert external_ids(answer["FaceMatches"])[0] == "person-1"
    assert scores[0] > 95
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == len(album)


@pytest.mark.usefixtures("album")
def test_the_default_threshold_leaves_strangers_out(
    client: "RekognitionClient", collection: str, portraits: list[Path]
) -> None:
    answer = client.search_faces_by_image(
        CollectionId=collection, Image={"Bytes": portraits[0].read_bytes()}
    )

    assert external_ids(answer["FaceMatches"]) == ["person-0"]


@pytest.mark.usefixtures("album")
def test_a_search_returns_at_most_as_many_faces_as_asked_for(
    client: "RekognitionClient", collection: str, portraits: list[Path]
) -> None:
    answer = client.search_faces_by_image(
        CollectionId=collection,
        Image={"Bytes": portraits[1].read_bytes()},
        FaceMatchThreshold=0,
        MaxFaces=1,
    )

    assert external_ids(answer["FaceMatches"]) == ["person-1"]


@pytest.mark.usefixtures("album")
def test_the_largest_face_is_the_one_searched_for(
    client: "RekognitionClient", collection: str, portraits: list[Path]
) -> None:
    data = group(portraits[1], portraits[0])

    answer = client.search_faces_by_image(
        CollectionId=collection, Image={"Bytes": data}, FaceMatchThreshold=0, MaxFaces=1
    )

    faces = client.detect_faces(Image={"Bytes": data})["FaceDetails"]
    assert external_ids(answer["FaceMatches"]) == ["person-1"]
    assert answer["SearchedFaceBoundingBox"] == faces[0]["BoundingBox"]
    assert answer["SearchedFaceConfidence"] == faces[0]["Confidence"]


@pytest.mark.usefixtures("album")
def test_the_largest_reply_of_a_search_fits_into_the_workflow(
    client: "RekognitionClient", collection: str, portraits: list[Path]
) -> None:
    reply = client.search_faces_by_image(
        CollectionId=collection, Image={"Bytes": portraits[0].read_bytes()}, FaceMatchThreshold=0
    )
    longest: Any = max(reply["FaceMatches"], key=lambda match: len(json.dumps(match)))
    longest["Face"]["ExternalImageId"] = portrait_id_of("celebrities/Grace_Hopper.jpg")
    asked = DEFINITION["States"]["Search Celebrities"]["Arguments"]["MaxFaces"]

    whole = {**reply, "FaceMatches": [longest] * asked}

    assert asked == SEARCHED_FACES
    text = json.dumps(whole, separators=(",", ":"))
    assert len(text) < 200 * 1024  # Step Functions carries 256 KiB


def test_a_search_in_an_empty_collection_finds_no_face(
    client: "RekognitionClient", collection: str, portraits: list[Path]
) -> None:
    answer = client.search_faces_by_image(
        CollectionId=collection, Image={"Bytes": portraits[0].read_bytes()}, FaceMatchThreshold=0
    )

    assert answer["FaceMatches"] == []


def test_a_search_by_face_leaves_that_face_out(
    client: "RekognitionClient", collection: str, album: list[str]
) -> None:
    answer = client.search_faces(
        CollectionId=collection, FaceId=album[0], FaceMatchThreshold=0, MaxFaces=4096
    )

    assert answer["SearchedFaceId"] == album[0]
    assert {match["Face"]["FaceId"] for match in answer["FaceMatches"]} == set(album[1:])


def test_a_search_by_an_unknown_face_is_refused(
    client: "RekognitionClient", collection: str
) -> None:
    with pytest.raises(client.exceptions.InvalidParameterException):
        client.search_faces(CollectionId=collection, FaceId=NO_FACE_ID)


def test_a_deleted_face_is_neither_listed_nor_found(
    client: "RekognitionClient", collection: str, album: list[str]
) -> None:
    answer = client.delete_faces(CollectionId=collection, FaceIds=[album[1], NO_FACE_ID])

    left = [album[0], *album[2:]]
    listed = [face["FaceId"] for face in client.list_faces(CollectionId=collection)["Faces"]]
    matches = client.search_faces(CollectionId=collection, FaceId=album[0], FaceMatchThreshold=0)[
        "FaceMatches"
    ]
    assert answer["DeletedFaces"] == [album[1]]
    assert answer["UnsuccessfulFaceDeletions"] == [
        {"FaceId": NO_FACE_ID, "Reasons": ["FACE_NOT_FOUND"]}
    ]
    assert listed == left
    assert {match["Face"]["FaceId"] for match in matches} == set(left[1:])


def test_faces_are_listed_page_by_page(
    client: "RekognitionClient", collection: str, album: list[str]
) -> None:
    pages = list(
        client.get_paginator("list_faces").paginate(
            CollectionId=collection, PaginationConfig={"PageSize": len(album) - 1}
        )
    )

    assert [[face["FaceId"] for face in page["Faces"]] for page in pages] == [
        album[:-1],
        album[-1:],
    ]


@pytest.mark.usefixtures("album")
def test_a_token_of_one_collection_is_refused_for_another(
    client: "RekognitionClient", collection: str
) -> None:
    token = client.list_faces(CollectionId=collection, MaxResults=1)["NextToken"]
    other = f"test-{uuid.uuid4()}"
    client.create_collection(CollectionId=other)

    with pytest.raises(client.exceptions.InvalidPaginationTokenException):
        client.list_faces(CollectionId=other, NextToken=token)


def test_only_the_faces_asked_for_are_listed(
    client: "RekognitionClient", collection: str, album: list[str]
) -> None:
    answer = client.list_faces(CollectionId=collection, FaceIds=[album[1], NO_FACE_ID])

    assert [face["FaceId"] for face in answer["Faces"]] == [album[1]]


def test_faces_are_compared_with_the_largest_of_the_source(
    client: "RekognitionClient", portraits: list[Path]
) -> None:
    target = group(portraits[0], portraits[1])

    answer = client.compare_faces(
        SourceImage={"Bytes": portraits[1].read_bytes()}, TargetImage={"Bytes": target}
    )

    (match,), (unmatched,) = answer["FaceMatches"], answer["UnmatchedFaces"]
    assert match["Similarity"] > 80
    assert match["Face"]["BoundingBox"]["Left"] > unmatched["BoundingBox"]["Left"]


@pytest.mark.parametrize("faceless", ["SourceImage", "TargetImage"])
def test_a_picture_without_a_face_cannot_be_compared(
    client: "RekognitionClient", portraits: list[Path], faceless: str
) -> None:
    images: dict[str, Any] = {
        "SourceImage": {"Bytes": portraits[0].read_bytes()},
        "TargetImage": {"Bytes": portraits[0].read_bytes()},
        faceless: {"Bytes": encode(noise())},
    }

    with pytest.raises(client.exceptions.InvalidParameterException, match="There are no faces"):
        client.compare_faces(**images)


def test_a_selfie_is_looked_at_once_and_embedded_with_its_mirror_image_once(
    own_service: RekognitionProcess, portraits: list[Path]
) -> None:
    client = own_service.client()
    client.create_collection(CollectionId="c")
    data = portraits[0].read_bytes()

    for _ in range(3):
        client.detect_faces(Image={"Bytes": data})
        client.search_faces_by_image(CollectionId="c", Image={"Bytes": data})

    assert own_service.report()["engine"] == {"detections": 1, "embeddings": 2}


def test_only_faces_that_are_needed_are_embedded(
    own_service: RekognitionProcess, portraits: list[Path]
) -> None:
    client = own_service.client()
    client.create_collection(CollectionId="c")
    data = group(portraits[0], portraits[1])

    client.detect_faces(Image={"Bytes": data})
    client.index_faces(CollectionId="c", Image={"Bytes": data}, MaxFaces=1)

    assert own_service.report()["engine"] == {"detections": 1, "embeddings": 1}


@pytest.mark.usefixtures("album")
def test_pictures_of_other_formats_match_the_same_person(
    client: "RekognitionClient", collection: str, portraits: list[Path]
) -> None:
    with Image.open(io.BytesIO(portraits[0].read_bytes())) as image:
        cmyk = encode(image.convert("CMYK"), "JPEG", quality=95)

    answer = client.search_faces_by_image(
        CollectionId=collection, Image={"Bytes": cmyk}, FaceMatchThreshold=0, MaxFaces=1
    )

    assert external_ids(answer["FaceMatches"]) == ["person-0"]
    assert answer["FaceMatches"][0]["Similarity"] > 95
