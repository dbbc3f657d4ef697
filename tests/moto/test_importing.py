from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog import importing
from catalog.folder import CatalogError, Entry, read_folder
from catalog.importing import REMOVED, ImportReport
from catalog.removed import Removed
from lookalike.packs import Progress
from lookalike.portrait_files import Caption
from lookalike.portraits import portrait_id_of
from lookalike.ranking import Attribution
from tests.artist import FACE
from tests.moto.deployed_catalog import Stage
from tests.recogniser import COLLECTION, NO_FACE, picture

NAMES = ("Ada", "Beyoncé", "章子怡")
ASIDE = replace(FACE, left=0.0, width=0.35)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    for shade, name in enumerate(NAMES, 10):
        (made / f"{name}.png").write_bytes(picture(shade))
    return made


def keys(*names: str) -> list[str]:
    return [f"celebrities/{name}.png" for name in names]


def only(*names: str) -> Callable[[list[Entry]], list[Entry]]:
    return lambda entries: [entry for entry in entries if entry.caption.name in names]


# What arrives


def test_portraits_of_a_folder_are_imported(stage: Stage, folder: Path) -> None:
    report = stage.bring(read_folder(folder))

    assert report == ImportReport(imported=keys(*NAMES))
    assert stage.names() == [*NAMES]
    assert stage.faces() == sorted(map(portrait_id_of, keys(*NAMES)))


def test_portraits_travel_with_their_names_labels_and_rights(stage: Stage, folder: Path) -> None:
    rights = Attribution("Jürgen", "CC0", "https://l.example/", "https://s.example/ü")
    caption = Caption("zhang-ziyi", "章子怡", rights, "female", "中国女演员")

    stage.bring([Entry(folder / "Ada.png", "sub/ü 1.png", caption)])

    key = "celebrities/sub/ü 1.png"
    stored = stage.catalog.files.read(key)
    head = stage.cloud.s3.head_object(Bucket=stage.bucket, Key=key)
    assert stored is not None
    assert stored.caption == caption
    assert head["ContentType"] == "image/png"


def test_portraits_go_into_the_pack_that_was_opened(stage: Stage, folder: Path) -> None:
    stage.catalog.ensure_pack("poets")

    report = stage.bring(read_folder(folder), "poets")

    assert report.imported == [f"poets/{name}.png" for name in NAMES]
    assert (stage.names("poets"), stage.names()) == ([*NAMES], [])
    assert len(stage.faces("lookalike-poets")) == 3
    assert stage.faces(COLLECTION) == []


def test_portraits_are_added_beside_those_that_are_there(stage: Stage, folder: Path) -> None:
    stage.put("celebrities/Dot.png", 40)
    stage.work()

    report = stage.bring(read_folder(folder))

    assert report.removed == []
    assert stage.names() == ["Ada", "Beyoncé", "Dot", "章子怡"]


# Whom they show


def test_person_who_is_in_the_pack_gets_another_portrait_by_any_spelling(
    stage: Stage, folder: Path
) -> None:
    known = Caption("beyonce-q36153", "Beyoncé", Attribution())
    stage.bring([Entry(folder / "Beyoncé.png", "first.png", known)])
    (folder / "BEYONCE.png").write_bytes(picture(20, width=120))

    stage.bring(only("BEYONCE")(read_folder(folder)))

    people = {(one.name, one.celebrity_id) for one in stage.portraits()}
    assert people == {("Beyoncé", "beyonce-q36153"), ("BEYONCE", "beyonce-q36153")}


def test_names_that_sound_alike_are_two_people(stage: Stage, folder: Path) -> None:
    for shade, name in ((30, "李娜"), (40, "丽娜")):
        (folder / f"{name}.png").write_bytes(picture(shade))

    stage.bring(only("李娜", "丽娜")(read_folder(folder)))

    ids = {one.name: one.celebrity_id for one in stage.portraits()}
    assert ids == {"李娜": "li-nuo-6e9c21fa", "丽娜": "li-nuo-dcd4db01"}


