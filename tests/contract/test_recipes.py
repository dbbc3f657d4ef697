"""The recipes as data, and their queries, which are run for real on a small graph."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import pytest
from rdflib import Graph
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.query import ResultRow

from catalog.recipes import FOLDER, Recipe, RecipeError, read_recipe, recipe_names
from catalog.selection import Candidate, fold
from catalog.wikimedia import Row

RECIPES = recipe_names()


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(Path(__file__).with_name("people.ttl"))


def run(graph: Graph, sparql: str) -> list[Row]:
    """Run a query as the service does, on a graph that is small."""
    rows: list[Row] = []
    for found in graph.query(sparql):
        assert isinstance(found, ResultRow)
        rows.append({name: str(value) for name, value in found.asdict().items()})
    return rows


def people(graph: Graph, recipe: Recipe) -> list[Candidate]:
    return fold([(labels, run(graph, sparql)) for labels, sparql in recipe.queries()], recipe)


def narrowed(recipe: Recipe, **axes: tuple[str, ...]) -> Recipe:
    """Keep some labels of some axes, so that a test runs few queries."""
    kept = {axis: {label: recipe.axes[axis][label] for label in axes[axis]} for axis in axes}
    return recipe.model_copy(update={"axes": {**recipe.axes, **kept}})


# The recipes


def test_there_are_packs_to_choose_from() -> None:
    assert {"celebrities", "musicians", "scientists", "athletes", "film-stars"} <= set(RECIPES)


def test_there_are_at_least_200_celebrities_of_every_gender_age_and_region() -> None:
    recipe = read_recipe("celebrities")

    assert recipe.size >= 200
    assert set(recipe.balance) == {"gender", "decade", "region"}


@pytest.mark.parametrize("pack", RECIPES)
def test_every_query_is_sparql_and_fits_into_an_address(pack: str) -> None:
    slices = list(read_recipe(pack).queries())

    parseQuery(slices[0].sparql)
    assert len({slice_.sparql for slice_ in slices}) == len(slices)
    assert max(len(urlencode({"query": slice_.sparql})) for slice_ in slices) < 7000
    assert not [slice_ for slice_ in slices if "$" in slice_.sparql]


@pytest.mark.parametrize("pack", RECIPES)
def test_queries_find_more_people_than_the_pack_holds(pack: str) -> None:
    recipe = read_recipe(pack)
    limit = recipe.values["limit"]

    assert isinstance(limit, int)
    assert limit * len(list(recipe.queries())) > 2 * recipe.size


@pytest.mark.parametrize("pack", RECIPES)
def test_no_label_lists_a_thing_twice_and_no_axis_in_two_labels(pack: str) -> None:
    axes = read_recipe(pack).axes

    for axis in axes.values():
        listed = Counter(
            qid
            for values in axis.values()
            for value in values.values()
            if isinstance(value, list)
            for qid in value
        )
        assert [qid for qid, times in listed.items() if times > 1] == []


def test_the_query_for_genres_is_the_one_for_occupations_and_a_genre() -> None:
    genre = (FOLDER / "genre.rq").read_text(encoding="utf-8").splitlines()
    occupation = (FOLDER / "occupation.rq").read_text(encoding="utf-8").splitlines()

    more = [line.strip() for line in genre if line not in occupation and not line.startswith("#")]
    assert more == [
        "VALUES ?genre { $genres }",
        "?item wdt:P136 ?genre ;",
        "wdt:P106 ?occupation ;",
    ]


# What their queries find


def test_one_slice_finds_its_people_by_fame(graph: Graph) -> None:
    recipe = narrowed(read_recipe("celebrities"), gender=("women",))
    by_region = {labels["region"]: sparql for labels, sparql in recipe.queries()}

    rows = run(graph, by_region["Europe"])

    assert list(dict.fromkeys(row["name"] for row in rows)) == ["Léa Lumière", "Ines Øst"]
    assert {row["language"] for row in rows} == {"en", "mul"}
    assert len([row for row in rows if row["name"] == "Léa Lumière"]) == 8  # 2 of each of 3 values


def test_celebrities_are_folded_into_one_each(graph: Graph) -> None:
    recipe = read_recipe("celebrities")
    regions = ("Sub-Saharan Africa", "Europe", "Oceania")
    sliced = narrowed(recipe, gender=("women", "men"), region=regions)
    rows = [(labels, run(graph, sparql)) for labels, sparql in sliced.queries()]

    lea, kofi, ines = fold(rows, recipe)

    assert lea == Candidate(
        "Q1001",
        "Léa Lumière",
        ("File:Léa Lumière 1.jpg", "File:Léa Lumière 2.jpg"),
        90,
        1961,
        {"gender": "women", "region": "Sub-Saharan Africa", "decade": "1960s"},
        "female",
        "French and Senegalese actress",
    )
    assert (kofi.name, kofi.traits["gender"], kofi.gender) == ("Kofi Man", "men", "male")
    assert (ines.name, ines.traits["gender"], ines.traits["region"], ines.gender) == (
        "Ines Øst",
        "women",
        "Europe",
        "female",
    )
    assert (kofi.description, ines.description) == ("", "")


@pytest.mark.parametrize(
    ("pack", "axes", "found"),
    [
        ("film-stars", {"gender": ("women",), "decade": ("1960s", "1980s")}, ["Q1001", "Q1002"]),
        ("scientists", {"field": ("Chemistry", "Physics"), "gender": ("women",)}, ["Q1004"]),
        ("athletes", {"sport": ("Tennis", "Football"), "gender": ("men", "women")}, ["Q1003"]),
        ("musicians", {"genre": ("Jazz", "Pop"), "gender": ("women",)}, ["Q1001"]),
        ("leaders", {"region": ("Sub-Saharan Africa", "Europe")}, ["Q1003"]),
    ],
)
def test_a_recipe_finds_whom_it_is_for(
    graph: Graph, pack: str, axes: dict[str, tuple[str, ...]], found: list[str]
) -> None:
    assert [one.qid for one in people(graph, narrowed(read_recipe(pack), **axes))] == found


def test_someone_of_two_slices_counts_for_the_first(graph: Graph) -> None:
    recipe = narrowed(read_recipe("musicians"), genre=("Jazz", "Pop"), gender=("women",))

    (lea,) = people(graph, recipe)

    assert lea.traits["genre"] == "Jazz"


def test_at_most_as_many_people_as_the_limit_are_found_with_any_number_of_rows(
    graph: Graph,
) -> None:
    recipe = narrowed(read_recipe("celebrities"), gender=("women",))
    values = {**recipe.values, "limit": 1}

    found = people(graph, recipe.model_copy(update={"values": values}))

    assert [one.qid for one in found] == ["Q1001"]
    assert len(found[0].files) == 2


# Recipes that make no sense


def written(folder: Path, text: str) -> Path:
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    (folder / "occupation.rq").write_text("SELECT * {}", encoding="utf-8")
    return folder


GOOD = """
title = "Mine"
query = "occupation.rq"
size = 3
balance = ["gender"]
slices = ["gender"]
"""


def test_a_recipe_of_ones_own_is_read(tmp_path: Path) -> None:
    recipe = read_recipe("mine", written(tmp_path, GOOD))

    assert (recipe.pack, recipe.title, recipe.size) == ("mine", "Mine", 3)
    assert recipe.template == "SELECT * {}"


@pytest.mark.parametrize("pack", ["nobody", "../axes", ""])
def test_a_recipe_that_is_not_there_is_named(pack: str) -> None:
    with pytest.raises(RecipeError, match=r"there is no recipe for .*; there are athletes, "):
        read_recipe(pack)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("size = 3", "size = 0", "mine.toml: size: Input should be greater than 0"),
        ("size = 3", "", "mine.toml: size: Field required"),
        ("size = 3", "size = 3\nsise = 4", "mine.toml: sise: Extra inputs are not permitted"),
        ("size = 3", "size = ", "mine.toml is not TOML"),
        ("size = 3", 'size = 3\nwithout = ["Hitler"]', "mine.toml: without.0: String should match"),
        ('slices = ["gender"]', 'slices = ["shoes"]', "there is no axis shoes"),
        ('balance = ["gender"]', 'balance = ["sport"]\naxes.sport.Golf = {}', "slice by it"),
        ("occupation.rq", "nothing.rq", "there is no nothing.rq"),
    ],
)
def test_error_names_what_is_wrong_with_a_recipe(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    folder = written(tmp_path, GOOD.replace(old, new))

    with pytest.raises(RecipeError, match=re.escape(problem)):
        read_recipe("mine", folder)


def test_a_placeholder_without_a_value_is_said(tmp_path: Path) -> None:
    folder = written(tmp_path, GOOD)
    (folder / "occupation.rq").write_text("SELECT * { $genders $shoes }", encoding="utf-8")

    with pytest.raises(RecipeError, match=r"mine: occupation\.rq lacks a value for 'shoes'"):
        list(read_recipe("mine", folder).queries())
