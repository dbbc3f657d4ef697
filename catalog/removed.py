"""The people who asked to be removed, and stay out: a CSV with the columns `id` and `name`.

It is personal data, so it is never committed: `.local/removed.csv`.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

from catalog.cache import write_whole
from catalog.folder import CatalogError
from lookalike.names import normalised


@dataclass(frozen=True)
class Removed:
    """The people who asked to be removed, by celebrity_id, and by name because ids change."""

    people: dict[str, str] = field(default_factory=dict)
    """Name by celebrity_id (or QID); the name may be empty."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the list; empty without a file. Raise CatalogError for a row without id."""
        if not path.exists():
            return cls()
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise CatalogError(f"{path} is not UTF-8; save it as that") from error
        people = {}
        for row in csv.DictReader(io.StringIO(text, newline="")):
            who = (row.get("id") or "").strip().lower()
            if not who:  # the row must not be lost: a person asked to be removed
                raise CatalogError(f"{path}: a row has no id")
            people[who] = (row.get("name") or "").strip()
        return cls(people)

    def write(self, path: Path) -> None:
        """Write the list."""
        text = io.StringIO(newline="")
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(["id", "name"])
        rows.writerows(sorted(self.people.items()))
        write_whole(path, text.getvalue().encode())

    def also(self, celebrity_id: str, name: str) -> "Removed":
        """Return the list with one more person."""
        return Removed({**self.people, celebrity_id.lower(): name})

    def has(self, who: str, name: str) -> bool:
        """Return whether a person is listed, by celebrity_id, QID or any spelling of the name."""
        return (
            who.lower() in self.people or _qid(who) in self.qids or normalised(name) in self._names
        )

    @cached_property
    def _names(self) -> set[str]:
        return {normalised(listed) for listed in self.people.values() if listed}

    @cached_property
    def qids(self) -> set[str]:
        """The QIDs of those who have one."""
        return {qid for qid in map(_qid, self.people) if qid}


def _qid(who: str) -> str | None:
    """Return the QID at the end of a celebrity_id that a build made, or a plain QID."""
    match = re.fullmatch(r"(?:.*-)?(q[1-9]\d*)", who.lower())
    return match[1].upper() if match else None