def test_id_that_makes_the_words_too_long_leaves_the_others_alone(
    stage: Stage, folder: Path
) -> None:
    author = "x" * 1960
    (folder / "catalog.csv").write_text(f"file,name,author\nAda.png,Ada,{author}\nBeyoncé.png,B,\n")
    entries = read_folder(folder)
    known = Caption("ada-" + "x" * 100, "Ada", Attribution())
    stage.bring([Entry(folder / "Ada.png", "first.png", known)])

    report = stage.bring(entries)

    words = "name, description and rights are longer than 2 KB between them"
    assert report == ImportReport(imported=keys("Beyoncé"), rejected={keys("Ada")[0]: words})


# Imports that come again


def test_second_import_sends_and_looks_at_nothing(stage: Stage, folder: Path) -> None:
    stage.bring(read_folder(folder))
    before = stage.cloud.versions("PortraitsBucket")
    looked, calls = stage.artist.detections, stage.recogniser.calls.total()

    report = stage.bring(read_folder(folder))

    assert report == ImportReport(unchanged=keys(*NAMES))
    assert stage.cloud.versions("PortraitsBucket") == before
    assert (stage.artist.detections, stage.recogniser.calls.total()) == (looked, calls)


@pytest.mark.parametrize(
    "stored", ["celebrities/Beyonc\u00e9.png", "celebrities/Beyonce\u0301.png"]
)
def test_portrait_keeps_its_key_however_the_folder_stores_its_accents(
    stage: Stage, folder: Path, stored: str
) -> None:
    stage.cloud.s3.put_object(
        Bucket=stage.bucket,
        Key=stored,
        Body=(folder / "Beyoncé.png").read_bytes(),
        Metadata=Caption("beyonce", "Beyoncé", Attribution()).to_metadata(),
    )
    stage.work()

    report = stage.bring(only("Beyoncé")(read_folder(folder)), equal=True)

    assert report == ImportReport(unchanged=[stored])
    assert stage.in_bucket() == [stored]


def test_picture_that_changed_is_sent_again(stage: Stage, folder: Path) -> None:
    stage.bring(read_folder(folder))
    (folder / "Beyoncé.png").write_bytes(picture(50))

    report = stage.bring(read_folder(folder))

    assert report == ImportReport(imported=keys("Beyoncé"), unchanged=keys("Ada", "章子怡"))
    assert len(stage.faces()) == 3


@pytest.mark.parametrize(
    "row",
    [
        "Ada.png,Ада Лавлейс,ada,,,",
        "Ada.png,Ada,ada-lovelace,,,",
        "Ada.png,Ada,ada,,,Å. Photographer",
        "Ada.png,Ada,ada,female,,",
        "Ada.png,Ada,ada,,Mathématicienne,",
    ],
    ids=["name", "id", "rights", "gender", "description"],
)
def test_caption_that_changed_is_sent_again(stage: Stage, folder: Path, row: str) -> None:
    stage.bring(only("Ada", "Beyoncé")(read_folder(folder)))
    (folder / "catalog.csv").write_text(
        f"file,name,celebrity_id,gender,description,author\n{row}\nBeyoncé.png,Beyoncé,,,,\n",
        encoding="utf-8",
    )
    entries = read_folder(folder)

    report = stage.bring(entries)

    assert report == ImportReport(imported=keys("Ada"), unchanged=keys("Beyoncé"))
    assert Caption.of(stage.portraits()[0]) == entries[0].caption


def test_portrait_whose_event_was_lost_is_sent_again(stage: Stage, folder: Path) -> None:
    stage.put("celebrities/Ada.png", 10)
    stage.lose_events()

    report = stage.bring(only("Ada")(read_folder(folder)))

    assert report == ImportReport(imported=keys("Ada"))


def test_portrait_that_lies_there_without_a_name_is_sent_with_one(
    stage: Stage, folder: Path
) -> None:
    stage.cloud.s3.put_object(Bucket=stage.bucket, Key=keys("Ada")[0], Body=picture(10))
    stage.work()

    report = stage.bring(only("Ada")(read_folder(folder)))

    assert report == ImportReport(imported=keys("Ada"))
    assert stage.names() == ["Ada"]


