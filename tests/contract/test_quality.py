"""The figures of docs/quality.md, held against the data that they were read from."""

import json
import re
from typing import Any

import pytest

from evaluation.degradations import DEGRADATIONS, SLIGHT
from local.state import ROOT

DATA = json.loads((ROOT / "docs" / "quality-data.json").read_text())
TEXT = (ROOT / "docs" / "quality.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("|")
]


def numbers(*figures: dict[str, float]) -> list[str]:
    return [f"{figure['count']:g}" for figure in figures]


def shares(*figures: dict[str, float]) -> list[str]:
    return [f"{figure['share']:.3f}".removeprefix("0") for figure in figures]


def row(name: str) -> list[str]:
    """Return the cells of the row that begins with a name, each up to its first space."""
    (cells,) = (cells for cells in ROWS if cells[0] == name)
    return [cell.split(" ")[0] for cell in cells[1:]]


@pytest.mark.parametrize("measured", DATA["degradations"]["changes"], ids=lambda one: one["change"])
def test_a_degradation_has_the_figures_of_the_data(measured: dict[str, dict[str, object]]) -> None:
    of_all: dict[str, dict[str, float]] = measured["all"]  # type: ignore[assignment] # of JSON
    figures = numbers(*(of_all[one] for one in ("accepted", "right", "right_if_none_were_refused")))

    assert row(str(measured["change"])) == figures


@pytest.mark.parametrize("told", DATA["repeatability"]["one_person"], ids=lambda one: one["people"])
def test_photographs_of_one_person_have_the_figures_of_the_data(told: dict[str, Any]) -> None:
    assert row(f"{told['people']} people") == shares(told["of_one"], told["of_two"])


def test_the_data_has_every_change_that_is_measured() -> None:
    changes = [one["change"] for one in DATA["degradations"]["changes"]]
    slight = [one["change"] for one in DATA["steadiness"]["queries"][0]["changes"]]

    assert changes == [change.name for change in DEGRADATIONS]
    assert slight == [change.name for change in SLIGHT]


def test_recognition_has_the_figures_of_the_data() -> None:
    found = DATA["recognition"]

    assert row("the right person comes first") == [
        *numbers(found["rank_1"]),
        *shares(found["rank_1"]),
    ]
    text = f"first for {found['rank_1']['count']:g} of {found['rank_1']['of']:g} other"
    for document in ("README.md", "docs/decisions.md"):
        assert text in (ROOT / document).read_text().replace("\n", " "), document
    for one in found["pairs"]["true_accept"]:
        assert row(f"{one['false_accept']:g}")[1:] == shares(one)


def test_steadiness_and_repeatability_have_the_figures_of_the_data() -> None:
    product = DATA["steadiness"]["queries"][0]

    assert row("the face and its mirror image, as the product searches") == shares(
        product["same"], product["near"], product["within_a_factor"]
    )
    for one in DATA["repeatability"]["packs"]:
        measured = shares(
            one["same"], one["shared"], one["certainty"]["clear"], one["certainty"]["close"]
        )
        assert [f"{one['portraits']},", *measured] in [
            [cell.split(" ")[0] for cell in cells] for cells in ROWS
        ]


def test_methods_have_the_figures_of_the_data() -> None:
    for one in DATA["methods"]["methods"]:
        right, calls, pack, *_ = row(one["method"])

        assert [right, calls, pack] == [
            *numbers(one["right"]),
            f"{one['calls']:g}",
            str(one["once_for_the_pack"]),
        ]


def test_the_data_names_no_person_and_no_file() -> None:
    assert not re.search(r"\.(?:jpe?g|png)|portraits/|selfies/|strangers/", json.dumps(DATA))
