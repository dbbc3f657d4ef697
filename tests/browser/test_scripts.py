"""What scripts do with elements and pixels, which only a browser has.

What needs neither is tested in JavaScript, in tests/scripts.
"""

import pytest
from playwright.sync_api import Page

from tests.browser.visitor import Stack


@pytest.fixture
def anywhere(page: Page, stack: Stack) -> Page:
    page.goto(stack.origin)
    return page


def test_strings_become_text_and_never_markup(anywhere: Page) -> None:
    made = anywhere.evaluate(
        """async () => {
            const {build} = await import("/scripts/element.js");
            const made = build("p", {className: "made"}, "<img src=x>", "&amp;");
            return [made.className, made.textContent, made.childElementCount];
        }"""
    )

    assert made == ["made", "<img src=x>&amp;", 0]


def test_a_missing_element_is_named(anywhere: Page) -> None:
    message = anywhere.evaluate(
        """async () => {
            const {find} = await import("/scripts/element.js");
            try {
                find(document, "main", HTMLButtonElement);
            } catch (error) {
                return error.message;
            }
        }"""
    )

    assert message == "index.html lacks main"


def test_a_face_is_cut_out_of_the_original_rather_than_of_what_was_sent(anywhere: Page) -> None:
    size = anywhere.evaluate(
        """async () => {
            const {cutOut, readPhoto} = await import("/scripts/photo.js");
            const canvas = new OffscreenCanvas(4000, 3000);
            canvas.getContext("2d").fillRect(0, 0, 4000, 3000);
            const photo = await readPhoto(await canvas.convertToBlob({type: "image/jpeg"}));
            const face = {left: 0.4, top: 0.4, width: 0.1, height: 0.1};
            const cut = await cutOut(photo, face, []);
            const {width, height} = await createImageBitmap(cut.jpeg);
            return [width, height];
        }"""
    )

    assert size == [960, 720]
