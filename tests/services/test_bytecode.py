"""The bytecode of a build: made for one Python, taken without a look at the source."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli import deploy
from local.bytecode import HERE, add_bytecode
from local.errors import LocalError


def built(folder: Path) -> Path:
    """Return a folder as `sam build` leaves it: a layer, and a function that imports from it."""
    layer, function = folder / "Layer" / "python", folder / "Function"
    (layer / "package").mkdir(parents=True)
    function.mkdir()
    (layer / "package" / "__init__.py").write_text("NAMES = {'a', 'b', 'c'}\n")
    (function / "app.py").write_text("from package import NAMES\nprint(sorted(NAMES))\n")
    return folder


def run(build: Path) -> subprocess.CompletedProcess[str]:
    """Start the function."""
    path = os.pathsep.join([str(build / "Layer" / "python"), str(build / "Function")])
    return subprocess.run(
        [sys.executable, "-c", "import app"],
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def contents(build: Path) -> dict[str, bytes]:
    return {str(path.relative_to(build)): path.read_bytes() for path in build.rglob("*.pyc")}


def test_a_function_and_its_layer_start_from_bytecode_and_not_from_source(tmp_path: Path) -> None:
    build = built(tmp_path)

    add_bytecode(build, HERE)
    for source in build.rglob("*.py"):
        source.write_text("raise RuntimeError('compiled from the source')\n")

    assert run(build).stdout == "['a', 'b', 'c']\n"


def test_the_same_sources_in_another_folder_make_the_same_bytecode(tmp_path: Path) -> None:
    one, other = built(tmp_path / "one"), built(tmp_path / "other")

    add_bytecode(one, HERE)
    add_bytecode(other, HERE)

    assert len(contents(one)) == 2
    assert contents(one) == contents(other)


def test_the_runtime_of_another_python_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=rf"for python3\.9, .* by {HERE}"):
        add_bytecode(built(tmp_path), "python3.9")

    assert contents(tmp_path) == {}


def test_a_source_that_is_not_python_is_named(tmp_path: Path) -> None:
    (built(tmp_path) / "Function" / "app.py").write_text("def\n")

    with pytest.raises(LocalError, match=r"(?s)cannot be compiled:.*app\.py.*SyntaxError"):
        add_bytecode(tmp_path, HERE)


def build_for(runtime: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Build a deployment whose `sam build` leaves what `built` does."""
    monkeypatch.setattr(deploy, "BUILDS", folder)
    monkeypatch.setattr(deploy, "_sam", lambda *_arguments: built(folder / "lookalike"))
    deploy.build(deploy.Deployment("dev", settings={"PythonRuntime": runtime}))
    return folder / "lookalike"


def test_what_is_deployed_to_aws_has_bytecode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(contents(build_for(HERE, tmp_path, monkeypatch))) == 2


def test_nothing_is_built_for_the_runtime_of_another_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LocalError):
        build_for("python3.9", tmp_path, monkeypatch)
