from collections.abc import Callable
from pathlib import Path

import pytest

from catalog import importing
from catalog.folder import Entry, read_folder
from catalog.importing import ImportStalledError, PackImporter, Report
from lookalike.matching import Attribution, Portrait
from lookalike.portraits import Caption, PortraitRecord, PortraitStore, portrait_id
from tests.unit.cloud import COLLECTION, Cloud

PACK = "celebrities"


class Indexer:
    """Indexes what lies in the bucket whenever the import says how far it is."""

    def __init__(self, cloud: Cloud, portraits: PortraitStore) -> None:
        self._cloud, self._portraits = cloud, portraits
        self.refuses: dict[str, str] = {}
        """Keys to why."""
        self.progress: list[tuple[int, int]] = []
        self.waiting: list[int] = []
        """How many portraits were sent and not indexed, each time."""

    def __call__(self, done: int, total: int) -> None:
        self.progress.append((done, total))
        bucket = self._cloud.name("PortraitsBucket")
        there = self._cloud.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        known = {record["key"]["S"] for record in self._cloud.items("PortraitsTable")}
        changed = 0
        for key in known | {entry["Key"] for entry in there}:
            old, stored = self._portraits.record(portrait_id(key)), self._portraits.stored(key)
            if (old.version if old else None) == (stored.picture.version if stored else None):
                continue
            self._portraits.replace(
                old, self._record(key, stored.picture.version, stored.caption) if stored else None
            )
            changed += 1
        self.waiting.append(changed)

    def _record(self, key: str, version: str, caption: Caption | None) -> PortraitRecord:
        one = portrait_id(key)
        if key in self.refuses:
            return PortraitRecord(one, key, version, COLLECTION, refusal=self.refuses[key])
        assert caption is not None
        portrait = Portrait(one, PACK, key, caption.celebrity_id, caption.name, caption.attribution)
        return PortraitRecord(one, key, version, COLLECTION, portrait, f"face-{version}")


@pytest.fixture
def indexer(cloud: Cloud, portraits: PortraitStore) -> Indexer:
    return Indexer(cloud, portraits)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("Ada", "Bea", "Cam"):
        (tmp_path / f"{name}.jpg").write_bytes(f"{name}'s portrait".encode())
    return tmp_path


Import = Callable[..., Report]


