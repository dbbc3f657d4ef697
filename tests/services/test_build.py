"""`lookalike catalog build` and `report`, over services that answer as Wikimedia's do."""

import functools
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalog.cache import Cache
from catalog.folder import read_folder
from catalog.removed import Removed
from catalog.wikimedia import Wikimedia
from cli import build as catalog_build
from local.errors import LocalError
from local.state import StateFolder, free_port
from tests.services.commons import Commons, picture, running

WD = "http://www.wikidata.org/entity/"


@pytest.fixture
def commons(monkeypatch: pytest.MonkeyPatch) -> Iterator[Commons]:
    """The services, with one person who has a picture."""
    with running() as services:
        services.rows.append(
            {
                "item": f"{WD}Q1",
                "fame": "99",
                "name": "Björk",
                "language": "en",
                "image": "http://commons.wikimedia.org/wiki/Special:FilePath/Bjork.jpg",
                "gender": f"{WD}Q6581072",
                "born": "1965-11-21T00:00:00Z",
                "country": f"{WD}Q189",
            }
        )
        services.add_file("File:Bjork.jpg", picture())
        reach(monkeypatch, services.query_url, services.api_url)
        yield services


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    """What the commands keep."""
    return StateFolder(tmp_path / "state")


def reach(monkeypatch: pytest.MonkeyPatch, query_url: str, api_url: str) -> None:
    """Make the command use these addresses, and not wait."""
    monkeypatch.setenv("LOOKALIKE_QUERY_URL", query_url)
    monkeypatch.setenv("LOOKALIKE_API_URL", api_url)
    client = functools.partial(Wikimedia, wait=lambda _seconds: None)
    monkeypatch.setattr(catalog_build, "Wikimedia", client)


@pytest.mark.usefixtures("commons")
def test_a_pack_is_built_and_the_way_to_use_it_said(
    tmp_path: Path, state: StateFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "celebrities"

    assert catalog_build.build("celebrities", folder, "me@example.org", state, fresh=False) == 0

    assert [entry.caption.name for entry in read_folder(folder)] == ["Björk"]
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"1 of 240 people are in {folder}. "
        f"Bring them in with: lookalike catalog import {folder} --pack celebrities"
    )


@pytest.mark.usefixtures("commons")
def test_a_pack_is_built_in_a_folder_of_its_own_where_none_is_named(state: StateFolder) -> None:
    catalog_build.build("celebrities", None, "me@example.org", state, fresh=False)

    assert [entry.file for entry in read_folder(state.catalogs / "celebrities")] == ["Björk_Q1.jpg"]


def test_a_second_build_asks_again_only_with_fresh(commons: Commons, state: StateFolder) -> None:
    catalog_build.build("celebrities", None, "me@example.org", state, fresh=False)
    first = len(commons.asked)
    catalog_build.build("celebrities", None, "me@example.org", state, fresh=False)
    second = len(commons.asked)

    catalog_build.build("celebrities", None, "me@example.org", state, fresh=True)

    assert second == first
    assert len(commons.asked) > second
    assert len(commons.paths("/thumb/")) == 1


@pytest.mark.usefixtures("commons")
def test_a_list_of_the_removed_that_would_not_count_ends_the_build(state: StateFolder) -> None:
    state.path.mkdir()
    state.removed.write_text("id,name\n,Björk\n", encoding="utf-8")

    with pytest.raises(LocalError, match="a row has no id"):
        catalog_build.build("celebrities", None, "me@example.org", state, fresh=False)

    assert not state.catalogs.exists()


@pytest.mark.usefixtures("commons")
def test_person_who_asked_to_be_removed_does_not_come_back(
    tmp_path: Path, state: StateFolder
) -> None:
    Removed({"bjork-q1": ""}).write(state.removed)

    with pytest.raises(LocalError, match="no portrait for celebrities"):
        catalog_build.build("celebrities", tmp_path / "pack", "me@example.org", state, fresh=False)

    assert not (tmp_path / "pack").exists()


def test_without_the_web_one_line_says_so_and_nothing_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: StateFolder
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    reach(monkeypatch, f"{nowhere}/sparql", f"{nowhere}/api")

    with pytest.raises(LocalError, match=r"^127\.0\.0\.1(:\d+)? cannot be reached$"):
        catalog_build.build("celebrities", tmp_path / "pack", "me@example.org", state, fresh=False)

    assert not (tmp_path / "pack").exists()


def test_wikimedia_is_not_asked_without_a_contact(tmp_path: Path, state: StateFolder) -> None:
    with pytest.raises(LocalError, match="asks for a contact"):
        catalog_build.build("celebrities", tmp_path / "pack", "", state, fresh=False)


