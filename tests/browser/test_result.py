"""What a result says, where the stack of the tests is too small to say it by itself."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.visitor import Visitor

ONE_IN = [1308, 95, 4, 3, 2]


def answer_with(page: Page, **more: Any) -> None:
    """Have the API's matches say more than they do."""

    def answer(route: Route) -> None:
        if route.request.method != "GET":
            return route.fallback()
        reply = route.fetch()
        return route.fulfill(response=reply, json={**reply.json(), **more_of(reply.json())})

    def more_of(match: dict[str, Any]) -> dict[str, Any]:
        one_in = more.get("one_in")
        if one_in is None or not match["celebrities"]:
            return more
        pairs = zip(match["celebrities"], one_in, strict=True)
        return {**more, "celebrities": [{**one, "one_in": rare} for one, rare in pairs]}

    page.route("**/guest/matches/*", answer)


@pytest.fixture
def measured_visitor(visitor: Visitor) -> Visitor:
    """A visitor of a line-up that is large enough for its pairs to be counted."""
    answer_with(visitor.page, one_in=ONE_IN)
    return visitor


@pytest.mark.parametrize(("width", "height"), [(320, 568), (375, 667), (844, 390)])
def test_name_and_number_are_in_sight(
    measured_visitor: Visitor, selfie: Path, width: int, height: int
) -> None:
    page = measured_visitor.page
    page.set_viewport_size({"width": width, "height": height})
    measured_visitor.get_a_match(selfie)
    actions = page.locator(".match-card .actions").bounding_box()
    assert actions

    for shown in ("h1 .name", ".number"):
        place = page.locator(f".match-card {shown}").bounding_box()
        assert place
        assert place["y"] > 0
        assert place["y"] + place["height"] <= min(height, actions["y"])


# The number


def test_the_result_leads_with_how_rare_such_pairs_are(
    measured_visitor: Visitor, selfie: Path
) -> None:
    measured_visitor.get_a_match(selfie)

    card = measured_visitor.page.locator(".match-card")
    expect(card.locator(".number")).to_have_text("1 in 1,308")
    expect(card.locator(".meaning")).to_have_text(
        "Only about one in 1,308 pairs of celebrities look as alike as you two."
    )
    expect(card.locator(".bill li b")).to_have_text(["1 in 95", "1 in 4", "1 in 3", "1 in 2"])
    card.get_by_text("How we got this number").click()
    expect(card.locator(".limits p")).to_contain_text(
        "every portrait here with every other celebrity"
    )


def test_a_small_line_up_leads_with_the_resemblance(visitor: Visitor, selfie: Path) -> None:
    visitor.get_a_match(selfie)

    number = visitor.page.locator(".match-card .number")
    expect(number).to_contain_text("out of 100")
    expect(number).not_to_contain_text("1 in")


def test_the_poster_says_how_rare_such_pairs_are(measured_visitor: Visitor, selfie: Path) -> None:
    name = measured_visitor.get_a_match(selfie)
    words = measured_visitor.page.locator(".match-card .words").inner_text()

    measured_visitor.button("Make a poster").click()

    expect(measured_visitor.page.get_by_role("dialog").get_by_role("img")).to_have_accessible_name(
        f"Poster: you look most like {name}, 1 in 1,308 pairs look this alike. {words}."
    )


# How sure it is


def test_a_close_call_names_the_two(visitor: Visitor, selfie: Path) -> None:
    answer_with(visitor.page, certainty="close")

    name = visitor.get_a_match(selfie)

    second = visitor.page.locator(".bill .name").first.inner_text()
    close_call = visitor.page.get_by_text(f"A close call between {name} and {second}")
    expect(close_call).to_be_visible()
    visitor.button(second).click()
    expect(visitor.heading("You also look like")).to_be_visible()
    expect(close_call).to_be_hidden()


def test_what_is_no_close_call_is_not_called_one(visitor: Visitor, selfie: Path) -> None:
    answer_with(visitor.page, certainty="clear")

    visitor.get_a_match(selfie)

    expect(visitor.page.locator(".match-card .certainty")).to_be_hidden()


def test_the_result_says_that_its_photos_may_show_two_people(
    visitor: Visitor, selfie: Path
) -> None:
    answer_with(visitor.page, selfies=2, agree=1, one_person=False)

    visitor.get_a_match(selfie)

    expect(visitor.page.locator(".match-card .agreement")).to_contain_text(
        "These photos may not all show the same person."
    )


# What it carries

SLOW = {"offline": False, "latency": 150, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""A phone on a bad connection: milliseconds, and bytes a second."""


def test_a_slow_connection_carries_the_star_first_and_little_in_all(
    visitor: Visitor, selfie: Path, context: BrowserContext
) -> None:
    visitor.open()
    visitor.consent.check()
    visitor.choose(selfie)
    network = context.new_cdp_session(visitor.page)
    addresses: dict[str, str] = {}
    carried: dict[str, int] = {}
    network.on(
        "Network.requestWillBeSent",
        lambda sent: addresses.update({sent["requestId"]: urlsplit(sent["request"]["url"]).path}),
    )
    network.on(
        "Network.loadingFinished",
        lambda done: carried.update({addresses[done["requestId"]]: done["encodedDataLength"]}),
    )
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)

    visitor.button("Use this photo").click()
    visitor.matched_name()
    expect(visitor.page.locator("[data-act=revealed]")).to_be_visible()
    visitor.page.locator(".match-card .bill li").last.scroll_into_view_if_needed()
    visitor.page.wait_for_load_state("networkidle")

    pictures = [path for path in addresses.values() if path.startswith("/pictures/")]
    answers = [path for path in addresses.values() if path.startswith("/api/")]
    assert len(pictures) == 5, "the star in one copy, and each runner-up"
    star = visitor.page.locator(".premiere-stage .star img").get_attribute("src")
    assert star is not None
    assert pictures[0] == urlsplit(star).path
    assert carried[pictures[0]] <= 90_000
    assert sum(carried[path] for path in {*pictures, *answers}) <= 200_000


def test_the_curtain_does_not_wait_for_a_picture_that_never_comes(
    visitor: Visitor, selfie: Path
) -> None:
    visitor.page.route("**/pictures/**", lambda _: None)
    visitor.get_a_match(selfie)

    expect(visitor.page.locator("[data-act=revealed]")).to_be_visible()
    expect(visitor.page.locator(".premiere-stage .initials")).to_be_visible()


def test_the_photo_of_a_result_that_was_left_does_not_come_after_it(
    visitor: Visitor, selfie: Path
) -> None:
    name = visitor.get_a_match(selfie)
    visitor.retake.click()
    visitor.page.route("**/pictures/**", lambda _: None)

    visitor.button(f"Your last match: {name}").click()
    visitor.matched_name()
    visitor.retake.click()
    visitor.page.wait_for_timeout(2000)  # longer than the photo waits for the portrait

    expect(visitor.heading("famous double")).to_be_visible()
    expect(visitor.page.locator(".premiere-stage .you img")).to_be_hidden()