def test_import_that_was_killed_goes_on_and_sends_nothing_twice(
    stage: Stage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "IN_FLIGHT", 1)

    def kill(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stage.bring(read_folder(folder), progress=kill)
    before = stage.in_bucket()

    report = stage.bring(read_folder(folder))

    assert before == keys("Ada", "Beyoncé")
    assert report == ImportReport(imported=keys("章子怡"), unchanged=keys("Ada", "Beyoncé"))
    assert stage.in_bucket() == keys(*NAMES)
    assert stage.recogniser.calls["IndexFaces"] == 3


# Portraits that are refused


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no picture", "This file is not a picture we can read."),
        (picture(form="JPEG")[:-200], "This file is not a picture we can read."),
        (picture(width=60), "This picture is too small."),
        (picture(width=10_000, height=5_201), "This picture is too large."),
        (picture(NO_FACE), "We could not find a face in this picture."),
    ],
    ids=["no picture", "half a picture", "small", "large", "empty"],
)
def test_picture_that_is_no_portrait_is_not_sent(
    stage: Stage, folder: Path, content: bytes, words: str
) -> None:
    (folder / "Beyoncé.png").write_bytes(content)

    report = stage.bring(read_folder(folder))

    assert report.rejected == {keys("Beyoncé")[0]: words}
    assert stage.in_bucket() == keys("Ada", "章子怡")


@pytest.mark.parametrize(
    ("faces", "words"),
    [
        ([FACE, FACE], "There is more than one face in this picture."),
        ([FACE, ASIDE, ASIDE], "There is more than one face in this picture."),
        ([replace(FACE, width=0.3)], "The face in this picture is too small."),
        ([replace(FACE, yaw=80)], "The face in this picture is turned away."),
        ([replace(FACE, sharpness=5)], "The face in this picture is blurred."),
        ([replace(FACE, brightness=2)], "The face in this picture is too dark."),
        ([replace(FACE, confidence=60)], "We could not find a face in this picture."),
    ],
)
def test_portrait_whose_face_is_no_use_is_not_sent(
    stage: Stage, folder: Path, faces: list[Any], words: str
) -> None:
    stage.artist.sees[(folder / "Beyoncé.png").read_bytes()] = faces

    report = stage.bring(read_folder(folder))

    assert report.rejected == {keys("Beyoncé")[0]: words}
    assert stage.in_bucket() == keys("Ada", "章子怡")


def test_face_that_the_picture_is_about_is_the_only_one_indexed(stage: Stage, folder: Path) -> None:
    larger = replace(FACE, left=0.0, top=0.0, width=0.55, height=0.5)
    stage.artist.sees[(folder / "Beyoncé.png").read_bytes()] = [larger, FACE]

    report = stage.bring(read_folder(folder))

    assert report == ImportReport(imported=keys(*NAMES))
    assert len(stage.faces()) == 3


def test_portrait_that_the_recogniser_refuses_is_rejected_each_time_and_sent_once(
    stage: Stage, folder: Path
) -> None:
    shown = stage.examine
    fine = picture(50)
    (folder / "Beyoncé.png").write_bytes(picture(NO_FACE))
    stage.examine = lambda data: shown(fine if data == picture(NO_FACE) else data)

    first, second = stage.bring(read_folder(folder)), stage.bring(read_folder(folder))

    words = {keys("Beyoncé")[0]: "We could not find a face in this picture."}
    assert first == ImportReport(imported=keys("Ada", "章子怡"), rejected=words)
    assert second == ImportReport(unchanged=keys("Ada", "章子怡"), rejected=words)
    assert stage.in_bucket() == keys(*NAMES)


def test_face_under_another_name_is_refused(stage: Stage, folder: Path) -> None:
    (folder / "章子怡.png").write_bytes(picture(10, width=120))

    report = stage.bring(read_folder(folder))

    words = "nearly certainly the same face as Ada (Ada.png)"
    assert report == ImportReport(
        imported=keys("Ada", "Beyoncé"), rejected={keys("章子怡")[0]: words}
    )
    assert stage.in_bucket() == keys("Ada", "Beyoncé")


