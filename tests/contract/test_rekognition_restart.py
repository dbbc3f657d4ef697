import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError

from rekognition.engine import FaceEngine
from tests.contract.rekognition_service import CREDENTIALS, RekognitionProcess, StubS3

Start = Callable[[], RekognitionProcess]


@pytest.fixture
def start(tmp_path: Path, s3: StubS3) -> Iterator[Start]:
    """Starts a local Rekognition, each time on the same data."""
    started: list[RekognitionProcess] = []

    def start() -> RekognitionProcess:
        started.append(RekognitionProcess(tmp_path / "data", s3.endpoint))
        return started[-1]

    yield start
    for process in started:
        process.kill()


def test_a_restart_keeps_collections(start: Start) -> None:
    first = start()
    first.client().create_collection(CollectionId="kept")
    before = first.client().describe_collection(CollectionId="kept")
    first.stop()

    after = start().client().describe_collection(CollectionId="kept")

    assert after["CreationTimestamp"] == before["CreationTimestamp"]
    assert after["CollectionARN"] == before["CollectionARN"]


def test_a_killed_service_keeps_every_collection_that_it_confirmed(start: Start) -> None:
    first = start()
    client = first.client()
    confirmed: list[str] = []

    def create_until_killed() -> None:
        while True:
            name = f"collection-{len(confirmed)}"
            try:
                client.create_collection(CollectionId=name)
            except BotoCoreError:
                return
            confirmed.append(name)

    caller = threading.Thread(target=create_until_killed)
    caller.start()
    while len(confirmed) < 20:
        time.sleep(0.01)
    first.kill()
    caller.join()
    kept = start().client().list_collections()["CollectionIds"]

    assert kept[: len(confirmed)] == confirmed


def test_data_in_use_is_not_shared(start: Start) -> None:
    first = start()

    with subprocess.Popen(
        [
            *(sys.executable, "-m", "rekognition", "--port", "1"),
            *("--data", str(first.data), "--s3-endpoint", "http://127.0.0.1:1"),
        ],
        env={**os.environ, **CREDENTIALS},
        stdin=subprocess.PIPE,  # it ends when this closes
        stderr=subprocess.PIPE,
        text=True,
    ) as second:
        code = second.wait(60)
        said = second.stderr.read() if second.stderr else ""

    assert code == 1
    assert "database is locked" in said
    assert "Traceback" not in said


def test_a_restart_keeps_faces_and_finds_them(start: Start, portraits: list[Path]) -> None:
    first = start()
    client = first.client()
    client.create_collection(CollectionId="c")
    for number, portrait in enumerate(portraits):
        client.index_faces(
            CollectionId="c",
            Image={"Bytes": portrait.read_bytes()},
            ExternalImageId=f"person-{number}",
        )
    first.stop()

    answer = (
        start()
        .client()
        .search_faces_by_image(
            CollectionId="c", Image={"Bytes": portraits[1].read_bytes()}, FaceMatchThreshold=0
        )
    )

    assert len(answer["FaceMatches"]) == len(portraits)
    assert answer["FaceMatches"][0]["Face"]["ExternalImageId"] == "person-1"


def test_a_killed_service_keeps_every_face_that_it_confirmed(
    start: Start, portraits: list[Path]
) -> None:
    first = start()
    client = first.client()
    client.create_collection(CollectionId="c")
    confirmed: list[str] = []

    def index_until_killed() -> None:
        while True:
            try:
                answer = client.index_faces(
                    CollectionId="c",
                    Image={"Bytes": portraits[0].read_bytes()},
                    ExternalImageId=str(len(confirmed)),
                )
            except BotoCoreError:
                return
            confirmed.append(answer["FaceRecords"][0]["Face"]["FaceId"])

    caller = threading.Thread(target=index_until_killed)
    caller.start()
    while len(confirmed) < 20:
        time.sleep(0.01)
    first.kill()
    caller.join()
    client = start().client()
    listed = [face["FaceId"] for face in client.list_faces(CollectionId="c")["Faces"]]
    found = client.search_faces(
        CollectionId="c", FaceId=listed[0], FaceMatchThreshold=0, MaxFaces=4096
    )["FaceMatches"]

    assert listed[: len(confirmed)] == confirmed
    assert {match["Face"]["FaceId"] for match in found} == set(listed[1:])


def test_an_indexed_picture_is_not_looked_at_again_after_a_restart(
    start: Start, portraits: list[Path]
) -> None:
    data = portraits[0].read_bytes()
    first = start()
    client = first.client()
    client.create_collection(CollectionId="old")
    before = client.index_faces(CollectionId="old", Image={"Bytes": data})["FaceRecords"][0]
    first.stop()
    second = start()
    client = second.client()
    client.create_collection(CollectionId="new")

    after = client.index_faces(CollectionId="new", Image={"Bytes": data})["FaceRecords"][0]
    work = second.report()["engine"]
    found = client.search_faces_by_image(CollectionId="new", Image={"Bytes": data})["FaceMatches"]

    assert after["FaceDetail"] == before["FaceDetail"]
    assert after["Face"]["ImageId"] == before["Face"]["ImageId"]
    assert [match["Face"]["FaceId"] for match in found] == [after["Face"]["FaceId"]]
    assert work == {"detections": 0, "embeddings": 0}
    # A search needs the mirror image's vector, and for that the crop, which no disk holds.
    assert second.report()["engine"] == {"detections": 1, "embeddings": 1}


def test_what_is_in_no_collection_any_more_is_forgotten(
    start: Start, portraits: list[Path]
) -> None:
    data = portraits[0].read_bytes()
    first = start()
    client = first.client()
    client.create_collection(CollectionId="c")
    client.index_faces(CollectionId="c", Image={"Bytes": data})
    client.delete_collection(CollectionId="c")
    first.stop()
    second = start()

    second.client().detect_faces(Image={"Bytes": data})

    assert second.report()["engine"]["detections"] == 1


def test_the_vector_of_a_portrait_is_on_disk_and_that_of_a_selfie_never(
    start: Start, portraits: list[Path]
) -> None:
    portrait, selfie = (path.read_bytes() for path in portraits[:2])
    service = start()
    client = service.client()
    client.create_collection(CollectionId="c")

    client.index_faces(CollectionId="c", Image={"Bytes": portrait})
    client.detect_faces(Image={"Bytes": selfie})
    client.search_faces_by_image(CollectionId="c", Image={"Bytes": selfie}, FaceMatchThreshold=0)
    service.kill()

    engine = FaceEngine()
    on_disk = b"".join(file.read_bytes() for file in service.data.iterdir())
    kept, never = (
        engine.embed(engine.detect(data)[0][1])[0].astype("<f4").tobytes()
        for data in (portrait, selfie)
    )
    engine.close()
    assert kept in on_disk
    assert never not in on_disk
