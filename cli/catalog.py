"""`lookalike catalog import`, `list`, `remove`, `check` and `reindex`: a stack's catalog."""

import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rich.table import Table

from catalog.checking import Findings, PackCheck
from catalog.deployed import CatalogSettings, DeployedCatalog
from catalog.folder import CatalogError, Entry, passed_over, read_folder
from catalog.importing import ImportReport, PackImporter
from catalog.people import shared_ids
from catalog.reindexing import reindex as reindex_pack
from catalog.removed import Removed
from catalog.removing import find_person, remove_keys, remove_pack
from catalog.selfies import SelfieCheck
from cli import examiners, terminal
from cli.build import take_out
from cli.terminal import progress_bar, say, words_for_errors
from local.deployment import Outputs, reach
from local.state import StateFolder
from lookalike.portraits import pack_of

MENDING = 120.0
"""Seconds to wait until the pipeline has mended what `check --fix` asked it to look at."""


def open_catalog(outputs: Outputs) -> DeployedCatalog:
    """Return the catalog of the stack that this process's AWS clients talk to."""
    settings = CatalogSettings(
        packs_table=outputs.packs_table,
        default_collection=outputs.celebrities_collection,
        portraits_table=outputs.portraits_table,
        portraits_bucket=outputs.portraits_bucket,
        pictures_bucket=outputs.pictures_bucket,
        portrait_changes_queue=outputs.portrait_changes_queue,
    )
    return DeployedCatalog(settings)


def import_folder(
    folder: Path, pack: str, title: str | None, stack: str | None, state: StateFolder
) -> int:
    """Import a folder; return 1 if a portrait was rejected."""
    entries = read_catalog(folder)
    with words_for_errors():
        outputs, rekognition_url = reach(stack, state)
        catalog = open_catalog(outputs)
        examine = (
            examiners.of_service(rekognition_url) if rekognition_url else examiners.of_engine()
        )
        catalog.ensure_pack(pack, title)
        with progress_bar("Importing portraits") as show:
            importer = PackImporter(catalog, pack, examine, Removed.read(state.removed), show)
            report = importer.add(entries)
    show_report(report, pack)
    return 1 if report.rejected else 0


def read_catalog(folder: Path) -> list[Entry]:
    """Return a folder's portraits, and print what is passed over; raise LocalError."""
    with words_for_errors():
        entries = read_folder(folder)
        for name, reason in passed_over(folder, entries).items():
            say(f"Passed over: {name}: {reason}")
    return entries


def show_report(report: ImportReport, pack: str) -> None:
    """Print what an import did."""
    for key, reason in sorted(report.rejected.items()):
        say(f"Rejected: {key.removeprefix(f'{pack}/')}: {reason}")
    counts = {
        "imported": len(report.imported),
        "unchanged": len(report.unchanged),
        "removed": len(report.removed),
        "rejected": len(report.rejected),
    }
    shown = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    say(f"{pack}: {shown or 'nothing to do'}")


def show_list(pack: str | None, stack: str | None, state: StateFolder) -> int:
    """Print the packs, or the people of one."""
    with words_for_errors():
        catalog = _reach(stack, state)
        with terminal.console.status("Reading the catalog …"):
            table = _people(catalog, pack) if pack else _packs(catalog)
        terminal.console.print(table)
    return 0


def remove(who: str | None, pack: str | None, stack: str | None, state: StateFolder) -> int:
    """Remove a person from every pack and keep them out, or from one pack."""
    with words_for_errors():
        if who is None:
            raise CatalogError(
                "name a person; `lookalike catalog remove --pack PACK --all` removes a whole pack"
            )
        catalog = _reach(stack, state)
        person = find_person(catalog, who, pack)
        if pack is None:  # a person who is removed from only one pack may come back
            take_out(state, person.celebrity_id, person.name)
            say(f"No build or import from here brings them back: {state.removed}")
        remove_keys(catalog, person.keys)
        packs = ", ".join(sorted({pack_of(key) for key in person.keys}))
        say(f"{person.name} is removed from {packs}: {len(person.keys)} portraits")
    return 0


def remove_all(who: str | None, pack: str | None, stack: str | None, state: StateFolder) -> int:
    """Remove a whole pack."""
    with words_for_errors():
        if who is not None or pack is None:
            raise CatalogError("--all removes a whole pack: name one with --pack, and no person")
        remove_pack(_reach(stack, state), pack)
    say(f"{pack} is removed")
    return 0


