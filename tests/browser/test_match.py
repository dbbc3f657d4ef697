"""From the first screen to a result and away again, in a real browser."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Request, Route, expect

from tests.browser.visitor import RESULT_WITHIN_MS, Visitor
from tests.pictures import bystanders, encode, open_face

# Every match looks unfinished until the test says otherwise.
STILL_PROCESSING = """
    const realFetch = window.fetch;
    window.fetch = async (...request) => {
        const reply = await realFetch(...request);
        const isMatch = reply.status === 200 && /\\/matches\\/[^/]+$/.test(reply.url);
        if (window.finished || !isMatch) return reply;
        return Response.json({...await reply.json(), status: "processing"});
    };
"""


@pytest.fixture
def grey_picture(tmp_path: Path) -> Path:
    path = tmp_path / "grey.png"
    Image.new("RGB", (640, 640), (128, 128, 128)).save(path)
    return path


@pytest.fixture
def two_equal_faces(tmp_path: Path, selfie: Path) -> Path:
    with Image.open(selfie) as opened:
        face = opened.convert("RGB")
    pair = Image.new("RGB", (2 * face.width, face.height))
    pair.paste(face, (0, 0))
    pair.paste(face, (face.width, 0))
    path = tmp_path / "pair.jpg"
    pair.save(path, quality=92)
    return path


def test_nothing_is_sent_without_consent(visitor: Visitor) -> None:
    visitor.open()

    visitor.button("Choose a photo").click()

    expect(visitor.page.get_by_text("Please tick this box first")).to_be_visible()
    expect(visitor.consent).to_be_focused()
    expect(visitor.heading("famous double")).to_be_visible()


def test_an_uploaded_photo_gets_its_celebrity(visitor: Visitor, selfie: Path) -> None:
    name = visitor.get_a_match(selfie)

    page = visitor.page
    expect(page.get_by_role("img", name=f"Portrait of {name}")).to_be_visible()
    expect(page.get_by_role("img", name="Your photo")).to_be_visible()
    expect(page.get_by_text("more like")).to_be_visible()
    page.get_by_text("Picture credits").click()
    expect(page.locator(".credits li").first).to_contain_text(name)


def test_a_picture_without_a_face_says_so_and_how_to_do_better(
    visitor: Visitor, grey_picture: Path, selfie: Path
) -> None:
    visitor.send(grey_picture)

    expect(visitor.heading("see a face")).to_be_visible(timeout=RESULT_WITHIN_MS)
    expect(visitor.heading("see a face")).to_be_focused()
    expect(visitor.page.locator(".failure-notice .hint")).not_to_be_empty()
    visitor.choose(selfie, "Choose another photo")
    visitor.button("Use this photo").click()
    assert visitor.matched_name()


def test_a_failure_that_is_found_again_offers_to_choose_a_photo(
    visitor: Visitor, grey_picture: Path
) -> None:
    visitor.send(grey_picture)
    expect(visitor.heading("see a face")).to_be_visible(timeout=RESULT_WITHIN_MS)

    visitor.page.reload()

    expect(visitor.heading("see a face")).to_be_visible(timeout=RESULT_WITHIN_MS)
    with visitor.page.expect_file_chooser():
        visitor.button("Choose another photo").click()


def test_a_thin_picture_is_sent_with_all_that_can_be_compared(
    visitor: Visitor, tmp_path: Path
) -> None:
    strip = tmp_path / "strip.png"
    Image.new("RGB", (3000, 80), "tan").save(strip)

    visitor.send(strip)

    expect(visitor.heading("see a face")).to_be_visible(timeout=RESULT_WITHIN_MS)


def test_a_file_that_is_no_picture_is_refused_before_it_is_sent(
    visitor: Visitor, tmp_path: Path
) -> None:
    text = tmp_path / "notes.jpg"
    text.write_text("not a photograph")
    visitor.open()
    visitor.consent.check()

    with visitor.page.expect_file_chooser() as chooser:
        visitor.button("Choose a photo").click()
    chooser.value.set_files(text)

    expect(visitor.heading("open that picture")).to_be_visible()
    with visitor.page.expect_file_chooser():
        visitor.button("Choose another photo").click()


def test_one_of_two_equal_faces_is_chosen_and_gets_its_result(
    visitor: Visitor, two_equal_faces: Path
) -> None:
    deleted: list[str] = []

    def note_deletions(request: Request) -> None:
        if request.method == "DELETE":
            deleted.append(request.url)

    visitor.page.on("request", note_deletions)
    visitor.send(two_equal_faces)
    expect(visitor.heading("Which one are you?")).to_be_visible(timeout=RESULT_WITHIN_MS)
    faces = visitor.button("This is me")
    expect(faces).to_have_count(2)
    expect(visitor.button("Back to my result")).to_be_hidden()

    faces.last.click()

    assert visitor.matched_name()
    assert len(deleted) == 1, "the photo with other people in it is not kept"


def test_another_face_is_chosen_after_one_that_cannot_be_compared(
    visitor: Visitor, two_equal_faces: Path
) -> None:
    refusal = {"code": "face_turned_away", "message": "", "hint": "", "faces": []}
    visitor.send(two_equal_faces)
    expect(visitor.heading("Which one are you?")).to_be_visible(timeout=RESULT_WITHIN_MS)
    visitor.page.route(
        "**/guest/matches/*",
        lambda route: (
            route.fulfill(json={**route.fetch().json(), "status": "failed", "failure": refusal})
            if route.request.method == "GET"
            else route.fallback()
        ),
    )
    visitor.button("This is me").last.click()
    expect(visitor.heading("turned away")).to_be_visible(timeout=RESULT_WITHIN_MS)
    visitor.page.unroute("**/guest/matches/*")

    visitor.button("Pick another face").click()

    expect(visitor.heading("Which one are you?")).to_be_focused()
    expect(visitor.page.locator(".face-picker img")).to_have_js_property("complete", value=True)
    expect(visitor.button("This is me")).to_have_count(2)
    visitor.button("This is me").first.click()
    assert visitor.matched_name()


def test_another_face_of_a_photo_is_chosen_after_its_result(
    visitor: Visitor, portraits: list[Path], tmp_path: Path
) -> None:
    (tesla,) = (path for path in portraits if "Tesla" in path.name)  # his face fills his portrait
    photo = tmp_path / "bystander.jpg"
    photo.write_bytes(encode(bystanders(open_face(portraits[0]), open_face(tesla))))
    name = visitor.get_a_match(photo)
    mistaken = visitor.kept_match()

    visitor.button("Not you? Pick another face").click()
    expect(visitor.heading("Which one are you?")).to_be_visible()
    visitor.button("Back to my result").click()
    assert visitor.matched_name() == name
    assert visitor.kept_match() == mistaken
    visitor.button("Not you? Pick another face").click()
    with visitor.page.expect_request(
        lambda one: one.method == "DELETE" and one.url.endswith(str(mistaken))
    ):
        visitor.button("This is me").last.click()

    expect(visitor.result().locator(".name")).not_to_have_text(name, timeout=RESULT_WITHIN_MS)
    assert visitor.matched_name() == "Nikola Tesla"
    expect(visitor.button("Not you? Pick another face")).to_be_hidden()
    visitor.page.get_by_role("link", name="My matches").click()
    expect(visitor.page.locator(".match-history li")).to_have_count(1)


def test_retake_starts_again_and_both_results_are_found_on_the_device_until_cleared(
    visitor: Visitor, selfie: Path
) -> None:
    page = visitor.page
    name = visitor.get_a_match(selfie)
    first = visitor.kept_match()
    visitor.retake.click()
    visitor.choose(selfie)
    visitor.button("Use this photo").click()
    visitor.matched_name()
    second = visitor.kept_match()
    assert first
    assert second not in {first, None}

    page.get_by_role("link", name="My matches").click()
    entries = page.locator(".match-history li")
    expect(entries).to_have_count(2)
    entries.last.get_by_role("button").first.click()
    assert visitor.matched_name() == name
    page.go_back()
    expect(visitor.heading("Your matches")).to_be_focused()
    visitor.button("Delete these results").click()
    visitor.button("Delete for good").click()

    expect(visitor.heading("famous double")).to_be_visible()
    expect(page.get_by_role("link", name="My matches")).to_be_hidden()
    assert page.request.get(visitor.match_address(first)).status == 404


def test_a_sample_face_needs_no_consent_and_its_result_goes_when_it_is_left(
    visitor: Visitor,
) -> None:
    visitor.open()
    visitor.button("Try it with a sample face").click()
    result = visitor.heading("The sample face looks most like")
    expect(result).to_be_visible(timeout=RESULT_WITHIN_MS)
    expect(visitor.button("Make a poster")).to_be_hidden()
    with visitor.page.expect_response(lambda reply: reply.request.method == "DELETE") as deletion:
        visitor.retake.click()

    assert deletion.value.status == 204
    expect(visitor.heading("famous double")).to_be_focused()
    expect(visitor.page.get_by_role("link", name="My matches")).to_be_hidden()


def test_on_a_small_phone_the_first_button_is_in_sight(visitor: Visitor) -> None:
    for width, height in [(320, 568), (568, 320)]:
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.open()

        expect(visitor.button("Take a selfie")).to_be_in_viewport(ratio=1)
        expect(visitor.consent).to_be_in_viewport(ratio=1)


def test_coming_back_shows_the_last_match(visitor: Visitor, selfie: Path) -> None:
    name = visitor.get_a_match(selfie)

    visitor.page.reload()

    assert visitor.matched_name() == name
    expect(visitor.page.get_by_role("img", name="Your photo")).to_be_visible()
    expect(visitor.retake).to_be_visible()


def test_a_match_in_flight_is_found_again_after_a_reload(visitor: Visitor, selfie: Path) -> None:
    visitor.page.add_init_script(STILL_PROCESSING)
    visitor.send(selfie)
    expect(visitor.page.get_by_text("Comparing you with our celebrities")).to_be_visible()
    visitor.page.reload()
    expect(visitor.page.get_by_text("Finding your match again")).to_be_visible()
    visitor.page.evaluate("window.finished = true")

    assert visitor.matched_name()


def test_a_deleted_match_is_gone_from_the_page_and_from_the_server(
    visitor: Visitor, selfie: Path
) -> None:
    visitor.get_a_match(selfie)
    match_id = visitor.kept_match()
    assert match_id
    address = visitor.match_address(match_id)
    assert visitor.page.request.get(address).ok

    visitor.button("Delete this match").click()
    dialog = visitor.page.get_by_role("dialog", name="Delete this match?")
    dialog.get_by_role("button", name="Delete for good").click()

    expect(visitor.heading("famous double")).to_be_visible()
    expect(visitor.page.get_by_role("status")).to_contain_text("are deleted")
    assert visitor.page.request.get(address).status == 404
    visitor.page.reload()
    expect(visitor.heading("famous double")).to_be_visible()


def test_cancelling_while_we_look_deletes_the_photo(visitor: Visitor, selfie: Path) -> None:
    visitor.page.add_init_script(STILL_PROCESSING)
    visitor.send(selfie)
    expect(visitor.page.get_by_text("Comparing you with our celebrities")).to_be_visible()

    with visitor.page.expect_response(lambda reply: reply.request.method == "DELETE") as deletion:
        visitor.button("Cancel").click()

    assert deletion.value.status == 204
    expect(visitor.heading("famous double")).to_be_visible()


@pytest.mark.expects_console_error
def test_a_throttled_request_is_tried_again(visitor: Visitor, selfie: Path) -> None:
    refusals: list[str] = []

    def refuse_once(route: Route) -> None:
        if refusals:
            return route.continue_()
        refusals.append(route.request.url)
        return route.fulfill(
            status=429, json={"message": "Too Many Requests"}, headers={"Retry-After": "1"}
        )

    visitor.page.route("**/guest/matches", refuse_once)
    visitor.send(selfie)

    expect(visitor.page.locator(".match-progress .note", has_text="busy right now")).to_be_visible()
    assert visitor.matched_name()
    assert len(refusals) == 1


@pytest.mark.expects_console_error
@pytest.mark.parametrize(
    ("code", "heading"),
    [("busy", "No more matches today"), ("too_many_matches", "reached today")],
)
def test_a_limit_of_the_day_is_not_waited_for(
    visitor: Visitor, selfie: Path, code: str, heading: str
) -> None:
    refusals: list[str] = []

    def refuse(route: Route) -> None:
        refusals.append(route.request.url)
        route.fulfill(
            status=429,
            json={"code": code, "detail": "That is all for today; come back tomorrow."},
            content_type="application/problem+json",
            headers={"Retry-After": "30000"},
        )

    visitor.page.route("**/guest/matches", refuse)
    visitor.send(selfie)

    expect(visitor.heading(heading)).to_be_visible()
    expect(visitor.page.locator(".failure-notice")).to_contain_text("tomorrow")
    assert len(refusals) == 1


@pytest.mark.expects_console_error
def test_a_refused_upload_can_be_tried_again_with_the_same_photo(
    visitor: Visitor, selfie: Path
) -> None:
    refusals: list[str] = []

    def refuse_once(route: Route) -> None:
        is_upload = "multipart/form-data" in route.request.headers.get("content-type", "")
        if refusals or not is_upload:
            return route.fallback()
        refusals.append(route.request.url)
        return route.fulfill(
            status=403,
            headers={"Access-Control-Allow-Origin": "*"},
            body="<Error><Code>AccessDenied</Code></Error>",
        )

    visitor.page.route("**/*", refuse_once)
    visitor.send(selfie)

    expect(visitor.heading("Upload didn")).to_be_visible()
    visitor.button("Try again").click()
    assert visitor.matched_name()


@pytest.mark.expects_console_error
def test_a_lost_connection_resumes_the_same_match(visitor: Visitor, selfie: Path) -> None:
    created: list[str] = []

    def note_creations(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/guest/matches"):
            created.append(request.url)

    def lose(route: Route) -> None:
        route.abort("internetdisconnected")

    visitor.page.on("request", note_creations)
    visitor.page.route("**/guest/matches/*", lose)
    visitor.send(selfie)
    expect(
        visitor.page.locator(".match-progress .note", has_text="The connection dropped")
    ).to_be_visible()

    visitor.page.unroute("**/guest/matches/*")

    assert visitor.matched_name()
    assert len(created) == 1


@pytest.mark.expects_console_error
def test_changed_terms_are_agreed_to_again(visitor: Visitor, selfie: Path) -> None:
    visitor.page.route(
        "**/guest/matches",
        lambda route: route.fulfill(
            status=422,
            content_type="application/problem+json",
            json={"title": "Consent required", "status": 422, "code": "consent_required"},
        ),
    )
    visitor.send(selfie)

    visitor.button("Read and agree again").click()

    expect(visitor.consent).not_to_be_checked()
