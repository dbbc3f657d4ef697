import socket
from collections import namedtuple
from pathlib import Path

import pytest

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
    folder.filled.write_text("wikimedia")
    (folder.logs / "aws.log").touch()

    folder.wipe()

    assert list(folder.emulator.iterdir()) == list(folder.rekognition.iterdir()) == []
    assert not folder.deployed.exists()
    assert not folder.filled.exists()
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


def test_folder_is_free_again_when_its_stack_ends(folder: StateFolder) -> None:
    with folder.lock():
        pass

    with folder.lock() as held:
        assert held is None


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
