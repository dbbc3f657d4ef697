"""The files that are deployed."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from local.state import ROOT

SOURCES = ("template.yaml", "samconfig.toml", "functions", "layers", "statemachine")


def source_files() -> Iterator[Path]:
    """Return the files that are deployed."""
    return _files(ROOT / name for name in SOURCES)


def fingerprint(parameters: Mapping[str, str], *others: str) -> str:
    """Return a digest of what is deployed with these parameters, in hexadecimal digits.

    `others` are files and folders of the project on which the deployment depends as well.
    """
    digest = hashlib.sha256(repr(sorted(parameters.items())).encode())
    for path in _files(ROOT / name for name in (*SOURCES, "local/bytecode.py", *others)):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from _files(sorted(path.iterdir()))
        elif path.suffix != ".pyc" and not path.name.startswith("."):
            yield path
