"""The camera: one or several, allowed or refused, and off as soon as the page is out of sight."""

import io
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.visitor import Visitor
from tests.pictures import open_face
from tests.running_stack import FINISHING, wait_for

TWO_CAMERAS = "--use-fake-device-for-media-stream=device-count=2"

# Keeps what the page was lent. `refusal` names the error that the next requests get.
WATCHED = """
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    window.lent = [];
    devices.getUserMedia = async (wanted) => {
        if (window.refusal) throw new DOMException("", window.refusal);
        const stream = await ask(wanted);
        lent.push(...stream.getTracks());
        return stream;
    };
"""

# One front and one rear camera, neither of them to be had by its id.
PHONE = """
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async ({video: {facingMode, deviceId}}) => {
        if (deviceId) throw new DOMException("", "OverconstrainedError");
        const stream = await ask({video: true});
        const [track] = stream.getTracks();
        const settings = track.getSettings();
        track.getSettings = () => ({...settings, facingMode: facingMode.exact ?? facingMode});
        return stream;
    };
"""

# As many cameras as `plugged` says, whatever there really is.
PLUGGABLE = """
    const list = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
    window.plugged = 1;
    navigator.mediaDevices.enumerateDevices = async () => {
        const camera = (await list()).find(({kind}) => kind === "videoinput");
        return Array(plugged).fill(camera);
    };
"""

COVERED = """
    navigator.mediaDevices.getUserMedia = async () => {
        const canvas = Object.assign(document.createElement("canvas"), {width: 640, height: 480});
        const context = canvas.getContext("2d");
        setInterval(() => context.fillRect(0, 0, 640, 480), 100);
        return canvas.captureStream();
    };
"""

# Shows a bright lamp in a room whose light `paint` sets, or a chessboard.
PAINTED = """
    navigator.mediaDevices.getUserMedia = async () => {
        const canvas = Object.assign(document.createElement("canvas"), {width: 640, height: 480});
        const context = canvas.getContext("2d");
        const fill = (shade, ...box) => {
            context.fillStyle = `rgb(${shade}, ${shade}, ${shade})`;
            context.fillRect(...box);
        };
        window.paint = (shade, chess = false) => window.painted = {shade, chess};
        paint(20);
        setInterval(() => {
            fill(painted.shade, 0, 0, 640, 480);
            fill(255, 300, 0, 60, 40);
            if (!painted.chess) return;
            for (let at = 0; at < 768; at++) {
                const [column, row] = [at % 32, Math.floor(at / 32)];
                if ((column + row) % 2) fill(255, 20 * column, 20 * row, 20, 20);
            }
        }, 30);
        return canvas.captureStream();
    };
"""

# Answers when the test calls `allow`.
HESITANT = """
    const answer = navigator.mediaDevices.getUserMedia;
    navigator.mediaDevices.getUserMedia = async (wanted) => {
        await new Promise(resolve => window.allow = resolve);
        return answer(wanted);
    };
"""


@pytest.fixture(scope="module")
def two_camera_browser(
    launch_browser: Callable[..., Browser], browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    """A browser with two cameras, each of which shows a test picture."""
    own = [given for given in browser_type_launch_args["args"] if "fake-device" not in given]
    usual = [given for given in own if "fake-video" not in given]
    launched = launch_browser(args=[*usual, TWO_CAMERAS])
    yield launched
    launched.close()


@pytest.fixture
def browser(request: pytest.FixtureRequest, browser: Browser) -> Browser:
    """The usual browser, unless the test wants the one with two cameras."""
    if "two_cameras" not in request.fixturenames:
        return browser
    wanted: Browser = request.getfixturevalue("two_camera_browser")
    return wanted


@pytest.fixture
def two_cameras() -> None:
    """Ask for the browser that has two cameras."""


@pytest.fixture
def video(page: Page) -> Locator:
    return page.locator("video")


def open_camera(visitor: Visitor) -> None:
    visitor.open()
    visitor.consent.check()
    visitor.button("Take a selfie").click()


def expect_live(visitor: Visitor) -> None:
    expect(visitor.button("Take the photo")).to_be_enabled()


def camera_in_use(video: Locator) -> str:
    label: str = video.evaluate("video => video.srcObject.getVideoTracks()[0].label")
    return label


def is_mirrored(video: Locator) -> bool:
    mirrored: bool = video.evaluate(
        "video => new DOMMatrix(getComputedStyle(video).transform).a === -1"
    )
    return mirrored


def cameras_on(page: Page) -> int:
    on: int = page.evaluate("lent.filter(track => track.readyState === 'live').length")
    return on


def plug(page: Page, cameras: int) -> None:
    page.evaluate(
        """cameras => {
            window.plugged = cameras;
            navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
        }""",
        cameras,
    )


def unplug_the_one_in_use(video: Locator) -> None:
    video.evaluate("video => video.srcObject.getTracks()[0].dispatchEvent(new Event('ended'))")


def hide(page: Page, hidden: bool) -> None:
    """Put another tab in front of the page, or take it away again."""
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def take_photo(visitor: Visitor) -> Image.Image:
    """Take a photo and return what is about to be sent."""
    visitor.button("Take the photo").click()
    visitor.button("Skip the countdown").click()
    return preview_of(visitor)


def preview_of(visitor: Visitor) -> Image.Image:
    """Return what is about to be sent."""
    expect(visitor.heading("Happy with this photo?")).to_be_visible()
    address = visitor.page.get_by_role("img", name="The photo you are about to send").evaluate(
        """async image => {
            await image.decode();
            const {naturalWidth: width, naturalHeight: height} = image;
            const canvas = Object.assign(document.createElement("canvas"), {width, height});
            canvas.getContext("2d").drawImage(image, 0, 0);
            return canvas.toDataURL();
        }"""
    )
    return Image.open(io.BytesIO(b64decode(address.partition(",")[2]))).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(one, other.resize(one.size))).mean)


