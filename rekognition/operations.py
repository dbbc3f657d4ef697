"""The operations: each is a function that takes a validated request and returns its reply."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rekognition.engine import FACE_MODEL_VERSION
from rekognition.exceptions import InvalidParameterError, ResourceNotFoundError
from rekognition.images import ImageMemory, SeenImage
from rekognition.pagination import make_token, read_token
from rekognition.quality import shortcomings
from rekognition.scores import similarity
from rekognition.sources import ImageSource
from rekognition.store import Store, StoredFace

# AWS's defaults. It documents none for MaxFaces and MaxResults.
_SIMILARITY_THRESHOLD = 80.0
_MAX_FACES = 80
_MAX_RESULTS = 1000

_ACCOUNT = "000000000000"

Members = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rekognition:
    """What the operations use."""

    store: Store
    images: ImageMemory
    source: ImageSource
    region: str


def create_collection(service: Rekognition, request: Members) -> Members:
    """Add an empty collection; accept its Tags, and do not keep them."""
    name = request["CollectionId"]
    service.store.create(name)
    return {
        "StatusCode": 200,
        # AWS also returns it without the leading "arn:".
        "CollectionArn": f"aws:rekognition:{service.region}:{_ACCOUNT}:collection/{name}",
        "FaceModelVersion": FACE_MODEL_VERSION,
    }


def describe_collection(service: Rekognition, request: Members) -> Members:
    """Return how many faces a collection has, and its face model."""
    collection = service.store.describe(request["CollectionId"])
    return {
        "FaceCount": service.store.count(collection.name),
        "FaceModelVersion": collection.model,
        "CollectionARN": (
            f"arn:aws:rekognition:{service.region}:{_ACCOUNT}:collection/{collection.name}"
        ),
        "CreationTimestamp": collection.created,
        "UserCount": 0,
    }


def list_collections(service: Rekognition, request: Members) -> Members:
    """Return a page of the collections."""
    limit = request.get("MaxResults") or _MAX_RESULTS
    after = read_token("collections", request.get("NextToken"))
    found = service.store.collections(after, limit + 1)
    page = found[:limit]
    reply: Members = {
        "CollectionIds": [collection.name for collection in page],
        "FaceModelVersions": [collection.model for collection in page],
    }
    if len(found) > limit:
        reply["NextToken"] = make_token("collections", page[-1].row_id)
    return reply


def delete_collection(service: Rekognition, request: Members) -> Members:
    """Delete a collection and its faces."""
    service.store.delete(request["CollectionId"])
    return {"StatusCode": 200}


def index_faces(service: Rekognition, request: Members) -> Members:
    """Add the faces of an image that pass the quality filter to a collection, largest first."""
    name = request["CollectionId"]
    service.store.describe(name)
    data = service.source.read(request["Image"])
    image = service.images.see(data)
    quality_filter = request.get("QualityFilter", "AUTO")
    reasons = {
        number: shortcomings(face, quality_filter) for number, face in enumerate(image.faces)
    }
    passing = [number for number in reasons if not reasons[number]]
    for number in passing[request.get("MaxFaces", len(passing)) :]:
        reasons[number] = ["EXCEEDS_MAX_FACES"]
    vectors = {
        number: service.images.vector(image, number, data)
        for number in passing
        if not reasons[number]
    }
    stored = service.store.add(
        name, image.sha256, request.get("ExternalImageId"), vectors, image.faces
    )
    return {
        "FaceRecords": [
            {"Face": _face(face), "FaceDetail": face.face.detail()} for face in stored.values()
        ],
        "UnindexedFaces": [
            {"Reasons": reasons[number], "FaceDetail": face.detail()}
            for number, face in enumerate(image.faces)
            if reasons[number]
        ],
        "FaceModelVersion": FACE_MODEL_VERSION,
    }


def list_faces(service: Rekognition, request: Members) -> Members:
    """Return a page of a collection's faces, in the order in which they were added."""
    name = request["CollectionId"]
    collection = service.store.describe(name)
    if "UserId" in request:
        # This service has no users, so no user exists.
        raise ResourceNotFoundError(request["UserId"])
    limit = request.get("MaxResults") or _MAX_RESULTS
    after = read_token(f"faces of {name}", request.get("NextToken"))
    found = service.store.faces(name, after, limit + 1, request.get("FaceIds"))
    page = found[:limit]
    reply: Members = {
        "Faces": [_face(face) for face in page],
        "FaceModelVersion": collection.model,
    }
    if len(found) > limit:
        reply["NextToken"] = make_token(f"faces of {name}", page[-1].row_id)
    return reply


