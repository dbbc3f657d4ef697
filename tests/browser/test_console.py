"""The console: the runs of the local stack, drawn."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.console_front import ConsoleFront
from tests.browser.test_axe import SCHEMES, WIDTHS, complaints, sideways
from tests.pictures import encode, open_face, scenery
from tests.running_stack import FINISHING, RunningStack, wait_for

SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
THROTTLED = "Rekognition.ThrottlingException"


@pytest.fixture(scope="session")
def stack(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleFront]:
    """A front before the stack, so that these tests visit that front."""
    front = ConsoleFront(stack, tmp_path_factory.mktemp("console"))
    yield front
    front.close()


class Played(NamedTuple):
    """The matches of the runs that there are."""

    succeeded: str
    retried: str
    refused: str
    failed: str


@pytest.fixture(scope="module")
def photo(selfie: Path) -> bytes:
    return encode(open_face(selfie))


@pytest.fixture(scope="module")
def played(stack: ConsoleFront, photo: bytes) -> Played:
    running = stack.stack
    succeeded = running.play(photo)
    with running.fault("searchFacesByImage", THROTTLED, times=2):
        retried = running.play(photo)
    refused = running.play(encode(scenery()))
    with running.wire_fault("GET", "/selfies/", status=403, code="AccessDenied"):
        failed = running.play(photo)
    ids = [match["match_id"] for match in (succeeded, retried, refused, failed)]
    wait_for(lambda: all(running.executions(match_id) for match_id in ids), FINISHING)
    return Played(*ids)


@pytest.fixture
def console(page: Page, stack: ConsoleFront, played: Played) -> Page:
    assert played
    page.goto(f"{stack.origin}/console/")
    expect(page.locator("#list a .succeeded").first).to_be_visible()
    return page


def choose(page: Page, match_id: str) -> None:
    page.locator(f'#list a[href*="{match_id}"]').click()
    expect(page.get_by_role("heading", name=f"Match {match_id}")).to_be_visible()


def state(page: Page, name: str) -> Locator:
    return page.locator("#graph a").filter(has_text=name)


def shown(page: Page, title: str) -> Locator:
    return page.locator("#payloads").get_by_role("region", name=title, exact=True)


def test_the_newest_run_is_shown_at_first(console: Page, played: Played) -> None:
    expect(console.get_by_role("heading", level=2)).to_have_text(f"Match {played.failed}")
    expect(console.get_by_text("A restart of the stack forgets them all.")).to_be_visible()


def test_a_success_is_drawn_with_the_way_it_took(console: Page, played: Played) -> None:
    choose(console, played.succeeded)

    expect(console.locator("#graph .state-node.succeeded")).to_have_count(
        console.locator("#steps li").count()
    )
    expect(state(console, "Record Failure")).to_contain_text("not visited")
    expect(console.locator("#graph .edge.taken")).to_have_count(
        console.locator("#steps li").count() - 1
    )


def test_a_states_payloads_and_variables_are_shown(console: Page, played: Played) -> None:
    choose(console, played.succeeded)
    state(console, "Claim Upload").click()

    expect(shown(console, "Sent")).to_contain_text("ConditionExpression")
    expect(shown(console, "Variables set")).to_contain_text('"pack": "celebrities"')
    expect(shown(console, "Sent")).to_contain_text("(object version hidden)")


def test_each_try_of_a_state_is_shown(console: Page, played: Played) -> None:
    choose(console, played.retried)
    expect(state(console, "Search Celebrities")).to_contain_text("2 retries")
    state(console, "Search Celebrities").click()

    expect(shown(console, "Try 1: Error")).to_contain_text(THROTTLED)
    expect(shown(console, "Try 3: Got")).to_contain_text("FaceMatches")


def test_a_failure_is_shown_where_it_happened_with_its_stack_trace(
    console: Page, played: Played
) -> None:
    choose(console, played.failed)

    expect(console.locator("#state-title")).to_have_text("Check Face")
    expect(shown(console, "Error")).to_contain_text("AccessDenied")
    expect(shown(console, "Stack trace")).to_contain_text("lookalike/pictures.py")


def test_runs_are_found_by_match_and_by_outcome(console: Page, played: Played) -> None:
    links = console.locator("#list a")
    console.get_by_label("Match", exact=True).fill(played.refused[:8])
    expect(links).to_have_count(1)
    expect(links).to_contain_text("no face")

    console.get_by_label("Match", exact=True).fill("")
    console.get_by_label("Outcome").select_option("failed")
    expect(links.first).to_contain_text("service unavailable")
    expect(console.locator("#list .succeeded")).to_have_count(0)

    console.get_by_label("Outcome").select_option("refused")
    expect(links.first).to_contain_text("no face")


def test_the_console_is_used_with_the_keyboard_alone(console: Page, played: Played) -> None:
    runs = console.locator("#list a")
    runs.first.focus()
    console.keyboard.press("ArrowDown")
    expect(runs.nth(1)).to_be_focused()
    console.keyboard.press("Enter")
    expect(console.get_by_role("heading", level=2)).to_have_text(f"Match {played.refused}")
    expect(runs.nth(1)).to_be_focused()

    state(console, "Check Face").focus()
    console.keyboard.press("Enter")
    expect(console.locator("#state-title")).to_have_text("Check Face")
    expect(state(console, "Check Face")).to_be_focused()


def test_the_address_leads_back_to_a_run_and_its_state(console: Page, played: Played) -> None:
    choose(console, played.refused)
    state(console, "Record Failure").click()
    expect(console.locator("#state-title")).to_have_text("Record Failure")
    console.reload()

    expect(console.get_by_role("heading", level=2)).to_have_text(f"Match {played.refused}")
    expect(console.locator("#state-title")).to_have_text("Record Failure")
    console.go_back()
    expect(console.locator("#state-title")).not_to_have_text("Record Failure")


def test_a_run_is_followed_while_it_runs(console: Page, stack: ConsoleFront, photo: bytes) -> None:
    running = stack.stack
    with running.hold("searchFacesByImage", ""):
        created = running.create()
        running.upload(created["upload"], photo)
        heading = console.get_by_role("heading", level=2)
        expect(heading).to_have_text(f"Match {created['match_id']}")
        expect(console.locator("#graph .running")).to_contain_text("Search Celebrities")
    expect(console.locator("#facts")).to_contain_text("succeeded")
    expect(console.locator("#graph .running")).to_have_count(0)


@pytest.mark.expects_console_error
def test_a_run_that_is_not_there_is_said_so(page: Page, stack: ConsoleFront) -> None:
    page.goto(f"{stack.origin}/console/#run=nothing")

    expect(page.locator("#empty")).to_be_visible()


def test_after_a_restart_the_page_says_why_there_is_no_run(page: Page, stack: ConsoleFront) -> None:
    page.route("**/console/runs", lambda route: route.fulfill(json={"runs": [], "most": 500}))
    page.goto(f"{stack.origin}/console/")

    expect(page.locator("#empty")).to_contain_text("Nothing has run since the stack was started")
    expect(page.get_by_text("A restart of the stack forgets them all.")).to_be_visible()
    expect(page.locator("#count")).to_have_text("0 runs")
    assert complaints(page) == ""


@pytest.mark.expects_console_error
def test_a_contact_brings_more_celebrities(page: Page, stack: ConsoleFront) -> None:
    stack.pack_source.write_text("starter")
    page.goto(f"{stack.origin}/console/")
    contact = page.get_by_label("your mail or web address")
    expect(contact).to_be_visible()
    assert complaints(page) == ""
    assert {width: sideways(page, width) for width in WIDTHS} == dict.fromkeys(WIDTHS, 0)

    contact.fill("<b>who knows</b>")
    contact.press("Enter")
    expect(page.get_by_text("That is neither a mail nor a web address.")).to_be_visible()
    expect(contact).to_be_focused()
    contact.fill("me@example.org")
    contact.press("Enter")

    expect(page.get_by_text("Asking Wikimedia who there is")).to_be_visible()
    expect(contact).to_be_hidden()
    assert stack.contacts == ["me@example.org"]
    stack.pack_source.write_text("wikimedia")
    expect(page.get_by_text("The people are here.")).to_be_visible()


@pytest.mark.parametrize("match", Played._fields)
def test_axe_finds_nothing_wrong_with_a_run(console: Page, played: Played, match: str) -> None:
    choose(console, getattr(played, match))

    assert complaints(console) == ""
    assert {width: sideways(console, width) for width in WIDTHS} == dict.fromkeys(WIDTHS, 0)


def test_pictures_of_the_console(console: Page, played: Played, tmp_path: Path) -> None:
    folder = Path(os.environ.get("SCREENS", tmp_path))
    choose(console, played.failed)
    for size, (width, height) in SIZES.items():
        console.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            console.emulate_media(color_scheme=scheme)
            expect(console.locator("#graph .failed")).to_be_visible()
            console.locator(".head").evaluate("head => head.scrollIntoView()")
            with Image.open(io.BytesIO(console.screenshot())) as opened:
                picture = opened.convert("RGB")
            assert len(picture.getcolors(2**24) or []) > 50, "nothing is shown"
            picture.save(folder / f"console-{size}-{scheme}.webp", quality=85, method=6)