@pytest.fixture
def make_equal(
    cloud: Cloud,
    portraits: PortraitStore,
    indexer: Indexer,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Import:
    """Import the folder, or other entries; without an indexer where there shall be none."""
    monkeypatch.setattr(importing, "POLL", 0.0)

    def run(
        entries: list[Entry] | None = None,
        progress: Callable[[int, int], None] = indexer,
        in_flight: int = 8,
    ) -> Report:
        bucket = cloud.name("PortraitsBucket")
        importer = PackImporter(portraits, bucket, PACK, in_flight)
        return importer.make_equal(read_folder(folder) if entries is None else entries, progress)

    return run


def keys(*names: str) -> list[str]:
    return [f"{PACK}/{name}.jpg" for name in names]


def nobody(_done: int, _total: int) -> None:
    """Index nothing."""


def test_portraits_of_a_folder_are_imported(make_equal: Import, portraits: PortraitStore) -> None:
    report = make_equal()

    assert report == Report(imported=keys("Ada", "Bea", "Cam"))
    assert [one.name for one in portraits.portraits(PACK)] == ["Ada", "Bea", "Cam"]


def test_portraits_travel_with_their_names_and_rights(
    make_equal: Import, portraits: PortraitStore, cloud: Cloud, folder: Path
) -> None:
    caption = Caption("zhang-ziyi", "章子怡", Attribution("Jürgen", "CC0"))

    make_equal([Entry(folder / "Ada.jpg", "sub/one.png", caption)])

    key = f"{PACK}/sub/one.png"
    stored = portraits.stored(key)
    head = cloud.s3.head_object(Bucket=cloud.name("PortraitsBucket"), Key=key)
    assert stored is not None
    assert stored.caption == caption
    assert head["ContentType"] == "image/jpeg"


def test_second_import_sends_nothing(make_equal: Import, cloud: Cloud) -> None:
    make_equal()
    before = cloud.versions("PortraitsBucket")

    report = make_equal()

    assert report == Report(unchanged=keys("Ada", "Bea", "Cam"))
    assert cloud.versions("PortraitsBucket") == before


def test_picture_that_changed_is_sent_again(make_equal: Import, folder: Path) -> None:
    make_equal()
    (folder / "Bea.jpg").write_bytes(b"another portrait")

    report = make_equal()

    assert report == Report(imported=keys("Bea"), unchanged=keys("Ada", "Cam"))


def test_name_that_changed_is_sent_again(
    make_equal: Import, folder: Path, portraits: PortraitStore
) -> None:
    make_equal()
    (folder / "catalog.csv").write_text(
        "file,name\nAda.jpg,Ada Lovelace\nBea.jpg,Bea\nCam.jpg,Cam\n"
    )

    report = make_equal()

    assert report.imported == keys("Ada")
    assert [one.name for one in portraits.portraits(PACK)] == ["Ada Lovelace", "Bea", "Cam"]


def test_surplus_portraits_are_removed(
    make_equal: Import, folder: Path, portraits: PortraitStore
) -> None:
    make_equal()
    (folder / "Bea.jpg").unlink()

    report = make_equal()

    assert report == Report(unchanged=keys("Ada", "Cam"), removed=keys("Bea"))
    assert [one.name for one in portraits.portraits(PACK)] == ["Ada", "Cam"]


def test_portraits_of_other_packs_stay(make_equal: Import, cloud: Cloud) -> None:
    bucket = cloud.name("PortraitsBucket")
    for key in ("poets/Sappho.jpg", "celebrities-2/Dot.jpg"):
        cloud.s3.put_object(
            Bucket=bucket, Key=key, Body=b"x", Metadata={"name": "x", "celebrity-id": "x"}
        )

    report = make_equal()

    assert report.removed == []


def test_refused_portraits_are_reported(make_equal: Import, indexer: Indexer) -> None:
    indexer.refuses = {keys("Bea")[0]: "no_face"}

    first, second = make_equal(), make_equal()

    assert first == Report(imported=keys("Ada", "Cam"), refused={keys("Bea")[0]: "no_face"})
    assert second == Report(unchanged=keys("Ada", "Cam"), refused={keys("Bea")[0]: "no_face"})


def test_progress_ends_with_everything_done(make_equal: Import, indexer: Indexer) -> None:
    make_equal()

    assert indexer.progress[0] == (0, 3)
    assert indexer.progress[-1] == (3, 3)
    assert indexer.progress == sorted(indexer.progress)


def test_few_portraits_are_on_their_way_at_once(make_equal: Import, indexer: Indexer) -> None:
    make_equal(in_flight=1)

    assert max(indexer.waiting) == 1
    assert sum(indexer.waiting) == 3


def test_import_that_nothing_indexes_stalls(
    make_equal: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PATIENCE", 0.0)

    with pytest.raises(ImportStalledError, match="3 portraits were sent"):
        make_equal(progress=nobody)


def test_import_waits_as_long_as_something_is_indexed(
    make_equal: Import, indexer: Indexer, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = iter(range(0, 1000, 100))
    monkeypatch.setattr("catalog.importing.time.monotonic", lambda: float(next(time)))

    report = make_equal(in_flight=1)

    assert len(report.imported) == 3
    assert len(indexer.progress) > 3


def test_portrait_whose_event_was_lost_is_sent_again(
    make_equal: Import, monkeypatch: pytest.MonkeyPatch, cloud: Cloud
) -> None:
    monkeypatch.setattr(importing, "PATIENCE", 0.0)
    with pytest.raises(ImportStalledError):
        make_equal(progress=nobody)
    lost = set(cloud.versions("PortraitsBucket"))

    with pytest.raises(ImportStalledError):
        make_equal(progress=nobody)

    assert set(cloud.versions("PortraitsBucket")) > lost
