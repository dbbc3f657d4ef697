"""The processes of a local stack."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.errors import LocalError
from local.state import ROOT

PATIENCE = 60.0
"""Seconds a process may take to answer for the first time."""
ENDING = 15.0
"""Seconds a process may take to end when asked."""


class Service:
    """A child process that serves HTTP, writes a log, and ends with its parent.

    Its standard input is a pipe, which closes when the parent ends, also when it is killed. It has
    its own process group, so that Ctrl-C reaches only the parent, which ends its children in order.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        inherited: Sequence[int] = (),
    ) -> None:
        """Start the process, which inherits these file descriptors."""
        self.name, self.log = name, log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,  # Python finds the packages there
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=inherited,
            )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def wait_until_ready(self, url: str) -> None:
        """Wait until the address answers; raise LocalError if the process ends or is too slow."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise LocalError(
                    f"{self.name} ended at once; its log is {self.log}\n{self._tail()}"
                )
            try:
                with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - the stack chose the address
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.05)
        raise LocalError(f"{self.name} does not answer; its log is {self.log}\n{self._tail()}")

    def running(self) -> bool:
        """Return whether the process runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the process and its children: by SIGTERM, then by SIGKILL."""
        if self._process.stdin:
            self._process.stdin.close()
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(ENDING)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()
        self._signal(signal.SIGKILL)  # its children that are left

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            return  # it has ended; macOS raises the second for a group that is ending

    def _tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-15:])
