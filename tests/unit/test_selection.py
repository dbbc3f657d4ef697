from collections import Counter
from dataclasses import replace

import pytest

from catalog.recipes import Recipe, read_recipe
from catalog.selection import Candidate, decade_of, entity, fold, gender_of, select, shortened

WD = "http://www.wikidata.org/entity/"
WOMAN, MAN, TRANS_WOMAN = (f"{WD}{qid}" for qid in ("Q6581072", "Q6581097", "Q1052281"))
FRANCE, GHANA = f"{WD}Q142", f"{WD}Q117"
ROW = {
    "item": f"{WD}Q1",
    "fame": "50",
    "name": "Zoë",
    "language": "en",
    "image": "http://commons.wikimedia.org/wiki/Special:FilePath/Zo%C3%AB_at%20home.jpg",
    "gender": WOMAN,
    "born": "1961-05-06T00:00:00Z",
    "country": FRANCE,
    "description": "French singer",
}
BALANCE = ["gender", "region"]


@pytest.fixture
def recipe() -> Recipe:
    return read_recipe("musicians")


def person(number: int, gender: str, region: str, fame: int) -> Candidate:
    traits = {"gender": gender, "region": region}
    return Candidate(f"Q{number}", f"P{number}", ("File:A.jpg",), fame, 1960, traits)


def test_a_row_becomes_a_person(recipe: Recipe) -> None:
    people = fold([({"genre": "Jazz"}, [ROW])], recipe)

    traits = {"genre": "Jazz", "gender": "women", "region": "Europe", "decade": "1960s"}
    files = ("File:Zoë at home.jpg",)
    assert people == [Candidate("Q1", "Zoë", files, 50, 1961, traits, "female", "French singer")]


@pytest.mark.parametrize(
    ("qids", "gender"),
    [
        (["Q6581072"], "female"),
        (["Q1052281"], "female"),
        (["Q6581072", "Q1052281"], "female"),
        (["Q6581097"], "male"),
        (["Q2449503"], "male"),
        (["Q48270"], "other"),
        (["Q99999999"], "other"),
        (["Q2449503", "Q48270"], "other"),
        ([""], ""),
        ([], ""),
    ],
)
def test_gender_is_what_wikidata_says(qids: list[str], gender: str) -> None:
    assert gender_of(qids) == gender


@pytest.mark.parametrize(
    ("description", "cut"),
    [
        ("singer", "singer"),
        ("x" * 160, "x" * 160),
        ("x" * 155 + " singer", "x" * 155),
        ("x" * 150 + " singer-songwriter", "x" * 150),
        ("x" * 161, "x" * 160),
        ("", ""),
    ],
)
def test_long_description_is_cut_at_a_word(description: str, cut: str) -> None:
    assert shortened(description) == cut


def test_the_rows_of_one_person_become_one(recipe: Recipe) -> None:
    second = ROW["image"].replace("home", "work")
    rows = [
        ROW,
        ROW | {"country": GHANA},
        ROW | {"image": second, "born": "1960-01-01T00:00:00Z"},
        ROW | {"gender": TRANS_WOMAN},
    ]

    (one,) = fold([({"genre": "Pop"}, rows), ({"genre": "Jazz"}, rows)], recipe)

    assert one.files == ("File:Zoë at home.jpg", "File:Zoë at work.jpg")
    assert one.born == 1960
    assert one.traits == {
        "genre": "Jazz",  # the recipe's first
        "region": "Sub-Saharan Africa",  # so is this
        "gender": "women",
        "decade": "1960s",
    }


def test_the_order_of_rows_changes_nothing(recipe: Recipe) -> None:
    rows = [ROW, ROW | {"country": GHANA}, ROW | {"item": f"{WD}Q2", "fame": "60"}]

    forwards = fold([({"genre": "Pop"}, rows)], recipe)
    backwards = fold([({"genre": "Pop"}, rows[::-1])], recipe)

    assert forwards == backwards
    assert [one.qid for one in forwards] == ["Q2", "Q1"]


def test_an_english_name_is_preferred_to_one_of_all_languages(recipe: Recipe) -> None:
    other = ROW | {"name": "Zoe", "language": "mul"}

    (both,) = fold([({}, [other, ROW])], recipe)
    (alone,) = fold([({}, [other])], recipe)

    assert (both.name, alone.name) == ("Zoë", "Zoe")


@pytest.mark.parametrize(
    "change",
    [
        {"item": "t1823"},
        {"name": ""},
        {"image": "http://www.wikidata.org/.well-known/genid/1"},
        {"born": "http://www.wikidata.org/.well-known/genid/2"},
    ],
)
def test_a_person_of_whom_something_is_unknown_is_passed_over(
    recipe: Recipe, change: dict[str, str]
) -> None:
    assert fold([({}, [ROW | change])], recipe) == []


def test_what_no_axis_lists_has_a_label_of_its_own(recipe: Recipe) -> None:
    (one,) = fold([({}, [ROW | {"country": f"{WD}Q99999999", "gender": ""}])], recipe)

    assert (one.traits["region"], one.traits["gender"]) == ("elsewhere", "other")


def test_every_cell_has_its_turn_before_any_has_its_second() -> None:
    famous = [person(n, "men", "Europe", 100 - n) for n in range(1, 6)]
    others = [
        person(6, "women", "Europe", 9),
        person(7, "men", "Oceania", 8),
        person(8, "women", "Oceania", 7),
    ]

    chosen = select(famous + others, BALANCE, 5)

    assert {one.qid for one in chosen[:4]} == {"Q1", "Q6", "Q7", "Q8"}
    assert chosen[4].qid == "Q2"


def test_the_most_famous_of_a_cell_come_first() -> None:
    people = [person(n, "men", "Europe", fame) for n, fame in ((1, 5), (2, 9), (3, 7))]

    assert [one.qid for one in select(people, BALANCE, 2)] == ["Q2", "Q3"]


def test_between_cells_the_turn_is_the_least_represented_ones() -> None:
    people = [
        person(1, "men", "Europe", 99),
        person(2, "men", "Asia", 98),
        person(3, "men", "Africa", 97),
        person(4, "women", "Oceania", 1),
    ]

    chosen = select(people, BALANCE, 3)

    assert Counter(one.traits["gender"] for one in chosen) == {"men": 2, "women": 1}


def test_equal_fame_is_settled_by_the_id_whatever_the_order() -> None:
    people = [person(n, "men", "Europe", 5) for n in (10, 9, 2)]

    assert [p.qid for p in select(people, BALANCE, 3)] == ["Q2", "Q9", "Q10"]
    assert select(people[::-1], BALANCE, 3) == select(people, BALANCE, 3)


def test_at_most_as_many_are_chosen_as_there_are() -> None:
    one = person(1, "men", "Europe", 5)

    assert select([one, replace(one, qid="Q2")], BALANCE, 9) == [one, replace(one, qid="Q2")]
    assert select([], BALANCE, 9) == []


@pytest.mark.parametrize(
    ("uri", "qid"), [(f"{WD}Q42", "Q42"), (f"{WD}P31", ""), (f"{WD}Q42/x", ""), ("", "")]
)
def test_an_entity_is_known_by_its_id(uri: str, qid: str) -> None:
    assert entity(uri) == qid


def test_a_decade_is_named_after_its_first_year() -> None:
    assert [decade_of(year) for year in (1899, 1900, 2005)] == ["1890s", "1900s", "2000s"]
