"""The page as an app: installed, light, and open without a network."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserType, Error, Page, Request, Response, expect

from local.state import ROOT
from tests.browser.breakable_front import BreakableFront
from tests.browser.canned import CannedPacks
from tests.browser.visitor import Visitor
from tests.running_stack import FINISHING, RunningStack, wait_for

FIRST_VISIT = 60_000
"""Bytes that a first visit may carry: everything but photos and portraits."""

KEPT = "caches.open('lookalike-page-1').then(cache => cache.keys()).then(kept => kept.length)"


@pytest.fixture(scope="session")
def stack(
    stack: RunningStack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BreakableFront]:
    """A front before the stack, so that these tests visit that front."""
    front = BreakableFront(stack, tmp_path_factory.mktemp("front") / "web")
    yield front
    front.close()


@pytest.fixture
def front(stack: BreakableFront) -> BreakableFront:
    stack.restore()
    return stack


@pytest.fixture
def visitor(page: Page, front: BreakableFront) -> Visitor:
    return Visitor(page, front)


def visit(visitor: Visitor) -> None:
    """Open the page, and wait until it is kept."""
    visitor.open()
    wait_until_kept(visitor)


def wait_until_kept(visitor: Visitor) -> None:
    wait_for(lambda: visitor.page.evaluate(KEPT), FINISHING)


def return_(visitor: Visitor) -> None:
    """Open the page again, and wait until its new version is kept."""
    visitor.page.evaluate("caches.delete('lookalike-page-1')")
    visitor.page.reload()
    wait_until_kept(visitor)


def change(front: BreakableFront) -> None:
    """Write another version of the page, which asks for a double of the night."""
    index = front.pages / "index.html"
    index.write_text(index.read_text().replace("famous double?", "double tonight?"))


def is_own(address: str) -> bool:
    """Return whether an address is a file of the page, or its configuration."""
    path = urlsplit(address).path
    return path == "/" or (ROOT / "web" / path[1:]).is_file()


# Installed


def test_the_page_can_be_installed(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    front: BreakableFront,
    tmp_path: Path,
) -> None:
    # Chromium installs nothing in the private windows that other tests use.
    context = browser_type.launch_persistent_context(tmp_path, **browser_type_launch_args)
    page = context.new_page()
    page.goto(front.origin)

    devtools = context.new_cdp_session(page)
    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    manifest = devtools.send("Page.getAppManifest")
    context.close()

    assert errors == []
    assert manifest["url"] == f"{front.origin}/manifest.webmanifest"
    assert manifest["errors"] == []


# Light


def test_a_first_visit_is_light(
    visitor: Visitor, front: BreakableFront, measured: Callable[[str], None]
) -> None:
    visitor.open()
    visited = front.carried

    wait_until_kept(visitor)

    kept = front.carried - visited
    measured(f"a first visit carries {visited} bytes, and {kept} more to be kept")
    assert visited + kept <= FIRST_VISIT
    assert kept < visited / 10, "what the browser has is fetched once more"


def test_a_first_visit_is_light_where_there_is_a_pack_to_choose(
    visitor: Visitor, front: BreakableFront, packs: CannedPacks, measured: Callable[[str], None]
) -> None:
    packs.put("film-stars", "Film stars", packs.starters, {"stage": "x", "done": 1, "total": 2})
    front.carried = 0
    visitor.open()
    expect(visitor.page.get_by_role("radio")).to_have_count(2)
    wait_until_kept(visitor)

    measured(f"a first visit that has a choice carries {front.carried} bytes")
    assert front.carried <= FIRST_VISIT


def test_a_later_visit_carries_no_file_that_the_browser_has(
    visitor: Visitor, front: BreakableFront
) -> None:
    visit(visitor)
    sizes: list[int] = []

    def note_size(response: Response) -> None:
        if response.status == 200:
            sizes.append(0)

    front.carried = 0
    visitor.page.on("response", note_size)
    return_(visitor)

    assert front.carried < FIRST_VISIT / 2


# Without a network


@pytest.mark.expects_console_error
def test_without_a_network_the_page_opens_and_says_so(
    visitor: Visitor, front: BreakableFront
) -> None:
    visit(visitor)
    front.cut()

    visitor.page.goto(f"{front.origin}/?utm=poster")

    expect(visitor.heading("re offline")).to_be_focused()
    visitor.button("Try again").click()
    expect(visitor.page.get_by_role("status")).to_have_text("Still no connection.")
    expect(visitor.heading("re offline")).to_be_visible()


@pytest.mark.browser_context_args(locale="de-DE")
@pytest.mark.expects_console_error
def test_without_a_network_the_page_speaks_the_visitors_language(
    visitor: Visitor, front: BreakableFront
) -> None:
    visitor.page.goto(front.origin)
    wait_until_kept(visitor)
    front.cut()

    visitor.page.reload()

    expect(visitor.heading("Du bist offline")).to_be_focused()


@pytest.mark.expects_console_error
def test_the_page_goes_on_by_itself_when_the_network_is_back(
    visitor: Visitor, front: BreakableFront
) -> None:
    visit(visitor)
    front.cut()
    visitor.page.reload()
    expect(visitor.heading("re offline")).to_be_visible()

    front.mend()

    expect(visitor.heading("famous double")).to_be_visible()


@pytest.mark.expects_console_error
def test_a_match_is_not_forgotten_without_a_network(
    visitor: Visitor, front: BreakableFront, selfie: Path
) -> None:
    name = visitor.get_a_match(selfie)
    wait_until_kept(visitor)
    remembered = visitor.page.evaluate("JSON.stringify(localStorage)")
    front.cut()

    visitor.page.reload()
    expect(visitor.heading("re offline")).to_be_visible()

    assert visitor.page.evaluate("JSON.stringify(localStorage)") == remembered
    front.mend()
    assert visitor.matched_name() == name


@pytest.mark.expects_console_error
def test_a_line_that_says_nothing_is_waited_for_once(
    visitor: Visitor, front: BreakableFront
) -> None:
    visit(visitor)
    front.fall_silent()

    visitor.page.reload(wait_until="commit")

    # Three seconds, not three for each file and each file that it imports.
    expect(visitor.heading("famous double")).to_be_visible(timeout=20_000)
    front.cut()
    expect(visitor.heading("re offline")).to_be_visible()


# Shared by another app

SHARE = """([name, bytes]) => {
    const form = Object.assign(document.createElement("form"),
        {method: "post", action: "shared-photo", enctype: "multipart/form-data"});
    const input = Object.assign(document.createElement("input"), {type: "file", name: "photo"});
    const chosen = new DataTransfer();
    chosen.items.add(new File([new Uint8Array(bytes)], name, {type: "image/jpeg"}));
    input.files = chosen.files;
    form.append(input);
    document.body.append(form);
    form.submit();
}"""


def test_a_photo_that_another_app_shares_is_shown_after_consent_and_not_sent(
    visitor: Visitor, selfie: Path
) -> None:
    sent: list[str] = []
    visit(visitor)
    visitor.page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))

    visitor.page.evaluate(SHARE, ["me.jpg", list(selfie.read_bytes())])

    expect(visitor.consent).to_be_focused()
    expect(visitor.page.locator("#consent-error")).to_be_visible()
    visitor.consent.check()
    expect(visitor.heading("Happy with this photo?")).to_be_visible()
    posted = [one for one in sent if one.startswith("POST")]
    assert posted == [f"POST {visitor.origin}/shared-photo"]
    assert visitor.page.evaluate("caches.has('lookalike-shared')") is False
    assert urlsplit(visitor.page.url).fragment == ""


# One version


@pytest.mark.expects_console_error
def test_a_new_version_is_seen_at_the_next_visit_and_kept(
    visitor: Visitor, front: BreakableFront
) -> None:
    visit(visitor)
    change(front)

    return_(visitor)
    expect(visitor.heading("double tonight?")).to_be_visible()
    front.cut()
    visitor.page.reload()

    expect(visitor.heading("re offline")).to_be_visible()
    title = visitor.page.locator("#welcome-title")
    expect(title).to_contain_text("double tonight?")


@pytest.mark.expects_console_error
def test_half_a_new_version_is_not_kept(visitor: Visitor, front: BreakableFront) -> None:
    visit(visitor)
    change(front)
    title = visitor.page.locator("#welcome-title")

    front.refused = b"GET /scripts/app.js"
    for _ in range(2):  # by the second visit, the first would have been kept
        visitor.page.reload()
        expect(title).to_contain_text("double tonight?")
    front.cut()
    visitor.page.reload()

    expect(visitor.heading("re offline")).to_be_visible()
    expect(title).to_contain_text("famous double?")


# Nothing else


def test_the_worker_leaves_everything_but_the_page_alone(visitor: Visitor, selfie: Path) -> None:
    by_worker: set[str] = set()
    through_worker: set[str] = set()

    def note_request(request: Request) -> None:
        if request.service_worker:
            by_worker.add(request.url)

    def note_response(response: Response) -> None:
        if response.from_service_worker:
            through_worker.add(response.url)

    visit(visitor)
    visitor.page.context.on("request", note_request)
    visitor.page.on("response", note_response)
    visitor.get_a_match(selfie)
    visitor.page.reload()
    visitor.matched_name()

    assert f"{visitor.origin}/scripts/app.js" in through_worker
    assert {address for address in by_worker | through_worker if not is_own(address)} == set()


@pytest.mark.expects_console_error
def test_text_never_becomes_markup(visitor: Visitor) -> None:
    visitor.open()

    with pytest.raises(Error, match="TrustedHTML"):
        visitor.page.evaluate("document.body.innerHTML = '<b>you</b>'")