def test_an_unknown_pack_names_those_there_are(tmp_path: Path, state: StateFolder) -> None:
    with pytest.raises(LocalError, match="athletes, celebrities, film-stars"):
        catalog_build.build("nobody", tmp_path / "pack", "me@example.org", state, fresh=False)


@pytest.mark.usefixtures("commons")
def test_a_report_is_printed_and_drawn(
    tmp_path: Path, state: StateFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, drawn = tmp_path / "celebrities", tmp_path / "diversity.svg"
    catalog_build.build("celebrities", folder, "me@example.org", state, fresh=False)

    assert catalog_build.report(folder, drawn) == 0

    assert "1 people" in capsys.readouterr().out
    assert drawn.read_text().startswith("<svg ")


def test_a_report_on_no_catalog_says_so(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="is not a folder"):
        catalog_build.report(tmp_path / "nothing", None)


# Who asked to be taken out


def test_what_was_fetched_of_someone_is_deleted_and_nothing_else(state: StateFolder) -> None:
    cache = Cache(state.wikimedia)
    for pack in ("celebrities", "musicians"):
        folder = state.catalogs / pack
        folder.mkdir(parents=True)
        rows = ["file,name,celebrity_id,qid"]
        for qid, name in (("Q1", "Björk"), ("Q11", "Björk Guðmunds")):
            (folder / f"{name}_{qid}.jpg").write_bytes(picture())
            rows.append(f"{name}_{qid}.jpg,{name},bjork-{qid.lower()},{qid}")
            cache.keep_picture(qid, "digest", ".jpg", picture())
        (folder / "catalog.csv").write_text("\n".join(rows), encoding="utf-8")

    catalog_build.take_out(state, "bjork-q1", "Björk")

    for pack in ("celebrities", "musicians"):
        left = [entry.file for entry in read_folder(state.catalogs / pack)]
        assert left == ["Björk Guðmunds_Q11.jpg"]
        assert not (state.catalogs / pack / "Björk_Q1.jpg").exists()
    assert cache.picture("Q1", "digest") is None
    assert cache.picture("Q11", "digest") is not None


def test_person_who_asked_is_listed_with_those_who_asked_before(state: StateFolder) -> None:
    Removed({"q2": "王菲"}).write(state.removed)

    catalog_build.take_out(state, "bjork-q1", "Björk")

    assert Removed.read(state.removed) == Removed({"q2": "王菲", "bjork-q1": "Björk"})


# Whom Wikimedia may turn to


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that gives the checkout a remote address."""
    monkeypatch.delenv("LOOKALIKE_CONTACT", raising=False)
    monkeypatch.setattr(catalog_build, "ROOT", tmp_path)

    def come_from(origin: str) -> None:
        subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
        subprocess.run(["git", "remote", "add", "origin", origin], cwd=tmp_path, check=True)

    return come_from


def test_contact_is_the_one_that_the_environment_names(
    state: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOKALIKE_CONTACT", "me@example.org")

    assert catalog_build.known_contact(state) == "me@example.org"


def test_contact_is_where_the_checkout_is_from(
    state: StateFolder, checkout: Callable[..., None]
) -> None:
    checkout("https://git.example.org/people/celebrity")

    assert catalog_build.known_contact(state) == "https://git.example.org/people/celebrity"


@pytest.mark.parametrize(
    "origin",
    [
        "https://me:secret@git.example.org/people/celebrity",
        "git@git.example.org:people/celebrity",
        "ssh://git@git.example.org/people/celebrity",
        "http://127.0.0.1:3000/celebrity",
        "/somewhere/here",
    ],
)
def test_an_address_that_reaches_no_person_is_no_contact(
    state: StateFolder, checkout: Callable[..., None], origin: str
) -> None:
    checkout(origin)

    assert catalog_build.known_contact(state) == ""


def test_contact_that_is_empty_on_purpose_stays_so(
    state: StateFolder, checkout: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout("https://git.example.org/people/celebrity")
    monkeypatch.setenv("LOOKALIKE_CONTACT", "")

    assert catalog_build.known_contact(state) == ""


@pytest.mark.parametrize("named", ["", None])
def test_contact_that_was_typed_comes_before_the_checkouts(
    state: StateFolder,
    checkout: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    named: str | None,
) -> None:
    checkout("https://git.example.org/people/celebrity")
    if named is not None:
        monkeypatch.setenv("LOOKALIKE_CONTACT", named)
    state.prepare()
    state.contact.write_text("typed@example.org")

    assert catalog_build.known_contact(state) == "typed@example.org"


@pytest.mark.usefixtures("checkout")
def test_what_is_no_checkout_has_no_contact(state: StateFolder) -> None:
    assert catalog_build.known_contact(state) == ""


@pytest.mark.usefixtures("checkout")
def test_without_git_there_is_no_contact(
    state: StateFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert catalog_build.known_contact(state) == ""
