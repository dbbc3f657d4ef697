"""`kill -9` at random moments under load, twenty times (`make soak`). This needs Linux's /proc."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from local.state import ROOT
from tests.crowd import family
from tests.pictures import encode, open_face
from tests.running_stack import RunningStack, wait_for

ROUNDS = int(os.environ.get("ROUNDS", "20"))
CLIENTS = 6
ENDED = {"succeeded", "failed", "expired"}
LIMIT = 300.0
"""Seconds in which a match must have ended after the restart: the workflow's limit."""
VICTIMS = ("everything", "the command", "the local AWS", "the recogniser", "a function")


@dataclass
class Load:
    """Clients that create, upload and delete, and the answers that they got."""

    stack: RunningStack
    photo: bytes
    created: set[str] = field(default_factory=set)
    uploaded: set[str] = field(default_factory=set)
    asked_to_delete: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)

    def run(self, kill: Callable[[], None]) -> None:
        """Run the clients until a process is killed at a random moment."""
        ended = threading.Event()
        clients = [threading.Thread(target=self._work, args=(ended,)) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        wait_for(lambda: len(self.uploaded) > CLIENTS, 120)
        time.sleep(random.uniform(0.5, 4))
        kill()
        ended.set()
        for client in clients:
            client.join()

    def _work(self, ended: threading.Event) -> None:
        while not ended.is_set():
            try:
                created = self.stack.create()
                match_id = created["match_id"]
                self.created.add(match_id)
                if self.stack.upload(created["upload"], self.photo).status_code == 204:
                    self.uploaded.add(match_id)
                if random.random() < 0.3:
                    self.asked_to_delete.add(match_id)
                    path = f"/guest/matches/{match_id}"
                    if self.stack.call("DELETE", path).status_code == 204:
                        self.deleted.add(match_id)
            except (requests.RequestException, AssertionError):
                time.sleep(0.1)  # it was killed before it answered


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack to kill."""
    running = RunningStack(tmp_path_factory.mktemp("killed"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def photo(selfie: Path) -> bytes:
    return encode(open_face(selfie))


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def victims(stack: RunningStack, which: str) -> set[int]:
    """Return the processes to kill."""
    everything = family(stack.process.pid)
    marks = {
        "the local AWS": "local.aws.launch",
        "the recogniser": "rekognition",
        "a function": "ministack-lambda-",
    }
    if which == "everything":
        return everything
    if which == "the command":
        return {stack.process.pid}
    found = {pid for pid in everything if marks[which] in command_of(pid)}
    return set(random.sample(sorted(found), 1)) if which == "a function" else found


def kill(pids: set[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it has ended without a kill


@pytest.mark.parametrize("number", range(ROUNDS))
def test_nothing_that_was_answered_is_lost(
    own: RunningStack, photo: bytes, number: int, measured: Callable[[str], None]
) -> None:
    which = VICTIMS[number % len(VICTIMS)]
    load = Load(own, photo)

    load.run(lambda: kill(victims(own, which)))
    if which in {"everything", "the command", "the local AWS"}:
        own.process.wait(60)
        own.start()

    def unfinished() -> set[str]:
        waiting = load.uploaded - load.asked_to_delete
        return {one for one in waiting if own.read(one)["status"] not in ENDED}

    wait_for(lambda: not unfinished(), LIMIT, lambda: f"{len(unfinished())} without an end")
    kept = load.created - load.asked_to_delete
    ends = Counter(own.read(match_id)["status"] for match_id in kept)
    measured(f"{which} killed: {len(load.uploaded)} uploaded, {len(load.deleted)} deleted, {ends}")
    for match_id in load.deleted:
        assert own.call("GET", f"/guest/matches/{match_id}").status_code == 404
        wait_for(lambda one=match_id: not own.selfie_versions(one), 60)  # type: ignore[misc]


def test_the_catalog_is_clean_in_the_end(own: RunningStack) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "catalog", "check", "--state", str(own.state)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "without a match" not in done.stdout
