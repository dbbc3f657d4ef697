"""A catalog folder: portraits, and the people they show.

Without a manifest every JPEG or PNG is a portrait. The file name is the person's name: underscores
are spaces, and a final `_<number>` is dropped. Several files of one name are several portraits of
one person. With the manifest `catalog.csv`, only its rows count.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from catalog.cache import write_whole
from lookalike.portrait_files import LONGEST_DESCRIPTION, Caption, Gender
from lookalike.portraits import celebrity_id_of
from lookalike.ranking import Attribution

MANIFEST = "catalog.csv"
SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
OPTIONAL_COLUMNS = (
    *("celebrity_id", "gender", "description"),
    *("author", "license", "license_url", "source_url"),
)
COLUMNS = ("file", "name", *OPTIONAL_COLUMNS)
LONGEST_ID = 200
GENDERS: tuple[Gender, ...] = get_args(Gender)


class CatalogError(Exception):
    """Raised where a catalog cannot be read or changed; the message lists all problems."""


@dataclass(frozen=True)
class Entry:
    """One portrait of a catalog folder."""

    path: Path
    file: str
    """The path inside the folder, with slashes."""
    caption: Caption

    @property
    def content_type(self) -> str:
        """The portrait's media type, from its file name."""
        return "image/png" if self.path.suffix.lower() == ".png" else "image/jpeg"


def read_folder(folder: Path) -> list[Entry]:
    """Return a catalog folder's portraits, sorted by file; raise CatalogError."""
    if not folder.is_dir():
        raise CatalogError(f"{folder} is not a folder")
    manifest = folder / MANIFEST
    entries = _by_manifest(folder, manifest) if manifest.exists() else _by_name(folder)
    if not entries:
        raise CatalogError(f"{folder} holds no JPEG or PNG")
    return sorted(entries, key=lambda entry: entry.file)


def name_of(file: Path) -> str:
    """Return the person's name that a file name holds."""
    stem = unicodedata.normalize("NFC", file.stem)  # macOS stores an accent as its own character
    return re.sub(r"_\d+$", "", stem).replace("_", " ").strip()


def drop_rows(manifest: Path, unwanted: Callable[[dict[str, str]], bool]) -> None:
    """Delete rows of a catalog's manifest, and their pictures."""
    with manifest.open(newline="", encoding="utf-8-sig") as handle:
        reader = csv.DictReader(handle)
        rows, columns = [*reader], reader.fieldnames or []
    kept = [row for row in rows if not unwanted(row)]
    if len(kept) == len(rows):
        return
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    write_whole(manifest, text.getvalue().encode())
    for row in rows:
        if row not in kept:
            (manifest.parent / row["file"]).unlink(missing_ok=True)


def _by_name(folder: Path) -> list[Entry]:
    return [
        _entry(folder, path.name, {"name": name_of(path)})
        for path in folder.iterdir()
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
        if path.is_file() and name_of(path)
    ]


def _by_manifest(folder: Path, manifest: Path) -> list[Entry]:
    problems: list[str] = []
    seen: set[Path] = set()
    entries: list[Entry] = []
    try:
        for line, row in _rows(manifest):
            problem = _problem(folder, row, seen) or _trouble(row)
            seen.add((folder / row["file"]).resolve())
            if problem:
                problems.append(f"line {line}: {problem}")
            else:
                entries.append(_entry(folder, row["file"], row))
    except UnicodeDecodeError as error:
        raise CatalogError(f"{manifest} is not UTF-8; save it as that") from error
    except (csv.Error, ValueError) as error:
        raise CatalogError(f"{manifest} is not a CSV file: {error}") from error
    if problems:
        raise CatalogError(f"{manifest}:\n  " + "\n  ".join(problems))
    return entries


def _rows(manifest: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Return the manifest's rows, each with the number of its line."""
    with manifest.open(newline="", encoding="utf-8-sig") as handle:
        reader = csv.DictReader(handle)
        missing = {"file", "name"} - set(reader.fieldnames or [])
        if missing:
            raise CatalogError(f"{manifest} lacks the column {' and '.join(sorted(missing))}")
        for row in reader:
            yield reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}


def _problem(folder: Path, row: dict[str, str], seen: set[Path]) -> str | None:
    file = row["file"]
    path = (folder / file).resolve()
    if not (file and row["name"]):
        return "file and name are required"
    if path in seen:
        return f"{file} is listed twice"
    if ".." in Path(file).parts or not path.is_relative_to(folder.resolve()):
        return f"{file} is outside the folder"
    if not path.is_file():
        return f"{file} is missing"
    if path.suffix.lower() not in SUFFIXES:
        return f"{file} is neither JPEG nor PNG"
    return None


def _trouble(row: dict[str, str]) -> str | None:
    """Return what is wrong with what a row says of a person."""
    if len(row.get("celebrity_id", "")) > LONGEST_ID:
        return f"celebrity_id is longer than {LONGEST_ID} characters"
    if row.get("gender", "") not in GENDERS:
        return f"gender is {row['gender']}; it has to be female, male, other or empty"
    if len(row.get("description", "")) > LONGEST_DESCRIPTION:
        return f"description is longer than {LONGEST_DESCRIPTION} characters"
    if not _caption(row).fits():
        return "name, description and rights are longer than 2 KB between them"
    return None


def _caption(row: dict[str, str]) -> Caption:
    return Caption(
        celebrity_id=row.get("celebrity_id") or celebrity_id_of(row["name"]),
        name=row["name"],
        attribution=Attribution(
            author=row.get("author", ""),
            license=row.get("license", ""),
            license_url=row.get("license_url", ""),
            source_url=row.get("source_url", ""),
        ),
        gender=row.get("gender", ""),
        description=row.get("description", ""),
    )


def _entry(folder: Path, file: str, row: dict[str, str]) -> Entry:
    return Entry(folder / file, Path(file).as_posix(), _caption(row))
