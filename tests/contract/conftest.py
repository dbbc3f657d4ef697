import csv
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.contract.rekognition_service import RekognitionProcess, StubS3, running_stub_s3

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient


@pytest.fixture(scope="session")
def faces_folder() -> Path:
    """The evaluation photographs, which come with no licence and so are not in the project."""
    if not os.environ.get("FACES"):
        pytest.skip("needs photographs of faces: set FACES to the folder that has their index.csv")
    return Path(os.environ["FACES"])


@pytest.fixture(scope="session")
def portraits(faces_folder: Path) -> list[Path]:
    """One photograph each of two people, each showing one face."""
    with (faces_folder / "index.csv").open(newline="") as index:
        rows = [row for row in csv.DictReader(index) if row["role"] == "portrait"]
    return [faces_folder / row["file"] for row in rows if row["faces"] == "1"][:2]


@pytest.fixture(scope="session")
def s3() -> Iterator[StubS3]:
    with running_stub_s3() as stub:
        yield stub


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, s3: StubS3) -> Iterator[RekognitionProcess]:
    """One local Rekognition for all tests that neither stop it nor count what it does."""
    process = RekognitionProcess(tmp_path_factory.mktemp("rekognition") / "data", s3.endpoint)
    yield process
    process.stop()


@pytest.fixture
def own_service(tmp_path: Path, s3: StubS3) -> Iterator[RekognitionProcess]:
    """A local Rekognition that nobody has used yet."""
    process = RekognitionProcess(tmp_path / "data", s3.endpoint)
    yield process
    process.stop()


@pytest.fixture
def client(service: RekognitionProcess) -> "RekognitionClient":
    return service.client()


@pytest.fixture
def careless_client(service: RekognitionProcess) -> "RekognitionClient":
    """A client that sends what it is given, so that the service has to refuse it."""
    return service.client(check_parameters=False)


@pytest.fixture
def collection(client: "RekognitionClient") -> str:
    """An empty collection of the shared service."""
    name = f"test-{uuid.uuid4()}"
    client.create_collection(CollectionId=name)
    return name
