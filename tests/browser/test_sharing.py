"""The poster of a match: drawn on the page, and handed over only where its owner says so."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat
from playwright.sync_api import Browser, Locator, Request, Route, expect

from rekognition.engine import FaceEngine
from tests.browser.visitor import Stack, Visitor
from tests.running_stack import FINISHING, wait_for

SIZE = (1080, 1350)
STORY = (1080, 1920)
MOST_BYTES = 400_000
ARCH = 404
LEFT_ARCH, RIGHT_ARCH, MIDDLE_ARCH = (
    (left, 130, left + ARCH, 635) for left in (88, 588, 338)
)  # as poster-layout.js places them
SHARES = """
    window.shared = [];
    navigator.canShare = ({files}) => files.every(file => file.type === "image/jpeg");
    navigator.share = async data => {
        window.shared.push({data, active: navigator.userActivation.isActive});
        if (window.refusal) throw new DOMException("", window.refusal);
    };
"""
WRITES = """
    window.written = [];
    const fillText = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
        window.written.push(text);
        return fillText.call(this, text, ...where);
    };
"""


@pytest.fixture(scope="module")
def memory(browser: Browser, stack: Stack, selfie: Path) -> str:
    """What a browser remembers of a match that was made in it, as JSON."""
    page = browser.new_page()
    Visitor(page, stack).get_a_match(selfie)
    memory: str = page.evaluate("JSON.stringify(localStorage)")
    page.close()
    return memory


@pytest.fixture
def returning(visitor: Visitor, memory: str) -> Visitor:
    """A visitor whose match is found again when they open the page."""
    visitor.page.add_init_script(f"Object.assign(localStorage, {memory})")
    return visitor


def come_back(visitor: Visitor) -> str:
    visitor.page.goto(visitor.origin)
    return visitor.matched_name()


@pytest.fixture
def mirrored(selfie: Path, tmp_path: Path) -> Path:
    """A person's mirror image: the same face, in another picture."""
    path = tmp_path / "mirrored.png"
    with Image.open(selfie) as opened:
        ImageOps.mirror(opened.convert("RGB")).save(path)
    return path


@pytest.fixture(scope="module")
def engine() -> Iterator[FaceEngine]:
    engine = FaceEngine()
    yield engine
    engine.close()


def open_poster(visitor: Visitor) -> Locator:
    visitor.button("Make a poster").click()
    dialog = visitor.page.get_by_role("dialog", name="Your poster")
    expect(dialog.get_by_role("img", name="Poster")).to_be_visible()
    return dialog


def save(dialog: Locator) -> tuple[str, Image.Image]:
    """Save the poster; return its file's name and what is in it."""
    with dialog.page.expect_download() as download:
        dialog.get_by_role("button", name="Save").click()
    path = Path(download.value.path())
    assert path.stat().st_size <= MOST_BYTES
    with Image.open(path) as opened:
        assert opened.format == "JPEG"
        return download.value.suggested_filename, opened.convert("RGB")


def without_faces(match: dict[str, Any]) -> dict[str, Any]:
    """Return a match as the API shows those of before it told where the faces are."""
    people = [{**one, "face": None} for one in match.get("celebrities", [])]
    return {**match, "celebrities": people, "selfie_face": None}


def as_before_faces(route: Route) -> None:
    answer = route.fetch() if route.request.method == "GET" else None
    if answer is None:
        return route.fallback()
    return route.fulfill(response=answer, json=without_faces(answer.json()))


def difference(poster: Image.Image, arch: tuple[int, int, int, int], picture: Path) -> float:
    """How far what an arch shows is from a picture, at the height of the face."""
    left, top, right, bottom = arch
    with Image.open(picture) as opened:
        fitted = ImageOps.fit(
            opened.convert("RGB"), (right - left, bottom - top), centering=(0.5, 0.22)
        )
    face = (80, 100, 324, 400)
    apart = ImageChops.difference(poster.crop(arch).crop(face), fitted.crop(face))
    return sum(ImageStat.Stat(apart).mean) / 3


def without_selfie(route: Route) -> None:
    """Answer as the API does once a photo's time is over."""
    if route.request.method != "GET":
        return route.fallback()
    answer = route.fetch()
    match = {**answer.json(), "selfie_url": None}
    return route.fulfill(response=answer, json=without_faces(match))


