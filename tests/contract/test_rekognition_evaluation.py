import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lookalike.measures import Measures, fold
from lookalike.ranking import (
    SEARCHED_FACES,
    Attribution,
    Celebrity,
    FoundFace,
    Portrait,
    people_of,
    rank,
)
from tests.contract.rekognition_service import RekognitionProcess

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

ASKED = 3
"""Every third person's selfies are asked about. `make evaluate` asks about everyone's."""
MOST_WRONG = 4
"""Of the 165 selfies. OpenCV's own YuNet and SFace are wrong about 1.6 % of everyone's."""


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
    one = enrol(client, "one", faces_folder, {name: [file] for name, file in first.items()})
    several = {name: selfies[name] for name in sorted(first)[::ASKED] if len(selfies[name]) > 2}
    right = {"one": 0, "three": 0}

    # Each selfie is asked about once, while two others of the same person are portraits.
    for turn in range(3):
        turned = {name: files[turn:] + files[:turn] for name, files in several.items()}
        three = enrol(
            client,
            f"three-{turn}",
            faces_folder,
            {name: [file, *turned.get(name, [])[1:3]] for name, file in first.items()},
        )
        for name, (file, *_) in turned.items():
            photo = faces_folder / file
            right["one"] += look(client, "one", photo, one)[0].portrait.name == name
            right["three"] += look(client, f"three-{turn}", photo, three)[0].portrait.name == name

    measured(f"rank 1 of {3 * len(several)}, by portraits a person: {right}")
    assert (len(several), len(first)) == (55, 165)
    assert right["one"] >= 3 * len(several) - MOST_WRONG
    assert right["three"] >= right["one"]


def enrol(
    client: "RekognitionClient", collection: str, folder: Path, catalog: dict[str, list[str]]
) -> dict[str, Portrait]:
    """Index portraits; return them by their ids."""
    client.create_collection(CollectionId=collection)
    portraits = {}
    for number, (name, file) in enumerate(
        (name, file) for name, files in catalog.items() for file in files
    ):
        portraits[str(number)] = Portrait(str(number), "p", file, name, name, Attribution())
        client.index_faces(
            CollectionId=collection,
            Image={"Bytes": (folder / file).read_bytes()},
            ExternalImageId=str(number),
            MaxFaces=1,
        )
    return portraits


def look(
    client: "RekognitionClient", collection: str, photo: Path, portraits: dict[str, Portrait]
) -> list[Celebrity]:
    """Rank the people that a photograph resembles; the portrait shown is the nearest of each."""
    found = client.search_faces_by_image(
        CollectionId=collection,
        Image={"Bytes": photo.read_bytes()},
        FaceMatchThreshold=0,
        MaxFaces=SEARCHED_FACES,
    )["FaceMatches"]
    assert len(found) == len(portraits)
    matches = [FoundFace(one["Face"]["ExternalImageId"], one["Similarity"]) for one in found]
    ranked = rank(people_of(matches, portraits), portraits, Measures())
    for celebrity in ranked:
        theirs = similarities(matches, portraits, celebrity)
        assert celebrity.similarity == pytest.approx(fold([*theirs.values()]))
        assert theirs[celebrity.portrait.portrait_id] == max(theirs.values())
    return ranked


def similarities(
    matches: Iterable[FoundFace], portraits: dict[str, Portrait], celebrity: Celebrity
) -> dict[str, float]:
    return {
        match.portrait_id: match.similarity
        for match in matches
        if portraits[match.portrait_id].name == celebrity.portrait.name
    }
