"""A catalog folder: portraits, and the people they show.

Without a manifest every JPEG or PNG is a portrait. The file name is the person's name: underscores
are spaces, and a final `_<number>` is dropped. Several files of one name are several portraits of
one person. With the manifest `catalog.csv`, only its rows count.

An accent can be a character of its own, as macOS stores it, or a part of its letter. Both are one
file name here.
"""

import csv
import io
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple, get_args

from catalog.cache import write_whole
from lookalike.names import celebrity_id_of
from lookalike.portrait_files import LONGEST_DESCRIPTION, Caption, Gender
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

TOO_LONG = "name, description and rights are longer than 2 KB between them"


class CatalogError(Exception):
    """Raised where a catalog cannot be read or changed; the message lists all problems."""


@dataclass(frozen=True)
class Entry:
    """One portrait of a catalog folder."""

    path: Path
    file: str
    """The path inside the folder, with slashes, and each accent a part of its letter (NFC)."""
    caption: Caption
    names_id: bool = True
    """Whether the catalog names the celebrity_id. If not, an import looks for the person."""

    @property
    def content_type(self) -> str:
        """The portrait's media type, from its file name."""
        return "image/png" if self.path.suffix.lower() == ".png" else "image/jpeg"


class Row(NamedTuple):
    """A row of a manifest."""

    line: int
    """Where it begins."""
    values: dict[str, str]
    """By column."""
    problem: str = ""
    """Why it cannot be read; it has no values then."""


def read_folder(folder: Path) -> list[Entry]:
    """Return a catalog folder's portraits, sorted by file; raise CatalogError."""
    if not folder.is_dir():
        raise CatalogError(f"{folder} is not a folder")
    manifest = folder / MANIFEST
    entries = _by_manifest(folder, manifest) if manifest.exists() else _by_name(folder)
    if not entries:
        others = ", ".join(passed_over(folder, []))
        raise CatalogError(f"{folder} holds no JPEG or PNG{others and f', only {others}'}")
    return sorted(entries, key=lambda entry: entry.file)


def passed_over(folder: Path, entries: Iterable[Entry]) -> dict[str, str]:
    """Return what a folder holds besides its entries: name to the reason, in words."""
    taken = {entry.path.relative_to(folder).parts[0] for entry in entries}
    others = [path for path in sorted(folder.iterdir()) if path.name not in {*taken, MANIFEST}]
    return {
        os.fsencode(path.name).decode(errors="backslashreplace"): _reason(path)
        for path in others
        if not path.name.startswith(".")
    }


def name_of(file: Path) -> str:
    """Return the person's name that a file name holds."""
    return re.sub(r"_\d+$", "", _composed(file.stem)).replace("_", " ").strip()


def read_rows(manifest: Path) -> Iterator[Row]:
    """Return the manifest's rows; raise CatalogError where it lacks a column."""
    with manifest.open(newline="", encoding="utf-8-sig") as handle:
        reader = csv.reader(handle, strict=True)
        columns = next(reader, [])
        missing = {"file", "name"} - set(columns)
        if missing:
            raise CatalogError(f"{manifest} lacks the column {' and '.join(sorted(missing))}")
        while True:
            line = reader.line_num + 1
            try:
                cells = [cell.strip() for cell in next(reader)]
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(line, {}, f"a quote may not be closed ({error})")
                continue
            if len(cells) > len(columns):
                problem = f"{len(cells)} values for {len(columns)} columns: quote one with a comma"
                yield Row(line, {}, problem)
            elif cells:
                yield Row(
                    line, dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))
                )


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
    named: dict[str, Entry] = {}
    for path in sorted(folder.iterdir()):
        file = _composed(path.name)
        row = {"name": name_of(path)}
        if _is_portrait(path) and not _trouble(row) and file not in named:
            named[file] = _entry(path, file, row)
    return [*named.values()]


def _is_portrait(path: Path) -> bool:
    """Return whether a file is a portrait by its name."""
    return (
        path.suffix.lower() in SUFFIXES
        and not path.name.startswith(".")
        and _is_utf8(path)
        and path.is_file()
        and name_of(path) != ""
    )


def _reason(path: Path) -> str:
    """Return why no entry stands for what a folder holds."""
    if not _is_utf8(path):
        return "its file name is not UTF-8"
    if path.is_dir():
        return "a subfolder"
    if path.suffix.lower() not in SUFFIXES:
        return "neither JPEG nor PNG"
    if (path.parent / MANIFEST).exists():
        return f"{MANIFEST} does not list it"
    if not _is_portrait(path):
        return "its file name holds no name"
    return _trouble({"name": name_of(path)}) or "another file has this name"


def _by_manifest(folder: Path, manifest: Path) -> list[Entry]:
    problems: list[str] = []
    seen: set[str | Path] = set()
    entries: list[Entry] = []
    find = _finder(folder)
    try:
        for line, row, unreadable in read_rows(manifest):
            problem = unreadable or _no_path(row) or _trouble(row)
            if not problem:
                entry = _entry(find(row["file"]), row["file"], row)
                problem = _unusable(folder, entry, seen)
                seen |= {entry.file, entry.path.resolve()}
                entries.append(entry)
            if problem:
                problems.append(f"line {line}: {problem}")
    except UnicodeDecodeError as error:
        raise CatalogError(f"{manifest} is not UTF-8; save it as that") from error
    except csv.Error as error:
        raise CatalogError(f"{manifest} is not a CSV file: {error}") from error
    if problems:
        raise CatalogError(f"{manifest}:\n  " + "\n  ".join(problems))
    return entries


def _finder(folder: Path) -> Callable[[str], Path]:
    """Return what finds a file of a manifest, also if the disk stores its accents the other way."""

    @cache
    def spellings(inside: Path) -> dict[str, Path]:
        return {_composed(path.name): path for path in inside.iterdir()}

    def find(file: str) -> Path:
        path = folder
        for part in Path(file).parts:
            exact = path / part
            has_other = path.is_dir() and not os.path.lexists(exact)
            path = spellings(path).get(_composed(part), exact) if has_other else exact
        return path

    return find


def _no_path(row: dict[str, str]) -> str | None:
    """Return why a row names no file that can be in the folder."""
    file = row["file"]
    if not (file and row["name"]):
        return "file and name are required"
    if Path(file).is_absolute():
        return f"{file} is an absolute path; begin inside the folder"
    if ".." in Path(file).parts:
        return f"{file} is outside the folder"
    return f"{file!r} is missing" if "\0" in file else None


def _unusable(folder: Path, entry: Entry, seen: set[str | Path]) -> str | None:
    """Return why the file of a row cannot be a portrait."""
    path = entry.path.resolve()
    if not path.is_relative_to(folder.resolve()):
        return f"{entry.file} is outside the folder"
    if not _is_file(path):
        return f"{entry.file} is missing"
    if seen & {entry.file, path}:
        return f"{entry.file} is listed twice"
    if path.suffix.lower() not in SUFFIXES:
        return f"{entry.file} is neither JPEG nor PNG"
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
        return TOO_LONG
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


def _entry(path: Path, file: str, row: dict[str, str]) -> Entry:
    named = _composed(Path(file).as_posix())
    return Entry(path, named, _caption(row), names_id=bool(row.get("celebrity_id")))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # no file system takes a name as long as this
        return False


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _is_utf8(path: Path) -> bool:
    try:
        path.name.encode()
    except UnicodeEncodeError:
        return False
    return True
