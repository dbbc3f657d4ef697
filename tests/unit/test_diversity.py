import io
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from rich.console import Console

from catalog.diversity import Diversity, as_svg, as_table, count_kinds
from catalog.folder import CatalogError

SVG = "{http://www.w3.org/2000/svg}"
ROWS = """\
file,name,celebrity_id,license,gender,born,region
a1.jpg,Ada,ada,CC0,female,1965,Europe
a2.jpg,Ada,ada,CC BY 4.0,female,1965,Europe
b.jpg,Bea & Co,bea,CC0,female,1959,Oceania
c.jpg,Cam,,CC0,,long ago,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalog.csv").write_text(ROWS, encoding="utf-8")
    for name in ("a1", "a2", "b", "c"):
        (tmp_path / f"{name}.jpg").touch()
    return tmp_path


def test_people_and_portraits_are_counted(folder: Path) -> None:
    assert count_kinds(folder) == Diversity(
        people=3,
        portraits=4,
        kinds={
            "Gender": [("female", 2), ("unknown", 1)],
            "Born": [("1950s", 1), ("1960s", 1), ("unknown", 1)],
            "Region": [("Europe", 1), ("Oceania", 1), ("unknown", 1)],
            "Portraits a person": [("1", 2), ("2", 1)],
            "Licence": [("CC0", 3), ("CC BY 4.0", 1)],
        },
    )


def test_of_a_folder_without_a_manifest_little_is_known(tmp_path: Path) -> None:
    (tmp_path / "Grace_Hopper.jpg").touch()

    kinds = count_kinds(tmp_path).kinds

    assert (kinds["Gender"], kinds["Licence"]) == ([("unknown", 1)], [("unknown", 1)])


def test_what_is_no_catalog_is_not_counted(tmp_path: Path) -> None:
    with pytest.raises(CatalogError):
        count_kinds(tmp_path / "nowhere")


def test_the_table_names_a_kind_once_and_every_label(folder: Path) -> None:
    console = Console(file=io.StringIO(), width=100)

    with console.capture() as capture:
        console.print(as_table(count_kinds(folder)))

    words = [" ".join(line.split()) for line in capture.get().splitlines()]
    assert words[0] == "3 people, 4 portraits"
    assert f"Gender female 2 {'█' * 24}" in words
    assert f"unknown 1 {'█' * 12}" in words
    assert f"Licence CC0 3 {'█' * 24}" in words


def test_the_picture_is_an_svg_whose_bars_are_as_long_as_counts(folder: Path) -> None:
    root = ElementTree.fromstring(as_svg(count_kinds(folder), "Bea & Co"))

    texts = [text.text for text in root.iter(f"{SVG}text")]
    widths = [int(bar.attrib["width"]) for bar in root.iter(f"{SVG}rect")][1:]
    assert root.attrib["aria-label"] == "Bea & Co: 3 people, 4 portraits"
    assert texts[:3] == ["Bea & Co", "3 people, 4 portraits", "Gender"]
    assert widths[:2] == [300, 150]
    assert len(widths) == 12


def test_the_picture_has_colours_for_the_dark(folder: Path) -> None:
    assert "prefers-color-scheme: dark" in as_svg(count_kinds(folder), "Celebrities")
