"""`lookalike up`: runs everything on this machine, until Ctrl-C."""

import asyncio
import signal
import subprocess
import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from catalog import starter
from catalog.deployed import DeployedCatalog
from catalog.examining import Examine
from catalog.folder import CatalogError, Entry, read_folder
from catalog.importing import PackImporter
from catalog.reindexing import reindex, renew_records
from catalog.removed import Removed
from cli import examiners, settings
from cli.asking import offer
from cli.build import known_contact
from cli.catalog import open_catalog, read_catalog, show_report
from cli.expiry import keep_erasing
from cli.sweep import sweep
from cli.terminal import progress_bar, say, words_for_errors
from local import codes
from local.console.server import RunConsole
from local.containers import forward
from local.editing import deploy_edits
from local.errors import LocalError
from local.executions import Executions
from local.filling import Filling
from local.front import Front
from local.stack import LocalStack
from local.state import ROOT, STARTER, StateFolder, check_port
from lookalike.packs import DEFAULT_PACK

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(
    port: int,
    state_path: Path,
    catalog: Path | None,
    *,
    origin: str | None = None,
    open_page: bool = False,
    fetch_more: bool = False,
    edit: bool = False,
    plugin: Path | None = None,
    parameters: Mapping[str, str] | None = None,
) -> int:
    """Run the stack and its page until a signal ends them; raise LocalError.

    `origin` is another origin of the page, such as a tunnel's https://faces.example. `fetch_more`
    fills a pack that has only the starter portraits in the background. `edit` deploys each change
    of the sources while the stack runs. For the tests, `plugin` is a Python file that ministack
    runs first, and `parameters` replace the template's parameters.
    """
    for number in ENDING:  # SIGINT, too: a shell makes its background jobs ignore it
        signal.signal(number, _interrupt)
    entries = read_catalog(catalog) if catalog is not None else None
    state = StateFolder(state_path)
    state.prepare()
    with state.lock() as lock_descriptor, codes.shown_by(say) as pipe:
        check_port(port)  # now, as a stack that has the folder may have the port, too
        stack = LocalStack(
            state,
            say=say,
            lock_descriptor=lock_descriptor,
            codes=pipe,
            plugin=plugin,
            parameters=parameters,
        )
        filling = None
        try:
            outputs = stack.start()
            sweep(outputs)
            keep_erasing(outputs, stack, say)
            packs = open_catalog(outputs)
            renew(packs)
            renew_records(packs)  # in the background: until then browsers get the portraits
            fill(packs, examiners.of_service(stack.rekognition_url), entries, state)
            filling = more_people(state) if entries is None and fetch_more else None
            if edit:
                deploy_edits(stack, say)
            runs = RunConsole(Executions(outputs), filling)
            front = Front(ROOT / "web", stack.aws_url, outputs, origin, runs)
            asyncio.run(_serve(front, stack, port, state.page, filling, open_page=open_page))
        except (KeyboardInterrupt, asyncio.CancelledError):
            say("Ending …")
        finally:
            # A second Ctrl-C would leave half of it running.
            for number in ENDING:
                signal.signal(number, signal.SIG_IGN)
            if filling is not None:
                filling.end()
            stack.stop()
    return 0


def renew(catalog: DeployedCatalog) -> None:
    """Index packs again that an earlier face model has indexed: no face can be compared with them.

    A pack that cannot be indexed whole is said, and the stack starts with the others.
    """
    newest = catalog.newest_face_model()
    for pack in catalog.packs.all():
        if catalog.face_model(pack.collection) in {newest, ""}:
            continue
        say(f"The face model has changed: indexing {pack.title} again …")
        try:
            with progress_bar("Indexing portraits") as show:
                reindex(catalog, pack.name, show)
        except CatalogError as error:
            say(f"{pack.title} cannot be played: {error}")
        else:
            catalog.wait_until_measured(pack.name)


def fill(
    catalog: DeployedCatalog, examine: Examine, entries: list[Entry] | None, state: StateFolder
) -> None:
    """Make the celebrities pack equal to a catalog; without a catalog, fill only an empty pack."""
    if entries is None:
        if any(catalog.portraits.of_pack(DEFAULT_PACK)):
            return
        entries = _starter()
        state.pack_source.write_text("starter")
    else:
        state.pack_source.write_text("folder")
    with words_for_errors(), progress_bar("Indexing portraits") as show:
        removed = Removed.read(state.removed)
        report = PackImporter(catalog, DEFAULT_PACK, examine, removed, show).make_equal(entries)
    show_report(report, DEFAULT_PACK)
    if not catalog.wait_until_measured(DEFAULT_PACK):
        say("The pack is not measured yet: resemblance will change for a while.")


def more_people(state: StateFolder) -> Filling:
    """Return what fills a pack of starter portraits alone; begin, if a contact is known."""
    filling = Filling(state, lambda contact: _fetch_people(state, contact))
    contact = known_contact(state)
    if contact and filling.begin(contact):
        say("Fetching more celebrities from Wikimedia in the background …")
    return filling


def _fetch_people(state: StateFolder, contact: str) -> "subprocess.Popen[bytes]":
    """Start the process that fetches people; it ends with this process."""
    return subprocess.Popen(
        [sys.executable, "-m", "cli.background", str(state.path.resolve())],
        cwd=ROOT,
        env=settings.with_contact(contact),
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def _starter() -> list[Entry]:
    """Fetch the starter portraits; return none if no portrait can be fetched."""
    say("Fetching the starter portraits …")
    try:
        starter.fetch(STARTER, say=say)
    except starter.StarterError as error:
        say(str(error))
        return []
    with words_for_errors():
        return read_folder(STARTER)


async def _serve(
    front: Front,
    stack: LocalStack,
    port: int,
    address: Path,
    filling: Filling | None,
    *,
    open_page: bool,
) -> None:
    _end_with_signals()
    runner = await front.serve(port)
    bridge = await forward(stack.bridge, stack.aws_url) if stack.bridge else None
    try:
        page = f"http://localhost:{port}"
        address.write_text(page)
        say(f"Ready: {page}")
        if filling is not None:
            offer(filling, page, contact_refused=settings.contact() == "")
        if open_page:
            webbrowser.open(page)
        while True:
            if failed := stack.failed_service():
                if not await asyncio.to_thread(stack.restart, failed):
                    raise LocalError(f"{failed.name} has ended; its log is {failed.log}")
                say(f"{failed.name} had ended, and was started again; its log is {failed.log}")
            await asyncio.sleep(0.5)
    finally:
        if bridge is not None:
            bridge.close()
        await runner.cleanup()


def _end_with_signals() -> None:
    """Have a signal cancel this task, while its event loop runs.

    An exception that a signal raises would hit whatever runs at that moment. In the middle of a
    request it leaves a connection that never ends, and the front waits for it.
    """
    task = asyncio.current_task()
    assert task is not None
    for number in ENDING:
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
