"""A real Chromium over a running stack, with a webcam that shows a licensed portrait."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect

from tests.browser import chromium
from tests.browser.canned import CannedPacks
from tests.browser.real_packs import RealPacks
from tests.browser.visitor import Visitor
from tests.pictures import encode, open_face
from tests.running_stack import RunningStack

# Playwright waits five seconds for what a test expects, which a busy machine can exceed.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def base_url(stack: RunningStack) -> str:
    return stack.origin


@pytest.fixture(scope="session")
def webcam(selfie: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of one face, as Chromium takes it: JPEG frames, one after the other."""
    film = tmp_path_factory.mktemp("webcam") / "face.mjpeg"
    face = open_face(selfie, side=480)
    film.write_bytes(encode(face, quality=90) * 10)
    return film


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], webcam: Path
) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": chromium.find(),
        "args": [
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={webcam}",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    # A click waits for what moves to stand still; tests of motion ask for it.
    return {
        **browser_context_args,
        "reduced_motion": "reduce",
        "viewport": {"width": 390, "height": 844},
    }


@pytest.fixture
def visitor(page: Page, stack: RunningStack) -> Visitor:
    """A visitor who is new to the page."""
    return Visitor(page, stack)


@pytest.fixture
def drag(page: Page) -> Callable[..., None]:
    """Drag files from outside over the page, and drop them or not."""
    session = page.context.new_cdp_session(page)

    def drag(*files: Path, drop: bool = True) -> None:
        data = {"items": [], "files": [str(path) for path in files], "dragOperationsMask": 1}
        for kind in ["dragEnter", "dragOver", "drop"][: 3 if drop else 2]:
            session.send(
                "Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 300, "data": data}
            )

    return drag


@pytest.fixture(scope="module")
def real_packs(stack: RunningStack) -> Iterator[RealPacks]:
    """What makes packs in the stack, for one module: the next one finds the celebrities alone."""
    packs = RealPacks(stack)
    packs.wait_until_counted("celebrities")
    yield packs
    packs.remove_all()


@pytest.fixture
def packs(page: Page, stack: RunningStack) -> CannedPacks:
    """The packs that the page gets."""
    return CannedPacks(page, stack.origin)


@pytest.fixture(autouse=True)
def clean_console_and_own_host(
    request: pytest.FixtureRequest, context: BrowserContext, stack: RunningStack
) -> Iterator[None]:
    """Fail a test whose page complains in the console, or asks another host for anything."""
    complaints: list[str] = []
    strangers: list[str] = []

    def note_message(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{message.text} ({message.location.get('url')})")

    def note_request(sent: Request) -> None:
        address = urlsplit(sent.url)
        own = f"{address.scheme}://{address.netloc}" == stack.origin
        if not own and address.scheme not in {"blob", "data"}:
            strangers.append(sent.url)

    context.on("console", note_message)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("request", note_request)
    yield
    assert strangers == []
    if request.node.get_closest_marker("expects_console_error") is None:
        assert complaints == []
