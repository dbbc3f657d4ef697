"""`lookalike catalog build` and `lookalike catalog report`: packs fetched from Wikimedia."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from catalog.building import BuildError, PackBuilder, read_removed
from catalog.cache import Cache
from catalog.diversity import as_svg, as_table, measure
from catalog.folder import CatalogError
from catalog.recipes import RecipeError, read_recipe
from catalog.wikimedia import Wikimedia, WikimediaError
from local.errors import LocalError
from local.state import ROOT

CATALOGS = ROOT / ".local" / "catalogs"
"""Where built catalogs lie, a folder a pack."""
CACHE = ROOT / ".local" / "wikimedia"
REMOVED = ROOT / ".local" / "removed.csv"
"""Who asked to be taken out, a CSV with a column `id`: personal data, and so never committed."""

STAGES = {"people": "Asking who there is", "portraits": "Fetching portraits"}

console = Console(highlight=False)


def build(pack: str, folder: Path | None, contact: str, *, fresh: bool) -> int:
    """Build a pack's catalog folder by its recipe, and say how to use it; raise LocalError."""
    folder = folder or CATALOGS / pack
    cache = Cache(CACHE)
    try:
        recipe = read_recipe(pack)
        removed = read_removed(REMOVED)
        if fresh:
            cache.forget_answers()
        with (
            Wikimedia(contact, cache) as wikimedia,
            Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=console,
                transient=True,
            ) as bar,
        ):
            tasks = {stage: bar.add_task(words, visible=False) for stage, words in STAGES.items()}

            def show(stage: str, done: int, total: int) -> None:
                bar.update(tasks[stage], completed=done, total=total, visible=True)

            report = PackBuilder(wikimedia, cache, removed).build(recipe, folder, show)
    except (RecipeError, BuildError, WikimediaError, OSError) as error:
        raise LocalError(str(error)) from error
    for who, reason in report.left_out.items():
        console.print(f"Left out: {who}: {reason}", markup=False)
    console.print(
        f"{len(report.kept)} of {report.wanted} people are in {folder}. "
        f"Try them with: make run CATALOG={folder}",
        markup=False,
        soft_wrap=True,
    )
    return 0


def report(folder: Path, picture: Path | None) -> int:
    """Print how diverse a catalog folder is, and draw it where a file is named."""
    try:
        diversity = measure(folder)
        if picture is not None:
            picture.write_text(as_svg(diversity, folder.name), encoding="utf-8")
    except (CatalogError, OSError) as error:
        raise LocalError(str(error)) from error
    console.print(as_table(diversity))
    return 0