def check(pack: str | None, stack: str | None, state: StateFolder, *, fix: bool) -> int:
    """Compare buckets, tables and collections; return 1 if they still differ."""
    with words_for_errors():
        outputs, _ = reach(stack, state)
        catalog = open_catalog(outputs)
        packs = [pack] if pack else [one.name for one in catalog.packs.all()]
        clean = True
        with terminal.console.status("Reading the packs …") as status:
            for number, name in enumerate(packs, 1):
                status.update(f"Checking {name}, {number} of {len(packs)} …")
                pack_check = PackCheck(catalog, name)
                found = pack_check.look()
                if fix and not found.clean:
                    _show_findings(found)
                    status.update(f"Mending {name} …")
                if fix:  # a pack that is clean can have a retired collection, too
                    found = _mend(pack_check, found)
                _show_findings(found)
                clean = clean and found.clean
            _show_shared_ids(catalog, packs)
            status.update("Checking the photographs …")
            clean = _check_selfies(outputs, fix=fix) and clean
    return 0 if clean else 1


def _check_selfies(outputs: Outputs, *, fix: bool) -> bool:
    """Print photographs whose match is gone, and delete them if `fix`.

    Return whether none is left.
    """
    selfies = SelfieCheck(outputs.matches_table, outputs.selfies_bucket)
    ownerless = selfies.look().ownerless
    if ownerless:
        keys = [one.key for one in ownerless]
        say(f"selfies: {len(keys)} without a match: {', '.join(keys[:5])}{_more(keys)}")
    if ownerless and fix:
        selfies.delete(ownerless)
        say(f"selfies: {len(ownerless)} deleted")
    return fix or not ownerless


def reindex(pack: str, stack: str | None, state: StateFolder) -> int:
    """Fill a new collection for a pack, and switch to it."""
    with words_for_errors():
        catalog = _reach(stack, state)
        catalog.packs.read(pack)  # an unknown pack is refused before a bar is drawn
        with progress_bar("Indexing again") as show:
            collection = reindex_pack(catalog, pack, show)
    say(
        f"{pack} is searched in {collection} now. The collection before it is deleted half an hour "
        f"from now at the earliest, by the next `lookalike catalog check --fix` or reindex."
    )
    return 0


def _reach(stack: str | None, state: StateFolder) -> DeployedCatalog:
    outputs, _ = reach(stack, state)
    return open_catalog(outputs)


def _packs(catalog: DeployedCatalog) -> Table:
    table = Table("Pack", "Title", "People", "Portraits", "Searched in", "Measured", box=None)
    for pack in catalog.packs.all():
        people = Counter(one.celebrity_id for one in catalog.portraits.of_pack(pack.name))
        table.add_row(
            pack.name,
            pack.title,
            str(len(people)),
            str(people.total()),
            pack.collection,
            "yes" if pack.measured == pack.change else "not yet",
        )
    return table


def _people(catalog: DeployedCatalog, pack: str) -> Table:
    catalog.packs.read(pack)
    table = Table("Id", "Name", "Portraits", box=None)
    people = Counter((one.celebrity_id, one.name) for one in catalog.portraits.of_pack(pack))
    for (celebrity_id, name), portraits in sorted(people.items()):
        table.add_row(celebrity_id, name, str(portraits))
    return table


def _mend(pack_check: PackCheck, found: Findings) -> Findings:
    pack_check.mend(found)
    deadline = time.monotonic() + MENDING
    while True:
        found = pack_check.look()
        pending = (
            found.unindexed
            or found.orphaned
            or found.faceless
            or found.stray_faces
            or found.uncopied
            or found.stray_copies
        )
        if not pending or time.monotonic() > deadline:
            return found
        time.sleep(1)


def _show_findings(found: Findings) -> None:
    faults = {
        "not indexed": found.unindexed,
        "listed and not there": found.orphaned,
        "without a face in the collection": found.faceless,
        "without reduced copies": found.uncopied,
        "copies of no portrait": found.stray_copies,
        "faces of no portrait": found.stray_faces,
        "collections that are missing": found.missing_collections,
    }
    for what, which in faults.items():
        if which:
            say(f"{found.pack}: {len(which)} {what}: {', '.join(which[:5])}{_more(which)}")
    remedy = f"lookalike catalog reindex {found.pack}"
    if found.stale_model:
        say(f"{found.pack}: face model {found.stale_model} is not the newest: {remedy}")
    if found.unfinished:
        say(f"{found.pack}: {found.unfinished} is not filled: {remedy}")
    for key, reason in found.refused.items():
        say(f"{found.pack}: {key} is not matched against: {reason}")
    for one, other, similarity in found.same_faces:
        say(f"{found.pack}: {one} and {other} seem to show one person ({similarity:.1f})")
    if found.clean:
        say(f"{found.pack}: clean, {found.portraits} portraits and as many faces")


def _show_shared_ids(catalog: DeployedCatalog, packs: Iterable[str]) -> None:
    """Print the ids that people of different names have in the packs. The operator decides."""
    people = (one for pack in packs for one in catalog.portraits.of_pack(pack))
    for celebrity_id, names in shared_ids((one.celebrity_id, one.name) for one in people).items():
        say(f"{celebrity_id} is the id of {' and '.join(names)}: is that one person?")


def _more(which: list[str]) -> str:
    return f" and {len(which) - 5} more" if len(which) > 5 else ""
