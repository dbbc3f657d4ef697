"""What the documents say, held against what there is."""

import argparse
import re
from pathlib import Path

import pytest

from cli.main import _parser
from local.state import ROOT
from tests.contract import documents, sam_template, workflow
from tests.contract.documents import Command
from tests.contract.imports import declared, normalised

DOCUMENTS = documents.written_documents()
REQUIREMENTS = [
    ROOT / folder / "requirements.in"
    for folder in (
        ".",
        "layers/lookalike",
        "functions/index_portrait",
        "local/aws",
        "evaluation/dlib",
        "evaluation/plots",
        "benchmarks/faiss",
    )
]
FOLLOWING_THE_CODE = [ROOT / "CONTRIBUTING.md", ROOT / "docs" / "architecture.md"]
"""The documents that lead from file to file, and so name what is in each."""
LOCKS = [path.with_suffix(".txt") for path in REQUIREMENTS]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def targets() -> set[str]:
    """The Makefile's targets that one may ask for by name."""
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE))


def commands() -> dict[str, set[str]]:
    """The subcommands of `lookalike`, and the options of each and of its own subcommands."""
    return {name: options(parser) for name, parser in below(_parser()).items()}


def below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return {
        name: choice
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for name, choice in action.choices.items()
    }


def options(parser: argparse.ArgumentParser) -> set[str]:
    own = {option for action in parser._actions for option in action.option_strings}
    return own.union(*(options(one) for one in below(parser).values()))


def every_command() -> list[str]:
    """Every command of `lookalike` as it is typed, without those that only hold others."""
    top = below(_parser())
    return [
        command
        for name, parser in top.items()
        for command in ([f"{name} {one}" for one in below(parser)] or [name])
    ]


def environment_variables() -> list[str]:
    """Return the environment variables that the settings modules read, PATH apart."""
    modules = ("cli/settings.py", "local/environment.py", "rekognition/settings.py")
    read = re.compile(r"""environ(?:\.get\(|\[)["']([A-Z_]+)["']""")
    found = {name for module in modules for name in read.findall((ROOT / module).read_text())}
    return sorted(found - {"PATH"})


def make_variables() -> list[str]:
    """Return the variables that the Makefile uses and its caller may set."""
    text = (ROOT / "Makefile").read_text()
    own = re.findall(r"^([A-Z_]+) :=", text, re.MULTILINE)
    return sorted({*re.findall(r"\$\(([A-Z]+)\)", text)} - {*own, "CURDIR", "MAKE"})


# Commands


@pytest.mark.parametrize("path", DOCUMENTS, ids=short)
def test_every_make_target_that_a_document_mentions_exists(path: Path) -> None:
    mentioned = documents.make_targets(path.read_text())

    assert mentioned - targets() == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=short)
def test_every_lookalike_command_that_a_document_mentions_exists(path: Path) -> None:
    mentioned = {command.name for command in documents.lookalike_commands(path.read_text())}

    assert mentioned - commands().keys() == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=short)
def test_every_option_of_lookalike_that_a_document_mentions_exists(path: Path) -> None:
    unknown = [
        command
        for command in documents.lookalike_commands(path.read_text())
        if not command.options <= commands().get(command.name, set())
    ]

    assert unknown == []


@pytest.mark.parametrize("target", ["run", "test"])
def test_the_readme_says_how_to_run_and_test(target: str) -> None:
    mentioned = documents.make_targets((ROOT / "README.md").read_text())

    assert target in mentioned


@pytest.mark.parametrize("target", ["run", "test", "check", "fix", "build", "deploy", "clean"])
def test_bare_make_lists_a_target(target: str) -> None:
    listed = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert target in listed


def test_make_targets_are_read_from_code_alone() -> None:
    text = (
        "We make sure that `make run` works, and `OPEN=0 make PORT=1 test`.\n\n"
        "```sh\nmake deploy # make it so\n.venv/bin/cmake build\n```\n\n    make clean\n"
    )

    found = documents.make_targets(text)

    assert found == {"run", "test", "deploy", "clean"}


def test_lookalike_commands_are_read_from_code_alone() -> None:
    text = (
        "The lookalike layer is in `layers/lookalike/lookalike`; `lookalike up` starts it.\n\n"
        "```sh\n.venv/bin/lookalike match --json a.jpg [--pack P]\n"
        "sam deploy --stack-name lookalike\n```\n"
    )

    found = documents.lookalike_commands(text)

    assert sorted(found) == [
        Command("match", frozenset({"--json", "--pack"})),
        Command("up", frozenset()),
    ]


