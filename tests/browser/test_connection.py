"""Bad connections: every cut ends in a result or a clear way on, and never in two matches."""

import json
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from lookalike.views import MATCH_AFTER_MS
from tests.browser.visitor import Visitor
from tests.running_stack import FINISHING, RunningStack, wait_for

pytestmark = pytest.mark.expects_console_error

# A match is still processing until a second has passed since its photograph arrived. Until then the
# answer says, as the API does of such a match, when to ask again: `waits` has that by its age.
TAKES_A_SECOND = """waits => {
    window.polls = 0;
    const realFetch = window.fetch;
    window.fetch = async (...request) => {
        const reply = await realFetch(...request);
        if (reply.status !== 200 || !/\\/matches\\/[^/?]+$/.test(reply.url)) return reply;
        window.polls++;
        const age = performance.now() - window.uploaded;
        if (age >= 1000) return reply;
        const poll_after_ms = waits.findLast(([since]) => age >= 1000 * since)[1];
        const match = {...await reply.json(), status: "processing", celebrities: [], poll_after_ms};
        return Response.json(match);
    };
    const realSend = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (...body) {
        this.addEventListener("load", () => (window.uploaded = performance.now()));
        return realSend.apply(this, body);
    };
}"""

SHOWN_AT = """
    addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
        if (document.body.dataset.showing === "result") window.shownAt ??= Date.now();
    }).observe(document.body, {attributeFilter: ["data-showing"]}));
"""


@pytest.fixture
def visitor(page: Page, stack: RunningStack) -> Visitor:
    """A member, all of whose matches can be counted."""
    session = {
        "email": "visitor@example.org",
        "idToken": stack.sign_up(),
        "refreshToken": "",
        "expiresAt": 4e12,
    }
    page.goto(stack.origin)
    page.evaluate("it => localStorage.setItem('account', it)", json.dumps(session))
    visitor = Visitor(page, stack)
    visitor.open()
    visitor.consent.check()
    return visitor


@pytest.fixture
def only_match(visitor: Visitor, stack: RunningStack) -> Iterator[None]:
    """At the end, the visitor has one match, and its photo is kept once."""
    yield
    matches = matches_of(visitor, stack)
    assert [match["status"] for match in matches] == ["succeeded"]
    match_id = matches[0]["match_id"]
    wait_for(
        lambda: len(stack.selfie_versions(match_id)) == 1,
        FINISHING,
        lambda: str(stack.selfie_versions(match_id)),
    )


def matches_of(visitor: Visitor, stack: RunningStack) -> list[dict[str, Any]]:
    kept = json.loads(visitor.page.evaluate("localStorage.getItem('account')"))
    matches: list[dict[str, Any]] = stack.call("GET", "/matches", kept["idToken"]).json()["matches"]
    return matches


