"""What axe-core says about every screen, light and dark: nothing.

It knows the rules of WCAG 2.2 A and AA that a program can judge, and best practices.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.canned import CannedPacks
from tests.browser.visitor import RESULT_WITHIN_MS, Stack, Visitor
from tests.pictures import encode, open_face, scenery, two_faces
from tests.running_stack import RunningStack, new_address

AXE = Axe()
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

# Axe judges no text on a gradient, nor anything above the searchlights. All of them but the
# buttons' are decoration on a plain colour, by which the text can be judged.
PLAIN = ":not(button.primary), ::before, ::after { background-image: none !important }"


class Photos(NamedTuple):
    """What there is to send."""

    sign_up_curator: Callable[[], tuple[str, str]]
    selfie: Path
    scenery: Path
    pair: Path


Way = Callable[[Visitor, Photos], object]


def new_credentials() -> tuple[str, str]:
    return new_address(), "a short sentence"


def follow(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("link", name=name, exact=True).first.click()


def welcome(visitor: Visitor, _: Photos) -> None:
    visitor.open()


def missing_consent(visitor: Visitor, _: Photos) -> None:
    visitor.open()
    visitor.button("Choose a photo").click()
    expect(visitor.page.get_by_text("Please tick this box first")).to_be_visible()


def camera(visitor: Visitor, _: Photos) -> None:
    visitor.open()
    visitor.consent.check()
    visitor.button("Take a selfie").click()
    expect(visitor.button("Take the photo")).to_be_enabled()


def blocked_camera(visitor: Visitor, _: Photos) -> None:
    visitor.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => "
        "Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    visitor.open()
    visitor.consent.check()
    visitor.button("Take a selfie").click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("may not use")


def preview(visitor: Visitor, photos: Photos) -> None:
    visitor.open()
    visitor.consent.check()
    visitor.choose(photos.selfie)


def progress(visitor: Visitor, photos: Photos) -> None:
    visitor.page.route("**/guest/matches/*", lambda _: None)  # an answer that never comes
    visitor.send(photos.selfie)
    looking = visitor.page.get_by_text("Comparing you with our celebrities")
    expect(looking).to_be_visible(timeout=RESULT_WITHIN_MS)


def result(visitor: Visitor, photos: Photos) -> None:
    visitor.get_a_match(photos.selfie)
    visitor.page.get_by_text("Picture credits").click()


def another_photo(visitor: Visitor, photos: Photos) -> None:
    visitor.get_a_match(photos.selfie)
    visitor.button("Add another photo to be sure").click()
    expect(visitor.heading("One more, to be sure")).to_be_visible()


def added_photo(visitor: Visitor, photos: Photos) -> None:
    another_photo(visitor, photos)
    with visitor.page.expect_file_chooser() as chooser:
        visitor.button("Choose a photo").click()
    chooser.value.set_files(photos.selfie)
    visitor.button("Use this photo").click()
    expect(visitor.page.get_by_text("Both photos say")).to_be_visible(timeout=RESULT_WITHIN_MS)


def failure(visitor: Visitor, photos: Photos) -> None:
    visitor.send(photos.scenery)
    expect(visitor.heading("see a face")).to_be_visible(timeout=RESULT_WITHIN_MS)


def faces(visitor: Visitor, photos: Photos) -> None:
    visitor.send(photos.pair)
    expect(visitor.heading("Which one are you?")).to_be_visible(timeout=RESULT_WITHIN_MS)


def delete_dialog(visitor: Visitor, photos: Photos) -> None:
    visitor.get_a_match(photos.selfie)
    visitor.button("Delete this match").click()
    expect(visitor.page.get_by_role("dialog", name="Delete this match?")).to_be_visible()


def poster(visitor: Visitor, photos: Photos) -> None:
    visitor.get_a_match(photos.selfie)
    visitor.button("Make a poster").click()
    expect(visitor.button("Save")).to_be_enabled(timeout=RESULT_WITHIN_MS)


def compare(visitor: Visitor, photos: Photos) -> None:
    visitor.get_a_match(photos.selfie)
    visitor.button("Compare").click()
    expect(visitor.page.get_by_role("slider", name="Between you and")).to_be_focused()


def offline(visitor: Visitor, _: Photos) -> None:
    visitor.page.route("**/config.json", lambda route: route.abort())
    visitor.page.goto(visitor.origin)
    expect(visitor.heading("re offline")).to_be_visible()


def privacy(visitor: Visitor, _: Photos) -> None:
    visitor.open()
    follow(visitor, "Privacy")


def sign_in(visitor: Visitor, _: Photos) -> None:
    visitor.open()
    follow(visitor, "Sign in")


def sign_up(visitor: Visitor, _: Photos) -> None:
    visitor.open()
    follow(visitor, "Sign in")
    visitor.button("Create an account").click()
    expect(visitor.button("Create account")).to_be_visible()


def code(visitor: Visitor, photos: Photos) -> None:
    sign_up(visitor, photos)
    visitor.fill_in(*new_credentials())
    visitor.button("Create account").click()
    expect(visitor.heading("Check your email")).to_be_visible()


def forgotten(visitor: Visitor, _: Photos) -> None:
    visitor.open()
    follow(visitor, "Sign in")
    visitor.button("Forgotten your password?").click()
    expect(visitor.button("Send me a code")).to_be_visible()


def reset(visitor: Visitor, photos: Photos) -> None:
    forgotten(visitor, photos)
    visitor.page.get_by_label("Email address").fill(new_credentials()[0])
    visitor.button("Send me a code").click()
    expect(visitor.heading("Choose a new password")).to_be_visible()


def account(visitor: Visitor, _: Photos) -> None:
    visitor.open()
    visitor.sign_up(*new_credentials())
    follow(visitor, "Account")


def forget_dialog(visitor: Visitor, photos: Photos) -> None:
    account(visitor, photos)
    visitor.button("Delete my account").click()
    expect(visitor.page.get_by_role("dialog")).to_be_visible()


def no_matches(visitor: Visitor, photos: Photos) -> None:
    account(visitor, photos)
    follow(visitor, "My matches")
    expect(visitor.button("Find my double")).to_be_visible()


def matches(visitor: Visitor, photos: Photos) -> None:
    visitor.get_a_match(photos.selfie)
    visitor.sign_up(*new_credentials())
    follow(visitor, "My matches")
    expect(visitor.page.locator(".match-history li")).to_have_count(1)


def several_packs(visitor: Visitor) -> CannedPacks:
    packs = CannedPacks(visitor.page, visitor.origin)
    shown = [
        packs.person("Ada Lovelace", portraits=2),
        packs.person("章子怡"),
        packs.person("شاه رخ خان"),
    ]
    packs.put("film-stars", "Film stars", shown, {"stage": "fetching", "done": 12, "total": 240})
    packs.put("leaders", "Leaders", [])
    for pack in packs.packs:
        pack["among"] = ["everyone", "women"]
    return packs


def choice_of_packs(visitor: Visitor, _: Photos) -> None:
    several_packs(visitor)
    visitor.open()
    visitor.page.get_by_label("Film stars").check()
    visitor.page.get_by_label("Women").check()
    expect(visitor.page.get_by_role("progressbar")).to_be_visible()


def line_up(visitor: Visitor, photos: Photos) -> None:
    choice_of_packs(visitor, photos)
    follow(visitor, "Who you can be matched with")
    visitor.page.locator("summary", has_text="Ada Lovelace").click()
    expect(visitor.page.get_by_role("img", name="Portrait 2 of Ada Lovelace")).to_be_visible()


def same_person(visitor: Visitor, photos: Photos) -> None:
    several_packs(visitor)
    visitor.get_a_match(photos.selfie)
    visitor.page.get_by_text("How we got this number").click()
    expect(visitor.page.get_by_text("From the line-up")).to_be_visible()
    expect(visitor.button("Women")).to_be_visible()


def curator(visitor: Visitor, photos: Photos) -> CannedPacks:
    packs = several_packs(visitor)
    visitor.open()
    visitor.sign_in(*photos.sign_up_curator())
    expect(visitor.page.get_by_role("link", name="Account")).to_be_visible()
    follow(visitor, "Line-up")
    return packs


def curated_line_up(visitor: Visitor, photos: Photos) -> None:
    curator(visitor, photos)
    visitor.page.locator(".people summary").first.click()
    expect(visitor.button("Add another portrait")).to_be_visible()


def portrait_form(visitor: Visitor, photos: Photos) -> CannedPacks:
    packs = curator(visitor, photos)
    visitor.button("Add a portrait").click()
    form = visitor.page.locator(".portrait-form")
    form.get_by_label("Photo", exact=True).set_input_files(photos.selfie)
    form.get_by_label("Name").fill("章子怡")
    form.get_by_label("Who took it").fill("Somebody")
    form.get_by_label("Licence").select_option("CC BY 4.0")
    return packs


def refused_portrait(visitor: Visitor, photos: Photos) -> None:
    refusal = {"status": "refused", "failure": {"code": "no_face"}}
    portrait_form(visitor, photos).verdict = refusal
    visitor.button("Put it on the bill").click()
    expect(visitor.page.locator(".portrait-form .error")).to_contain_text("no face")


def portrait_on_the_bill(visitor: Visitor, photos: Photos) -> None:
    packs = portrait_form(visitor, photos)
    twin = {"name": "Ada Lovelace", "image_url": packs.starters[0]["image_url"]}
    packs.verdict = {"status": "indexed", "same_face_as": twin}
    visitor.button("Put it on the bill").click()
    expect(visitor.button("Take it off again")).to_be_visible()


SCREENS: list[Way] = [
    welcome,
    choice_of_packs,
    line_up,
    same_person,
    curated_line_up,
    portrait_form,
    refused_portrait,
    portrait_on_the_bill,
    missing_consent,
    camera,
    blocked_camera,
    preview,
    progress,
    result,
    another_photo,
    added_photo,
    failure,
    faces,
    delete_dialog,
    compare,
    poster,
    privacy,
    sign_in,
    sign_up,
    code,
    forgotten,
    reset,
    account,
    forget_dialog,
    no_matches,
    matches,
]


@pytest.fixture(scope="module")
def photos(selfie: Path, stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Photos:
    folder = tmp_path_factory.mktemp("photos")
    landscape, pair = folder / "scenery.jpg", folder / "pair.jpg"
    landscape.write_bytes(encode(scenery()))
    pair.write_bytes(encode(two_faces(open_face(selfie))))
    return Photos(stack.sign_up_curator, selfie, landscape, pair)


@pytest.fixture
def visitor(page: Page, stack: Stack) -> Visitor:
    page.emulate_media(reduced_motion="reduce")  # colours are final at once
    return Visitor(page, stack)


def complaints(page: Page) -> str:
    """Return what axe finds in both themes."""
    page.evaluate("rule => document.styleSheets[0].insertRule(rule)", PLAIN)
    found = ""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        results = AXE.run(page, options=OPTIONS)
        broken = [rule["error"] for rule in results.response["incomplete"] if "error" in rule]
        assert broken == [], "axe skips a rule where its own code fails"
        if results.violations_count:
            found += f"In the {scheme}:\n{results.generate_report()}"
    return found


WIDTHS = (320, 640, 820)
"""Pixels: the narrowest phone, a desktop at 200 % zoom, a tablet."""


def sideways(page: Page, width: int) -> int:
    """Measure by how many pixels, but for rounding, the page is wider than its window."""
    page.set_viewport_size({"width": width, "height": 640})
    wide: int = page.evaluate(
        """() => Math.max(
            document.documentElement.scrollWidth - innerWidth,
            ...Array.from(
                document.querySelectorAll("dialog[open]"), it => it.scrollWidth - it.clientWidth)
        )"""
    )
    return max(0, wide - 1)


@pytest.mark.parametrize(
    "lead",
    [*SCREENS, pytest.param(offline, marks=pytest.mark.expects_console_error)],
    ids=lambda way: way.__name__,
)
def test_axe_finds_nothing_wrong_and_nothing_scrolls_sideways(
    visitor: Visitor, photos: Photos, lead: Way
) -> None:
    lead(visitor, photos)

    assert complaints(visitor.page) == ""
    assert {width: sideways(visitor.page, width) for width in WIDTHS} == dict.fromkeys(WIDTHS, 0)


def tour(visitor: Visitor, photos: Photos) -> Iterator[str]:
    """Visit every screen in one go, and yield the name of each; by selectors, for any language."""
    page = visitor.page

    def press(selector: str) -> None:
        page.locator(selector).click()

    def shows(selector: str) -> None:
        expect(page.locator(selector)).to_be_visible(timeout=RESULT_WITHIN_MS)

    def choose(photo: Path) -> None:
        page.locator("#photo-file").set_input_files(photo)
        shows(".photo-preview")

    page.goto(visitor.origin)
    shows(".welcome-screen")
    yield "welcome"
    press("#choose-photo")
    shows("#consent-error")
    yield "missing consent"
    page.locator("#consent").check()
    press("#take-selfie")
    expect(page.locator(".shutter")).to_be_enabled()
    yield "camera"
    press(".camera-booth .cancel")

    choose(photos.scenery)
    press(".use-photo")
    shows(".failure-notice")
    yield "failure"
    choose(photos.pair)
    press(".use-photo")
    shows(".face-picker")
    yield "faces"
    press(".face-picker .start-over")

    choose(photos.selfie)
    yield "preview"
    page.route("**/guest/matches/*", lambda _: None)  # an answer that never comes
    press(".use-photo")
    shows(".match-progress")
    yield "progress"
    page.unroute("**/guest/matches/*")
    page.reload()
    shows(".match-card")
    press(".limits summary")
    press(".credits summary")
    yield "result"
    press(".match-card .share")
    expect(page.locator(".share-dialog .save")).to_be_enabled(timeout=RESULT_WITHIN_MS)
    yield "poster"
    press(".share-dialog .close")
    press(".match-card .delete")
    yield "question"
    press(".delete-dialog .keep")
    press(".match-card .add")
    shows(".another-photo")
    yield "another photo"

    email, password = new_credentials()
    for hash in ("line-up", "privacy", "account"):
        page.goto(f"{visitor.origin}/#{hash}")
        shows(".account-form" if hash == "account" else f"[data-screen={hash}]")
        yield hash
    press("[data-way=sign-up]")
    yield "sign up"
    page.locator("#account-email").fill(email)
    page.locator("#account-password").fill(password)
    press(".account-form .submit")
    shows("#account-code")
    yield "code"
    page.locator("#account-code").fill(visitor.code_for(email))
    press(".account-form .submit")
    shows(".match-card")  # the guest's, adopted
    press(".to-matches")
    shows(".match-history li")
    yield "matches"
    press(".to-account")
    shows(".my-data")
    yield "account"


def test_german_is_kept_on_every_screen_and_fits_the_narrowest_phone(
    visitor: Visitor, photos: Photos
) -> None:
    visitor.open()
    visitor.button("Deutsch").click()
    expect(visitor.heading("Wer ist dein")).to_be_visible()
    found = {}
    for screen in tour(visitor, photos):
        wrong = complaints(visitor.page)
        wide = sideways(visitor.page, WIDTHS[0])
        if wrong or wide:
            found[screen] = f"{wrong}{wide} pixels too wide"

    assert visitor.page.locator("html").get_attribute("lang") == "de"
    assert found == {}


def test_axe_would_find_faint_text_and_a_button_without_a_name(visitor: Visitor) -> None:
    visitor.open()
    visitor.page.evaluate(
        """() => {
            document.querySelector(".welcome-screen .lead").style.color = "#888";
            document.querySelector("#choose-photo").textContent = "";
        }"""
    )

    found = complaints(visitor.page)

    assert "color-contrast" in found
    assert "button-name" in found
