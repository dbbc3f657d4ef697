"""More celebrities for a pack that has only the starter portraits.

A process of its own fetches them from Wikimedia, which asks its clients for a contact: the mail or
web address of the person who runs this machine. The address stays in the state folder, and goes to
Wikimedia alone.
"""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from local.state import StateFolder

Stage = Literal["open", "running", "failed", "closed"]
"""`open`: it can begin. `failed`: it has ended without people, and can begin again. `closed`: the
pack has more than the starter portraits."""

LONGEST_CONTACT = 200
MAIL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
WEB = r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?(/[A-Za-z0-9._~%+/-]*)?"
CONTACT = re.compile(f"{MAIL}|{WEB}")
"""What goes into a User-Agent: no parenthesis, space or line break, and no password."""


class ContactError(ValueError):
    """Raised for what is neither a mail nor a web address; it does not quote it."""


def contact_of(text: object) -> str:
    """Return a mail or web address that was typed; raise ContactError."""
    typed = text.strip() if isinstance(text, str) else ""
    if len(typed) > LONGEST_CONTACT or not CONTACT.fullmatch(typed):
        raise ContactError("this is neither a mail nor a web address")
    return typed


@dataclass
class Filling:
    """Whether more people can be fetched, and the process that does it."""

    state: StateFolder
    start: Callable[[str], "subprocess.Popen[bytes]"]
    """Starts the process, with a contact."""
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def stage(self) -> Stage:
        """How far it is."""
        if self._process is not None and self._process.poll() is None:
            return "running"
        source = self.state.pack_source
        if not source.exists() or source.read_text() != "starter":
            return "closed"
        return "failed" if self._process is not None else "open"

    def begin(self, contact: str) -> bool:
        """Start to fetch; return whether this call has."""
        if self.stage not in {"open", "failed"}:
            return False
        self._process = self.start(contact)
        return True

    def keep(self, contact: str) -> None:
        """Keep a contact for later starts; an empty one says that the owner wants to give none."""
        self.state.contact.touch(mode=0o600)
        self.state.contact.write_text(contact)

    def end(self) -> None:
        """End the process, if it runs; the next start continues where it was."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
