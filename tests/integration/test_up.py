"""`lookalike up`: started, ended, started again, and what stops it from starting."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from local.state import ROOT
from lookalike.pictures import LARGEST_SELFIE
from tests.conftest import NewState
from tests.pictures import encode, open_face
from tests.running_stack import FINISHING, RunningStack, wait_for

looks_for_processes = pytest.mark.skipif(
    sys.platform != "linux", reason="looks for processes in /proc"
)


@pytest.fixture(scope="module")
def started(new_state: NewState) -> Iterator[RunningStack]:
    """A stack to end and start again."""
    running = RunningStack(new_state())
    yield running
    if is_up(running):
        running.stop()


@pytest.fixture
def own(started: RunningStack) -> RunningStack:
    """The same stack, which runs."""
    if not is_up(started):
        started.start()
    return started


@pytest.fixture(scope="module")
def photo(selfie: Path) -> bytes:
    return encode(open_face(selfie))


def descendants(pid: int) -> set[int]:
    """List a process's children, and theirs."""
    found: set[int] = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it ended after it was listed
        if int(fields[1]) == pid:
            found |= {int(entry.name)} | descendants(int(entry.name))
    return found


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


def is_up(stack: RunningStack) -> bool:
    return stack.process.poll() is None


def is_indexed(stack: RunningStack) -> int:
    packs = stack.call("GET", "/packs").json()["packs"]
    return int(packs[0]["portraits"])


def kill_all(stack: RunningStack) -> None:
    """End every process of a stack as `kill -9` does, and start it again."""
    for pid in descendants(stack.process.pid) | {stack.process.pid}:
        os.kill(pid, signal.SIGKILL)
    stack.process.wait()
    stack.start()


@looks_for_processes
def test_a_second_start_knows_the_matches_portraits_and_users_of_the_first(
    own: RunningStack, photo: bytes
) -> None:
    match = own.play(photo)
    token = own.sign_up()
    of_member = own.play(photo, token)
    portraits = is_indexed(own)
    processes = descendants(own.process.pid)
    temporary = own.state / "tmp"
    while_it_ran = [*temporary.iterdir()]

    with socket.create_connection(("127.0.0.1", own.port)) as half_sent:
        head = f"POST /api/guest/matches HTTP/1.1\r\nHost: localhost:{own.port}\r\n"
        half_sent.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        code = own.stop()
    wait_for(lambda: not alive(processes), FINISHING)
    at_the_end = temporary.exists()
    killed = temporary / "ministack-lambda-of-a-stack-that-was-killed"
    killed.mkdir(parents=True)
    own.start()

    assert code == 0
    assert portraits >= 6
    assert is_indexed(own) == portraits
    assert own.read(match["match_id"])["celebrities"][0]["name"] == "Grace Hopper"
    assert own.read(of_member["match_id"], token)["status"] == "succeeded"
    assert own.play(photo)["status"] == "succeeded"
    said = own.output.read_text()
    assert "sam deploy" not in said
    assert "Indexing" not in said
    assert while_it_ran
    assert not at_the_end
    assert not killed.exists()


@looks_for_processes
def test_the_sudden_end_of_every_process_loses_no_photograph_and_ends_every_match(
    own: RunningStack, photo: bytes
) -> None:
    kept, unclaimed, begun = own.play(photo), own.create(), own.create()
    held = [
        (unclaimed, own.hold("updateItem", unclaimed["match_id"])),
        (begun, own.hold("lambda:invoke", begun["match_id"])),
    ]
    with contextlib.ExitStack() as holds:
        for created, hold in held:
            has_come = holds.enter_context(hold)
            assert own.upload(created["upload"], photo).status_code == 204
            wait_for(has_come, FINISHING)

        kill_all(own)

    assert own.read(kept["match_id"])["status"] == "succeeded"
    # Nothing had claimed this photograph, so it is played.
    assert own.wait(unclaimed["match_id"])["status"] == "succeeded"
    assert len(own.selfie_versions(unclaimed["match_id"])) == 1
    # It may have been searched for already, which must not be paid twice.
    assert own.read(begun["match_id"])["failure"]["code"] == "service_unavailable"


@looks_for_processes
def test_a_recogniser_that_was_killed_is_started_again(own: RunningStack, photo: bytes) -> None:
    portraits = own.faces(own.outputs.celebrities_collection)
    [recogniser] = [
        pid
        for pid in descendants(own.process.pid)
        if "rekognition\0--port" in Path(f"/proc/{pid}/cmdline").read_text()
    ]

    os.kill(recogniser, signal.SIGKILL)
    wait_for(lambda: "was started again" in own.output.read_text(), FINISHING)

    assert own.faces(own.outputs.celebrities_collection) == portraits
    assert own.play(photo)["status"] == "succeeded"


