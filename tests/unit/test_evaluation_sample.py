from pathlib import Path

import pytest

from evaluation.sample import (
    QUICK,
    EvaluationError,
    Photograph,
    Sizes,
    choose,
    draw,
    read_index,
    thirds,
)

SMALL = Sizes(people=2, strangers=1, changed=1, steady=1, compared=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one portrait, one selfie of the same person, and two strangers."""
    rows = ["file,name,role", "a1,A,portrait", "a2,A,selfie", "b1,B,stranger", "c1,C,stranger"]
    write_index(tmp_path, rows)
    return tmp_path


def write_index(folder: Path, rows: list[str]) -> None:
    (folder / "index.csv").write_text("\n".join(rows) + "\n")
    for row in rows[1:]:
        (folder / row.split(",")[0]).touch()


def test_photographs_are_read_in_the_order_of_the_index(folder: Path) -> None:
    found = read_index(folder)

    assert [one.file for one in found] == ["a1", "a2", "b1", "c1"]
    assert found[1] == Photograph("a2", "A", "selfie", "", folder / "a2")


def test_a_gender_is_read_where_the_index_has_it(tmp_path: Path) -> None:
    write_index(tmp_path, ["file,name,role,gender", "a1,A,portrait,female", "b1,B,stranger,"])

    assert [one.gender for one in read_index(tmp_path)] == ["female", ""]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["file,name", "a1,A"], "no column role"),
        (["file,name,role", "a1,A,hero"], "a1: hero is none of"),
        (["file,name,role", "a1,A,stranger"], "names no portrait"),
    ],
)
def test_a_wrong_index_is_refused_with_the_reason(
    tmp_path: Path, rows: list[str], words: str
) -> None:
    write_index(tmp_path, rows)

    with pytest.raises(EvaluationError, match=words):
        read_index(tmp_path)


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"no index\.csv"):
        read_index(tmp_path)


def test_a_photograph_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "b1").unlink()

    with pytest.raises(EvaluationError, match="b1 is in index"):
        read_index(folder)


def test_a_sample_keeps_the_order_and_is_the_same_every_time() -> None:
    items = [str(number) for number in range(100)]

    drawn = draw(items, 10, str)

    assert len(drawn) == 10
    assert drawn == sorted(drawn, key=int) == draw(items, 10, str)


def test_one_more_item_changes_at_most_one_of_a_sample() -> None:
    items = [str(number) for number in range(100)]

    before, after = draw(items, 10, str), draw([*items, "more"], 10, str)

    assert len(set(before) - set(after)) <= 1


def test_people_are_chosen_with_all_their_photographs(folder: Path) -> None:
    chosen = choose(read_index(folder), SMALL)

    assert [one.file for one in chosen if one.name == "A"] == ["a1", "a2"]
    assert len(chosen) == 3


def test_a_quick_run_takes_everything_of_a_small_folder(folder: Path) -> None:
    photographs = read_index(folder)

    assert choose(photographs, QUICK) == photographs


def test_thirds_are_ordered_and_hold_every_item_once() -> None:
    lowest, middle, highest = thirds([5, 3, 1, 4, 2, 0, 6], float)

    assert lowest + middle + highest == [0, 1, 2, 3, 4, 5, 6]
    assert len(lowest) == len(highest) == 2
