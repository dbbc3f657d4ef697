"""Where Back and Forward, the page's name and a dropped photo lead.

What each entry of the history leads to is tested in tests/scripts/places.test.js.
"""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

READY = "Happy with this photo?"


def test_back_leads_from_the_preview_to_the_camera_and_to_the_first_screen(
    visitor: Visitor,
) -> None:
    visitor.open()
    visitor.consent.check()
    visitor.button("Take a selfie").click()
    visitor.button("Take the photo").click()
    visitor.button("Skip the countdown").click()
    expect(visitor.heading(READY)).to_be_focused()

    visitor.page.go_back()
    expect(visitor.button("Take the photo")).to_be_enabled()
    visitor.page.go_back()
    expect(visitor.heading("famous double")).to_be_focused()

    visitor.button("Take a selfie").click()
    visitor.button("Back").click()
    expect(visitor.heading("famous double")).to_be_focused()


def test_from_a_result_one_gets_to_the_first_screen_and_back(
    visitor: Visitor, selfie: Path, drag: Callable[..., None]
) -> None:
    page = visitor.page
    name = visitor.get_a_match(selfie)
    expect(page.get_by_role("status")).to_be_empty()

    page.go_back()
    expect(visitor.heading("famous double")).to_be_focused()
    visitor.button(f"Your last match: {name}").click()
    assert visitor.matched_name() == name
    page.go_back()
    page.go_forward()
    assert visitor.matched_name() == name

    page.get_by_role("link", name="My Celebrity").click()
    expect(visitor.heading("famous double")).to_be_focused()
    page.go_back()
    assert visitor.matched_name() == name

    page.get_by_role("link", name="Privacy", exact=True).click()
    visitor.button("Back").click()
    assert visitor.matched_name() == name

    drag(selfie)
    expect(visitor.heading(READY)).to_be_visible()
    page.go_back()
    assert visitor.matched_name() == name