def test_the_webcam_takes_the_photo_after_a_countdown(visitor: Visitor) -> None:
    open_camera(visitor)

    visitor.button("Take the photo").click()
    expect(visitor.page.get_by_role("status")).to_have_text("3")
    expect(visitor.page.get_by_role("status")).to_have_text("1")
    expect(visitor.heading("Happy with this photo?")).to_be_visible()
    visitor.button("Use this photo").click()

    assert visitor.matched_name()


def test_a_countdown_can_be_skipped_and_the_photo_retaken(visitor: Visitor) -> None:
    open_camera(visitor)
    visitor.button("Take the photo").click()

    visitor.button("Skip the countdown").click()
    expect(visitor.heading("Happy with this photo?")).to_be_visible(timeout=2900)
    visitor.retake.click()

    expect_live(visitor)


def test_the_viewfinder_is_a_mirror_and_the_photo_is_not(
    visitor: Visitor, video: Locator, selfie: Path
) -> None:
    film = open_face(selfie, side=480)
    open_camera(visitor)
    expect_live(visitor)
    assert is_mirrored(video)

    photo = take_photo(visitor)

    shown = ImageOps.fit(film, photo.size)
    assert difference(photo, shown) < difference(photo, ImageOps.mirror(shown)) / 3


def test_without_a_camera_a_file_still_leads_to_a_result(visitor: Visitor, selfie: Path) -> None:
    visitor.page.add_init_script(WATCHED)
    visitor.page.add_init_script("window.refusal = 'NotAllowedError'")
    open_camera(visitor)

    expect(visitor.page.get_by_role("alert")).to_contain_text("may not use the camera")
    with visitor.page.expect_file_chooser() as chooser:
        visitor.button("Choose a photo instead").click()
    chooser.value.set_files(selfie)
    visitor.button("Use this photo").click()

    assert visitor.matched_name()


def test_every_refusal_has_its_words_and_two_ways_on(visitor: Visitor) -> None:
    page = visitor.page
    page.add_init_script(WATCHED)
    page.add_init_script("window.refusal = 'AbortError'")
    open_camera(visitor)
    expect(page.get_by_role("alert")).to_contain_text("will not start")

    for refusal, words in {
        "NotAllowedError": "may not use the camera",
        "NotFoundError": "found no camera",
        "NotReadableError": "Another program may be using the camera",
        "OverconstrainedError": "do what the page needs",
    }.items():
        page.evaluate("refusal => window.refusal = refusal", refusal)
        visitor.button("Try the camera again").click()
        expect(page.get_by_role("alert")).to_contain_text(words)
        expect(visitor.button("Choose a photo instead")).to_be_visible()

    page.evaluate("window.refusal = ''")
    visitor.button("Try the camera again").click()
    expect_live(visitor)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_one_camera_offers_no_other(visitor: Visitor) -> None:
    open_camera(visitor)

    expect_live(visitor)

    expect(visitor.button("Switch camera")).to_be_hidden()


