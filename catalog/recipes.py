"""Recipes: what a pack is made of, as data in `recipes/`.

A recipe names a query with placeholders, the values of these, and the axes that slice it. Each
combination of the axes' labels makes one query, because the public service answers many narrow
queries, but gives up on a wide one. `axes.toml` has the axes that several recipes use.
"""

import itertools
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FOLDER = Path(__file__).with_name("recipes")
AXES = Path(__file__).with_name("axes.toml")
KNOWN_OF_EVERYONE = ("gender", "region", "decade")
"""The axes that a person's own data tells. Another axis tells which slice found the person."""

Qid = Annotated[str, Field(pattern=r"^Q[1-9]\d*$")]
Values = Mapping[str, int | list[Qid]]
"""Placeholders, each to a number or to ids at Wikidata."""
Axis = Mapping[str, Values]
"""Labels, each to the values of its slice's placeholders."""


class RecipeError(Exception):
    """Raised for a recipe that is missing or wrong; the message says what to mend."""


class Slice(NamedTuple):
    """One query of a recipe, and what is true of all people it finds, axis to label."""

    labels: dict[str, str]
    sparql: str


class Recipe(BaseModel):
    """What a pack is made of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pack: str
    title: str = Field(min_length=1)
    query: str
    """The name of the query's file."""
    template: str
    """The query."""
    size: int = Field(gt=0)
    """How many people the pack should have."""
    balance: list[str] = Field(min_length=1)
    """The axes along which people should differ."""
    slices: list[str] = Field(min_length=1)
    """The axes whose labels make one query each."""
    without: frozenset[Qid] = frozenset()
    """People who are left out."""
    values: Mapping[str, int | list[Qid] | str] = {}
    """Placeholders of every slice. The name of an axis means all ids that its labels list."""
    axes: Mapping[str, Axis] = {}

    def queries(self) -> Iterator[Slice]:
        """Return the recipe's queries, always in the same order."""
        template = Template(self.template)
        everywhere = {name: self._everywhere(name, value) for name, value in self.values.items()}
        for labels in itertools.product(*(self.axes[axis] for axis in self.slices)):
            chosen = dict(zip(self.slices, labels, strict=True))
            values = dict(everywhere)
            for axis, label in chosen.items():
                values |= self.axes[axis][label]
            try:
                sparql = template.substitute({k: _written(v) for k, v in values.items()})
            except (KeyError, ValueError) as error:
                raise RecipeError(f"{self.pack}: {self.query} lacks a value for {error}") from error
            yield Slice(chosen, sparql)

    def label_of(self, axis: str, placeholder: str, qids: frozenset[str]) -> str | None:
        """Return the first label of an axis that lists one of these QIDs."""
        for label, values in self.axes[axis].items():
            listed = values.get(placeholder, [])
            if isinstance(listed, list) and not qids.isdisjoint(listed):
                return label
        return None

    def _everywhere(self, name: str, value: int | list[Qid] | str) -> int | list[Qid]:
        if not isinstance(value, str):
            return value
        lists = [values.get(name) for values in self.axes[value].values()]
        return [qid for listed in lists if isinstance(listed, list) for qid in listed]


def recipe_names(folder: Path = FOLDER) -> list[str]:
    """Return the names of the packs that have a recipe."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def read_recipe(pack: str, folder: Path = FOLDER) -> Recipe:
    """Return a pack's recipe; raise RecipeError."""
    path = folder / f"{pack}.toml"
    if pack not in recipe_names(folder):
        names = ", ".join(recipe_names(folder))
        raise RecipeError(f"there is no recipe for {pack}; there are {names}")
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        shared = tomllib.loads(AXES.read_text(encoding="utf-8"))
        given = {
            "pack": pack,
            "axes": shared | written.get("axes", {}),
            "template": _template(folder, written),
        }
        recipe = Recipe.model_validate(written | given)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{path.name} is not TOML: {error}") from error
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise RecipeError(f"{path.name}: {'; '.join(problems)}") from error
    _check(recipe)
    return recipe


def _template(folder: Path, written: Mapping[str, object]) -> str:
    """Return a recipe's query; empty where it names none, which validation reports."""
    name = written.get("query")
    path = folder / str(name)
    if name is not None and not path.is_file():
        raise RecipeError(f"{written.get('title')}: there is no {name}")
    return "" if name is None else path.read_text(encoding="utf-8")


def _check(recipe: Recipe) -> None:
    used = {*recipe.balance, *recipe.slices}
    used |= {value for value in recipe.values.values() if isinstance(value, str)}
    unknown = used - set(recipe.axes)
    if unknown:
        raise RecipeError(f"{recipe.pack}.toml: there is no axis {', '.join(sorted(unknown))}")
    unsliced = set(recipe.balance) - {*recipe.slices, *KNOWN_OF_EVERYONE}
    if unsliced:
        raise RecipeError(
            f"{recipe.pack}.toml: to balance by {', '.join(sorted(unsliced))}, slice by it"
        )


def _written(value: int | list[str]) -> str:
    """Return a value in SPARQL."""
    return str(value) if isinstance(value, int) else " ".join(f"wd:{qid}" for qid in value)
