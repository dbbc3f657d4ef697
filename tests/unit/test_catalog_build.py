"""`lookalike catalog build` and `report`, over services that answer as Wikimedia's do."""

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.folder import read_folder
from catalog.wikimedia import Wikimedia
from local import catalog_build
from local.errors import LocalError
from local.state import free_port
from tests.unit.commons import Commons, picture, running

WD = "http://www.wikidata.org/entity/"


@pytest.fixture
def commons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Commons]:
    """The services, with one person who has a picture; what is kept is the test's own."""
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
        reach(monkeypatch, tmp_path, services.query_url, services.api_url)
        yield services


def reach(monkeypatch: pytest.MonkeyPatch, kept: Path, query_url: str, api_url: str) -> None:
    """Have the command speak to these addresses, and keep its cache apart."""
    client = functools.partial(
        Wikimedia, query_url=query_url, api_url=api_url, wait=lambda _seconds: None
    )
    monkeypatch.setattr(catalog_build, "Wikimedia", client)
    monkeypatch.setattr(catalog_build, "CACHE", kept / "cache")
    monkeypatch.setattr(catalog_build, "REMOVED", kept / "removed.csv")


@pytest.mark.usefixtures("commons")
def test_a_pack_is_built_and_the_way_to_use_it_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "celebrities"

    assert catalog_build.build("celebrities", folder, "me@example.org", fresh=False) == 0

    assert [entry.caption.name for entry in read_folder(folder)] == ["Björk"]
    assert f"make run CATALOG={folder}" in capsys.readouterr().out


@pytest.mark.usefixtures("commons")
def test_who_asked_to_be_taken_out_does_not_come_back(tmp_path: Path) -> None:
    (tmp_path / "removed.csv").write_text("id\nbjork-q1\n")

    with pytest.raises(LocalError, match="no portrait for celebrities"):
        catalog_build.build("celebrities", tmp_path / "pack", "me@example.org", fresh=False)

    assert not (tmp_path / "pack").exists()


def test_without_the_web_one_line_says_so_and_nothing_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    reach(monkeypatch, tmp_path, f"{nowhere}/sparql", f"{nowhere}/api")

    with pytest.raises(LocalError, match=r"^127\.0\.0\.1(:\d+)? cannot be reached$"):
        catalog_build.build("celebrities", tmp_path / "pack", "me@example.org", fresh=False)

    assert not (tmp_path / "pack").exists()


def test_wikimedia_is_not_asked_in_nobodys_name(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="asks for a contact"):
        catalog_build.build("celebrities", tmp_path / "pack", "", fresh=False)


def test_an_unknown_pack_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="athletes, celebrities, film-stars"):
        catalog_build.build("nobody", tmp_path / "pack", "me@example.org", fresh=False)


@pytest.mark.usefixtures("commons")
def test_a_report_is_printed_and_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, drawn = tmp_path / "celebrities", tmp_path / "diversity.svg"
    catalog_build.build("celebrities", folder, "me@example.org", fresh=False)

    assert catalog_build.report(folder, drawn) == 0

    assert "1 people" in capsys.readouterr().out
    assert drawn.read_text().startswith("<svg ")


def test_a_report_on_no_catalog_says_so(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="is not a folder"):
        catalog_build.report(tmp_path / "nothing", None)