def test_the_saved_poster_shows_both_faces_side_by_side(
    visitor: Visitor, mirrored: Path, selfie: Path
) -> None:
    visitor.page.route("**/guest/matches/*", as_before_faces)
    visitor.get_a_match(mirrored)

    name, poster = save(open_poster(visitor))

    assert name == "you-and-grace-hopper.jpg"
    assert poster.size == SIZE
    assert difference(poster, LEFT_ARCH, mirrored) < 12
    assert difference(poster, RIGHT_ARCH, selfie) < 12
    assert difference(poster, LEFT_ARCH, selfie) > 24, "the two pictures can be told apart"


def test_the_poster_says_who_how_close_and_whose_portrait(returning: Visitor) -> None:
    returning.page.add_init_script(WRITES)
    name = come_back(returning)
    number = returning.page.locator(".match-card .number b").inner_text()
    words = returning.page.locator(".match-card .words").inner_text()

    dialog = open_poster(returning)

    written = returning.page.evaluate("window.written")
    assert {"Celebrity", "You", "Your double", "YOU LOOK MOST LIKE"} <= set(written)
    assert {name, number, words} <= set(written)
    credit = "Portrait: James S. Davis, US Navy, Public domain, cropped"
    assert credit in " ".join(written)
    assert urlsplit(returning.origin).netloc not in written, "it leads nowhere for others"
    poster = dialog.get_by_role("img")
    expect(poster).to_have_accessible_name(
        f"Poster: you look most like {name}, {number} out of 100. {words}."
    )


DRAW = """async ({format, face}) => {
    const {openPictures, drawPoster} = await import("/scripts/poster.js");
    const [portrait] = document.querySelectorAll(".premiere-stage .star img");
    const numbers = {rank: 1, resemblance: 88, one_in: 308};
    const celebrity = {name: "A B", ...numbers, image_url: portrait.src, face};
    const billing = {celebrity, selfieUrl: portrait.src, selfieFace: face};
    const address = {url: "https://main.d1a2b3c4d5e6f7.amplifyapp.com/", label: "", isPublic: true};
    const {jpeg} = await drawPoster(billing, await openPictures(billing), format, address);
    return Array.from(new Uint8Array(await jpeg.arrayBuffer()));
}"""


