"""The page without a mouse, without motion, and on the narrowest phone."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.visitor import RESULT_WITHIN_MS, Visitor


def test_the_keyboard_alone_leads_to_a_result_and_back(visitor: Visitor, selfie: Path) -> None:
    page = visitor.page
    visitor.open()

    visitor.tab_to(visitor.consent)
    page.keyboard.press("Space")
    visitor.tab_to(visitor.button("Choose a photo"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(selfie)
    expect(visitor.heading("Happy with this photo?")).to_be_focused()
    visitor.tab_to(visitor.button("Use this photo"))
    page.keyboard.press("Enter")
    expect(visitor.result()).to_be_focused(timeout=RESULT_WITHIN_MS)

    visitor.tab_to(visitor.button("Delete this match"))
    page.keyboard.press("Enter")
    expect(visitor.button("Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(visitor.button("Delete this match")).to_be_focused()
    visitor.tab_to(visitor.retake)
    page.keyboard.press("Enter")
    expect(visitor.heading("famous double")).to_be_focused()


def test_nothing_moves_where_less_motion_is_wanted(visitor: Visitor, selfie: Path) -> None:
    page = visitor.page
    page.emulate_media(reduced_motion="reduce")
    moving = "document.getAnimations().map(animation => animation.animationName)"
    visitor.open()
    visitor.consent.check()
    assert page.evaluate(moving) == []

    visitor.button("Take a selfie").click()
    visitor.button("Take the photo").click()
    expect(page.get_by_role("status")).to_have_text("2")
    assert page.evaluate(moving) == []
    expect(visitor.heading("Happy with this photo?")).to_be_visible()
    visitor.button("Cancel").click()

    visitor.choose(selfie)
    visitor.button("Use this photo").click()
    visitor.matched_name()
    assert page.evaluate(moving) == []


def test_the_curtain_parts_unless_the_visitor_prefers_less_motion(
    visitor: Visitor, selfie: Path
) -> None:
    visitor.page.emulate_media(reduced_motion="no-preference")

    visitor.send(selfie)

    visitor.page.wait_for_function(
        """() => {
            const names = document.getAnimations().map(animation => animation.animationName);
            return names.includes("part") && names.includes("rise");
        }""",
        polling="raf",
        timeout=RESULT_WITHIN_MS,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_scrolls_sideways_on_a_narrow_phone(
    visitor: Visitor, selfie: Path, tmp_path: Path, scheme: str
) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 320, "height": 568})
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    grey = tmp_path / "grey.png"
    Image.new("RGB", (1600, 640), (128, 128, 128)).save(grey)

    def assert_fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320

    visitor.open()
    assert_fits()
    visitor.consent.check()
    visitor.button("Take a selfie").click()
    expect(visitor.button("Take the photo")).to_be_in_viewport()
    assert_fits()
    visitor.button("Back").click()
    visitor.choose(grey)
    assert_fits()
    visitor.button("Use this photo").click()
    expect(visitor.heading("see a face")).to_be_visible(timeout=RESULT_WITHIN_MS)
    assert_fits()
    visitor.choose(selfie, "Choose another photo")
    visitor.button("Use this photo").click()
    visitor.matched_name()
    assert_fits()


def test_the_page_allows_zoom_and_names_its_language(visitor: Visitor) -> None:
    visitor.open()

    viewport = visitor.page.locator("meta[name=viewport]").get_attribute("content") or ""
    assert "maximum-scale" not in viewport
    assert "user-scalable" not in viewport
    assert visitor.page.locator("html").get_attribute("lang") == "en"


def test_every_screen_changes_the_title(visitor: Visitor, selfie: Path) -> None:
    name = visitor.get_a_match(selfie)

    expect(visitor.page).to_have_title(re.compile(f"^You look most like {re.escape(name)} "))