def test_person_who_is_in_the_pack_first_keeps_their_face(stage: Stage, folder: Path) -> None:
    stage.bring(only("章子怡")(read_folder(folder)))
    (folder / "Ada.png").write_bytes(picture(12, width=120))

    report = stage.bring(read_folder(folder))

    words = "nearly certainly the same face as 章子怡 (章子怡.png)"
    assert report.rejected == {keys("Ada")[0]: words}
    assert stage.names() == ["Beyoncé", "章子怡"]


def test_several_portraits_of_one_person_are_welcome(stage: Stage, folder: Path) -> None:
    (folder / "Ada_2.png").write_bytes(picture(10, width=120))

    report = stage.bring(only("Ada")(read_folder(folder)))

    assert report == ImportReport(imported=keys("Ada", "Ada_2"))
    assert stage.names() == ["Ada", "Ada"]


def test_face_of_a_refused_portrait_is_free_for_another_person(stage: Stage, folder: Path) -> None:
    both = [FACE, FACE]
    stage.artist.sees[(folder / "Ada.png").read_bytes()] = both
    (folder / "章子怡.png").write_bytes(picture(10, width=120))

    report = stage.bring(read_folder(folder))

    assert report.imported == keys("Beyoncé", "章子怡")


@pytest.mark.parametrize(("who", "name"), [("beyonce", ""), ("beyonce-q36153", "BEYONCÉ")])
def test_person_who_asked_to_be_removed_does_not_come_in(
    stage: Stage, folder: Path, who: str, name: str
) -> None:
    report = stage.bring(read_folder(folder), removed=Removed({who: name}))

    assert report == ImportReport(
        imported=keys("Ada", "章子怡"), rejected={keys("Beyoncé")[0]: REMOVED}
    )
    assert stage.in_bucket() == keys("Ada", "章子怡")


# A pack made equal to a folder


def test_surplus_portraits_are_taken_out_with_all_their_versions(
    stage: Stage, folder: Path
) -> None:
    stage.bring(read_folder(folder))
    (folder / "Beyoncé.png").write_bytes(picture(50))
    stage.bring(read_folder(folder))
    (folder / "Beyoncé.png").unlink()

    report = stage.bring(read_folder(folder), equal=True)

    assert report == ImportReport(unchanged=keys("Ada", "章子怡"), removed=keys("Beyoncé"))
    assert stage.names() == ["Ada", "章子怡"]
    assert stage.in_bucket() == keys("Ada", "章子怡")
    assert len(stage.faces()) == 2


def test_record_whose_object_is_gone_is_surplus_too(stage: Stage, folder: Path) -> None:
    stage.put("celebrities/Dot.png", 40)
    stage.work()
    stage.catalog.erase(["celebrities/Dot.png"])
    stage.lose_events()

    report = stage.bring(read_folder(folder), equal=True)

    assert report.removed == ["celebrities/Dot.png"]
    assert stage.names() == [*NAMES]


def test_portraits_of_other_packs_stay(stage: Stage, folder: Path) -> None:
    for pack in ("poets", "celebrities-2"):
        stage.catalog.ensure_pack(pack)
        stage.put(f"{pack}/Sappho.png", 40)

    report = stage.bring(read_folder(folder), equal=True)

    assert report.removed == []
    assert (stage.names("poets"), stage.names("celebrities-2")) == (["Sappho"], ["Sappho"])


def test_portrait_whose_new_picture_is_refused_is_taken_out(stage: Stage, folder: Path) -> None:
    stage.bring(read_folder(folder))
    (folder / "Beyoncé.png").write_bytes(picture(NO_FACE))

    report = stage.bring(read_folder(folder), equal=True)

    assert (report.removed, [*report.rejected]) == (keys("Beyoncé"), keys("Beyoncé"))
    assert stage.names() == ["Ada", "章子怡"]


def test_portrait_that_the_recogniser_refuses_is_taken_out(stage: Stage, folder: Path) -> None:
    shown = stage.examine
    (folder / "Beyoncé.png").write_bytes(picture(NO_FACE))
    stage.examine = lambda data: shown(picture(50) if data == picture(NO_FACE) else data)

    report = stage.bring(read_folder(folder), equal=True)

    assert [*report.rejected] == keys("Beyoncé")
    assert stage.in_bucket() == keys("Ada", "章子怡")