def test_a_drawn_poster_has_eyes_level_and_leads_a_camera_to_a_public_page(
    returning: Visitor, selfie: Path, engine: FaceEngine
) -> None:
    come_back(returning)
    expect(returning.page.get_by_role("img", name="Portrait of")).to_be_visible()
    (face, _), *_ = engine.detect(selfie.read_bytes())
    box = {"left": face.left, "top": face.top, "width": face.width, "height": face.height}
    known = {"box": box, "eyes": sorted(face.landmarks[:2])}

    for format_, height in (("poster", SIZE[1]), ("story", STORY[1])):
        drawn = bytes(returning.page.evaluate(DRAW, {"format": format_, "face": known}))

        assert len(drawn) <= MOST_BYTES
        seen = [found.landmarks[:2] for found, _ in engine.detect(drawn)]
        assert len(seen) == 2
        for eyes in seen:
            (left, left_y), (right, right_y) = sorted(eyes)
            assert (right - left) * SIZE[0] == pytest.approx(0.27 * ARCH, abs=0.04 * ARCH)
            assert abs(right_y - left_y) * height < 0.04 * ARCH
        picture = cv2.imdecode(np.frombuffer(drawn, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert picture is not None
        corner = picture[-800:, :400]  # OpenCV finds a small code only if it fills the picture
        enlarged = cv2.resize(corner, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
        read, _, _ = cv2.QRCodeDetector().detectAndDecode(enlarged)
        assert read == "https://main.d1a2b3c4d5e6f7.amplifyapp.com/", format_


TEXTS = """async ({format, one_in, name}) => {
    const {openPictures, drawPoster} = await import("/scripts/poster.js");
    const [portrait] = document.querySelectorAll(".premiere-stage .star img");
    const written = [];
    const write = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, left, baseline) {
        written.push({text, left, right: left + this.measureText(text).width});
        write.call(this, text, left, baseline);
    };
    const celebrity = {name, rank: 1, resemblance: 99, one_in, image_url: portrait.src};
    const billing = {celebrity, selfieUrl: portrait.src};
    const address = {url: "https://main.d1a2b3c4d5e6f7.amplifyapp.com/", label: "", isPublic: true};
    await drawPoster(billing, await openPictures(billing), format, address);
    CanvasRenderingContext2D.prototype.fillText = write;
    return written;
}"""


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_nothing_on_a_poster_reaches_its_edges(returning: Visitor, language: str) -> None:
    returning.page.add_init_script(f"localStorage.setItem('language', '{language}')")
    returning.page.goto(returning.origin)
    expect(returning.page.locator(".premiere-stage .star img")).to_be_visible()

    for drawn in ("poster", "story"):
        for one_in in (50, 3800, 160_000, 1_000_000):
            wanted = {"format": drawn, "one_in": one_in, "name": "Wolfeschlegelsteinhausen"}
            written = returning.page.evaluate(TEXTS, wanted)

            assert written
            for text in written:  # the curtains take 44 pixels
                assert text["left"] >= 60, text
                assert text["right"] <= SIZE[0] - 60, text


def test_without_the_selfie_the_double_has_the_stage_alone(
    returning: Visitor, selfie: Path
) -> None:
    returning.page.route("**/guest/matches/*", without_selfie)
    come_back(returning)
    expect(returning.page.get_by_text("We no longer have your photo")).to_be_visible()

    _, poster = save(open_poster(returning))

    assert poster.size == SIZE
    assert difference(poster, MIDDLE_ARCH, selfie) < 12


def test_a_poster_has_one_look_by_day_and_by_night(returning: Visitor) -> None:
    def poster_in(scheme: Literal["light", "dark"]) -> Image.Image:
        returning.page.emulate_media(color_scheme=scheme)
        come_back(returning)
        return save(open_poster(returning))[1]

    by_day, by_night = poster_in("light"), poster_in("dark")

    assert ImageChops.difference(by_day, by_night).getbbox() is None


def test_the_two_pictures_are_read_past_the_cache_and_nothing_is_sent(returning: Visitor) -> None:
    page = returning.page
    page.add_init_script(SHARES)
    come_back(returning)
    stage = page.locator(".premiere-stage")
    expect(stage).to_have_attribute("data-act", "revealed")
    pictures = [cast("str", image.get_attribute("src")) for image in stage.locator("img").all()]
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))

    dialog = open_poster(returning)
    dialog.get_by_role("button", name="Share").click()
    save(dialog)

    assert {request.method for request in requests} == {"GET"}
    fetched = [request for request in requests if request.resource_type == "fetch"]
    assert sorted(urlsplit(request.url).query for request in fetched) == sorted(
        urlsplit(picture).query for picture in pictures
    )
    assert {request.header_value("cache-control") for request in fetched} == {"no-cache"}
    others = [request.url for request in requests if request not in fetched]
    own = tuple(f"{returning.origin}/{folder}/" for folder in ("scripts", "styles"))
    # A blob is the preview, and what is saved.
    assert [url for url in others if not url.startswith((*own, "blob:"))] == []


def test_sharing_hands_over_picture_and_words_in_the_click_itself(
    returning: Visitor,
) -> None:
    returning.page.add_init_script(SHARES)
    come_back(returning)
    dialog = open_poster(returning)
    expect(dialog.get_by_role("button", name="Share")).to_be_focused()

    dialog.get_by_role("button", name="Share").click()

    expect(dialog.get_by_role("status")).to_have_text("Shared.")
    shared = returning.page.evaluate(
        """async () => Promise.all(window.shared.map(async ({data, active}) => ({
            active,
            keys: Object.keys(data),
            files: data.files.map(({name, type}) => [name, type]),
            text: data.text,
            start: [...new Uint8Array(await data.files[0].slice(0, 3).arrayBuffer())],
        })))"""
    )
    assert shared == [
        {
            "active": True,
            "keys": ["files", "text"],
            "files": [["you-and-grace-hopper.jpg", "image/jpeg"]],
            "text": shared[0]["text"],
            "start": list(b"\xff\xd8\xff"),
        }
    ]
    assert shared[0]["text"].startswith("I look most like Grace Hopper (")


def test_back_closes_the_poster_while_the_result_stays(returning: Visitor) -> None:
    name = come_back(returning)
    returning.retake.click()
    returning.button(f"Your last match: {name}").click()
    assert returning.matched_name() == name
    dialog = open_poster(returning)
    fetched = []
    returning.page.on("request", lambda request: fetched.append(request.url))

    returning.page.evaluate("history.back()")

    expect(dialog).to_be_hidden()
    expect(returning.result()).to_be_visible()
    returning.page.wait_for_function("history.state.step === 'result'")
    assert [url for url in fetched if "/guest/matches/" in url] == []


def test_a_story_is_chosen_seen_and_saved(returning: Visitor) -> None:
    returning.page.add_init_script(SHARES)
    come_back(returning)
    dialog = open_poster(returning)
    poster = dialog.get_by_role("img", name="Poster")

    returning.page.keyboard.press("Shift+Tab")
    returning.page.keyboard.press("ArrowRight")

    story = dialog.get_by_role("radio", name="Story")
    expect(story).to_be_checked()
    expect(story).to_be_focused()
    expect(poster).to_have_js_property("naturalHeight", STORY[1])
    name, picture = save(dialog)
    assert (name, picture.size) == ("you-and-grace-hopper-story.jpg", STORY)


@pytest.mark.parametrize("able", ["", "navigator.canShare = () => false; navigator.share = null"])
def test_where_pictures_cannot_be_shared_saving_comes_first(returning: Visitor, able: str) -> None:
    returning.page.add_init_script(able)
    come_back(returning)

    dialog = open_poster(returning)

    expect(dialog.get_by_role("button", name="Share")).to_be_hidden()
    expect(dialog.get_by_role("button", name="Save")).to_be_focused()


def test_a_share_that_is_called_off_says_nothing(returning: Visitor) -> None:
    returning.page.add_init_script(SHARES + "window.refusal = 'AbortError'")
    come_back(returning)
    dialog = open_poster(returning)

    dialog.get_by_role("button", name="Share").click()
    dialog.get_by_role("button", name="Share").click()

    # The second comes through only once the first is over.
    assert returning.page.evaluate("window.shared.length") == 2
    expect(dialog.locator(".error")).to_be_empty()
    expect(dialog.get_by_role("status")).to_have_text("Your poster is ready.")
    expect(dialog.get_by_role("button", name="Share")).to_be_focused()


@pytest.mark.parametrize(
    ("refusal", "words"),
    [("NotAllowedError", "does not let this page share"), ("DataError", "That did not work")],
)
def test_a_refused_share_says_what_to_do_instead(
    returning: Visitor, refusal: str, words: str
) -> None:
    returning.page.add_init_script(SHARES + f"window.refusal = '{refusal}'")
    come_back(returning)
    dialog = open_poster(returning)

    dialog.get_by_role("button", name="Share").click()

    expect(dialog.get_by_role("alert")).to_contain_text(words)
    assert save(dialog)[1].size == SIZE


def test_a_copied_poster_is_a_picture_on_the_clipboard(returning: Visitor) -> None:
    page = returning.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=returning.origin)
    come_back(returning)
    dialog = open_poster(returning)

    dialog.get_by_role("button", name="Copy picture").click()

    expect(dialog.get_by_role("status")).to_be_visible()
    expect(dialog.get_by_role("status")).to_contain_text("Copied")
    copied: list[Any] = page.evaluate(
        """async () => {
            const [item, ...more] = await navigator.clipboard.read();
            const picture = await createImageBitmap(await item.getType("image/png"));
            return [more.length, item.types, picture.width, picture.height];
        }"""
    )
    assert copied == [0, ["image/png"], *SIZE]


