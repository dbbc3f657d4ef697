"""`lookalike up`: everything on this machine, until Ctrl-C."""

import asyncio
import os
import signal
import webbrowser
from pathlib import Path
from types import FrameType

from aiohttp import web
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from catalog import starter
from catalog.folder import CatalogError, Entry, read_folder
from catalog.importing import ImportStalledError, PackImporter, Report
from local.deployment import Outputs
from local.errors import LocalError
from local.front import Front
from local.stack import LocalStack
from local.state import ROOT, STARTER, StateFolder, check_port
from lookalike.portraits import DEFAULT_PACK, PortraitStore

IN_FLIGHT = (os.cpu_count() or 1) + 2
"""Portraits sent and not yet indexed: enough to keep every core busy."""

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

console = Console(highlight=False)


def run(
    port: int,
    state_path: Path,
    catalog: Path | None,
    *,
    open_page: bool = False,
    plugin: Path | None = None,
) -> int:
    """Run the stack and its page until told to end; raise LocalError.

    `plugin` is a Python file that ministack runs first, for the tests.
    """
    for number in ENDING:  # SIGINT too: a shell has its background jobs ignore it
        signal.signal(number, _interrupt)
    check_port(port)
    entries = read_catalog(catalog) if catalog is not None else None
    state = StateFolder(state_path)
    state.prepare()
    with state.lock():
        stack = LocalStack(state, say=_say, plugin=plugin)
        try:
            outputs = stack.start()
            fill(outputs, entries)
            asyncio.run(_serve(Front(ROOT / "web", stack.aws_url, outputs), stack, port, open_page))
        except KeyboardInterrupt:
            _say("Ending …")
        finally:
            # Once more Ctrl-C would leave half of it running.
            for number in ENDING:
                signal.signal(number, signal.SIG_IGN)
            stack.stop()
    return 0


def read_catalog(folder: Path) -> list[Entry]:
    """Read a catalog folder; raise LocalError where it is none."""
    try:
        return read_folder(folder)
    except CatalogError as error:
        raise LocalError(str(error)) from error


def fill(outputs: Outputs, entries: list[Entry] | None) -> Report | None:
    """Make the celebrities pack equal to a catalog; without one, fill an empty pack only."""
    store = PortraitStore(
        outputs.portraits_table,
        outputs.packs_table,
        outputs.portraits_bucket,
        outputs.celebrities_collection,
    )
    if entries is None:
        if store.count(DEFAULT_PACK):
            return None
        entries = _starter()
    importer = PackImporter(store, outputs.portraits_bucket, DEFAULT_PACK, IN_FLIGHT)
    with Progress(
        TextColumn("Indexing portraits"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        task = bar.add_task("", total=len(entries))
        try:
            report = importer.make_equal(
                entries, lambda done, total: bar.update(task, completed=done, total=total)
            )
        except ImportStalledError as error:
            raise LocalError(str(error)) from error
    for key, reason in report.refused.items():
        _say(f"Not indexed: {key} ({reason})")
    return report


def _starter() -> list[Entry]:
    """Fetch the starter portraits; none where they cannot be had, and there are none yet."""
    _say("Fetching the starter portraits …")
    try:
        starter.fetch(STARTER, say=_say)
    except starter.StarterError as error:
        _say(str(error))
        return []
    return read_catalog(STARTER)


async def _serve(front: Front, stack: LocalStack, port: int, open_page: bool) -> None:
    runner = web.AppRunner(front.application(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        page = f"http://localhost:{port}"
        _say(f"Ready: {page}")
        if open_page:
            webbrowser.open(page)
        while (failed := stack.failed_service()) is None:
            await asyncio.sleep(0.5)
        raise LocalError(f"{failed.name} has ended; its log is {failed.log}")
    finally:
        await runner.cleanup()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(line: str) -> None:
    console.print(line, markup=False, soft_wrap=True)
