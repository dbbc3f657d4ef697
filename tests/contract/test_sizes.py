"""Which modules and functions of the product are long, and why each of them is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.state import ROOT

LONGEST_MODULE = 400
"""Lines of a module."""
LONGEST_FUNCTION = 50
"""Lines of a Python function, from its name to its end."""

FOLDERS = ("functions", "layers", "cli", "catalog", "evaluation", "rekognition", "local")
SCRIPTS = "web/scripts"

EXCEPTIONS = {
    "functions/api/app.py": "every route of the API, and its words for errors",
    "cli/main.py": "one list of the commands: the arguments of each, and what it calls",
    "cli/up.py run": "the start of everything and its end, in order",
    "local/aws/glue.py": "one list of the emulator's faults, each with its fix",
    "local/front.py": "every route of the one origin, and who may call it",
    "web/scripts/match-flow.js": "the way of one photo over the screens, and what leads back",
    "web/scripts/match-session.js": "one match from its photo to its end, and what can break off",
    "web/scripts/words/en-more.js": "every word of a language that is said after the first visit",
    "web/scripts/words/de.js": "every word of a language",
    "web/scripts/words/es.js": "every word of a language",
    "web/scripts/words/fr.js": "every word of a language",
    "layers/lookalike/lookalike/matches.py": "every write of a match, from its form to its end",
}
"""The modules, and the functions by `module name`, that may be longer; and the reason of each."""


def modules() -> list[Path]:
    python = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return sorted([*python, *(ROOT / SCRIPTS).rglob("*.js")])


def long_parts(path: Path, name: str) -> Iterator[str]:
    """Yield a module's name if it is too long, and `module function` for each long function."""
    text = path.read_text()
    if len(text.splitlines()) > LONGEST_MODULE:
        yield name
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION:
                    yield f"{name} {node.name}"


@pytest.fixture(scope="module")
def long() -> set[str]:
    return {part for path in modules() for part in long_parts(path, str(path.relative_to(ROOT)))}


def test_every_folder_has_modules() -> None:
    found = {str(path.relative_to(ROOT)) for path in modules()}

    assert all(any(name.startswith(folder) for name in found) for folder in (*FOLDERS, SCRIPTS))


def test_a_long_module_or_function_is_an_exception_with_a_reason(long: set[str]) -> None:
    assert long - EXCEPTIONS.keys() == set()


def test_every_exception_is_needed(long: set[str]) -> None:
    assert EXCEPTIONS.keys() - long == set()


def test_long_modules_and_functions_are_found(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    inner = "    def inner(self):\n" + "        pass\n" * LONGEST_FUNCTION
    path.write_text("class Sample:\n" + inner + "\n" * LONGEST_MODULE)

    assert list(long_parts(path, "sample.py")) == ["sample.py", "sample.py inner"]
