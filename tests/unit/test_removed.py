from pathlib import Path

import pytest

from catalog.folder import CatalogError
from catalog.removed import Removed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "removed.csv"


def write(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")


# The list


def test_no_person_is_removed_without_a_list(path: Path) -> None:
    assert Removed.read(path) == Removed()


def test_people_are_listed_by_id_and_by_name(path: Path) -> None:
    write(path, "id,name\nzhang-ziyi, 章子怡 \nQ36153,\n")

    assert Removed.read(path) == Removed({"zhang-ziyi": "章子怡", "q36153": ""})


def test_list_may_come_from_a_spreadsheet(path: Path) -> None:
    write(path, "\ufeffid,since,name\r\n Q36153 ,2026-11-22,Beyoncé\r\n")

    assert Removed.read(path) == Removed({"q36153": "Beyoncé"})


def test_list_needs_no_names(path: Path) -> None:
    write(path, "id\nQ36153\n")

    assert Removed.read(path) == Removed({"q36153": ""})


@pytest.mark.parametrize(
    "text", ["id,name\n,Ada\n", "id,name\n  ,Ada\n", "name\nAda\n", 'id\n""\n']
)
def test_removal_that_would_not_count_is_noticed(path: Path, text: str) -> None:
    write(path, text)

    with pytest.raises(CatalogError, match=r"removed\.csv: a row has no id"):
        Removed.read(path)


def test_list_that_is_written_is_read_again(path: Path) -> None:
    removed = Removed({"zhang-ziyi": "章子怡", "o-neil": 'O"Neil, Jr.', "ada-q7259": ""})

    removed.write(path)

    assert Removed.read(path) == removed
    assert path.read_text(encoding="utf-8").splitlines()[:2] == ["id,name", "ada-q7259,"]


def test_one_more_person_is_added_to_those_that_are_listed() -> None:
    before = Removed({"ada": "Ada"})

    after = before.also("Zhang-Ziyi", "章子怡")

    assert after == Removed({"ada": "Ada", "zhang-ziyi": "章子怡"})
    assert before == Removed({"ada": "Ada"})


# Who is meant


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("beyonce-q36153", "Beyoncé"),
        ("Beyonce-Q36153", "somebody"),
        ("beyonce-knowles-carter-q36153", "somebody"),
        ("Q36153", "somebody"),
        ("somebody", "Beyoncé"),
        ("somebody", "BEYONCE\u0301"),
        ("somebody", "be-yon.ce"),
    ],
)
def test_person_is_known_by_id_or_by_name(who: str, name: str) -> None:
    assert Removed({"beyonce-q36153": "Beyoncé"}).has(who, name)


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("beyonce-q3615", "somebody"),
        ("Q361533", "somebody"),
        ("beyonce", "Beyoncé Knowles"),
        ("somebody", "碧昂絲"),
        ("somebody", ""),
        ("", ""),
    ],
)
def test_others_are_not_meant(who: str, name: str) -> None:
    assert not Removed({"beyonce-q36153": "Beyoncé", "q42": ""}).has(who, name)


@pytest.mark.parametrize("name", ["章子怡", "Σαπφώ", "🎤"])
def test_name_in_any_script_is_known(name: str) -> None:
    removed = Removed({"x": name})

    assert removed.has("y", name)
    assert not removed.has("y", f"{name} 2")


def test_names_that_sound_alike_are_not_one_person() -> None:
    removed = Removed({"li-nuo-6e9c21fa": "李娜"})

    assert removed.has("x", "李娜")
    assert not removed.has("li-nuo-dcd4db01", "丽娜")
    assert not removed.has("li-na", "Li Na")


def test_person_who_is_listed_by_a_qid_alone_is_known_by_their_id() -> None:
    assert Removed({"q36153": ""}).has("beyonce-q36153", "Beyoncé")


def test_an_empty_list_means_no_person() -> None:
    assert not Removed().has("ada", "Ada")


def test_qids_are_read_from_the_ids_that_have_one() -> None:
    removed = Removed({"q1": "", "ada-lovelace-q7259": "", "grace-hopper": "", "q0": "", "p31": ""})

    assert removed.qids == {"Q1", "Q7259"}
