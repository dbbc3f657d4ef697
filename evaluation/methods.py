"""The three methods that a look-alike application can take, each on the same selfies.

CompareFaces in a loop over all portraits, the cosine similarity of landmark geometry, and a search
of a collection. Each calls the operations of the local Rekognition in this process.
"""

import io
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from evaluation.looks import Bar
from evaluation.pack import first_name
from evaluation.recognition import Album
from evaluation.sample import Photograph, draw
from evaluation.shares import Figures, share
from lookalike.faces import DetectedFace, Refusal, judge_portrait, read_size
from lookalike.ranking import (
    SEARCHED_FACES,
    Celebrity,
    FoundFace,
    normalise,
    rank_by_landmarks,
)
from rekognition.engine import FaceEngine
from rekognition.exceptions import RekognitionError
from rekognition.images import ImageMemory
from rekognition.operations import OPERATIONS, Rekognition
from rekognition.sources import ImageSource
from rekognition.store import Store

PRICES = Path(__file__).parent.parent / "benchmarks" / "prices.toml"
_COLLECTION, _EVERY_FACE = "pack", "every-face"
_MOST_FACES = 20
"""The faces of a portrait that the pipeline has stored, to choose its subject among them."""
_NO_S3 = "http://127.0.0.1:9"
_REGION = "us-east-1"


class Caller:
    """Calls operations of the local Rekognition, and counts the calls.

    The store remembers the portraits, so that a call looks at the selfie alone, and at that once.
    """

    def __init__(self, engine: FaceEngine, store: Store) -> None:
        source = ImageSource(_NO_S3, _REGION)
        self._service = Rekognition(store, ImageMemory(engine, store), source, _REGION)
        self.calls: Counter[str] = Counter()

    def __call__(self, operation: str, **request: Any) -> dict[str, Any]:
        """Return an operation's reply."""
        self.calls[operation] += 1
        return OPERATIONS[operation](self._service, request)


Method = Callable[[Caller, bytes], list[Celebrity]]
"""Answers whom a selfie resembles."""


class Methods:
    """The methods, for one pack whose portraits are in a store."""

    def __init__(self, album: Album) -> None:
        portraits = {one.file: one.path for one in album.photographs}
        self._pack = album.pack
        self._data = {
            number: portraits[portrait.key].read_bytes()
            for number, portrait in album.pack.portraits.items()
        }

    def fill(self, call: Caller) -> None:
        """Index the portraits as the pipeline does: every face, and then only the subject's.

        A second collection keeps all faces, so that CompareFaces finds each in the store.
        """
        for name in (_COLLECTION, _EVERY_FACE):
            call("CreateCollection", CollectionId=name)
        for number, data in self._data.items():
            request = {"Image": {"Bytes": data}, "ExternalImageId": number, "QualityFilter": "NONE"}
            call("IndexFaces", CollectionId=_EVERY_FACE, **request)
            found = call("IndexFaces", CollectionId=_COLLECTION, MaxFaces=_MOST_FACES, **request)
            others = _all_but_the_subject(found["FaceRecords"], data)
            if others:
                call("DeleteFaces", CollectionId=_COLLECTION, FaceIds=others)

    def compare(self, call: Caller, selfie: bytes) -> list[Celebrity]:
        """Compare a selfie with each portrait."""
        matches = []
        for number, data in self._data.items():
            found = call(
                "CompareFaces",
                SourceImage={"Bytes": selfie},
                TargetImage={"Bytes": data},
                SimilarityThreshold=0,
            )["FaceMatches"]
            if found:
                matches.append(FoundFace(number, found[0]["Similarity"]))
        return self._pack.rank(matches)

    def by_landmarks(self, call: Caller, selfie: bytes) -> list[Celebrity]:
        """Compare the geometry of a selfie's landmarks with that of each portrait's."""
        size = read_size(io.BytesIO(selfie))
        details = call("DetectFaces", Image={"Bytes": selfie})["FaceDetails"]
        if size is None or not details:
            return []
        landmarks = DetectedFace.of_detail(details[0]).landmarks
        geometry = normalise(landmarks, size.width / size.height)
        portraits = list(self._pack.portraits.values())
        return rank_by_landmarks(geometry, portraits) if geometry else []

    def search(self, call: Caller, selfie: bytes) -> list[Celebrity]:
        """Search the collection."""
        found = call(
            "SearchFacesByImage",
            CollectionId=_COLLECTION,
            Image={"Bytes": selfie},
            FaceMatchThreshold=0,
            MaxFaces=SEARCHED_FACES,
            QualityFilter="NONE",
        )["FaceMatches"]
        return self._pack.rank(
            [FoundFace(match["Face"]["ExternalImageId"], match["Similarity"]) for match in found]
        )

    def all(self) -> Mapping[str, tuple[Method, int]]:
        """Return each method, and how many calls the pack takes once, by the method's name."""
        once = len(self._data)
        return {
            "CompareFaces with each portrait": (self.compare, 0),
            "landmark geometry": (self.by_landmarks, once),
            "SearchFacesByImage": (self.search, once),
        }


def measure_methods(album: Album, engine: FaceEngine, most: int, bar: Bar) -> Figures:
    """Return what each method answers for the same selfies, how long it takes and what it costs."""
    sample = draw(album.known, most, lambda one: one.file)
    methods, rows = Methods(album), []
    with tempfile.TemporaryDirectory() as folder, bar("Three methods") as done:
        store = Store(Path(folder))
        methods.fill(Caller(engine, store))
        for name, (answer, once) in methods.all().items():
            # A caller of its own, so that no method finds what another has seen of a selfie.
            row = _measured(sample, Caller(engine, store), answer)
            rows.append({"method": name, **row, "once_for_the_pack": once})
            done(len(rows), len(methods.all()))
        store.close()
    return {"selfies": len(sample), "portraits": len(album.pack.portraits), "methods": rows}


def _measured(sample: list[Photograph], call: Caller, answer: Method) -> Figures:
    outcomes, seconds = [], 0.0
    for one in sample:
        selfie = one.path.read_bytes()
        started = time.process_time()
        try:
            people = answer(call, selfie)
        except RekognitionError:  # no face in it
            people = []
        seconds += time.process_time() - started
        outcomes.append((one.name, first_name(people) == one.name))
    calls = sum(call.calls.values()) / max(1, len(sample))
    return {
        "right": share(outcomes),
        "calls": round(calls, 2),
        "cpu_milliseconds": round(1000 * seconds / max(1, len(sample)), 1),
        "usd": round(calls * price_of_a_call(), 6),
    }


def price_of_a_call() -> float:
    """Return what Rekognition asks for a picture, in USD."""
    price: float = tomllib.loads(PRICES.read_text())["rekognition_image"]["usd"]
    return price


def _all_but_the_subject(records: list[dict[str, Any]], data: bytes) -> list[str]:
    size = read_size(io.BytesIO(data))
    assert size is not None  # it was accepted
    faces = [DetectedFace.of_detail(record["FaceDetail"]) for record in records]
    subject = judge_portrait(faces, size)
    assert not isinstance(subject, Refusal)
    ids = [record["Face"]["FaceId"] for record in records]
    return [face_id for face_id, face in zip(ids, faces, strict=True) if face is not subject]
