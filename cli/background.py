"""`python -m cli.background STATE`: fills the celebrities pack while people use the page.

`lookalike up` starts this process, with the contact in LOOKALIKE_CONTACT, and ends it. Without a
network it prints one line and leaves the pack as it is. The next start continues where this one
ended.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from catalog.deployed import DeployedCatalog
from catalog.folder import CatalogError, read_folder
from catalog.importing import PackImporter
from catalog.removed import Removed
from catalog.removing import remove_keys
from cli import examiners, settings
from cli.build import fetch
from cli.catalog import open_catalog
from cli.terminal import say, words_for_errors
from local.deployment import reach
from local.errors import LocalError
from local.state import STARTER, StateFolder
from lookalike.packs import DEFAULT_PACK, Progress
from rekognition.lifeline import end_with_standard_input

NOTE_EVERY = 1.0
"""Seconds between two updates of the progress that the page shows."""


def main() -> None:
    """Fill the pack, and print the outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state", type=Path)
    arguments = parser.parse_args()
    end_with_standard_input()
    try:
        with words_for_errors():
            people = fill(StateFolder(arguments.state), settings.contact() or "")
    except LocalError as error:
        say(f"The celebrities pack stays as it is: {error}")
        sys.exit(1)
    say(f"The celebrities pack is filled: {people} people.")


def fill(state: StateFolder, contact: str) -> int:
    """Fetch and import the celebrities, remove the starter portraits; return how many there are."""
    outputs, rekognition_url = reach(None, state)
    catalog = open_catalog(outputs)
    folder = state.catalogs / DEFAULT_PACK
    try:
        fetch(DEFAULT_PACK, folder, contact, state, _note(catalog))
        entries = read_folder(folder)
        examine = examiners.of_service(rekognition_url or "")
        report = PackImporter(catalog, DEFAULT_PACK, examine, Removed.read(state.removed)).add(
            entries
        )
    finally:
        catalog.packs.note_progress(DEFAULT_PACK, None)
    if not (report.imported or report.unchanged):
        raise CatalogError("none of the people who were fetched can be indexed")
    # Remove the starter portraits last, so that the pack is never empty.
    built = {f"{DEFAULT_PACK}/{entry.file}" for entry in entries}
    remove_keys(catalog, {f"{DEFAULT_PACK}/{one.file}" for one in read_folder(STARTER)} - built)
    state.pack_source.write_text("wikimedia")
    return len(report.imported) + len(report.unchanged)


def _note(catalog: DeployedCatalog) -> Callable[[str, int, int], None]:
    """Return a function that records, at most every NOTE_EVERY seconds, how much is fetched."""
    noted = 0.0

    def note(stage: str, done: int, total: int) -> None:
        nonlocal noted
        if stage == "portraits" and time.monotonic() - noted > NOTE_EVERY:
            noted = time.monotonic()
            catalog.packs.note_progress(DEFAULT_PACK, Progress("fetching", done, total))

    return note


if __name__ == "__main__":
    main()
