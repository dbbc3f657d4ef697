"""The celebrities pack filled in the background, over services that answer as Wikimedia's do."""

import functools
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from catalog.deployed import DeployedCatalog
from catalog.folder import CatalogError, read_folder
from catalog.recipes import read_recipe
from catalog.removed import Removed
from catalog.removing import remove_keys
from catalog.wikimedia import Wikimedia
from cli import background, up
from cli import build as catalog_build
from local.errors import LocalError
from local.state import StateFolder, free_port
from lookalike.packs import PackStore, Progress
from tests.moto.cloud import outputs_of
from tests.moto.deployed_catalog import Stage
from tests.recogniser import NO_FACE, picture
from tests.services.commons import Commons, running

WD = "http://www.wikidata.org/entity/"
ADA, DOT = "celebrities/Ada.png", "celebrities/Dot.png"
BJORK, WONG = "celebrities/Björk_Q1.png", "celebrities/王菲_Q2.png"
FETCHED = sorted([BJORK, WONG])
CONTACT = "me@example.org"


def portrait(shade: int) -> bytes:
    return picture(shade, width=240, height=300)


def add_person(commons: Commons, number: int, name: str, content: bytes) -> None:
    commons.rows.append(
        {
            "item": f"{WD}Q{number}",
            "fame": str(100 - number),
            "name": name,
            "language": "en",
            "image": f"http://commons.wikimedia.org/wiki/Special:FilePath/{quote(name)}.png",
            "gender": f"{WD}Q6581072",
            "born": "1965-11-21T00:00:00Z",
            "country": f"{WD}Q189",
        }
    )
    commons.add_file(f"File:{name}.png", content, mime="image/png")


@pytest.fixture
def commons(monkeypatch: pytest.MonkeyPatch) -> Iterator[Commons]:
    """The services, with two people of one slice."""
    with running() as services:
        add_person(services, 1, "Björk", portrait(50))
        add_person(services, 2, "王菲", portrait(60))
        monkeypatch.setenv("LOOKALIKE_QUERY_URL", services.query_url)
        monkeypatch.setenv("LOOKALIKE_API_URL", services.api_url)
        client = functools.partial(Wikimedia, wait=lambda _seconds: None)
        monkeypatch.setattr(catalog_build, "Wikimedia", client)
        recipe = read_recipe("celebrities")
        slices = {
            "gender": {"women": recipe.axes["gender"]["women"]},
            "region": {"Europe": recipe.axes["region"]["Europe"]},
        }
        narrow = recipe.model_copy(update={"axes": {**recipe.axes, **slices}})
        monkeypatch.setattr(catalog_build, "read_recipe", lambda _pack: narrow)
        yield services