@pytest.mark.usefixtures("two_cameras")
def test_the_keyboard_switches_between_two_webcams_and_stays_where_it_is(
    visitor: Visitor, video: Locator
) -> None:
    page = visitor.page
    page.add_init_script(WATCHED)
    open_camera(visitor)
    expect_live(visitor)
    first = camera_in_use(video)

    visitor.tab_to(visitor.button("Switch camera"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text("fake_device_1 is on.")
    assert camera_in_use(video) == "fake_device_1" != first
    assert is_mirrored(video)
    assert cameras_on(page) == 1
    expect(visitor.button("Switch camera")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(f"{first} is on.")


@pytest.mark.usefixtures("two_cameras")
def test_the_chosen_camera_is_the_one_of_the_next_photo(visitor: Visitor, video: Locator) -> None:
    open_camera(visitor)
    expect_live(visitor)
    visitor.button("Switch camera").click()
    expect(visitor.page.get_by_role("status")).to_have_text("fake_device_1 is on.")
    take_photo(visitor)

    visitor.retake.click()

    expect_live(visitor)
    assert camera_in_use(video) == "fake_device_1"


@pytest.mark.usefixtures("two_cameras")
def test_a_phone_turns_to_its_rear_camera_which_is_no_mirror(
    visitor: Visitor, video: Locator
) -> None:
    visitor.page.add_init_script(PHONE)
    open_camera(visitor)
    expect_live(visitor)
    expect(visitor.page.get_by_label("Your camera, mirrored", exact=True)).to_be_visible()
    assert is_mirrored(video)

    visitor.button("Switch camera").click()

    expect(visitor.page.get_by_role("status")).to_have_text("The rear camera is on.")
    expect(visitor.page.get_by_label("Your camera", exact=True)).to_be_visible()
    assert not is_mirrored(video)
    visitor.button("Switch camera").click()
    expect(visitor.page.get_by_role("status")).to_have_text("The front camera is on.")
    assert is_mirrored(video)


@pytest.mark.usefixtures("two_cameras")
def test_where_the_other_camera_is_busy_the_first_goes_on(visitor: Visitor, video: Locator) -> None:
    page = visitor.page
    page.add_init_script(WATCHED)
    open_camera(visitor)
    expect_live(visitor)
    page.evaluate(
        """() => {
            const ask = navigator.mediaDevices.getUserMedia;
            navigator.mediaDevices.getUserMedia = (wanted) => wanted.video.deviceId
                ? Promise.reject(new DOMException("", "NotReadableError")) : ask(wanted);
        }"""
    )

    visitor.button("Switch camera").click()

    expect(page.get_by_text("The other camera will not start.")).to_be_in_viewport()
    expect_live(visitor)
    assert camera_in_use(video) == "fake_device_0"
    assert cameras_on(page) == 1


def test_a_second_camera_can_be_plugged_in_and_out(visitor: Visitor) -> None:
    visitor.page.add_init_script(PLUGGABLE)
    open_camera(visitor)
    expect_live(visitor)

    plug(visitor.page, cameras=2)
    expect(visitor.button("Switch camera")).to_be_visible()
    visitor.button("Switch camera").focus()
    plug(visitor.page, cameras=1)

    expect(visitor.button("Switch camera")).to_be_hidden()
    expect(visitor.button("Take the photo")).to_be_focused()


@pytest.mark.usefixtures("two_cameras")
def test_where_the_camera_in_use_is_unplugged_another_takes_over(
    visitor: Visitor, video: Locator
) -> None:
    page = visitor.page
    page.add_init_script(WATCHED)
    open_camera(visitor)
    expect_live(visitor)
    visitor.button("Switch camera").click()
    expect(page.get_by_role("status")).to_have_text("fake_device_1 is on.")
    page.evaluate(
        """() => {
            const ask = navigator.mediaDevices.getUserMedia;
            navigator.mediaDevices.getUserMedia = (wanted) => wanted.video.deviceId
                ? Promise.reject(new DOMException("", "OverconstrainedError")) : ask(wanted);
        }"""
    )

    unplug_the_one_in_use(video)

    expect(page.get_by_role("status")).to_have_text("fake_device_0 is on.")
    assert cameras_on(page) == 1


def test_a_camera_plugged_in_after_the_only_one_was_lost_starts_by_itself(
    visitor: Visitor, video: Locator
) -> None:
    page = visitor.page
    page.add_init_script(WATCHED)
    page.add_init_script(PLUGGABLE)
    open_camera(visitor)
    expect_live(visitor)
    page.evaluate("window.refusal = 'NotFoundError'")
    unplug_the_one_in_use(video)
    expect(page.get_by_role("alert")).to_contain_text("found no camera")
    assert cameras_on(page) == 0

    page.evaluate("window.refusal = ''")
    plug(page, cameras=1)

    expect_live(visitor)


def test_a_camera_that_keeps_failing_is_not_asked_for_ever(
    visitor: Visitor, video: Locator
) -> None:
    open_camera(visitor)
    expect_live(visitor)
    unplug_the_one_in_use(video)
    expect_live(visitor)

    unplug_the_one_in_use(video)

    expect(visitor.page.get_by_role("alert")).to_contain_text("unplugged or switched off")


def test_the_camera_is_off_while_the_page_is_out_of_sight(visitor: Visitor) -> None:
    page = visitor.page
    page.add_init_script(WATCHED)
    open_camera(visitor)
    expect_live(visitor)
    visitor.button("Take the photo").click()

    hide(page, hidden=True)
    assert cameras_on(page) == 0
    hide(page, hidden=False)

    expect_live(visitor)
    assert cameras_on(page) == 1


def test_leaving_turns_the_camera_off(visitor: Visitor) -> None:
    visitor.page.add_init_script(WATCHED)
    open_camera(visitor)
    expect_live(visitor)

    visitor.button("Back").click()

    expect(visitor.heading("famous double")).to_be_visible()
    assert cameras_on(visitor.page) == 0


def test_a_camera_that_answers_after_one_has_left_is_turned_off_again(visitor: Visitor) -> None:
    page = visitor.page
    page.add_init_script(WATCHED)
    page.add_init_script(HESITANT)
    open_camera(visitor)
    visitor.button("Back").click()
    expect(visitor.heading("famous double")).to_be_visible()

    page.evaluate("allow()")

    wait_for(lambda: page.evaluate("lent.length"), FINISHING)
    assert cameras_on(page) == 0


def test_a_covered_lens_gets_a_hint_and_a_way_on(visitor: Visitor) -> None:
    visitor.page.add_init_script(COVERED)
    open_camera(visitor)

    hint = visitor.page.locator(".viewfinder").get_by_text("shows only black")

    expect(hint).to_be_visible()
    expect(visitor.page.get_by_role("status")).to_contain_text("shows only black")
    expect(visitor.button("Choose a photo instead")).to_be_in_viewport()


def test_a_camera_that_does_not_answer_gets_a_hint_until_it_does(visitor: Visitor) -> None:
    page = visitor.page
    page.add_init_script(WATCHED)
    page.add_init_script(HESITANT)
    open_camera(visitor)
    hint = page.locator(".viewfinder").get_by_text("Waiting for the camera")
    expect(hint).to_be_visible()
    expect(visitor.button("Choose a photo instead")).to_be_in_viewport()

    page.evaluate("allow()")

    expect_live(visitor)
    expect(hint).to_be_hidden()
    expect(visitor.button("Choose a photo instead")).to_be_hidden()


def test_a_face_in_the_dark_is_told_to_find_light_until_there_is_some(visitor: Visitor) -> None:
    page = visitor.page
    page.add_init_script(PAINTED)
    open_camera(visitor)
    tip = page.locator(".camera-booth .tip")

    expect(tip).to_have_text("Too dark. Find more light.")
    expect(tip).to_be_in_viewport()
    expect(page.get_by_role("status")).to_have_text("Too dark. Find more light.")
    expect(visitor.button("Take the photo")).to_be_in_viewport()
    page.evaluate("paint(120)")

    expect(tip).to_be_hidden()


def test_the_photo_is_the_sharpest_of_the_last_frames_and_not_that_of_the_click(
    visitor: Visitor, video: Locator
) -> None:
    page = visitor.page
    page.add_init_script(PAINTED)
    open_camera(visitor)
    expect_live(visitor)
    page.evaluate("paint(0, true)")
    visitor.button("Take the photo").click()
    expect(page.get_by_role("status")).to_have_text("2")

    # In one go, so that a slow machine does not take the chessboard for older than it is.
    video.evaluate(
        """async video => {
            paint(120);
            const canvas = document.createElement("canvas");
            const context = canvas.getContext("2d", {willReadFrequently: true});
            let shade;
            do {
                await new Promise(requestAnimationFrame);
                context.drawImage(video, 0, 300, 1, 1, 0, 0, 1, 1);
                shade = context.getImageData(0, 0, 1, 1).data[0];
            } while (Math.abs(shade - 120) > 9);
            document.querySelector(".shutter").click();
        }"""
    )
    photo = preview_of(visitor).convert("L")

    middle = photo.resize((48, 64)).crop((12, 20, 36, 44))
    assert ImageStat.Stat(middle).stddev[0] > 60
