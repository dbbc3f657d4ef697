"""Asks at the terminal for the contact that Wikimedia wants, while the stack runs."""

import asyncio
import os
import sys

from cli.terminal import say
from local.filling import ContactError, Filling, contact_of

LONGEST_LINE = 1024
"""Bytes that are read of an answer."""


def offer(filling: Filling, page: str, *, contact_refused: bool) -> None:
    """Say how to get more celebrities than the starters; at a terminal, ask for the contact.

    The stack does not wait for the answer. Who presses Enter alone is not asked again.
    """
    if filling.stage != "open":
        return
    refused = contact_refused or filling.state.contact.exists()
    if refused or not _is_at_terminal():
        say(
            "More celebrities: 240 people from Wikimedia, which asks for a contact. Run make run "
            f"CONTACT=you@example.org, or enter it at {page}/console/"
        )
        return
    say(
        "Six celebrities are few. To fetch 240 more from Wikimedia, which asks for a contact, type "
        "your mail or web address and press Enter. Enter alone: no."
    )
    loop, terminal = asyncio.get_running_loop(), sys.stdin.fileno()

    def read() -> None:
        if answer(filling, os.read(terminal, LONGEST_LINE)):
            loop.remove_reader(terminal)

    loop.add_reader(terminal, read)


def answer(filling: Filling, line: bytes) -> bool:
    """Act on an answer; return whether the question is settled."""
    typed = line.decode("utf-8", "replace").strip()
    if not typed:
        if line:  # not the end of the terminal
            filling.keep("")
        return True
    try:
        contact = contact_of(typed)
    except ContactError as error:
        say(f"{str(error).capitalize()}. Type it again, or press Enter alone.")
        return False
    filling.keep(contact)
    if filling.begin(contact):
        say("Fetching more celebrities from Wikimedia in the background …")
    return True


def _is_at_terminal() -> bool:
    """Whether a person can answer: a job in the background would be stopped by its first read."""
    try:
        return sys.stdout.isatty() and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False
