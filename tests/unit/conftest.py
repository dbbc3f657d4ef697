import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from moto import mock_aws

from tests.unit.cloud import REGION, Cloud

# The layer makes its Rekognition client when it is imported, which asks for a region.
os.environ.setdefault("AWS_DEFAULT_REGION", REGION)

settings.register_profile("unit", deadline=None, database=None)
settings.load_profile("unit")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS account in this process, with nothing in it."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield


@pytest.fixture
def cloud(aws: None) -> Cloud:
    """The template's buckets and tables, with nothing in them."""
    assert aws is None
    return Cloud()