@looks_for_processes
def test_the_services_end_with_the_command_however_it_goes(own: RunningStack) -> None:
    processes = descendants(own.process.pid)

    own.process.kill()
    own.process.wait()

    wait_for(lambda: not alive(processes), FINISHING)


def test_what_an_earlier_face_model_has_indexed_is_indexed_again(
    started: RunningStack, photo: bytes
) -> None:
    if is_up(started):
        started.stop()
    collections = started.state / "rekognition" / "rekognition.sqlite3"
    with contextlib.closing(sqlite3.connect(collections)) as kept:
        kept.execute("UPDATE collections SET model = '1.0'")
        kept.execute("UPDATE faces SET embedding = zeroblob(length(embedding))")
        kept.commit()

    started.start()

    assert "The face model has changed: indexing Celebrities again" in started.output.read_text()
    match = started.play(photo)
    assert match["celebrities"][0]["name"] == "Grace Hopper"
    assert match["celebrities"][0]["resemblance"] > 90
    started.stop()
    started.start()
    assert "The face model has changed" not in started.output.read_text()


def test_a_second_stack_with_the_same_state_is_refused(own: RunningStack) -> None:
    done = run_up("--port", "0", "--state", str(own.state))

    assert done.returncode == 1
    assert f"answers at {own.origin}" in done.stderr
    assert f"kill {own.process.pid}" in done.stderr


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = run_up("--port", str(port), "--state", str(tmp_path))

    assert done.returncode == 1
    assert f"port {port} cannot be opened" in done.stderr


def test_a_state_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    done = run_up("--port", "0", "--state", str(tmp_path / "file" / "state"))

    assert done.returncode == 1
    assert "cannot write to" in done.stderr


def test_a_catalog_that_is_none_is_refused_before_anything_starts(tmp_path: Path) -> None:
    done = run_up("--port", "0", "--state", str(tmp_path), "--catalog", str(tmp_path / "none"))

    assert done.returncode == 1
    assert "is not a folder" in done.stderr
    assert not (tmp_path / "logs").exists()


def run_up(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", "up", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class TestMatch:
    """`lookalike match`, against a running stack."""

    @staticmethod
    def run(stack: RunningStack, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli.main", "match", "--state", stack.state, *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def test_one_match_object_a_line(self, stack: RunningStack, portraits: list[Path]) -> None:
        photos = [path for path in portraits if "Curie" not in path.stem][:2]

        done = self.run(stack, "--json", *photos)

        matches = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 0, done.stderr
        assert [match["status"] for match in matches] == ["succeeded"] * 2

    def test_words_for_people(self, stack: RunningStack, selfie: Path) -> None:
        done = self.run(stack, selfie)

        assert done.returncode == 0, done.stderr
        assert "1. Grace Hopper" in done.stdout

    def test_one_photograph_without_a_celebrity_fails_the_command(
        self, stack: RunningStack, selfie: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "text.jpg").write_text("not a picture")

        done = self.run(stack, tmp_path / "none.jpg", tmp_path / "text.jpg", selfie)

        assert done.returncode == 1
        assert "none.jpg: No such file" in done.stderr
        assert "not a picture we can read" in done.stdout
        assert "Grace Hopper" in done.stdout

    def test_a_photograph_above_the_limit_is_made_smaller(
        self, stack: RunningStack, selfie: Path, tmp_path: Path
    ) -> None:
        photo = tmp_path / "large.png"
        large = Image.open(selfie).convert("RGB").resize((3000, 3000))
        Image.blend(large, Image.effect_noise((3000, 3000), 90).convert("RGB"), 0.2).save(photo)
        assert photo.stat().st_size > LARGEST_SELFIE

        done = self.run(stack, photo)

        assert "1. Grace Hopper" in done.stdout, done.stderr

    def test_a_missing_photograph_is_named(self, stack: RunningStack, tmp_path: Path) -> None:
        done = self.run(stack, tmp_path / "none.jpg")

        assert done.returncode == 1
        assert "none.jpg: No such file" in done.stderr

    def test_a_stack_that_does_not_run_is_named(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "match", "--url", "http://localhost:1", "x.jpg"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.returncode == 1
        assert "nothing answers" in done.stderr