def test_person_who_asked_to_be_removed_is_removed(stage: Stage, folder: Path) -> None:
    stage.bring(read_folder(folder))

    report = stage.bring(read_folder(folder), removed=Removed({"beyonce": ""}), equal=True)

    assert report == ImportReport(
        unchanged=keys("Ada", "章子怡"),
        removed=keys("Beyoncé"),
        rejected={keys("Beyoncé")[0]: REMOVED},
    )
    assert stage.names() == ["Ada", "章子怡"]


def test_folder_of_nothing_empties_the_pack(stage: Stage, folder: Path) -> None:
    stage.bring(read_folder(folder))

    report = stage.bring([], equal=True)

    assert report == ImportReport(removed=keys(*NAMES))
    assert stage.names() == stage.in_bucket() == stage.faces() == []


# How far it is


def test_progress_ends_with_everything_done(stage: Stage, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    stage.bring(only("Ada")(read_folder(folder)))

    stage.bring(read_folder(folder), progress=lambda *step: told.append(step))

    assert told[-1] == (3, 3)
    assert told == sorted(told)
    assert 1 <= told[0][0] < 3


def test_page_sees_how_far_it_is_until_it_is_over(stage: Stage, folder: Path) -> None:
    noted: list[Progress | None] = []

    def look(_done: int, _total: int) -> None:
        noted.append(stage.packs.read("celebrities").progress)

    stage.bring(read_folder(folder), progress=look)

    assert Progress("indexing", 0, 3) in noted
    assert stage.packs.read("celebrities").progress is None


def test_few_portraits_are_on_their_way_at_once(
    stage: Stage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "IN_FLIGHT", 1)
    waiting: list[int] = []

    def look(_done: int, _total: int) -> None:
        waiting.append(len(stage.in_bucket()) - len(stage.names()))

    stage.bring(read_folder(folder), progress=look)

    assert max(waiting) == 1


def test_import_that_nothing_indexes_stalls(
    stage: Stage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "POLL", 0.4 * importing.PATIENCE)
    stage.stopped = True

    with pytest.raises(
        CatalogError, match=r"[1-3] portraits were sent and nothing has indexed them"
    ):
        stage.bring(read_folder(folder))

    assert stage.packs.read("celebrities").progress is None


def test_import_that_stalled_is_finished_by_the_next(
    stage: Stage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "POLL", 0.4 * importing.PATIENCE)
    stage.stopped = True
    with pytest.raises(CatalogError):
        stage.bring(read_folder(folder))
    stage.stopped = False

    stage.bring(read_folder(folder))

    assert stage.names() == [*NAMES]
    assert len(stage.faces()) == 3


def test_import_waits_as_long_as_something_is_indexed(
    stage: Stage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "IN_FLIGHT", 1)
    monkeypatch.setattr(importing, "POLL", 0.9 * importing.PATIENCE)

    report = stage.bring(read_folder(folder))

    assert len(report.imported) == 3


class SlowEngine:
    """Takes the place of the threads that look at portraits: looks at one whenever it is waited."""

    def __init__(self, stage: Stage, patch: pytest.MonkeyPatch) -> None:
        self._waiting: list[tuple[Future[Any], Callable[[], Any]]] = []
        self._stage, self._sleep = stage, stage.waiting.sleep
        patch.setattr(importing, "ThreadPoolExecutor", lambda _threads: self)
        patch.setattr(stage.waiting, "sleep", self.look)

    def shutdown(self, *, cancel_futures: bool) -> None:
        """Leave what was not looked at."""

    def submit(self, look: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        self._waiting.append((future, look))
        return future

    def look(self, seconds: float) -> None:
        self._sleep(seconds)
        if self._waiting:
            future, look = self._waiting.pop(0)
            self._stage.waiting.passed += 0.4 * importing.PATIENCE
            future.set_result(look())


def test_import_waits_while_it_looks_at_what_is_there_already(
    stage: Stage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.bring(read_folder(folder))
    (folder / "Zoë.png").write_bytes(picture(50))
    SlowEngine(stage, monkeypatch)

    report = stage.bring(read_folder(folder))

    assert report == ImportReport(imported=keys("Zoë"), unchanged=keys(*NAMES))
