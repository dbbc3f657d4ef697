"""What axe says about every screen in every language and theme, at 400 % zoom: nothing."""

import pytest
from playwright.sync_api import ViewportSize

from tests.browser.test_axe import Photos, complaints, photos, sideways, tour
from tests.browser.visitor import Visitor

__all__ = ["photos"]

ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""A window of 1280 x 1024 pixels at 400 %."""
LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_is_usable_when_it_is_zoomed(
    visitor: Visitor, photos: Photos, language: str
) -> None:
    visitor.page.set_viewport_size(ZOOMED)
    visitor.open()
    visitor.button(LANGUAGES[language]).click()
    visitor.page.wait_for_selector(f"html[lang={language}]")
    found = {}
    for screen in tour(visitor, photos):
        wrong = complaints(visitor.page)
        wide = sideways(visitor.page, ZOOMED["width"])
        visitor.page.set_viewport_size(ZOOMED)
        if wrong or wide:
            found[screen] = f"{wrong}{wide} pixels too wide"

    assert found == {}