def delete_faces(service: Rekognition, request: Members) -> Members:
    """Delete faces from a collection."""
    wanted = list(dict.fromkeys(request["FaceIds"]))
    removed = service.store.remove(request["CollectionId"], wanted)
    return {
        "DeletedFaces": [face_id for face_id in wanted if face_id in removed],
        "UnsuccessfulFaceDeletions": [
            {"FaceId": face_id, "Reasons": ["FACE_NOT_FOUND"]}
            for face_id in wanted
            if face_id not in removed
        ],
    }


def detect_faces(service: Rekognition, request: Members) -> Members:
    """Return the faces of an image, largest first."""
    image = service.images.see(service.source.read(request["Image"]))
    return {"FaceDetails": [face.detail() for face in image.faces]}


def search_faces(service: Rekognition, request: Members) -> Members:
    """Return faces of a collection that resemble one of its faces."""
    name, face_id = request["CollectionId"], request["FaceId"]
    limit = request.get("MaxFaces", _MAX_FACES)
    found = service.store.search(
        name,
        service.store.vector(name, face_id),
        request.get("FaceMatchThreshold", _SIMILARITY_THRESHOLD),
        limit + 1,
    )
    others = [match for match in found if match[1].face_id != face_id]
    return {
        "SearchedFaceId": face_id,
        "FaceMatches": _face_matches(others[:limit]),
        "FaceModelVersion": FACE_MODEL_VERSION,
    }


def search_faces_by_image(service: Rekognition, request: Members) -> Members:
    """Return faces of a collection that resemble the largest face of an image."""
    name = request["CollectionId"]
    service.store.describe(name)
    data = service.source.read(request["Image"])
    image = service.images.see(data)
    largest = _usable(image, request.get("QualityFilter", "NONE"))[0]
    found = service.store.search(
        name,
        service.images.query(image, largest, data),
        request.get("FaceMatchThreshold", _SIMILARITY_THRESHOLD),
        request.get("MaxFaces", _MAX_FACES),
    )
    return {
        "SearchedFaceBoundingBox": image.faces[largest].bounding_box(),
        "SearchedFaceConfidence": image.faces[largest].confidence,
        "FaceMatches": _face_matches(found),
        "FaceModelVersion": FACE_MODEL_VERSION,
    }


def compare_faces(service: Rekognition, request: Members) -> Members:
    """Return how similar the largest face of one image is to each face of another."""
    quality_filter = request.get("QualityFilter", "NONE")
    source_data = service.source.read(request["SourceImage"])
    target_data = service.source.read(request["TargetImage"])
    source, target = service.images.see(source_data), service.images.see(target_data)
    largest = _usable(source, quality_filter)[0]
    usable = _usable(target, quality_filter)
    vector = service.images.vector(source, largest, source_data)
    scores = similarity(
        np.array([service.images.vector(target, number, target_data) for number in usable]) @ vector
    )
    compared = sorted(
        zip(scores.tolist(), (target.faces[number].detail() for number in usable), strict=True),
        key=lambda pair: -pair[0],
    )
    threshold = request.get("SimilarityThreshold", _SIMILARITY_THRESHOLD)
    return {
        "SourceImageFace": {
            "BoundingBox": source.faces[largest].bounding_box(),
            "Confidence": source.faces[largest].confidence,
        },
        "FaceMatches": [
            {"Similarity": score, "Face": face} for score, face in compared if score >= threshold
        ],
        "UnmatchedFaces": [face for score, face in compared if score < threshold],
    }


OPERATIONS: dict[str, Callable[[Rekognition, Members], Members]] = {
    "CompareFaces": compare_faces,
    "CreateCollection": create_collection,
    "DeleteCollection": delete_collection,
    "DeleteFaces": delete_faces,
    "DescribeCollection": describe_collection,
    "DetectFaces": detect_faces,
    "IndexFaces": index_faces,
    "ListCollections": list_collections,
    "ListFaces": list_faces,
    "SearchFaces": search_faces,
    "SearchFacesByImage": search_faces_by_image,
}


def _usable(image: SeenImage, quality_filter: str) -> list[int]:
    """Return the numbers of the faces that pass the filter; raise where none does."""
    usable = [
        number for number, face in enumerate(image.faces) if not shortcomings(face, quality_filter)
    ]
    if not usable:
        raise InvalidParameterError("There are no faces in the image. Should be at least 1.")
    return usable


def _face(stored: StoredFace) -> Members:
    face: Members = {
        "FaceId": stored.face_id,
        "BoundingBox": stored.face.bounding_box(),
        "ImageId": stored.image_id,
        "Confidence": stored.face.confidence,
        "IndexFacesModelVersion": FACE_MODEL_VERSION,
    }
    if stored.external_image_id is not None:
        face["ExternalImageId"] = stored.external_image_id
    return face


def _face_matches(found: list[tuple[float, StoredFace]]) -> list[Members]:
    return [{"Similarity": score, "Face": _face(face)} for score, face in found]