# What there is, held against the documents

EVERYTHING = "\n\n".join(path.read_text() for path in DOCUMENTS if path.name != "CHANGELOG.md")
CODE = "\n".join(documents.code(EVERYTHING))


@pytest.mark.parametrize("state", workflow.states())
def test_a_state_is_in_a_document(state: str) -> None:
    assert documents.names(state, EVERYTHING), (
        "name it in docs/architecture.md, or among the ends of an execution in docs/operating.md"
    )


@pytest.mark.parametrize(
    "folder", sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))
)
def test_a_function_is_in_a_document(folder: str) -> None:
    assert documents.names(folder, CODE), "name it in docs/architecture.md's tree"


@pytest.mark.parametrize("parameter", sam_template.written()["Parameters"])
def test_a_parameter_of_the_template_is_in_a_document(parameter: str) -> None:
    assert documents.names(parameter, CODE), "describe it in docs/operating.md"


@pytest.mark.parametrize("variable", environment_variables())
def test_an_environment_variable_is_in_a_document(variable: str) -> None:
    assert documents.names(variable, CODE), "describe it in docs/operating.md"


@pytest.mark.parametrize("variable", make_variables())
def test_a_variable_of_make_is_in_a_document(variable: str) -> None:
    assert documents.names(variable, CODE), "describe it in docs/operating.md"


@pytest.mark.parametrize("command", every_command())
def test_a_command_is_in_a_document(command: str) -> None:
    assert documents.has_command(command, EVERYTHING), "describe it in docs/operating.md"


@pytest.mark.parametrize(
    "target", re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
)
def test_a_make_target_is_in_a_document(target: str) -> None:
    assert target in documents.make_targets(EVERYTHING), "describe it in docs/operating.md"


def test_the_settings_of_command_recogniser_and_make_are_read() -> None:
    assert {"LOOKALIKE_CONTACT", "LOOKALIKE_RECOGNISER_RATE"} <= {*environment_variables()}
    assert {"PORT", "CATALOG", "TESTS"} <= {*make_variables()}


def test_a_longer_name_is_another() -> None:
    assert documents.names("Stage", "the parameter `Stage`")
    assert not documents.names("Stage", "`Staged`, `Back-Stage`")


def test_a_command_is_found_as_a_whole_or_in_the_table_of_its_group() -> None:
    text = (
        "Say `lookalike up`, or `.venv/bin/lookalike catalog remove X`.\n\n| `import FOLDER` | |\n"
    )

    found = [
        command
        for command in ("up", "import", "catalog remove", "catalog import", "catalog up", "upset")
        if documents.has_command(command, text)
    ]

    assert found == ["up", "catalog remove", "catalog import"]


# The invariants

INVARIANTS = ROOT / "docs" / "invariants.md"
PROMISES = re.findall(r"^- (.*(?:\n  .*)*)", INVARIANTS.read_text(), re.MULTILINE)


def test_there_are_promises() -> None:
    assert len(PROMISES) > 15


@pytest.mark.parametrize("promise", PROMISES, ids=lambda text: text.split("**")[1])
def test_a_promise_names_the_tests_that_enforce_it(promise: str) -> None:
    named = [test for _, test in documents.tests_named(promise) if test]

    assert named
    assert len(named) == promise.count("::")


# Tests

TEST_FILES = [*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "soak").glob("test_*.py")]


@pytest.mark.parametrize("path", DOCUMENTS, ids=short)
def test_every_test_that_a_document_names_exists(path: Path) -> None:
    missing = [
        f"{file}::{test}"
        for file, test in documents.tests_named(path.read_text())
        if not any(
            f"/{one.relative_to(ROOT)}".endswith(f"/{file}")
            and (not test or f"def {test}(" in one.read_text())
            for one in TEST_FILES
        )
    ]

    assert missing == []


def test_tests_are_found_with_and_without_folder_and_test() -> None:
    text = "`test_a.py`, `tests/unit/test_b.py::test_c` and `pytest soak/test_d.py -k e`, test_f.py"

    assert documents.tests_named(text) == {
        ("test_a.py", ""),
        ("tests/unit/test_b.py", "test_c"),
        ("soak/test_d.py", ""),
    }


