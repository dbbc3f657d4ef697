"""`lookalike catalog build` and `lookalike catalog report`: packs fetched from Wikimedia."""

import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from catalog.building import BuildError, BuildReport, PackBuilder, ShowProgress
from catalog.cache import Cache
from catalog.diversity import as_svg, as_table, count_kinds
from catalog.folder import MANIFEST, CatalogError, drop_rows
from catalog.recipes import RecipeError, read_recipe
from catalog.removed import Removed
from catalog.wikimedia import Wikimedia, WikimediaError
from cli import settings, terminal
from local.errors import LocalError
from local.state import ROOT, StateFolder

STAGES = {"people": "Asking who there is", "portraits": "Fetching portraits"}


def build(pack: str, folder: Path | None, contact: str, state: StateFolder, *, fresh: bool) -> int:
    """Build a pack's catalog folder by its recipe, and print how to import it; raise LocalError."""
    folder = folder or state.catalogs / pack
    with terminal.progress(transient=True) as bar:
        tasks = {stage: bar.add_task(words, visible=False) for stage, words in STAGES.items()}

        def show(stage: str, done: int, total: int) -> None:
            bar.update(tasks[stage], completed=done, total=total, visible=True)

        report = fetch(pack, folder, contact, state, show, fresh=fresh)
    for who, reason in report.left_out.items():
        terminal.console.print(f"Left out: {who}: {reason}", markup=False)
    terminal.say(
        f"{len(report.kept)} of {report.wanted} people are in {folder}. "
        f"Bring them in with: lookalike catalog import {folder} --pack {pack}"
    )
    return 0


def fetch(
    pack: str,
    folder: Path,
    contact: str,
    state: StateFolder,
    progress: ShowProgress,
    *,
    fresh: bool = False,
) -> BuildReport:
    """Build a pack's catalog folder by its recipe; LocalError leaves the folder unchanged."""
    cache = Cache(state.wikimedia)
    try:
        recipe = read_recipe(pack)
        removed = Removed.read(state.removed)
        if fresh:
            cache.forget_answers()
        query_url, api_url = settings.wikimedia_urls()
        with Wikimedia(contact, cache, query_url=query_url, api_url=api_url) as wikimedia:
            return PackBuilder(wikimedia, cache, removed).build(recipe, folder, progress)
    except (RecipeError, BuildError, CatalogError, WikimediaError, OSError) as error:
        raise LocalError(str(error)) from error


def known_contact(state: StateFolder) -> str:
    """Return the contact for Wikimedia, or "".

    It is LOOKALIKE_CONTACT, else what was typed, else the checkout's remote. A variable that is
    empty keeps the remote from being one.
    """
    named = settings.contact()
    typed = state.contact.read_text() if state.contact.exists() else ""
    if named or typed:
        return named or typed
    return "" if named is not None else _public_origin()


def _public_origin() -> str:
    """Return the address that this checkout is from, if it leads to its owner; or ""."""
    try:
        asked = subprocess.run(
            ["git", "config", "--get", "remote.origin.url"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:  # no git
        return ""
    origin = asked.stdout.strip()
    return origin if urlsplit(origin).scheme == "https" and "@" not in origin else ""


def take_out(state: StateFolder, celebrity_id: str, name: str) -> None:
    """List a person who asked to be removed, and delete what was fetched of them."""
    removed = Removed.read(state.removed).also(celebrity_id, name)
    removed.write(state.removed)
    cache = Cache(state.wikimedia)
    for qid in removed.qids:
        cache.forget_person(qid)
    for manifest in state.catalogs.glob(f"*/{MANIFEST}"):
        drop_rows(manifest, lambda row: removed.has(row.get("celebrity_id") or "", row["name"]))


def report(folder: Path, picture: Path | None) -> int:
    """Print how diverse a catalog folder is, and draw it where a file is named."""
    try:
        diversity = count_kinds(folder)
        if picture is not None:
            picture.write_text(as_svg(diversity, folder.name), encoding="utf-8")
    except (CatalogError, OSError) as error:
        raise LocalError(str(error)) from error
    terminal.console.print(as_table(diversity))
    return 0
