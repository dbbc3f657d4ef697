"""The two rules about names: which spellings are one name, and which id a new name gets."""

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from slugify import slugify

from lookalike.names import celebrity_id_of, normalised, slug_of

LATIN = "abcxyzABCXYZéÉñßøØłğæþ"
OTHER = "абвйёґαβσςώ李丽娜王汪伟菲かがサザン김이شمسیשלוםकखग"
SEPARATORS = (
    *("'", "\u2019", "\u2018", "\u02bb", "\u02bc", "`", "\u00b4", "\uff07", "\u2032"),
    *(".", "\u00b7", "\u30fb", "\uff0e", "\u2022"),
    *(" ", "\u00a0", "\u3000", "\u2009", "\u200b"),
    *("-", "\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "\u00ad"),
)
latin_names = st.text(LATIN, min_size=1, max_size=20)
other_names = st.text(OTHER, min_size=1, max_size=20)
names = st.text(LATIN + OTHER, min_size=1, max_size=20)
separators = st.lists(st.sampled_from(SEPARATORS), max_size=30)


def spread(name: str, between: list[str]) -> str:
    """Put separators before the letters of a name, as far as they go."""
    written = [*between, *[""] * len(name)]
    return "".join(f"{one}{letter}" for one, letter in zip(written, name, strict=False))


# The same name


@pytest.mark.parametrize(
    "spellings",
    [
        ("Test Star", "TEST STAR", "test-star", "Test  Star", "TestStar"),
        ("Sinéad O'Connor", "Sinead O\u2019Connor", "SINÉAD O\u00b4CONNOR", "Sine\u0301ad OConnor"),
        ("k.d. lang", "K. D. Lang", "KD Lang"),
        ("Straße", "STRASSE"),
        ("Jean-Luc Ng\u0169g\u0129", "jean luc nGuGi"),
        ("约翰·史密斯", "约翰・史密斯", "约翰史密斯"),
        ("ﾊﾟﾌｭｰﾑ", "パフューム"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("Мария Шарапова", "МАРИЯ ШАРАПОВА"),
    ],
)
def test_spellings_of_one_name_are_the_same(spellings: tuple[str, ...]) -> None:
    assert len({normalised(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("李娜", "丽娜"),
        ("王伟", "汪伟"),
        ("李娜", "Li Na"),
        ("Май", "Маи"),
        ("かき", "がき"),
        ("Søren", "Soren"),
        ("Test Star", "Test Star 2"),
        ("Ada", "Ada Lovelace"),
        ("!!!", "★"),
        ("...", "'"),
    ],
)
def test_names_of_two_people_differ(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@given(st.text())
def test_folding_twice_folds_no_more(name: str) -> None:
    assert normalised(normalised(name)) == normalised(name)


@given(st.text(min_size=1))
def test_no_name_folds_to_nothing(name: str) -> None:
    assert normalised(name)


@given(names, separators)
def test_apostrophes_dots_spaces_and_hyphens_do_not_count(name: str, between: list[str]) -> None:
    assert normalised(spread(name, between)) == normalised(name)


@given(names)
def test_the_way_in_which_accents_are_stored_does_not_count(name: str) -> None:
    assert normalised(unicodedata.normalize("NFD", name)) == normalised(name)
    assert normalised(unicodedata.normalize("NFKC", name)) == normalised(name)


@given(names)
def test_case_does_not_count(name: str) -> None:
    assert normalised(name.upper()) == normalised(name.lower()) == normalised(name)


@given(latin_names, st.text("\u0301\u0308\u030c\u0327", min_size=1, max_size=4))
def test_accents_on_latin_letters_do_not_count(name: str, accents: str) -> None:
    assert normalised(name + accents) == normalised(name)


@given(st.text("аеиоу", min_size=1), st.sampled_from(["\u0306", "\u0308"]))
def test_marks_on_other_letters_count(name: str, mark: str) -> None:
    assert normalised(name + mark) != normalised(name)


@given(st.text("李丽娜王汪伟菲かがサザン김이", min_size=1))
def test_a_name_in_a_script_without_case_folds_to_itself(name: str) -> None:
    assert normalised(name) == name


# The id of a new name


@pytest.mark.parametrize(
    ("name", "celebrity_id"),
    [
        ("Grace Hopper", "grace-hopper"),
        ("Björk", "bjork"),
        ("Ólafur Arnalds", "olafur-arnalds"),
        ("50 Cent", "50-cent"),
        ("\u02bbIolani", "iolani"),
        ("章子怡", "zhang-zi-yi-93d3ca9d"),
        ("Мария Шарапова", "mariia-sharapova-1693b921"),
        ("★", "26c57b08"),
    ],
)
def test_id_is_made_of_the_name(name: str, celebrity_id: str) -> None:
    assert celebrity_id_of(name) == celebrity_id


@given(st.text(min_size=1, max_size=200))
def test_every_name_has_an_id_in_ascii(name: str) -> None:
    celebrity_id = celebrity_id_of(name)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", celebrity_id)
    assert len(celebrity_id) <= 109


@given(latin_names, separators)
def test_id_of_a_name_in_latin_letters_is_its_slug(name: str, between: list[str]) -> None:
    name = spread(name, between)

    assert celebrity_id_of(name) == slug_of(name) == slugify(name, max_length=100)


@given(other_names, other_names)
def test_two_names_in_other_scripts_have_two_ids(one: str, other: str) -> None:
    assume(normalised(one) != normalised(other))

    assert celebrity_id_of(one) != celebrity_id_of(other)


@given(latin_names, other_names)
def test_a_name_in_another_script_has_no_id_of_a_name_in_latin_letters(
    latin: str, other: str
) -> None:
    assert celebrity_id_of(latin) != celebrity_id_of(latin + other)


@given(other_names, separators)
def test_ids_of_one_names_spellings_end_alike(name: str, between: list[str]) -> None:
    assert celebrity_id_of(spread(name, between))[-8:] == celebrity_id_of(name)[-8:]
