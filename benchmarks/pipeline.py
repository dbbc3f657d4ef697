"""`python -m benchmarks.pipeline FOLDER`: compares a match with the recogniser's own work.

A match lasts from the answer to the upload until the time at which its result was stored. The
recogniser's own work is DetectFaces and SearchFacesByImage of the same photograph, straight at the
local Rekognition. Both are measured alternately in one run, on a local stack of its own with the
starter portraits, so the ratios are about the same on another machine, if nothing else runs on it.
Each photograph is sent with bytes of its own, because the local Rekognition remembers pictures.
FOLDER holds photographs of people.
"""

import argparse
import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from rich.console import Console

from benchmarks.usage import wait_for_page
from cli.match import Client
from local.bytecode import HERE
from local.deployment import read_outputs
from local.executions import Executions
from local.state import ROOT, free_port

AT_ONCE = 8
UP = """
import sys
from pathlib import Path
from cli.up import run
sys.exit(run(int(sys.argv[1]), Path(sys.argv[2]), None))
"""
PROCESSES = {
    "-m rekognition.decoder": "picture decoders",
    "-m rekognition": "recogniser",
    "local.aws.launch": "local AWS",
    "_worker.py": "functions",
}
"""What a process is, by a part of its command."""
FRONT = "front"
"""The process that starts the others, and serves the page."""

OWN = "the recogniser, of the own work alone"

console = Console(highlight=False)
_numbers = itertools.count()


