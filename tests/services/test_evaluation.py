import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.evaluate import evaluate as command
from evaluation.degradations import DEGRADATIONS
from evaluation.environments import Unavailable
from evaluation.run import Evaluation, evaluate
from evaluation.sample import Sizes
from evaluation.tables import tables
from local.errors import LocalError
from local.state import StateFolder

HANDFUL = Sizes(people=8, strangers=4, changed=3, steady=2, compared=2)


@contextmanager
def no_bar(_: str) -> Iterator[Callable[[int, int], None]]:
    yield lambda _done, _total: None


def no_dlib(_: str) -> str:
    raise Unavailable("left out")


@pytest.fixture(scope="module")
def evaluation(faces_folder: Path) -> Evaluation:
    return evaluate(faces_folder, HANDFUL, no_dlib, no_bar)


def test_a_handful_of_photographs_is_measured_and_mostly_right(evaluation: Evaluation) -> None:
    found = evaluation.data["recognition"]

    assert found["people"] == 8
    assert found["queries"]["of"] == found["rank_1"]["of"] + 4
    assert found["rank_1"]["share"] > 0.9


def test_every_degradation_and_method_is_measured(evaluation: Evaluation) -> None:
    data = evaluation.data

    assert len(data["degradations"]["changes"]) == len(DEGRADATIONS)
    assert [one["calls"] for one in data["methods"]["methods"]] == [8, 1, 1]
    assert [one["query"] for one in data["steadiness"]["queries"]][1] == "one vector"
    assert data["repeatability"]["celebrities"] == data["repeatability"]["strangers"] == 4


def test_the_data_is_json_without_a_name_or_a_file(
    evaluation: Evaluation, faces_folder: Path
) -> None:
    written = json.dumps(evaluation.data)

    with (faces_folder / "index.csv").open(newline="") as index:
        rows = list(csv.DictReader(index))
    assert [row for row in rows if row["name"] in written or row["file"] in written] == []


def test_every_row_of_a_table_has_all_columns(evaluation: Evaluation) -> None:
    for table in tables(evaluation.data):
        assert {len(row) for row in table.rows} <= {len(table.columns)}


def test_what_keeps_dlib_away_is_said(evaluation: Evaluation) -> None:
    assert tables(evaluation.data)[-1].note == "dlib was not measured: left out"


def test_a_folder_without_an_index_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"no index\.csv"):
        command(tmp_path, None, StateFolder(tmp_path / "state"), quick=True)
