from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from local.deployment import Outputs
from lookalike import forgetting, pack_changes, storage
from lookalike import recogniser as recogniser_client
from lookalike.copies import CopyAddressesSettings, PictureAddresses
from lookalike.matches import MatchesSettings, MatchStore
from lookalike.packs import PacksSettings, PackStore
from lookalike.portrait_files import PortraitFiles, PortraitFilesSettings
from lookalike.portraits import PortraitsSettings, PortraitStore
from lookalike.scores import ScoresSettings, ScoreStore
from lookalike.tombstones import TombstonesSettings, TombstoneStore
from lookalike.views import Gallery
from tests.moto.cloud import Cloud, empty_account, hooked, outputs_of, shared_client
from tests.moto.deployed_catalog import Stage
from tests.moto.studio import Studio
from tests.moto.workflow import Workflow
from tests.recogniser import COLLECTION, Recogniser


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS account in this process, with nothing in it."""
    monkeypatch.setattr(boto3, "client", shared_client)
    for client in (storage._dynamodb_client, storage._s3_client):
        client.cache_clear()  # a client that another test made would not see what is hooked here
    with empty_account(monkeypatch):
        yield


@pytest.fixture
def cloud(aws: None, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """The template's buckets, tables and queues, with nothing in them."""
    assert aws is None
    made = Cloud()
    monkeypatch.setattr(pack_changes, "_sqs", made.sqs)
    monkeypatch.setattr(forgetting, "_sqs", made.sqs)
    return made


@pytest.fixture
def stage(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A stack whose celebrities pack is there and empty."""
    data = tmp_path / "rekognition"
    data.mkdir()
    made = Stage(cloud, data, monkeypatch)
    with hooked(boto3.client("rekognition"), "before-call.rekognition", made.recogniser):
        made.catalog.create_collection(COLLECTION)
        yield made
    made.recogniser.store.close()


class Clock:
    """The product's clock, which stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 16, 1, 33, 123000, UTC)

    def pass_by(self, time: timedelta) -> None:
        self.time += time


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time that the product reads from here on."""
    stopped = Clock()
    monkeypatch.setattr("lookalike.clock.now", lambda: stopped.time)
    return stopped


@pytest.fixture
def scores(cloud: Cloud) -> ScoreStore:
    """The scores of matches."""
    return ScoreStore(ScoresSettings(matches_table=cloud.name("MatchesTable")))


@pytest.fixture
def matches(cloud: Cloud) -> MatchStore:
    """A store that keeps selfies for 30 days."""
    return MatchStore(
        MatchesSettings(
            matches_table=cloud.name("MatchesTable"),
            selfies_bucket=cloud.name("SelfiesBucket"),
            selfie_retention_days=30,
        )
    )


@pytest.fixture
def tombstones(cloud: Cloud) -> TombstoneStore:
    """A store of the forgotten members."""
    return TombstoneStore(TombstonesSettings(matches_table=cloud.name("MatchesTable")))


@pytest.fixture
def packs(cloud: Cloud) -> PackStore:
    """A store of the packs."""
    return PackStore(
        PacksSettings(packs_table=cloud.name("PacksTable"), default_collection=COLLECTION)
    )


@pytest.fixture
def portraits(cloud: Cloud) -> PortraitStore:
    """A store of the portraits' records; hides the starter portraits, which no test here needs."""
    return PortraitStore(PortraitsSettings(portraits_table=cloud.name("PortraitsTable")))


@pytest.fixture
def files(cloud: Cloud) -> PortraitFiles:
    """A store of the portraits' files."""
    return PortraitFiles(PortraitFilesSettings(portraits_bucket=cloud.name("PortraitsBucket")))


@pytest.fixture
def gallery(matches: MatchStore, portraits: PortraitStore, files: PortraitFiles) -> Gallery:
    """What matches are shown with, where CloudFront serves the pictures."""
    served = CopyAddressesSettings(pictures_url="https://pictures.example")
    return Gallery(matches, portraits, PictureAddresses(served, files))


@pytest.fixture
def workflow(cloud: Cloud) -> Workflow:
    """What the state machine does to a match."""
    return Workflow(cloud)


@pytest.fixture
def recogniser(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Recogniser:
    """A Rekognition for the product to call."""
    assert cloud
    fake = Recogniser()
    monkeypatch.setattr(recogniser_client, "_client", fake)
    return fake


@pytest.fixture
def studio(
    cloud: Cloud,
    packs: PackStore,
    portraits: PortraitStore,
    recogniser: Recogniser,
    monkeypatch: pytest.MonkeyPatch,
) -> Studio:
    """The portraits' bucket, and the functions that index and measure what lies in it."""
    return Studio(cloud, packs, portraits, recogniser, monkeypatch)


@pytest.fixture
def outputs(cloud: Cloud) -> Outputs:
    """The outputs of a stack whose buckets and tables the cloud has."""
    return outputs_of(cloud)
