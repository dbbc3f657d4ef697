"""Brings changes of the sources to the stack that runs, by itself."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from local.errors import LocalError
from local.sources import source_files
from local.stack import LocalStack
from local.state import ROOT

POLL = 0.5
"""Seconds between two looks at the files."""
NAMED = 3
"""How many of the changed files are named."""

Seen = dict[Path, tuple[int, int]]


def deploy_edits(stack: LocalStack, say: Callable[[str], None]) -> None:
    """Deploy what changes in the sources, in the background, for as long as this process runs.

    What cannot be built or deployed is said, and leaves the stack as it is until the next change.
    """
    # A daemon: a build that takes a while does not keep the process from ending.
    threading.Thread(target=_watch, args=(stack, say), name="editing", daemon=True).start()


def _watch(stack: LocalStack, say: Callable[[str], None]) -> None:
    pause = threading.Event()
    known = _look()
    if not deploy_edit(stack, say, []):  # what has changed while the stack started
        return
    while not pause.wait(POLL):
        seen = _look()
        if seen == known or pause.wait(POLL) or _look() != seen:
            continue  # an editor, or a checkout of git, is still writing
        files = sorted(path for path in {*known, *seen} if known.get(path) != seen.get(path))
        known = seen
        if not deploy_edit(stack, say, files):
            return


def deploy_edit(stack: LocalStack, say: Callable[[str], None], files: list[Path]) -> bool:
    """Deploy the sources if they differ from what runs; return False if the stack has ended.

    `files` are those that have changed, if that is known.
    """
    began = time.monotonic()
    try:
        if stack.is_outdated():
            say(f"A change: {_names(files)} … Until it is deployed, a match runs the old code.")
            stack.redeploy()
            say(f"The change is deployed ({time.monotonic() - began:.0f} s).")
    except (LocalError, OSError) as error:
        if stack.stopped:
            return False
        say(f"The change is not deployed, the stack runs on without it: {error}")
    return True


def _names(files: list[Path]) -> str:
    """Return which files have changed, in words: the first few, and how many more."""
    if not files:
        return "made while the stack started"
    more = len(files) - NAMED
    named = ", ".join(str(path.relative_to(ROOT)) for path in files[:NAMED])
    return f"{named} and {more} more" if more > 0 else named


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