class Network:
    """The page's connection, made as bad as is wanted."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self._session = context.new_cdp_session(page)
        self._session.send("Network.enable")

    def limit(self, *, offline: bool = False, upload: int = -1) -> None:
        """Cut the connection, or limit it to so many bytes a second."""
        conditions = {
            "offline": offline,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": upload,
        }
        self._session.send("Network.emulateNetworkConditions", conditions)


def expect_offline(visitor: Visitor) -> None:
    """Expect the page to wait for the network, and to say so."""
    note = visitor.page.locator(".match-progress .note")
    expect(note).to_contain_text("We continue as soon as you are back")


def is_upload(route: Route) -> bool:
    return "multipart/form-data" in route.request.headers.get("content-type", "")


@pytest.mark.usefixtures("only_match")
def test_a_cut_while_sending_ends_in_one_match(
    visitor: Visitor, context: BrowserContext, selfie: Path
) -> None:
    network = Network(context, visitor.page)
    visitor.choose(selfie)
    network.limit(upload=20_000)
    visitor.button("Use this photo").click()
    expect(visitor.page.locator(".match-progress .step")).to_contain_text("%")

    network.limit(offline=True)
    expect_offline(visitor)
    network.limit()

    assert visitor.matched_name()


@pytest.mark.usefixtures("only_match")
def test_a_photo_that_arrived_although_its_answer_was_lost_is_not_sent_twice(
    visitor: Visitor, selfie: Path
) -> None:
    sent: list[str] = []

    def lose_the_answer(route: Route) -> None:
        if not is_upload(route):
            return route.fallback()
        sent.append(route.request.url)
        route.fetch()
        return route.abort("connectionreset")

    visitor.page.route("**/*", lose_the_answer)
    visitor.choose(selfie)
    visitor.button("Use this photo").click()

    assert visitor.matched_name()
    assert len(sent) <= 2, "once more at most, if it had not been seen yet"


@pytest.mark.usefixtures("only_match")
def test_a_match_begun_although_its_answer_was_lost_is_not_begun_twice(
    visitor: Visitor, selfie: Path
) -> None:
    answers: list[int] = []

    def lose_the_first_answer(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        answers.append(route.fetch().status)
        return route.abort("connectionreset") if len(answers) == 1 else route.fallback()

    visitor.page.route("**/api/matches", lose_the_first_answer)
    visitor.choose(selfie)
    visitor.button("Use this photo").click()

    assert visitor.matched_name()
    assert len(answers) == 2


@pytest.mark.usefixtures("only_match")
def test_a_cut_while_waiting_ends_in_the_same_match(
    visitor: Visitor, context: BrowserContext, stack: RunningStack, selfie: Path
) -> None:
    visitor.choose(selfie)
    with stack.hold("rekognition", "") as held:
        visitor.button("Use this photo").click()
        expect(visitor.page.get_by_text("Comparing you with our celebrities")).to_be_visible()
        wait_for(held, FINISHING)
        context.set_offline(True)
        expect_offline(visitor)

    context.set_offline(False)

    assert visitor.matched_name()


@pytest.mark.usefixtures("only_match")
def test_a_minute_without_a_network_is_waited_out(
    visitor: Visitor, context: BrowserContext, selfie: Path
) -> None:
    visitor.page.clock.install()
    visitor.choose(selfie)
    context.set_offline(True)
    visitor.button("Use this photo").click()
    expect_offline(visitor)

    visitor.page.clock.run_for(60_000)
    expect_offline(visitor)
    context.set_offline(False)

    visitor.page.clock.resume()
    assert visitor.matched_name()


@pytest.mark.usefixtures("only_match")
def test_a_minute_of_failing_requests_ends_in_a_way_on(visitor: Visitor, selfie: Path) -> None:
    visitor.page.clock.install()
    visitor.page.route("**/api/**", lambda route: route.abort("connectionreset"))
    visitor.choose(selfie)
    visitor.button("Use this photo").click()

    for _ in range(60):
        visitor.page.clock.run_for(1_000)
    expect(visitor.heading("We lost the connection")).to_be_visible()
    visitor.page.unroute("**/api/**")
    visitor.page.clock.resume()
    visitor.button("Try again").click()

    assert visitor.matched_name()


def test_a_cancelled_match_that_could_not_be_deleted_is_deleted_later(
    visitor: Visitor, context: BrowserContext, stack: RunningStack, selfie: Path
) -> None:
    visitor.choose(selfie)
    with stack.hold("rekognition", "") as held:
        visitor.button("Use this photo").click()
        expect(visitor.page.get_by_text("Comparing you with our celebrities")).to_be_visible()
        wait_for(held, FINISHING)
        context.set_offline(True)
        visitor.button("Cancel").click()
        expect(visitor.heading("famous double")).to_be_visible()
        assert len(matches_of(visitor, stack)) == 1

        context.set_offline(False)

        wait_for(lambda: not matches_of(visitor, stack), FINISHING)


@pytest.mark.usefixtures("only_match")
def test_a_phone_that_wakes_asks_at_once(visitor: Visitor, selfie: Path) -> None:
    polls: list[str] = []

    def ask_for_patience(route: Route) -> None:
        polls.append(route.request.url)
        if len(polls) > 1:
            return route.fallback()
        match = {**route.fetch().json(), "status": "processing", "poll_after_ms": 600_000}
        return route.fulfill(json=match)

    visitor.page.route("**/api/matches/*", ask_for_patience)
    visitor.choose(selfie)
    visitor.button("Use this photo").click()
    expect(visitor.page.get_by_text("Comparing you with our celebrities")).to_be_visible()

    def wakes_to_a_result() -> bool:
        visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        return visitor.result().is_visible()

    wait_for(wakes_to_a_result, FINISHING)


def test_a_match_of_a_second_takes_four_polls_at_most(visitor: Visitor, selfie: Path) -> None:
    waits = [[since.total_seconds(), wait] for since, wait in MATCH_AFTER_MS.items()]
    visitor.page.add_init_script(f"({TAKES_A_SECOND})({json.dumps(waits)})")
    visitor.page.reload()
    visitor.consent.check()
    visitor.choose(selfie)
    visitor.button("Use this photo").click()

    visitor.matched_name()

    assert 1 <= visitor.page.evaluate("window.polls") <= 4


def test_the_result_is_shown_soon_after_it_is_stored(
    visitor: Visitor, stack: RunningStack, selfie: Path, measured: Any
) -> None:
    delays: list[float] = []
    visitor.page.add_init_script(SHOWN_AT)
    for _ in range(5):
        visitor.page.reload()
        if delays:
            visitor.matched_name()
            visitor.retake.click()
        visitor.consent.check()
        visitor.page.evaluate("delete window.shownAt")
        visitor.choose(selfie)
        visitor.button("Use this photo").click()
        visitor.matched_name()
        newest = matches_of(visitor, stack)[0]
        stored = visitor.page.evaluate("it => Date.parse(it)", newest["updated_at"])
        delays.append(visitor.page.evaluate("window.shownAt") - stored)

    assert min(delays) > 0
    median = statistics.median(delays)
    measured(f"the result is on the screen {median:.0f} ms after it is stored (median of five)")
