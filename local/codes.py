"""Shows Cognito's codes at the terminal, because no mail leaves this machine."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONGEST_DOMAIN = 253
"""Characters of a domain's name, by DNS."""


@contextmanager
def shown_by(say: Callable[[str], None]) -> Iterator[int]:
    """Yield the file descriptor that takes codes; `say` shows each on a line."""
    reading, writing = os.pipe()
    threading.Thread(target=_show, args=(reading, say), daemon=True).start()
    try:
        yield writing
    finally:
        os.close(writing)  # the reader ends once the services have closed theirs


def _show(reading: int, say: Callable[[str], None]) -> None:
    with os.fdopen(reading) as lines:
        for line in lines:
            sent = json.loads(line)
            say(f"Code for {masked(sent['email'])}: {sent['code']}")


def masked(address: str) -> str:
    """Return an address with only its name's first letter, as Cognito shows it.

    Any caller can sign up with any address, so characters that could control a terminal become `?`.
    """
    name, _, domain = address.partition("@")
    shown = f"{name[:1]}…@{domain[:LONGEST_DOMAIN]}"
    return "".join(letter if letter.isprintable() else "?" for letter in shown)