def test_a_clipboard_that_refuses_says_what_to_do_instead(returning: Visitor) -> None:
    returning.page.add_init_script(
        "navigator.clipboard.write = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    come_back(returning)
    dialog = open_poster(returning)

    dialog.get_by_role("button", name="Copy picture").click()

    expect(dialog.get_by_role("alert")).to_contain_text("Save the poster instead")


def test_where_pictures_cannot_be_copied_nothing_offers_it(returning: Visitor) -> None:
    returning.page.add_init_script("ClipboardItem.supports = type => type !== 'image/png'")
    come_back(returning)

    dialog = open_poster(returning)

    expect(dialog.get_by_role("button", name="Save")).to_be_visible()
    expect(dialog.get_by_role("button", name="Copy picture")).to_be_hidden()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_result_is_printed_on_one_page(returning: Visitor, paper: str) -> None:
    name = come_back(returning)
    expect(returning.page.locator(".premiere-stage")).to_have_attribute("data-act", "revealed")

    printed = returning.page.pdf(format=paper)

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    returning.page.emulate_media(media="print")
    expect(returning.page.get_by_text(name).first).to_be_visible()
    expect(returning.page.get_by_text("James S. Davis")).to_be_visible()
    expect(returning.button("Make a poster")).to_be_hidden()


@pytest.mark.expects_console_error
@pytest.mark.parametrize("way", ["Escape", "Close", "backdrop"])
def test_closing_goes_back_to_the_button_and_forgets_the_poster(
    returning: Visitor, way: str
) -> None:
    page = returning.page
    come_back(returning)
    dialog = open_poster(returning)
    address = dialog.get_by_role("img").get_attribute("src")

    if way == "Escape":
        page.keyboard.press("Escape")
    elif way == "Close":
        dialog.get_by_role("button", name="Close").click()
    else:
        page.mouse.click(4, 4)

    expect(dialog).to_be_hidden()
    expect(returning.button("Make a poster")).to_be_focused()
    still_there = "url => Object.assign(new Image(), {src: url}).decode().then(() => 1, () => 0)"
    wait_for(lambda: page.evaluate(still_there, address) == 0, FINISHING)


def test_a_click_beside_the_buttons_leaves_it_open(returning: Visitor) -> None:
    come_back(returning)
    dialog = open_poster(returning)

    dialog.get_by_role("heading", name="Your poster").click()
    dialog.get_by_role("img").click()
    dialog.locator(".sheet").click(position={"x": 3, "y": 90})

    expect(dialog).to_be_visible()


def every_copy(origin: str, portrait: str) -> str:
    """Return a pattern of the addresses of a portrait's copies."""
    return f"{origin}{urlsplit(portrait).path.rpartition('/')[0]}/*"


@pytest.mark.expects_console_error
def test_a_lost_picture_says_so_and_can_be_asked_for_again(returning: Visitor) -> None:
    page = returning.page
    come_back(returning)
    portrait = page.get_by_role("img", name="Portrait of").get_attribute("src")
    assert portrait
    address = every_copy(returning.origin, portrait)
    page.route(address, lambda route: route.abort())
    returning.button("Make a poster").click()
    dialog = page.get_by_role("dialog", name="Your poster")
    expect(dialog.get_by_role("alert")).to_contain_text("could not be made")
    expect(dialog.get_by_role("button", name="Save")).to_be_hidden()
    expect(dialog.get_by_role("button", name="Try again")).to_be_focused()

    page.unroute(address)
    page.keyboard.press("Enter")

    expect(dialog.get_by_role("img", name="Poster")).to_be_visible()
    expect(dialog.locator(".error")).to_be_empty()
    expect(dialog.get_by_role("button", name="Save")).to_be_focused()


@pytest.mark.expects_console_error
def test_an_address_that_has_expired_makes_no_poster(returning: Visitor, selfie: Path) -> None:
    come_back(returning)
    portrait = returning.page.get_by_role("img", name="Portrait of").get_attribute("src")
    assert portrait
    returning.page.route(
        every_copy(returning.origin, portrait),
        lambda route: route.fulfill(status=403, path=selfie),
    )

    returning.button("Make a poster").click()

    expect(returning.page.get_by_role("alert")).to_contain_text("reload it first")


def test_everything_is_in_view_on_a_narrow_phone(returning: Visitor) -> None:
    returning.page.set_viewport_size({"width": 320, "height": 568})
    returning.page.add_init_script(SHARES)
    come_back(returning)

    dialog = open_poster(returning)

    for name in ("Close", "Share", "Save", "Copy picture"):
        expect(dialog.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    expect(dialog.get_by_role("img")).to_be_in_viewport(ratio=1)


def test_the_poster_is_drawn_by_scripts_that_wait_until_they_are_wanted(returning: Visitor) -> None:
    loaded: list[str] = []
    returning.page.on("request", lambda request: loaded.append(urlsplit(request.url).path))
    come_back(returning)
    assert not [path for path in loaded if "poster" in path]

    open_poster(returning)

    assert "/scripts/poster.js" in loaded
