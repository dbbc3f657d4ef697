"""Ends a service when the process that started it is gone."""

import os
import signal
import threading


def end_with_standard_input() -> None:
    """End this process in order once its standard input closes.

    Standard input is a pipe from the parent. The kernel closes it when the parent ends, also by
    kill -9.
    """
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    # Not through sys.stdin: the interpreter takes its lock when the process ends first.
    while os.read(0, 4096):
        continue
    os.kill(os.getpid(), signal.SIGTERM)
