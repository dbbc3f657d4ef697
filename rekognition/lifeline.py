"""How a service learns that what started it is gone."""

import os
import signal
import threading


def end_with_standard_input() -> None:
    """Ask this process for an orderly end once its standard input closes.

    It is a pipe from the parent, which closes however the parent ends, kill -9 included.
    """
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    # Not through sys.stdin, whose lock the interpreter wants when it ends on its own.
    while os.read(0, 4096):
        continue
    os.kill(os.getpid(), signal.SIGTERM)
