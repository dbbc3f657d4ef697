import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.contract.rekognition_service import RekognitionProcess, StubS3, running_stub_s3

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient


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
    """A local Rekognition that no test has used yet."""
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
