"""Who asked to be taken out, and is not to come back: a CSV with the columns `id` and `name`.

Personal data, and so never committed: `.local/removed.csv`.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from catalog.cache import write_whole
from catalog.folder import CatalogError
from lookalike.portraits import celebrity_id_of


@dataclass(frozen=True)
class Removed:
    """The people who asked to be taken out: by celebrity_id, and by name, as ids change."""

    people: dict[str, str] = field(default_factory=dict)
    """Name by celebrity_id (or QID); the name may be empty."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the list; empty where there is none. Raise CatalogError for a row without id."""
        if not path.exists():
            return cls()
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise CatalogError(f"{path} is not UTF-8; save it as that") from error
        people = {}
        for row in csv.DictReader(io.StringIO(text, newline="")):
            who = (row.get("id") or "").strip().lower()
            if not who:  # somebody asked for it to count
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
        """Give the list with one more person."""
        return Removed({**self.people, celebrity_id.lower(): name})

    def has(self, who: str, name: str) -> bool:
        """Tell whether somebody is listed, by celebrity_id or QID, or by name."""
        slugs = {celebrity_id_of(known) for known in self.people.values() if known}
        return (
            who.lower() in self.people or _qid(who) in self.qids or celebrity_id_of(name) in slugs
        )

    @property
    def qids(self) -> set[str]:
        """The QIDs of those who have one."""
        return {qid for qid in map(_qid, self.people) if qid}


def _qid(who: str) -> str | None:
    """Give the QID in a celebrity_id of Wikidata's people, or in a QID."""
    match = re.fullmatch(r"(?:.*-)?(q[1-9]\d*)", who.lower())
    return match[1].upper() if match else None
