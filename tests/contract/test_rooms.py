"""Which rooms of the code may import which, and which module of a room reads the environment."""

import ast
import sys
from pathlib import Path

import pytest

from local.signed_addresses import ADDRESS_QUERY
from local.state import ROOT
from tests.contract.imports import PACKAGE, imports, roots

PACKAGES = {"cli", "local", "catalog", "evaluation", "rekognition", "lookalike"}
BELOW = {
    "cli": {"local", "catalog", "evaluation", "rekognition", "lookalike"},
    "local": {"lookalike", "rekognition"},
    "catalog": {"lookalike", "rekognition"},
    "evaluation": {"lookalike", "rekognition"},
    "rekognition": {"lookalike"},
    "lookalike": set[str](),
    "functions": {"lookalike"},
}
"""What each room imports of the others, at most."""

ENVIRONMENTS = {
    "cli": "cli.settings",
    "local": "local.environment",
    "local.aws": "local.aws.settings",
    "rekognition": "rekognition.settings",
}
"""The one module of a room that reads and sets environment variables."""

LOCAL_AWS_PACKAGES = {"ministack", "botocore", "hypercorn", "samtranslator", "urllib3", "yaml"}
"""What the local AWS imports of its environment: ministack, and what ministack needs."""

LIFELINE = "rekognition.lifeline"
"""What the local AWS imports of another room."""

Graph = dict[str, set[str]]


def modules() -> dict[str, Path]:
    """Return the files of the rooms by their dotted names."""
    found = {f"lookalike.{path.stem}": path for path in PACKAGE.glob("*.py")}
    for room in sorted(BELOW.keys() - {"lookalike"}):
        for path in (ROOT / room).rglob("*.py"):
            found[".".join(path.relative_to(ROOT).with_suffix("").parts)] = path
    return {name.removesuffix(".__init__"): path for name, path in found.items()}


MODULES = modules()


def room_of(module: str) -> str:
    return "local.aws" if module.startswith("local.aws") else module.split(".")[0]


def module_of(name: str) -> str:
    """Return the module that an imported name is, or is found in."""
    parent = name.rpartition(".")[0]
    return name if name in MODULES or parent not in MODULES else parent


def arrows(name: str, path: Path) -> set[str]:
    """Return the modules of the rooms that one of them imports."""
    found = {module_of(one) for one in imports(path) if one.split(".")[0] in PACKAGES}
    return found - {name}


GRAPH: Graph = {name: arrows(name, path) for name, path in MODULES.items()}


def upward(graph: Graph) -> list[str]:
    """Return the arrows that do not run down, as `importer → imported`."""
    return [
        f"{importer} → {imported}"
        for importer, found in sorted(graph.items())
        for imported in sorted(found)
        if not may_import(importer, imported)
    ]


def may_import(importer: str, imported: str) -> bool:
    here, there = room_of(importer), room_of(imported)
    if here == "local.aws":
        return there == "local.aws" or imported in {"local", LIFELINE}
    return there == here or there in BELOW[here]


def circle(graph: Graph) -> list[str]:
    """Return the modules of one circle of imports in order, the first one again at the end."""
    done: set[str] = set()

    def follow(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in done:
            return []
        for other in sorted(graph.get(module, set())):
            if found := follow(other, [*path, module]):
                return found
        done.add(module)
        return []

    return next((found for module in sorted(graph) if (found := follow(module, []))), [])


# The rooms


def test_every_room_has_modules_and_arrows() -> None:
    assert {name.split(".")[0] for name in MODULES} == BELOW.keys()
    assert "local.stack" in GRAPH["cli.up"]
    assert "lookalike.faces" in GRAPH["functions.check_face.app"]
    assert "local.aws.settings" in GRAPH["local.aws.glue"]


def test_rooms_import_only_downward() -> None:
    assert upward(GRAPH) == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("catalog.folder", "local.state"),
        ("evaluation.run", "local.state"),
        ("evaluation.run", "catalog.folder"),
        ("rekognition.engine", "evaluation.run"),
        ("local.front", "catalog.folder"),
        ("rekognition.engine", "catalog.folder"),
        ("lookalike.faces", "rekognition.engine"),
        ("functions.api.app", "catalog.folder"),
        ("local.stack", "local.aws.gate"),
        ("local.aws.glue", "local.state"),
        ("local.aws.glue", "rekognition.store"),
        ("local.stack", "cli.up"),
    ],
)
def test_an_arrow_that_runs_up_is_named(importer: str, imported: str) -> None:
    assert upward({importer: {imported}}) == [f"{importer} → {imported}"]


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(GRAPH) == []


def test_a_circle_is_named() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}}

    assert circle(graph) == ["b", "c", "b"]


def test_the_local_aws_imports_what_its_environment_has() -> None:
    known = {*LOCAL_AWS_PACKAGES, "local", "rekognition", *sys.stdlib_module_names}
    paths = [path for name, path in MODULES.items() if room_of(name) == "local.aws"]

    assert {root for path in paths for root in roots(path)} - known == set()


@pytest.mark.parametrize("name", ["local", "rekognition", LIFELINE])
def test_what_the_local_aws_imports_of_other_rooms_needs_only_the_standard_library(
    name: str,
) -> None:
    assert roots(MODULES[name]) <= sys.stdlib_module_names


@pytest.mark.parametrize(
    ("program", "packages"),
    [("evaluation.dlib", {"dlib", "numpy", "PIL"}), ("evaluation.plots", {"matplotlib"})],
)
def test_a_program_of_the_evaluation_imports_what_its_environment_has(
    program: str, packages: set[str]
) -> None:
    paths = [path for name, path in MODULES.items() if name.startswith(program)]

    assert {root for path in paths for root in roots(path)} - sys.stdlib_module_names == packages


# The environment


def uses_the_environment(source: str) -> bool:
    """Return whether a module's source names os.environ, os.getenv or their like."""
    names = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
    return any(
        (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.ImportFrom) and names & {one.name for one in node.names})
        for node in ast.walk(ast.parse(source))
    )


@pytest.mark.parametrize(("room", "module"), ENVIRONMENTS.items())
def test_one_module_of_a_room_uses_the_environment(room: str, module: str) -> None:
    users = {
        name
        for name, path in MODULES.items()
        if room_of(name) == room and uses_the_environment(path.read_text())
    }

    assert users == {module}


@pytest.mark.parametrize("room", ["catalog", "evaluation"])
def test_a_room_without_settings_uses_no_environment(room: str) -> None:
    users = {
        name
        for name, path in MODULES.items()
        if room_of(name) == room and uses_the_environment(path.read_text())
    }

    assert users == set()


@pytest.mark.parametrize(
    "source",
    ["import os\nos.environ['A']", "from os import environ", "import os\nos.getenv('A')"],
)
def test_a_use_of_the_environment_is_found(source: str) -> None:
    assert uses_the_environment(source)


# What two environments must know alike


def set_in(path: Path, name: str) -> set[str]:
    """Return the set that a module assigns to a name as `frozenset({…})`."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            assert isinstance(node.value, ast.Call)
            return set(ast.literal_eval(node.value.args[0]))
    raise AssertionError(f"{path} assigns no {name}")


def test_the_front_and_the_gate_know_the_same_names_of_a_signed_address() -> None:
    assert set_in(MODULES["local.aws.gate"], "ADDRESS_QUERY") == ADDRESS_QUERY
