"""The local stack's state folder and ports."""

import fcntl
import os
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local.errors import LocalError

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

BUILDS = ROOT / ".local" / "builds"
"""The builds of `sam build`, by fingerprint; all stacks of this checkout share them."""

STARTER = ROOT / ".local" / "starter"
"""The starter portraits, extracted from packages once."""

LEFT_OVER = 30.0
"""Seconds that the services of a killed command may take to end."""

LEAST_DISK = 200 * 1024 * 1024
"""Bytes that must be free at the start."""


@dataclass(frozen=True)
class StateFolder:
    """The folder of one local stack; everything in it can be deleted to start again."""

    path: Path

    @property
    def emulator(self) -> Path:
        """The files of ministack: its services' state and the objects of S3."""
        return self.path / "aws"

    @property
    def temporary(self) -> Path:
        """The temporary files of ministack and of the functions, while they run."""
        return self.path / "tmp"

    @property
    def rekognition(self) -> Path:
        """The collections of the local Rekognition."""
        return self.path / "rekognition"

    @property
    def logs(self) -> Path:
        """The logs, one file for each process."""
        return self.path / "logs"

    @property
    def deployed(self) -> Path:
        """The fingerprint of what is deployed."""
        return self.path / "deployed"

    @property
    def running(self) -> Path:
        """The addresses of the services, as JSON, while the stack runs."""
        return self.path / "running.json"

    @property
    def sam(self) -> Path:
        """The template and the variables of `sam local invoke`."""
        return self.path / "sam"

    @property
    def page(self) -> Path:
        """The page's address, while it is served."""
        return self.path / "page"

    @property
    def catalogs(self) -> Path:
        """The fetched catalogs, a folder for each pack."""
        return self.path / "catalogs"

    @property
    def wikimedia(self) -> Path:
        """The cache of Wikimedia's answers and pictures."""
        return self.path / "wikimedia"

    @property
    def removed(self) -> Path:
        """The people who asked to be removed; personal data, and so never committed."""
        return self.path / "removed.csv"

    @property
    def pack_source(self) -> Path:
        """The source of the celebrities pack: `starter`, `folder` or `wikimedia`."""
        return self.path / "filled"

    @property
    def contact(self) -> Path:
        """The contact for Wikimedia that was typed; empty if its owner gave none."""
        return self.path / "contact"

    def secret(self) -> str:
        """Return this folder's secret key, which signs requests to the local AWS."""
        path = self.path / "secret"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(20))
        return path.read_text()

    def prepare(self) -> None:
        """Make the folders; raise LocalError if the disk is full or cannot be written."""
        try:
            for folder in (self.emulator, self.rekognition, self.logs):
                folder.mkdir(parents=True, exist_ok=True)
            self.path.chmod(0o700)  # it holds photographs, accounts, and a secret
            free = shutil.disk_usage(self.path).free
        except OSError as error:
            raise LocalError(f"cannot write to {self.path}: {error.strerror}") from error
        if free < LEAST_DISK:
            raise LocalError(
                f"only {free // 2**20} MB are free on the disk of {self.path}; "
                f"{LEAST_DISK // 2**20} MB are needed"
            )

    def wipe(self) -> None:
        """Delete the deployment; keep fetched files and the list of removed people."""
        for folder in (self.emulator, self.rekognition):
            shutil.rmtree(folder, ignore_errors=True)
        for path in (self.deployed, self.pack_source):
            path.unlink(missing_ok=True)
        self.prepare()

    @contextmanager
    def lock(self) -> Iterator[int]:
        """Lock the folder; raise LocalError if another stack runs in it.

        Yield the lock's file descriptor: a process that inherits it also holds the lock, until it
        ends.
        """
        with (self.path / "lock").open("a+") as handle:
            deadline = time.monotonic() + LEFT_OVER
            while not _locked(handle):
                # If the command is gone, its services are about to save their state and end.
                pid = _read_pid(handle)
                if _is_running(pid) or time.monotonic() > deadline:
                    raise LocalError(self._words_for_running(pid))
                time.sleep(0.1)
            self.page.unlink(missing_ok=True)  # a killed command's
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
            try:
                yield handle.fileno()
            finally:
                self.page.unlink(missing_ok=True)

    def _words_for_running(self, pid: int | None) -> str:
        """Say where the stack that holds the folder answers, and how to end it."""
        where = f"answers at {self.page.read_text()}" if self.page.exists() else "has no page yet"
        words = f"another stack already runs with its state in {self.path}, and {where}"
        if pid is None or not _is_running(pid):
            return f"{words}; its command is gone, and its services have not ended"
        return f"{words}; Ctrl-C in its terminal ends it, or: kill {pid}"


def _locked(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_pid(handle: IO[str]) -> int | None:
    handle.seek(0)
    text = handle.read()
    return int(text) if text.isdigit() else None


def _is_running(pid: int | None) -> bool:
    if pid is None:
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def building() -> Iterator[None]:
    """Wait until no other stack of this checkout builds or deploys."""
    BUILDS.mkdir(parents=True, exist_ok=True)
    with BUILDS.with_suffix(".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def free_port() -> int:
    """Return a port that is free now on the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_port(port: int) -> None:
    """Raise LocalError if a port is in use, or may not be opened."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError as error:
            raise LocalError(f"{port} is not a port; choose one from 1024 to 65535") from error
        except OSError as error:
            raise LocalError(
                f"port {port} cannot be opened ({os.strerror(error.errno or 0)}); "
                f"choose another: make run PORT={port + 1}"
            ) from error
