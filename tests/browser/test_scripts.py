"""The page's pure functions, run by the browser that will run them."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.visitor import Stack

FAILURE_CODES = [
    "unsupported_image",
    "image_too_small",
    "image_too_large",
    "no_face",
    "several_faces",
    "face_too_small",
    "face_turned_away",
    "face_too_blurry",
    "face_too_dark",
    "face_covered",
    "catalog_empty",
    "timed_out",
    "service_unavailable",
]
PAGE_CODES = [
    "heic_image",
    "network_lost",
    "upload_refused",
    "upload_interrupted",
    "expired",
    "not_found",
    "consent_required",
    "unknown_pack",
    "too_many_requests",
    "forbidden",
    "unexpected",
]


class Scripts:
    """Calls a function of one of the page's modules."""

    def __init__(self, page: Page, origin: str) -> None:
        page.goto(origin)
        self.page = page

    def call(self, module: str, function: str, *arguments: object) -> Any:
        return self.page.evaluate(
            "async ([module, name, given]) => (await import(`/scripts/${module}`))[name](...given)",
            [module, function, list(arguments)],
        )


@pytest.fixture
def scripts(page: Page, stack: Stack) -> Scripts:
    return Scripts(page, stack.origin)


def box(left: float, top: float, width: float, height: float) -> dict[str, float]:
    return {"left": left, "top": top, "width": width, "height": height}


def crop_around(
    scripts: Scripts, face: dict[str, float], *others: dict[str, float]
) -> dict[str, int]:
    size = {"width": 1000, "height": 800}
    crop: dict[str, int] = scripts.call("geometry.js", "cropAround", face, list(others), size)
    return crop


def test_a_face_is_cut_out_with_generous_room(scripts: Scripts) -> None:
    crop = crop_around(scripts, box(0.4, 0.375, 0.2, 0.25))

    assert crop == box(260, 160, 480, 480)


def test_a_crop_stays_inside_the_picture(scripts: Scripts) -> None:
    crop = crop_around(scripts, box(0.0, 0.75, 0.2, 0.25))

    assert crop == box(0, 460, 340, 340)


def test_a_crop_leaves_the_face_beside_it_out(scripts: Scripts) -> None:
    neighbour = box(0.65, 0.375, 0.2, 0.25)

    crop = crop_around(scripts, box(0.4, 0.375, 0.2, 0.25), neighbour)

    assert crop["left"] == 260
    assert crop["left"] + crop["width"] == 650


def test_a_crop_leaves_out_faces_on_every_side(scripts: Scripts) -> None:
    around = [box(0.2, 0.4, 0.15, 0.2), box(0.65, 0.4, 0.15, 0.2), box(0.45, 0.1, 0.1, 0.15)]

    crop = crop_around(scripts, box(0.4, 0.375, 0.2, 0.25), *around)

    assert crop == box(350, 200, 300, 440)


def test_a_crop_never_cuts_into_the_chosen_face(scripts: Scripts) -> None:
    overlapping = box(0.5, 0.4, 0.2, 0.25)

    crop = crop_around(scripts, box(0.4, 0.375, 0.2, 0.25), overlapping)

    assert crop["left"] <= 400
    assert crop["top"] <= 300
    assert crop["left"] + crop["width"] >= 600
    assert crop["top"] + crop["height"] >= 500


@pytest.mark.parametrize(
    ("size", "fitted"),
    [((3200, 2400), (1600, 1200)), ((2400, 3200), (1200, 1600)), ((640, 480), (640, 480))],
)
def test_pictures_shrink_to_the_longest_side_and_never_grow(
    scripts: Scripts, size: tuple[int, int], fitted: tuple[int, int]
) -> None:
    width, height = size

    fit = scripts.call("geometry.js", "fitWithin", {"width": width, "height": height}, 1600)

    assert fit == {"width": fitted[0], "height": fitted[1]}


def test_the_camera_photo_is_what_the_viewfinder_shows(scripts: Scripts) -> None:
    frame = {"width": 1280, "height": 720}

    shown = scripts.call("geometry.js", "cropToShape", frame, 3 / 4)

    assert shown == box(370, 0, 540, 720)


def test_the_wait_between_attempts_doubles_up_to_a_cap(scripts: Scripts) -> None:
    waits = scripts.page.evaluate(
        """async () => {
            const {backoffMs} = await import("/scripts/backoff.js");
            return [1, 2, 3, 10].map(attempt => backoffMs(attempt, null, () => 1));
        }"""
    )

    assert waits == [800, 1600, 3200, 15000]


def test_the_wait_is_never_shorter_than_the_server_asks(scripts: Scripts) -> None:
    assert scripts.call("backoff.js", "backoffMs", 1, 9000) == 9000


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("3", 3000),
        ("Thu, 01 Jan 1970 00:00:05 GMT", 4000),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("soon", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(
    scripts: Scripts, header: str | None, wait: int | None
) -> None:
    assert scripts.call("backoff.js", "readRetryAfter", header, 1000) == wait


@pytest.mark.parametrize(
    ("resemblance", "words"),
    [
        (100, "Separated at birth"),
        (97, "Separated at birth"),
        (96.9, "A striking resemblance"),
        (60, "A strong resemblance"),
        (30, "A family resemblance"),
        (10, "A passing resemblance"),
        (9.9, "A distant resemblance"),
        (0, "A distant resemblance"),
    ],
)
def test_a_resemblance_has_a_name(scripts: Scripts, resemblance: float, words: str) -> None:
    assert scripts.call("resemblance.js", "resemblanceWords", resemblance) == words


def test_a_low_best_match_is_praised_as_an_original(scripts: Scripts) -> None:
    headline = scripts.call("resemblance.js", "resemblanceHeadline", 3)
    meaning = scripts.call("resemblance.js", "resemblanceMeaning", 3, "Grace Hopper")

    assert headline == "One of a kind"
    assert "Grace Hopper comes nearest" in meaning
    assert "closer than 3% of our celebrities" in meaning


def test_the_number_is_explained_as_a_percentile(scripts: Scripts) -> None:
    meaning = scripts.call("resemblance.js", "resemblanceMeaning", 87.6, "Grace Hopper")

    assert meaning == (
        "You two are closer than 88% of our celebrities are to their own nearest double."
    )


def test_every_failure_has_its_own_title_and_words(scripts: Scripts) -> None:
    codes = FAILURE_CODES + PAGE_CODES

    failures = [scripts.call("failures.js", "failureWords", {"code": code}) for code in codes]

    assert len({failure["title"] for failure in failures}) == len(codes)
    assert all(failure["message"] and failure["hint"] for failure in failures)


def test_the_servers_own_words_go_first(scripts: Scripts) -> None:
    failure = {"code": "no_face", "message": "No face here.", "hint": "Show it."}

    words = scripts.call("failures.js", "failureWords", failure)

    assert (words["message"], words["hint"]) == ("No face here.", "Show it.")


@pytest.mark.parametrize("code", ["brand_new_code", "constructor"])
def test_an_unknown_failure_gets_sane_words(scripts: Scripts, code: str) -> None:
    words = scripts.call("failures.js", "failureWords", {"code": code})

    assert words["message"] == "Something went wrong that we did not foresee."
    assert words["next"] == "resend"
