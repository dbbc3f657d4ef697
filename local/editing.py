"""Brings changes of the sources to the stack that runs, by itself."""

import threading
from collections.abc import Callable
from pathlib import Path

from local.errors import LocalError
from local.stack import LocalStack, source_files

POLL = 0.5
"""Seconds between two looks at the files."""

Seen = dict[Path, tuple[int, int]]


def deploy_edits(stack: LocalStack, say: Callable[[str], None]) -> None:
    """Deploy what changes in the sources, in the background, for as long as this process runs.

    What cannot be built or deployed is said, and leaves the stack as it is until the next change.
    """
    # A daemon: a build that takes a while does not keep the process from ending.
    threading.Thread(target=_watch, args=(stack, say), name="editing", daemon=True).start()


def _watch(stack: LocalStack, say: Callable[[str], None]) -> None:
    pause = threading.Event()
    deployed: Seen = {}  # at first, for what has changed while the stack started
    while not pause.wait(POLL):
        changed = _look()
        if changed == deployed or pause.wait(POLL) or _look() != changed:
            continue  # an editor, or a checkout of git, is still writing
        deployed = changed
        try:
            if stack.redeploy():
                say("The change is deployed.")
        except (LocalError, OSError) as error:
            if stack.stopped:
                return
            say(f"The change is not deployed, the stack runs on without it: {error}")


def _look() -> Seen:
    """Return when each source was last changed, in nanoseconds, and its size in bytes."""
    seen = {}
    for path in source_files():
        try:
            status = path.stat()
        except FileNotFoundError:
            continue  # gone since it was listed
        seen[path] = status.st_mtime_ns, status.st_size
    return seen
