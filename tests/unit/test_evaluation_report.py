from pathlib import Path

import pytest
from PIL import Image

from evaluation.mistakes import Mistake
from evaluation.report import thumbnail, write_report
from evaluation.shares import share
from evaluation.tables import Table, counted, with_interval


def test_a_share_is_written_as_a_count_and_with_its_interval() -> None:
    found = share([(str(number), number > 0) for number in range(100)])

    assert counted(found) == "99 of 100"
    assert with_interval(found).startswith(".990 (.9")


def test_nothing_counted_is_a_dash() -> None:
    assert counted(share([])) == with_interval(share([])) == "-"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (400, 300)).save(path)
    return path


def test_a_report_shows_tables_and_mistakes_and_says_why_there_are_no_plots(
    tmp_path: Path, picture: Path
) -> None:
    page = tmp_path / "index.html"
    table = Table("Title", ("a", "b"), [("<1>", "2")], "Note.")

    write_report(page, [table], [Mistake("Wrong", "A is taken for B", [picture])], "No plots: x")

    text = page.read_text()
    assert "<td>&lt;1&gt;</td><td>2</td>" in text
    assert "<p>No plots: x</p>" in text
    assert "<figcaption>A is taken for B</figcaption>" in text
    assert "data:image/jpeg;base64," in text


def test_a_report_shows_the_plots_that_are_beside_it(tmp_path: Path) -> None:
    page = tmp_path / "index.html"

    write_report(page, [], [], "")

    assert '<img src="roc.svg"' in page.read_text()


def test_a_thumbnail_is_small(picture: Path) -> None:
    assert len(thumbnail(picture)) < 3000


def test_a_photograph_that_cannot_be_read_has_no_thumbnail(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")

    assert thumbnail(tmp_path / "a.jpg") == "data:,"
