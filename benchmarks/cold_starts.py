"""Measures cold starts of the functions, as `make run` has built them for this machine.

A cold start is a process that imports the function's module, over one that imports boto3, with its
bytecode, and makes one client: a ratio of CPU times, with the bytecode of the build and without.
"""

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

from benchmarks.figures import Figure, Figures
from local.environment import REGION
from local.stack import AWS_PYTHON
from local.state import BUILDS

FLOOR = "import boto3; boto3.client('dynamodb')"
FUNCTION = "import app"
BOOLEANS = frozenset({"ALLOW_GUESTS"})
"""The variables of the functions that are true or false; 1 will do for the others."""


def measure(runs: int) -> tuple[Figures, Figures]:
    """Measure the newest build; return the ratios, and the sizes of what is deployed."""
    builds = [template.parent for template in BUILDS.glob("*/template.yaml")]
    build = max(builds, key=lambda folder: folder.stat().st_mtime)
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare"
        shutil.copytree(build, bare, ignore=shutil.ignore_patterns("__pycache__"))
        for name, variables in functions(build):
            for kind, made in (("", build), (" without bytecode", bare)):
                figures[name + kind] = Figure.of(cold_starts(made, name, variables, runs))
    parts = ["LookAlikeLayer", *(name for name, _ in functions(build))]
    return figures, {name: Figure.of([_kilobytes(build / name)], "kB") for name in parts}


def _kilobytes(folder: Path) -> float:
    """Return the size of a folder's archive."""
    with tempfile.TemporaryDirectory() as scratch:
        archive = shutil.make_archive(f"{scratch}/archive", "zip", folder)
        return Path(archive).stat().st_size / 1000


def functions(build: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the functions of a build, each with a value for every variable that it reads."""
    template: dict[str, Any] = yaml_parse((build / "template.yaml").read_text())
    shared = template["Globals"]["Function"]["Environment"]["Variables"]
    for name, resource_ in template["Resources"].items():
        if resource_["Type"] == "AWS::Serverless::Function":
            own = resource_["Properties"].get("Environment", {}).get("Variables", {})
            yield (
                name,
                {
                    variable: "true" if variable in BOOLEANS else "1"
                    for variable in {**shared, **own}
                },
            )


def cold_starts(build: Path, function: str, variables: Mapping[str, str], runs: int) -> list[float]:
    """Return the ratios of a function's start to the floor, each of two processes in turn."""
    path = os.pathsep.join([str(build / "LookAlikeLayer" / "python"), str(build / function)])
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        **variables,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "PYTHONDONTWRITEBYTECODE": "1",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "PYTHONPATH": path,
    }
    return [
        cpu_seconds(FUNCTION, environment) / cpu_seconds(FLOOR, {**environment, "PYTHONPATH": ""})
        for _ in range(runs)
    ]


def cpu_seconds(script: str, environment: Mapping[str, str]) -> float:
    """Return the CPU time of a process that runs a script."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(AWS_PYTHON), "-c", script], env=dict(environment), check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
