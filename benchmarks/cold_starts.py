"""`python -m benchmarks.speed`: measures cold starts, and the local Rekognition's search.

It takes the functions as `make run` has built them, for this machine. Everything is a ratio of CPU
times of one run, so that other machines, and busy ones, give about the same.

- A cold start: a process that imports the function's module, over one that imports boto3, with its
  bytecode, and makes one client. With the bytecode of the build, and without.
- A search of a collection for 500 faces, over one read of its memory.
"""

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

from local.bytecode import HERE
from local.environment import REGION
from local.stack import AWS_PYTHON
from local.state import BUILDS
from rekognition.engine import DIMENSIONS
from rekognition.matrix import nearest
from rekognition.scores import similarity

FLOOR = "import boto3; boto3.client('dynamodb')"
FUNCTION = "import app"
MOST = 500
"""Faces that a search returns, as the workflow asks for."""

console = Console(highlight=False)


def main() -> None:
    """Measure, and print each ratio with the least and the largest of its runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--faces", type=int, default=300_000)
    arguments = parser.parse_args()
    builds = [template.parent for template in BUILDS.glob("*/template.yaml")]
    if not builds:
        parser.error("nothing is built: `make run` builds the functions for this machine")
    build = max(builds, key=lambda folder: folder.stat().st_mtime)
    console.print(f"{HERE}, {os.cpu_count()} cores, {platform.machine()}, {platform.system()}")
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare"
        shutil.copytree(build, bare, ignore=shutil.ignore_patterns("__pycache__"))
        for name, variables in functions(build):
            show(f"{name} without bytecode", cold_starts(bare, name, variables, arguments.runs))
            show(name, cold_starts(build, name, variables, arguments.runs))
    show(f"search of {arguments.faces} faces", searches(arguments.faces, arguments.runs))


def show(what: str, ratios: list[float]) -> None:
    """Print the median of ratios and their range."""
    median, least, largest = statistics.median(ratios), min(ratios), max(ratios)
    console.print(f"{what:45} {median:5.2f}  ({least:.2f} to {largest:.2f})")


def functions(build: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the functions of a build, each with a value for every variable that it reads."""
    template: dict[str, Any] = yaml_parse((build / "template.yaml").read_text())
    shared = template["Globals"]["Function"]["Environment"]["Variables"]
    for name, resource_ in template["Resources"].items():
        if resource_["Type"] == "AWS::Serverless::Function":
            own = resource_["Properties"].get("Environment", {}).get("Variables", {})
            yield name, dict.fromkeys({**shared, **own}, "1")


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


def searches(faces: int, runs: int) -> list[float]:
    """Return the ratios of a search to one read of the same memory."""
    draw = np.random.default_rng(0)
    rows = draw.standard_normal((faces, DIMENSIONS), np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)

    def search() -> None:
        _, cosines = nearest(rows, rows[0], MOST)
        similarity(cosines)

    return [own_seconds(search) / own_seconds(lambda: rows.sum()) for _ in range(runs)]


def own_seconds(act: Callable[[], object]) -> float:
    """Return the CPU time that this process takes to act."""
    started = time.process_time()
    act()
    return time.process_time() - started


if __name__ == "__main__":
    main()
