import csv
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from evaluation.looks import Looker
from lookalike.failures import FailureCode
from lookalike.measures import Measures, fold
from lookalike.portraits import portrait_id_of
from lookalike.ranking import (
    SEARCHED_FACES,
    Attribution,
    Celebrity,
    FoundFace,
    Portrait,
    people_of,
    rank,
)
from rekognition.engine import FaceEngine
from tests.contract.rekognition_service import RekognitionProcess
from tests.pictures import encode, two_faces

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

ASKED = 5
"""Every fifth person's selfies are asked about. `make evaluate` asks about everyone's."""
PAIRS = 30
MOST_NOT_ASKED = 2
"""Pairs of which one person's face is much smaller, though the photographs are of one height."""
COLLECTION = "everyone"
MOST_WRONG = 2
"""Of the 99 selfies. OpenCV's own YuNet and SFace are wrong about 1.6 % of everyone's."""


def test_selfies_find_their_person_and_as_often_among_three_portraits_as_among_one(
    own_service: RekognitionProcess, faces_folder: Path, measured: Callable[[str], None]
) -> None:
    client = own_service.client()
    selfies: dict[str, list[str]] = defaultdict(list)
    with (faces_folder / "index.csv").open(newline="") as index:
        rows = [row for row in csv.DictReader(index) if row["in_catalog"] == "yes"]
    first = {row["name"]: row["file"] for row in rows if row["role"] == "portrait"}
    for row in rows:
        if row["role"] == "selfie":
            selfies[row["name"]].append(row["file"])
    several = {name: selfies[name] for name in sorted(first)[::ASKED] if len(selfies[name]) > 2}
    client.create_collection(CollectionId=COLLECTION)
    one = enrol(client, faces_folder, first)
    more = [
        enrol(client, faces_folder, {name: files[number] for name, files in several.items()})
        for number in range(3)
    ]
    right = {"one": 0, "three": 0}

    # Each selfie is asked about once, while the two others of the same person are portraits.
    for asked in range(3):
        three = {**one, **more[asked - 1], **more[asked - 2]}
        for name, files in several.items():
            found = search(client, faces_folder / files[asked])
            right["one"] += look(found, one)[0].portrait.name == name
            right["three"] += look(found, three)[0].portrait.name == name

    measured(f"rank 1 of {3 * len(several)}, by portraits a person: {right}")
    assert (len(several), len(first)) == (33, 165)
    assert right["one"] >= 3 * len(several) - MOST_WRONG
    assert right["three"] >= right["one"]


def enrol(
    client: "RekognitionClient", folder: Path, files: Mapping[str, str]
) -> dict[str, Portrait]:
    """Index a portrait of each person; return the portraits by id."""
    portraits = {}
    for name, file in files.items():
        portrait = Portrait(portrait_id_of(file), "p", file, name, name, Attribution())
        portraits[portrait.portrait_id] = portrait
        client.index_faces(
            CollectionId=COLLECTION,
            Image={"Bytes": (folder / file).read_bytes()},
            ExternalImageId=portrait.portrait_id,
            MaxFaces=1,
        )
    return portraits


def search(client: "RekognitionClient", photo: Path) -> list[FoundFace]:
    found = client.search_faces_by_image(
        CollectionId=COLLECTION,
        Image={"Bytes": photo.read_bytes()},
        FaceMatchThreshold=0,
        MaxFaces=SEARCHED_FACES,
    )["FaceMatches"]
    return [FoundFace(one["Face"]["ExternalImageId"], one["Similarity"]) for one in found]


def look(found: list[FoundFace], portraits: dict[str, Portrait]) -> list[Celebrity]:
    """Rank the people of these portraits; the portrait shown is the nearest of each."""
    assert portraits.keys() <= {face.portrait_id for face in found}
    ranked = rank(people_of(found, portraits), portraits, Measures())
    for celebrity in ranked:
        theirs = similarities(found, portraits, celebrity)
        assert celebrity.similarity == pytest.approx(fold([*theirs.values()]))
        assert theirs[celebrity.portrait.portrait_id] == max(theirs.values())
    return ranked


def similarities(
    found: Iterable[FoundFace], portraits: dict[str, Portrait], celebrity: Celebrity
) -> dict[str, float]:
    return {
        face.portrait_id: face.similarity
        for face in found
        if face.portrait_id in portraits
        and portraits[face.portrait_id].name == celebrity.portrait.name
    }


def test_the_owner_chooses_one_of_two_people_side_by_side(
    faces_folder: Path, measured: Callable[[str], None]
) -> None:
    files = random.Random(1).sample(sorted((faces_folder / "selfies").iterdir()), 2 * PAIRS)
    pictures = [Image.open(file).convert("RGB") for file in files]
    with closing(FaceEngine()) as engine:
        looker = Looker(engine)
        refusals = Counter(
            looker.look(encode(two_faces(left, right))).refusal
            for left, right in zip(pictures[::2], pictures[1::2], strict=True)
        )

    measured(f"two people side by side, of {PAIRS} pairs: {dict(refusals)}")
    assert refusals[FailureCode.SEVERAL_FACES] >= PAIRS - MOST_NOT_ASKED