@pytest.fixture
def starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The starter portraits: two people."""
    folder = tmp_path / "starter"
    folder.mkdir()
    (folder / "Ada.png").write_bytes(picture(10))
    (folder / "Dot.png").write_bytes(picture(20))
    monkeypatch.setattr(background, "STARTER", folder)
    return folder


@pytest.fixture
def stage(stage: Stage, monkeypatch: pytest.MonkeyPatch, starter: Path) -> Stage:
    """A stack whose pack holds the starter portraits."""
    stage.bring(read_folder(starter))
    monkeypatch.setattr(background, "reach", lambda *_: (outputs_of(stage.cloud), "http://here"))
    monkeypatch.setattr("cli.examiners.of_service", lambda _url: stage.examine)
    return stage


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    folder = StateFolder(tmp_path / "state")
    folder.prepare()
    folder.pack_source.write_text("starter")
    return folder


def objects(stage: Stage) -> list[str]:
    return sorted(stage.catalog.objects("celebrities"))


Main = Callable[[], tuple[object, list[str]]]


@pytest.fixture
def main(
    state: StateFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Main:
    """Run the process; gives its exit code and the lines that it says."""
    monkeypatch.setattr(background, "end_with_standard_input", lambda: None)
    monkeypatch.setattr("sys.argv", ["background", str(state.path)])
    monkeypatch.setenv("LOOKALIKE_CONTACT", CONTACT)

    def run() -> tuple[object, list[str]]:
        code: object = 0
        try:
            background.main()
        except SystemExit as ended:
            code = ended.code
        return code, capsys.readouterr().out.splitlines()

    return run


# A pack that is filled


@pytest.mark.usefixtures("commons")
def test_people_who_were_fetched_take_the_place_of_the_starters(
    stage: Stage, state: StateFolder
) -> None:
    people = background.fill(state, CONTACT)

    assert people == 2
    assert stage.names() == ["Björk", "王菲"]
    assert objects(stage) == FETCHED
    assert len(stage.faces()) == 2
    assert state.pack_source.read_text() == "wikimedia"


@pytest.mark.usefixtures("commons")
def test_starters_go_last(
    stage: Stage, state: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    when_they_went: list[list[str]] = []

    def look_and_remove(_catalog: DeployedCatalog, keys: set[str]) -> None:
        when_they_went.append(stage.names())
        remove_keys(stage.catalog, keys)

    monkeypatch.setattr(background, "remove_keys", look_and_remove)

    background.fill(state, CONTACT)

    assert when_they_went == [["Ada", "Björk", "Dot", "王菲"]]


def test_portraits_of_others_stay(stage: Stage, state: StateFolder, commons: Commons) -> None:
    add_person(commons, 3, "Çağla", portrait(70))
    stage.put("celebrities/curated/Zoë.png", 80)
    stage.work()

    background.fill(state, CONTACT)

    assert sorted(stage.names()) == ["Björk", "Zoë", "Çağla", "王菲"]


@pytest.mark.usefixtures("commons")
def test_starter_portrait_that_was_fetched_as_well_stays(
    stage: Stage, state: StateFolder, starter: Path
) -> None:
    (starter / "Björk_Q1.png").write_bytes(portrait(50))

    background.fill(state, CONTACT)

    assert objects(stage) == FETCHED


@pytest.mark.usefixtures("commons")
def test_person_who_asked_to_be_removed_is_not_fetched(stage: Stage, state: StateFolder) -> None:
    Removed({"bjork-q1": "Björk"}).write(state.removed)

    background.fill(state, CONTACT)

    assert stage.names() == ["王菲"]


def test_starters_stay_where_no_fetched_person_can_be_indexed(
    stage: Stage, state: StateFolder, commons: Commons
) -> None:
    commons.rows.clear()
    add_person(commons, 3, "Çağla", portrait(NO_FACE))

    with pytest.raises(CatalogError, match="none of the people who were fetched can be indexed"):
        background.fill(state, CONTACT)

    assert stage.names() == ["Ada", "Dot"]


def test_filling_that_was_cut_off_goes_on_where_it_ended(
    stage: Stage, state: StateFolder, commons: Commons, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut_off:
        cut_off.setattr(background, "remove_keys", kill)
        with pytest.raises(KeyboardInterrupt):
            background.fill(state, CONTACT)
    asked, sent = len(commons.asked), stage.in_bucket()

    people = background.fill(state, CONTACT)

    assert sent == sorted([ADA, DOT, *FETCHED])
    assert people == 2
    assert len(commons.asked) == asked
    assert stage.in_bucket() == FETCHED


# How far it is


@pytest.mark.usefixtures("commons")
def test_page_sees_how_far_it_is(
    stage: Stage, state: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[Progress | None] = []
    note = PackStore.note_progress

    def look_and_note(store: PackStore, pack: str, progress: Progress | None) -> None:
        note(store, pack, progress)
        noted.append(stage.packs.read(pack).progress)

    monkeypatch.setattr(PackStore, "note_progress", look_and_note)

    background.fill(state, CONTACT)

    stages = [progress.stage for progress in noted if progress]
    assert stages == sorted(stages)
    assert {*stages} == {"fetching", "indexing"}
    assert Progress("fetching", 0, 2) in noted
    assert noted[-1] is None


# A pack that cannot be filled


def test_without_the_web_one_line_says_so_and_nothing_changes(
    stage: Stage, state: StateFolder, main: Main, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("LOOKALIKE_QUERY_URL", f"{nowhere}/sparql")
    monkeypatch.setenv("LOOKALIKE_API_URL", f"{nowhere}/api")
    before = stage.in_bucket()

    code, said = main()

    assert code == 1
    assert len(said) == 1
    assert said[0].startswith("The celebrities pack stays as it is: 127.0.0.1")
    assert said[0].endswith("cannot be reached")
    assert (stage.names(), stage.in_bucket()) == (["Ada", "Dot"], before)
    assert stage.packs.read("celebrities").progress is None
    assert state.pack_source.read_text() == "starter"
    assert not state.catalogs.exists()


@pytest.mark.usefixtures("commons")
def test_pack_that_nothing_indexes_keeps_its_starters(
    stage: Stage, state: StateFolder, main: Main, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.importing.POLL", 120.0)
    stage.stopped = True

    code, said = main()

    (line,) = said
    assert code == 1
    assert re.fullmatch(r".* stays as it is: [12] portraits were sent and nothing .* them", line)
    assert stage.names() == ["Ada", "Dot"]
    assert stage.packs.read("celebrities").progress is None
    assert state.pack_source.read_text() == "starter"


@pytest.mark.usefixtures("commons", "stage")
def test_filling_ends_with_how_many_there_are(main: Main) -> None:
    assert main() == (0, ["The celebrities pack is filled: 2 people."])


def test_without_a_stack_one_line_says_so(state: StateFolder) -> None:
    with pytest.raises(LocalError, match="no local stack runs"):
        background.fill(state, CONTACT)


# When it begins


class Begun:
    """Takes the place of subprocess.Popen."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.contacts: list[str] = []

    def __call__(self, command: list[str], *, env: dict[str, str], **_: object) -> "Begun":
        self.commands.append(command)
        self.contacts.append(env["LOOKALIKE_CONTACT"])
        return self

    def poll(self) -> int | None:
        return None


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Begun:
    processes = Begun()
    monkeypatch.setattr("cli.up.subprocess.Popen", processes)
    monkeypatch.setenv("LOOKALIKE_CONTACT", CONTACT)
    return processes


