"""Cognito's codes: no mail leaves this machine, so the terminal shows them."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONGEST_DOMAIN = 253
"""Characters of a domain's name, by DNS."""


@contextmanager
def told_to(say: Callable[[str], None]) -> Iterator[int]:
    """Yield the file descriptor on which to tell codes; `say` shows each in a line."""
    reading, writing = os.pipe()
    threading.Thread(target=_show, args=(reading, say), daemon=True).start()
    try:
        yield writing
    finally:
        os.close(writing)  # the reader ends once the services have closed theirs


def _show(reading: int, say: Callable[[str], None]) -> None:
    with os.fdopen(reading) as lines:
        for line in lines:
            told = json.loads(line)
            say(f"Code for {masked(told['email'])}: {told['code']}")


def masked(address: str) -> str:
    """Return an address with its name's first letter alone, as Cognito shows where it sends to.

    Any caller can sign up with any address, so what could command a terminal is left out.
    """
    name, _, domain = address.partition("@")
    shown = f"{name[:1]}…@{domain[:LONGEST_DOMAIN]}"
    return "".join(letter if letter.isprintable() else "?" for letter in shown)
