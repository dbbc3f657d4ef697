import os
import socket
import stat
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from local import state
from local.errors import LocalError
from local.state import LEAST_DISK, StateFolder, check_port, free_port


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    prepared = StateFolder(tmp_path / "state")
    prepared.prepare()
    return prepared


def test_folders_are_made(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / "deep" / "state")

    folder.prepare()

    assert folder.emulator.is_dir()
    assert folder.rekognition.is_dir()
    assert folder.logs.is_dir()


def test_folder_that_is_there_is_prepared_again(folder: StateFolder) -> None:
    (folder.emulator / "kept").touch()

    folder.prepare()

    assert (folder.emulator / "kept").exists()


def test_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(LocalError, match="cannot write to"):
        StateFolder(tmp_path / "file").prepare()


def test_full_disk_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("local.state.shutil.disk_usage", lambda _: usage(0, 0, LEAST_DISK - 1))

    with pytest.raises(LocalError, match=r"only 199 MB are free .* 200 MB are needed"):
        StateFolder(tmp_path).prepare()


def test_wiping_forgets_the_stack_and_not_its_logs(folder: StateFolder) -> None:
    (folder.emulator / "table").touch()
    (folder.rekognition / "collection").touch()
    folder.deployed.write_text("fingerprint")
    folder.pack_source.write_text("wikimedia")
    (folder.logs / "aws.log").touch()

    folder.wipe()

    assert list(folder.emulator.iterdir()) == list(folder.rekognition.iterdir()) == []
    assert not folder.deployed.exists()
    assert not folder.pack_source.exists()
    assert (folder.logs / "aws.log").exists()


def test_wiping_keeps_what_was_fetched_and_who_asked_to_be_taken_out(folder: StateFolder) -> None:
    kept = (folder.catalogs / "celebrities", folder.wikimedia, folder.removed)
    for path in kept:
        path.mkdir(parents=True)

    folder.wipe()

    assert all(path.exists() for path in kept)


def test_folder_is_held_by_one_stack(folder: StateFolder) -> None:
    with (
        folder.lock(),
        pytest.raises(LocalError, match="another stack already runs"),
        StateFolder(folder.path).lock(),
    ):
        pytest.fail("it was locked twice")


def test_who_holds_the_folder_is_said_with_its_page_and_how_to_end_it(folder: StateFolder) -> None:
    words = (
        rf"answers at http://localhost:9000; Ctrl-C in its terminal ends it, or: kill {os.getpid()}"
    )

    with folder.lock():
        folder.page.write_text("http://localhost:9000")
        with pytest.raises(LocalError, match=words), folder.lock():
            pytest.fail("it was locked twice")


def test_page_is_forgotten_when_its_stack_ends(folder: StateFolder) -> None:
    folder.page.write_text("http://localhost:9000")  # a killed stack's

    with folder.lock():
        assert not folder.page.exists()
        folder.page.write_text("http://localhost:9001")

    assert not folder.page.exists()


def test_folder_is_free_again_when_its_stack_ends(folder: StateFolder) -> None:
    with folder.lock():
        pass

    with folder.lock() as held:
        assert os.fstat(held).st_ino == (folder.path / "lock").stat().st_ino


def ended_pid() -> str:
    """Return the id of a process that has ended, as of a command that was killed."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return str(ended.pid)


HOLD = "import sys; print('held', flush=True); sys.stdin.read()"


def test_a_process_that_inherits_the_lock_holds_the_folder(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "LEFT_OVER", 0.2)
    with folder.lock() as held:
        service = subprocess.Popen(
            [sys.executable, "-c", HOLD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[held],
        )
    (folder.path / "lock").write_text(ended_pid())

    with pytest.raises(LocalError, match="another stack already runs"), folder.lock():
        pytest.fail("it was locked although a service still runs")
    service.communicate()

    with folder.lock():
        assert service.returncode == 0


def test_folder_is_taken_over_once_the_services_of_a_killed_command_have_ended(
    folder: StateFolder,
) -> None:
    with folder.lock() as held:
        command = [sys.executable, "-c", "import time; time.sleep(1)"]
        service = subprocess.Popen(command, pass_fds=[held])
    (folder.path / "lock").write_text(ended_pid())

    with folder.lock():
        assert service.wait(30) == 0


def test_folder_is_its_owners_alone(folder: StateFolder) -> None:
    folder.path.mkdir(mode=0o755, exist_ok=True)
    folder.prepare()

    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_free_port_can_be_opened() -> None:
    port = free_port()

    check_port(port)
    with socket.create_server(("127.0.0.1", port)) as server:
        assert server.getsockname()[1] == port


def test_port_that_is_taken_is_an_error_that_says_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(LocalError, match=rf"port {port} .*make run PORT={port + 1}"):
            check_port(port)


@pytest.mark.parametrize("port", [-1, 65536])
def test_what_is_no_port_is_an_error(port: int) -> None:
    with pytest.raises(LocalError):
        check_port(port)
