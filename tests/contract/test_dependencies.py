"""Dependencies point one way: functions → lookalike → boto3."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.state import ROOT
from tests.contract import sam_template
from tests.contract.imports import (
    LAYER,
    PACKAGE,
    RUNTIME,
    behind,
    declared,
    imports,
    link_distributions,
    roots,
    siblings,
    with_needs,
)

FUNCTIONS = sorted((ROOT / "functions").glob("*/*.py"))
MODULES = sorted(PACKAGE.glob("*.py"))
PRODUCT = [*FUNCTIONS, *MODULES]
PURE = ["errors", "faces", "failures", "problems", "ranking"]
AWS = {"boto3", "botocore"}
THIRD_PARTY = {"aws_lambda_powertools", "imagesize", "pydantic", "slugify"}
"""The packages of the layer's own requirements."""
NOT_PRODUCT = {"catalog", "evaluation", "local", "tests"}

FOLDERS = {name: properties["CodeUri"] for name, properties in sam_template.functions().items()}


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


# Who imports whom


def test_there_are_functions_and_modules_to_look_at() -> None:
    assert len(FUNCTIONS) >= len(FOLDERS) > 1
    assert {path.stem for path in MODULES} >= set(PURE)


@pytest.mark.parametrize("path", FUNCTIONS, ids=short)
def test_a_function_imports_the_layer_and_what_it_declares(path: Path) -> None:
    own = {"PIL"} if path.parent.name == "index_portrait" else set()
    known = {"lookalike", *AWS, *THIRD_PARTY, *own, *sys.stdlib_module_names}

    assert roots(path) - known == set()


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_a_module_of_the_layer_imports_the_layer_and_what_it_declares(path: Path) -> None:
    known = {"lookalike", *AWS, *THIRD_PARTY, *sys.stdlib_module_names}

    assert roots(path) - known == set()


@pytest.mark.parametrize("path", PRODUCT, ids=short)
def test_the_product_knows_neither_the_local_stack_nor_the_catalog_nor_the_tests(
    path: Path,
) -> None:
    assert not roots(path) & NOT_PRODUCT


@pytest.mark.parametrize("path", PRODUCT, ids=short)
def test_no_code_imports_a_function(path: Path) -> None:
    functions = {"app", "functions", *(folder.split("/")[1] for folder in FOLDERS.values())}

    assert not roots(path) & functions


def test_the_imports_of_a_file_are_found_wherever_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    path.write_text(
        "import cli.main\n"
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import mypy_boto3_s3\n"
        "def late() -> None:\n    from catalog import folder\n"
    )

    found = imports(path)

    assert found == {"cli.main", "typing.TYPE_CHECKING", "catalog.folder"}


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_imports_no_aws_however_indirectly(module: str) -> None:
    imported = {root for name in behind(module) for root in roots(PACKAGE / f"{name}.py")}

    assert not imported & AWS


def test_a_module_that_reaches_aws_by_way_of_another_would_be_noticed() -> None:
    assert "boto3" not in roots(PACKAGE / "views.py")
    assert {"storage", "matches"} <= behind("views")


def test_no_modules_of_the_layer_import_each_other_in_a_circle() -> None:
    circular = {
        path.stem for path in MODULES if any(path.stem in behind(other) for other in siblings(path))
    }

    assert circular == set()


def test_unit_tests_start_neither_aws_nor_a_server_nor_a_process() -> None:
    starters = ("moto", "tests.moto", "tests.services", "tests.running_stack", "subprocess")
    found = {
        f"{short(path)} imports {name}"
        for path in (ROOT / "tests" / "unit").glob("*.py")
        for name in imports(path)
        if name.startswith(starters)
    }

    assert found == set()


# Who speaks to what


def clients(path: Path) -> Iterator[str]:
    """The services for which a file makes a client."""
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"client", "resource"}
        ):
            yield str(ast.literal_eval(node.args[0]))


def test_only_recogniser_speaks_to_rekognition() -> None:
    speakers = {short(path) for path in PRODUCT if "rekognition" in clients(path)}

    assert speakers == {"layers/lookalike/lookalike/recogniser.py"}


@pytest.mark.parametrize("service", ["s3", "dynamodb"])
def test_only_storage_makes_clients_of_s3_and_dynamodb(service: str) -> None:
    makers = {short(path) for path in PRODUCT if service in clients(path)}

    assert makers == {"layers/lookalike/lookalike/storage.py"}


def test_only_a_queues_own_module_speaks_to_it() -> None:
    speakers = {short(path) for path in PRODUCT if "sqs" in clients(path)}

    modules = {"pack_changes.py", "forgetting.py"}
    assert speakers == {f"layers/lookalike/lookalike/{module}" for module in modules}


def test_only_settings_reads_the_environment() -> None:
    readers = {
        short(path)
        for path in PRODUCT
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"})
        or (isinstance(node, ast.ImportFrom) and node.module == "os")
    }

    assert readers == {"layers/lookalike/lookalike/settings.py"}


# What a function finds in Lambda


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages that a function finds in Lambda: the layer's and the runtime's."""
    folder = tmp_path_factory.mktemp("lambda") / "packages"
    names = declared(LAYER / "requirements.txt") | with_needs(RUNTIME)
    link_distributions(names, folder)
    return folder


def environment(name: str) -> dict[str, str]:
    """The variables that a function finds in Lambda."""
    given = sam_template.of_type("AWS::Lambda::Function", sam_template.transformed())[name]
    parameters = sam_template.written()["Parameters"]
    variables = {
        variable: str(parameters.get(value.get("Ref"), {}).get("Default", "example"))
        if isinstance(value, dict)
        else value
        for variable, value in given["Environment"]["Variables"].items()
    }
    region = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}
    return {"PATH": os.environ["PATH"], **region, **variables}


def import_function(
    folder: Path, packages: Path, variables: dict[str, str]
) -> "subprocess.CompletedProcess[str]":
    """Import a function as Lambda does: its folder, the layer, the runtime, and nothing else."""
    path = [str(folder), str(LAYER), str(packages)]
    code = f"import sys; sys.path[:0] = {path!r}; import app; assert callable(app.handler)"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", sorted(FOLDERS))
def test_a_function_runs_with_what_it_declares(name: str, packages: Path) -> None:
    done = import_function(ROOT / FOLDERS[name], packages, environment(name))

    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("undeclared", ["rich", "cli.main"])
def test_an_undeclared_import_would_be_noticed(
    undeclared: str, packages: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "check_face"
    shutil.copytree(ROOT / "functions" / "check_face", folder)
    with (folder / "app.py").open("a") as app:
        app.write(f"\nimport {undeclared}\n")

    done = import_function(folder, packages, environment("CheckFaceFunction"))

    assert f"ModuleNotFoundError: No module named '{undeclared.split('.')[0]}'" in done.stderr


def test_a_missing_setting_is_named(packages: Path) -> None:
    variables = environment("IndexPortraitFunction")
    del variables["PORTRAITS_TABLE"]

    done = import_function(ROOT / FOLDERS["IndexPortraitFunction"], packages, variables)

    assert done.returncode == 1
    assert "PORTRAITS_TABLE" in done.stderr