def main() -> None:
    """Measure, and print each figure with its 95th percentile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--matches", type=int, default=60)
    arguments = parser.parse_args()
    files = sorted(arguments.folder.rglob("*.jpg"))
    if not files:
        parser.error(f"{arguments.folder} holds no photograph, no file *.jpg")
    sample = files[:: max(1, len(files) // arguments.matches)]
    console.print(f"{HERE}, {os.cpu_count()} cores, {platform.machine()}, {platform.system()}")
    photographs = [file.read_bytes() for file in sample]
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as stack:
        together(stack.play, photographs, 2 * AT_ONCE)  # starts the functions' processes
        alone(stack, photographs, arguments.matches)
        crowd(stack, photographs, arguments.matches)


def alone(stack: "Stack", photographs: Sequence[bytes], matches: int) -> None:
    """Measure one user after the other."""
    stored, own, states = [], [], []
    used: Counter[str] = Counter()
    for photograph in itertools.islice(itertools.cycle(photographs), matches):
        before = stack.cpu_milliseconds()
        match_id, seconds = stack.play(photograph)
        between = stack.cpu_milliseconds()
        began = time.perf_counter()
        stack.recognise(photograph)
        own.append(time.perf_counter() - began)
        after = stack.cpu_milliseconds()
        stored.append(seconds)
        states.append(stack.states_of(match_id))
        used.update({name: between[name] - before[name] for name in between})
        used[OWN] += after["recogniser"] - between["recogniser"]
    show("one user: upload accepted to result stored, ms", [1000 * one for one in stored])
    show("the recogniser's own work, ms", [1000 * one for one in own])
    show("the difference, ms", [1000 * (a - b) for a, b in zip(stored, own, strict=True)])
    show("the ratio", [a / b for a, b in zip(stored, own, strict=True)])
    for state in dict.fromkeys(itertools.chain.from_iterable(states)):
        show(f"  {state}, ms", [1000 * one[state] for one in states if state in one])
    show_cpu(used, matches)


def crowd(stack: "Stack", photographs: Sequence[bytes], matches: int) -> None:
    """Measure several users at once."""
    before = stack.cpu_milliseconds()
    a_second = matches / together(stack.play, photographs, matches)
    after = stack.cpu_milliseconds()
    own = matches / together(stack.recognise, photographs, matches)
    show(f"{AT_ONCE} users at once: matches a second", [a_second])
    show(f"the recogniser, {AT_ONCE} callers: photographs a second", [own])
    show("the ratio", [a_second / own])
    show_cpu(Counter({name: after[name] - before[name] for name in after}), matches)


def show_cpu(used: Counter[str], matches: int) -> None:
    """Print the CPU time of each kind of process."""
    for process, milliseconds in used.most_common():
        show(f"  CPU a match: {process}, ms", [milliseconds / matches])


def together(act: Callable[[bytes], object], photographs: Sequence[bytes], times: int) -> float:
    """Act on photographs, several at once; return the seconds that it took."""
    chosen = [*itertools.islice(itertools.cycle(photographs), times)]
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        [*pool.map(act, chosen)]
    return time.perf_counter() - began


def show(what: str, values: Sequence[float]) -> None:
    """Print the median of values, and the 95th percentile where there are several."""
    rest = f"  (95 %: {statistics.quantiles(values, n=20)[-1]:.2f})" if len(values) > 1 else ""
    console.print(f"{what:52} {statistics.median(values):8.2f}{rest}")


def commented(photograph: bytes) -> bytes:
    """Return a JPEG with bytes of its own: it has another comment each time."""
    comment = str(next(_numbers)).encode()
    length = (len(comment) + 2).to_bytes(2, "big")
    return photograph[:2] + b"\xff\xfe" + length + comment + photograph[2:]


class Stack:
    """A running local stack of the bench."""

    def __init__(self, state: Path, origin: str, process_id: int) -> None:
        """Make clients for the stack of a state folder."""
        addresses = json.loads((state / "running.json").read_text())
        session = boto3.Session("test", (state / "secret").read_text(), region_name="us-east-1")
        aws = addresses["aws_url"]
        outputs = read_outputs(client=session.client("cloudformation", endpoint_url=aws))
        assert outputs is not None
        self._collection = outputs.celebrities_collection
        self._executions = Executions(outputs, session, endpoint_url=aws)
        self._recogniser = session.client("rekognition", endpoint_url=addresses["rekognition_url"])
        self._origin, self._process_id = origin, process_id

    def play(self, photograph: bytes) -> tuple[str, float]:
        """Play a match; return its id, and the seconds until its result was stored."""
        client = Client.of_page(self._origin)
        created = client.begin({"content_type": "image/jpeg"})
        client.upload(created["upload"], "selfie.jpg", commented(photograph), "image/jpeg")
        accepted = datetime.now(UTC)
        match = client.wait(created["match_id"])
        assert match["status"] in {"succeeded", "failed"}, match["status"]
        return match["match_id"], (
            datetime.fromisoformat(match["updated_at"]) - accepted
        ).total_seconds()

    def recognise(self, photograph: bytes) -> None:
        """Have the recogniser do what it does for a match."""
        image: Any = {"Bytes": commented(photograph)}
        self._recogniser.detect_faces(Image=image, Attributes=["ALL"])
        self._recogniser.search_faces_by_image(
            CollectionId=self._collection, Image=image, FaceMatchThreshold=0, MaxFaces=500
        )

    def states_of(self, match_id: str) -> dict[str, float]:
        """Return the seconds that each state of a match's execution took."""
        run = self._executions.read(self._executions.of_match(match_id) or "")
        assert run is not None
        taken: dict[str, float] = defaultdict(float)
        for step in run.steps:
            if step.exited is not None:
                taken[step.name] += (step.exited - step.entered).total_seconds()
        return taken

    def cpu_milliseconds(self) -> Counter[str]:
        """Return the CPU time of the stack's processes so far, by what they are (Linux)."""
        a_tick = 1000 // os.sysconf("SC_CLK_TCK")
        parents: dict[int, int] = {}
        commands: dict[int, str] = {}
        used: dict[int, int] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            process = int(folder.name)
            with suppress(OSError):  # the process has ended
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                commands[process] = (folder / "cmdline").read_text().replace("\0", " ")
                parents[process] = int(fields[1])
                used[process] = a_tick * (int(fields[11]) + int(fields[12]))
        total: Counter[str] = Counter()
        for process, milliseconds in used.items():
            if self._process_id in _ancestors(process, parents):
                command = commands[process]
                kind = next((what for part, what in PROCESSES.items() if part in command), FRONT)
                total[kind] += milliseconds
        return total


def _ancestors(process: int, parents: Mapping[int, int]) -> Iterator[int]:
    """Yield a process, its parent, and so on."""
    while process in parents:
        yield process
        process = parents[process]


@contextmanager
def running(state: Path) -> Iterator[Stack]:
    """Run a local stack with the starter portraits."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", UP, str(port), str(state)], cwd=ROOT)
    try:
        origin = f"http://localhost:{port}"
        wait_for_page(origin, process)
        yield Stack(state, origin, process.pid)
    finally:
        process.terminate()
        process.wait(60)


if __name__ == "__main__":
    main()