def test_pack_of_starters_is_filled_in_the_background(state: StateFolder, begun: Begun) -> None:
    assert up.more_people(state).stage == "running"

    # Everyone on the machine sees a command, so it does not hold the contact.
    assert begun.commands == [[sys.executable, "-m", "cli.background", str(state.path.resolve())]]
    assert begun.contacts == [CONTACT]


def test_pack_is_filled_with_the_contact_that_was_typed_before(
    state: StateFolder, begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOOKALIKE_CONTACT")
    state.contact.write_text("typed@example.org")

    assert up.more_people(state).stage == "running"
    assert begun.contacts == ["typed@example.org"]


@pytest.mark.parametrize("filled", ["wikimedia", "folder"])
def test_pack_that_is_filled_already_is_left_alone(
    state: StateFolder, begun: Begun, filled: str
) -> None:
    state.pack_source.write_text(filled)

    assert up.more_people(state).stage == "closed"
    assert begun.commands == []


def test_pack_that_something_else_filled_is_left_alone(state: StateFolder, begun: Begun) -> None:
    state.pack_source.unlink()

    assert up.more_people(state).stage == "closed"
    assert begun.commands == []


def test_without_a_contact_nothing_begins(
    state: StateFolder, begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOKALIKE_CONTACT", "")

    assert up.more_people(state).stage == "open"
    assert begun.commands == []
