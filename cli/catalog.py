"""`lookalike catalog import`, `list`, `remove`, `check` and `reindex`: a stack's catalog."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from catalog.checking import Findings, PackCheck
from catalog.deployed import DeployedCatalog
from catalog.folder import CatalogError, read_folder
from catalog.importing import ImportReport, PackImporter
from catalog.reindexing import reindex as reindex_pack
from catalog.removed import Removed
from catalog.removing import find_person, remove_keys, remove_pack
from catalog.selfies import SelfieCheck
from cli import examiners
from cli.build import take_out
from local.deployment import Outputs, reach
from local.errors import LocalError
from local.state import StateFolder
from lookalike.errors import LookAlikeError, UnknownPack
from lookalike.portraits import PortraitStore, pack_of

MENDING = 120.0
"""Seconds to wait for the pipeline to mend what `check --fix` has it look at."""

console = Console(highlight=False)


def open_catalog(outputs: Outputs) -> DeployedCatalog:
    """Open the catalog of the stack that this process's AWS clients talk to."""
    store = PortraitStore(
        outputs.portraits_table,
        outputs.packs_table,
        outputs.portraits_bucket,
        outputs.celebrities_collection,
    )
    return DeployedCatalog(
        store,
        outputs.portraits_bucket,
        outputs.portrait_changes_queue,
        outputs.celebrities_collection,
    )