# Links


@pytest.mark.parametrize("path", DOCUMENTS, ids=short)
def test_every_relative_link_leads_to_a_file(path: Path) -> None:
    found = documents.links(path.read_text())

    assert {link for link in found if not (path.parent / link).exists()} == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=short)
def test_every_anchor_of_a_link_is_a_heading(path: Path) -> None:
    wrong = [
        f"{file}#{anchor}"
        for file, anchor in documents.anchors(path.read_text())
        if anchor not in documents.headings((path.parent / file if file else path).read_text())
    ]

    assert wrong == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=short)
def test_every_file_that_a_document_names_with_its_folder_exists(path: Path) -> None:
    named = documents.files(path.read_text()) if path.name != "CHANGELOG.md" else set()

    assert {file for file in named if not (ROOT / file).exists()} == set()


@pytest.mark.parametrize("path", FOLLOWING_THE_CODE, ids=short)
def test_every_name_that_stands_beside_a_file_is_in_the_file(path: Path) -> None:
    missing = [
        f"{name} in {' or '.join(sorted(files))}"
        for name, files in documents.identifiers(path.read_text())
        if not any(documents.names(name, (ROOT / file).read_text()) for file in files)
    ]

    assert missing == []


def test_identifiers_are_read_with_the_files_beside_them() -> None:
    text = (
        "- `one` and `Two.three` in `tests/a.py`;\n  the row of `b.py` in `d.yaml`\n"
        "- `four` stands alone\n\n| `five` | `tests/c.js` |\n"
    )

    assert documents.identifiers(text) == [
        ("one", {"tests/a.py"}),
        ("Two", {"tests/a.py"}),
        ("three", {"tests/a.py"}),
        ("five", {"tests/c.js"}),
    ]


def test_anchors_and_headings_are_read_as_github_makes_them() -> None:
    text = "# A `b`, c-d\n\n[x](#a-b-c-d) [y](other.md#z) [z](https://example.com/#no)\n"

    assert documents.headings(text) == {"a-b-c-d"}
    assert sorted(documents.anchors(text)) == [("", "a-b-c-d"), ("other.md", "z")]


def test_links_are_found_in_every_form() -> None:
    text = (
        '[a](docs/a.md#part "title") ![b](b.png) <img src="c.png"> `[no](no.md)`\n'
        "[x](https://example.com/x.md) [y](#part) [z](mailto:z@example.com)\n\n[d]: docs/d.md\n"
    )

    found = documents.links(text)

    assert found == {"docs/a.md", "b.png", "c.png", "docs/d.md"}


# Dependencies


@pytest.mark.parametrize("path", REQUIREMENTS, ids=short)
def test_the_decisions_say_why_each_dependency_is_there(path: Path) -> None:
    decisions = (ROOT / "docs" / "decisions.md").read_text()
    words = {normalised(word) for word in re.findall(r"[A-Za-z0-9][\w.-]*\w", decisions)}

    assert declared(path) - words == set()


def test_these_are_all_the_requirements() -> None:
    found = {
        path
        for path in ROOT.rglob("requirements*.in")
        if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    }

    assert found == {path.resolve() for path in REQUIREMENTS}


@pytest.mark.parametrize("path", REQUIREMENTS, ids=short)
def test_every_requirement_is_locked(path: Path) -> None:
    assert declared(path)
    assert declared(path) - declared(path.with_suffix(".txt")) == set()


@pytest.mark.parametrize("path", LOCKS, ids=short)
def test_a_lock_names_no_registry_host(path: Path) -> None:
    lock = path.read_text()

    assert "://" not in lock
    assert not re.search(r"^\s*--?(?!hash)\w", lock, re.MULTILINE)


@pytest.mark.parametrize("path", LOCKS, ids=short)
def test_a_lock_has_a_hash_for_every_pin(path: Path) -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", path.read_text(), flags=re.MULTILINE)
    pins = [entry for entry in entries if re.match(r"[A-Za-z0-9]", entry)]

    unsafe = [
        entry.splitlines()[0]
        for entry in pins
        if not re.match(r"[\w.-]+(?:\[[\w,-]+\])?==\S+", entry)
        or not re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry)
    ]

    assert pins
    assert unsafe == []
