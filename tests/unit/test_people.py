from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from catalog.folder import Entry
from catalog.people import shared_ids, with_ids
from lookalike.names import celebrity_id_of, normalised
from lookalike.portrait_files import Caption
from lookalike.portraits import portrait_id_of
from lookalike.ranking import Attribution, Portrait

spellings = st.sampled_from(["O'Neil", "ONeil", "O\u2019NEIL", "李娜", "丽娜", "Ada"])


def entry(file: str, name: str, celebrity_id: str = "") -> Entry:
    caption = Caption(celebrity_id or celebrity_id_of(name), name, Attribution())
    return Entry(Path(file), file, caption, names_id=bool(celebrity_id))


def portrait(key: str, name: str, celebrity_id: str) -> Portrait:
    return Portrait(portrait_id_of(key), "p", key, celebrity_id, name, Attribution())


def ids(entries: list[Entry], *portraits: Portrait) -> list[str]:
    found = with_ids({f"p/{one.file}": one for one in entries}, portraits)
    return [one.caption.celebrity_id for one in found.values()]


# Whom entries show


def test_new_person_gets_the_id_of_the_rule() -> None:
    entries = [entry("1", "Ada"), entry("2", "李娜"), entry("3", "丽娜")]

    assert ids(entries) == ["ada", "li-nuo-6e9c21fa", "li-nuo-dcd4db01"]


def test_spellings_of_one_name_are_one_person() -> None:
    assert ids([entry("1", "O'Neil"), entry("2", "O\u2019NEIL")]) == ["o-neil", "o-neil"]


def test_person_who_is_in_the_pack_keeps_the_id() -> None:
    known = portrait("p/old", "O\u2019Neil", "oneil-q5")

    assert ids([entry("1", "O'NEIL"), entry("2", "Ada")], known) == ["oneil-q5", "ada"]


def test_id_that_the_catalog_names_stays_whoever_is_in_the_pack() -> None:
    known = portrait("p/old", "Ada", "ada-q7")

    assert ids([entry("1", "Ada", "ada-2")], known) == ["ada-2"]


def test_name_that_two_people_of_the_pack_have_is_no_ones_id() -> None:
    known = [portrait("p/old", "Ada", "ada-q7"), portrait("p/older", "ADA", "ada-q8")]

    assert ids([entry("1", "Ada"), entry("2", "A.D.A.")], *known) == ["ada", "ada"]


def test_another_row_of_the_catalog_may_name_the_id() -> None:
    assert ids([entry("1", "Ada"), entry("2", "ADA", "ada-q7")]) == ["ada-q7", "ada-q7"]


def test_id_that_the_import_is_about_to_replace_counts_no_more() -> None:
    known = portrait("p/1", "Ada", "ada")

    assert ids([entry("1", "Ada", "ada-q7"), entry("2", "Ada")], known) == ["ada-q7", "ada-q7"]


def test_person_whose_id_is_of_an_older_rule_keeps_it() -> None:
    known = portrait("p/1", "李娜", "li-na")

    assert ids([entry("1", "李娜"), entry("2", "丽娜")], known) == ["li-na", "li-nuo-dcd4db01"]


@given(st.lists(st.tuples(spellings, st.sampled_from(["", "one", "two"])), max_size=8))
def test_what_was_imported_keeps_its_ids(rows: list[tuple[str, str]]) -> None:
    wanted = {f"p/{n}": entry(str(n), *row) for n, row in enumerate(rows)}
    first = with_ids(wanted)
    pack = [portrait(key, one.caption.name, one.caption.celebrity_id) for key, one in first.items()]

    assert with_ids(wanted, pack) == first


@given(st.lists(spellings, max_size=8))
def test_where_no_catalog_names_ids_a_name_is_a_person(written: list[str]) -> None:
    found = ids([entry(str(number), name) for number, name in enumerate(written)])

    people = {(normalised(name), one) for name, one in zip(written, found, strict=True)}
    assert len(people) == len(set(found)) == len({normalised(name) for name in written})


# Whose id it is


def test_ids_of_two_names_are_found() -> None:
    people = [("li-na", "李娜"), ("li-na", "丽娜"), ("ada", "Ada"), ("ada", "ADA")]

    assert shared_ids(people) == {"li-na": ["丽娜", "李娜"]}