@contextmanager
def progress_bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """Show how much of something is done, and how long the rest will take."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def import_folder(
    folder: Path, pack: str, title: str | None, stack: str | None, state: StateFolder
) -> int:
    """Import a folder; 1 where a portrait was rejected."""
    with words_for_errors():
        entries = read_folder(folder)
        outputs, rekognition_url = reach(stack, state)
        catalog = open_catalog(outputs)
        examine = (
            examiners.of_service(rekognition_url) if rekognition_url else examiners.of_engine()
        )
        catalog.open_pack(pack, title)
        with progress_bar("Importing portraits") as show:
            importer = PackImporter(catalog, pack, examine, Removed.read(state.removed), show)
            report = importer.add(entries)
    show_report(report, pack)
    return 1 if report.rejected else 0


def show_report(report: ImportReport, pack: str) -> None:
    """Say what an import did."""
    for key, reason in sorted(report.rejected.items()):
        _say(f"Rejected: {key.removeprefix(f'{pack}/')}: {reason}")
    counts = {
        "imported": len(report.imported),
        "unchanged": len(report.unchanged),
        "removed": len(report.removed),
        "rejected": len(report.rejected),
    }
    shown = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    _say(f"{pack}: {shown or 'nothing to do'}")


def show_list(pack: str | None, stack: str | None, state: StateFolder) -> int:
    """List the packs, or the people of one."""
    with words_for_errors():
        catalog = _reach(stack, state)
        with console.status("Reading the catalog …"):
            table = _people(catalog, pack) if pack else _packs(catalog)
        console.print(table)
    return 0


def remove(who: str | None, pack: str | None, stack: str | None, state: StateFolder) -> int:
    """Take a person out of one pack, or out of all of them for good."""
    with words_for_errors():
        if who is None:
            raise CatalogError(
                "name a person; `lookalike catalog remove --pack PACK --all` removes a whole pack"
            )
        catalog = _reach(stack, state)
        person = find_person(catalog, who, pack)
        if pack is None:  # out of one pack is tidying up; out of all is a wish to be left alone
            take_out(state, person.celebrity_id, person.name)
            _say(f"No build or import from here brings them back: {state.removed}")
        remove_keys(catalog, person.keys)
        packs = ", ".join(sorted({pack_of(key) for key in person.keys}))
        _say(f"{person.name} is removed from {packs}: {len(person.keys)} portraits")
    return 0


def remove_all(who: str | None, pack: str | None, stack: str | None, state: StateFolder) -> int:
    """Take out a whole pack."""
    with words_for_errors():
        if who is not None or pack is None:
            raise CatalogError("--all removes a whole pack: name one with --pack, and no person")
        remove_pack(_reach(stack, state), pack)
    _say(f"{pack} is removed")
    return 0


def check(pack: str | None, stack: str | None, state: StateFolder, *, fix: bool) -> int:
    """Compare buckets, tables and collections; 1 where they differ and are not mended."""
    with words_for_errors():
        outputs, _ = reach(stack, state)
        catalog = open_catalog(outputs)
        packs = [pack] if pack else [one.name for one in catalog.store.packs()]
        clean = True
        with console.status("Reading the packs …") as status:
            for number, name in enumerate(packs, 1):
                status.update(f"Checking {name}, {number} of {len(packs)} …")
                pack_check = PackCheck(catalog, name)
                found = pack_check.look()
                if fix and not found.clean:
                    _show_findings(found)
                    status.update(f"Mending {name} …")
                    found = _mend(pack_check, found)
                _show_findings(found)
                clean = clean and found.clean
            status.update("Checking the photographs …")
            clean = _check_selfies(outputs, fix=fix) and clean
    return 0 if clean else 1


def _check_selfies(outputs: Outputs, *, fix: bool) -> bool:
    """Name photographs whose match is gone; tell whether there are none, or they are deleted."""
    selfies = SelfieCheck(outputs.matches_table, outputs.selfies_bucket)
    ownerless = selfies.look().ownerless
    if ownerless:
        keys = [one.key for one in ownerless]
        _say(f"selfies: {len(keys)} without a match: {', '.join(keys[:5])}{_more(keys)}")
    if ownerless and fix:
        selfies.delete(ownerless)
        _say(f"selfies: {len(ownerless)} deleted")
    return fix or not ownerless


def reindex(pack: str, stack: str | None, state: StateFolder) -> int:
    """Fill a new collection for a pack, and switch to it."""
    with words_for_errors():
        catalog = _reach(stack, state)
        catalog.store.pack(pack)  # what is no pack is said before a bar is drawn
        with progress_bar("Indexing again") as show:
            collection = reindex_pack(catalog, pack, show)
    _say(
        f"{pack} is searched in {collection} now. The collection before it is deleted half an hour "
        f"from now at the earliest, by the next `lookalike catalog check --fix` or reindex."
    )
    return 0


def _reach(stack: str | None, state: StateFolder) -> DeployedCatalog:
    outputs, _ = reach(stack, state)
    return open_catalog(outputs)


@contextmanager
def words_for_errors() -> Iterator[None]:
    """Turn what can go wrong between here and the stack into words for the terminal."""
    try:
        yield
    except UnknownPack as error:
        raise LocalError(
            f"there is no pack called {error}; `lookalike catalog list` lists them"
        ) from error
    except (CatalogError, LookAlikeError) as error:
        raise LocalError(str(error) or type(error).__name__) from error
    except (ClientError, BotoCoreError) as error:
        raise LocalError(f"the stack refused a call: {error}") from error


def _packs(catalog: DeployedCatalog) -> Table:
    table = Table("Pack", "Title", "People", "Portraits", "Searched in", "Measured", box=None)
    for pack in catalog.store.packs():
        people = Counter(one.celebrity_id for one in catalog.store.portraits(pack.name))
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
    catalog.store.pack(pack)
    table = Table("Id", "Name", "Portraits", box=None)
    people = Counter((one.celebrity_id, one.name) for one in catalog.store.portraits(pack))
    for (celebrity_id, name), portraits in sorted(people.items()):
        table.add_row(celebrity_id, name, str(portraits))
    return table


def _mend(pack_check: PackCheck, found: Findings) -> Findings:
    pack_check.mend(found)
    deadline = time.monotonic() + MENDING
    while True:
        found = pack_check.look()
        pending = found.unindexed or found.orphaned or found.faceless or found.stray_faces
        if not pending or time.monotonic() > deadline:
            return found
        time.sleep(1)


def _show_findings(found: Findings) -> None:
    faults = {
        "not indexed": found.unindexed,
        "listed and not there": found.orphaned,
        "without a face in the collection": found.faceless,
        "faces of no portrait": found.stray_faces,
        "collections that are missing": found.missing_collections,
    }
    for what, which in faults.items():
        if which:
            _say(f"{found.pack}: {len(which)} {what}: {', '.join(which[:5])}{_more(which)}")
    remedy = f"lookalike catalog reindex {found.pack}"
    if found.stale_model:
        _say(f"{found.pack}: face model {found.stale_model} is not the newest: {remedy}")
    if found.unfinished:
        _say(f"{found.pack}: {found.unfinished} is not filled: {remedy}")
    for key, reason in found.refused.items():
        _say(f"{found.pack}: {key} is not matched against: {reason}")
    for one, other, similarity in found.same_faces:
        _say(f"{found.pack}: {one} and {other} seem to show one person ({similarity:.1f})")
    if found.clean:
        _say(f"{found.pack}: clean, {found.portraits} portraits and as many faces")


def _more(which: list[str]) -> str:
    return f" and {len(which) - 5} more" if len(which) > 5 else ""


def _say(line: str) -> None:
    console.print(line, markup=False, soft_wrap=True)
