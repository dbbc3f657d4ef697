"""Accounts on the page: making one, coming back, the history, and being forgotten."""

import json
import re
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Request, Route, expect

from tests.browser.visitor import Visitor
from tests.pictures import encode, open_face
from tests.running_stack import FINISHING, RunningStack, new_address, wait_for


class Credentials(NamedTuple):
    """What a member signs in with."""

    email: str
    password: str


@pytest.fixture
def credentials() -> Credentials:
    return Credentials(new_address(), "a short sentence")


@pytest.fixture
def member(visitor: Visitor, credentials: Credentials) -> Visitor:
    """A visitor who has just made an account."""
    visitor.open()
    visitor.sign_up(*credentials)
    return visitor


@pytest.fixture
def photo(selfie: Path) -> bytes:
    return encode(open_face(selfie))


def token(visitor: Visitor) -> str:
    """Read the id token that the page keeps."""
    kept = visitor.page.evaluate("localStorage.getItem('account')")
    assert kept
    read: str = json.loads(kept)["idToken"]
    return read


def matches_of(stack: RunningStack, bearer: str) -> list[dict[str, Any]]:
    matches: list[dict[str, Any]] = stack.call("GET", "/matches", bearer).json()["matches"]
    return matches


def refuse(exception: str, message: str = "") -> Callable[[Route], None]:
    """Answer as Cognito does when it refuses."""

    def answer(route: Route) -> None:
        route.fulfill(
            status=400,
            content_type="application/x-amz-json-1.1",
            body=json.dumps({"__type": exception, "message": message}),
        )

    return answer


# Signing up and in


def test_a_member_without_a_match_is_not_told_that_one_takes_long(
    visitor: Visitor, stack: RunningStack
) -> None:
    email, password = new_address(), "a short sentence"
    stack.sign_up(email=email, password=password)
    visitor.page.clock.install()
    visitor.open()
    with visitor.page.expect_response(re.compile(r"/api/matches(\?|$)")):
        visitor.sign_in(email, password)
    visitor.page.clock.run_for(1_000)
    expect(visitor.heading("famous double")).to_be_visible()

    visitor.page.clock.run_for(60_000)

    expect(visitor.page.get_by_role("status")).not_to_contain_text("Still looking")
    visitor.page.clock.resume()


def test_the_code_step_says_where_the_code_is(visitor: Visitor, credentials: Credentials) -> None:
    visitor.open()
    visitor.page.get_by_role("link", name="Sign in").click()
    expect(visitor.page.get_by_text("in the terminal")).to_be_hidden()
    visitor.button("Create an account").click()
    visitor.fill_in(*credentials)

    visitor.button("Create account").click()

    expect(visitor.page.get_by_text("in the terminal")).to_be_visible()


def test_an_account_is_made_and_signed_in_to(member: Visitor, credentials: Credentials) -> None:
    expect(member.heading("famous double")).to_be_visible()
    member.page.get_by_role("link", name="Account").click()

    expect(member.page.locator(".my-data .email")).to_have_text(credentials.email)


def test_a_screen_that_is_opened_right_after_signing_in_stays(
    visitor: Visitor, credentials: Credentials
) -> None:
    held: list[Route] = []
    visitor.page.route("**/match-session.js", lambda route: held.append(route))
    visitor.open()
    visitor.ask_for_account(*credentials)
    with visitor.page.expect_request("**/match-session.js"):
        visitor.button("Confirm").click()
    line_up = visitor.page.get_by_role("link", name="Line-up", exact=True)
    line_up.click()
    expect(visitor.page.locator(".people summary").first).to_be_visible()

    (script,) = held
    script.continue_()

    expect(visitor.page.get_by_text(f"Signed in as {credentials.email}")).to_be_visible()
    expect(visitor.page.locator(".people summary").first).to_be_visible()


def test_a_member_signs_out_and_in_again(member: Visitor, credentials: Credentials) -> None:
    member.sign_out()
    assert member.page.evaluate("Object.keys(localStorage)") == []

    member.sign_in(*credentials)

    expect(member.page.get_by_role("link", name="My matches")).to_be_visible()
    expect(member.heading("famous double")).to_be_focused()


@pytest.mark.expects_console_error
def test_a_wrong_password_is_reported_and_nothing_typed_is_lost(
    member: Visitor, credentials: Credentials
) -> None:
    member.sign_out()

    member.sign_in(credentials.email, "another sentence")

    expect(member.page.get_by_role("alert")).to_contain_text("go together")
    expect(member.page.get_by_label("Email address")).to_have_value(credentials.email)


@pytest.mark.expects_console_error
def test_an_address_that_is_taken_leads_to_signing_in(
    member: Visitor, credentials: Credentials
) -> None:
    member.sign_out()
    member.page.get_by_role("link", name="Sign in").click()
    member.button("Create an account").click()
    member.fill_in(*credentials)

    member.button("Create account").click()

    expect(member.page.get_by_role("alert")).to_contain_text("Sign in instead")
    member.button("I have an account").click()
    member.button("Sign in").click()
    expect(member.page.get_by_role("link", name="Account")).to_be_visible()


@pytest.mark.expects_console_error
def test_an_address_never_confirmed_is_confirmed_when_signing_in(
    visitor: Visitor, stack: RunningStack, credentials: Credentials
) -> None:
    visitor.open()
    visitor.page.get_by_role("link", name="Sign in").click()
    visitor.button("Create an account").click()
    visitor.fill_in(*credentials)
    visitor.button("Create account").click()
    expect(visitor.heading("Check your email")).to_be_visible()
    visitor.page.reload()
    expect(visitor.heading("Sign in")).to_be_visible()

    visitor.fill_in(*credentials)
    visitor.button("Sign in").click()

    expect(visitor.heading("Check your email")).to_be_focused()
    visitor.button("Send a new code").click()  # signing in has sent the second
    expect(visitor.page.get_by_role("status")).to_contain_text("on its way")
    visitor.page.get_by_label("Code").fill(stack.code_for(credentials.email, number=3))
    visitor.button("Confirm").click()
    expect(visitor.page.get_by_role("link", name="Account")).to_be_visible()


def test_a_forgotten_password_is_replaced(
    member: Visitor, stack: RunningStack, credentials: Credentials
) -> None:
    member.sign_out()
    member.page.get_by_role("link", name="Sign in").click()
    member.button("Forgotten your password?").click()
    member.page.get_by_label("Email address").fill(credentials.email)
    member.button("Send me a code").click()
    expect(member.heading("Choose a new password")).to_be_focused()
    member.page.get_by_label("Code").fill(stack.code_for(credentials.email, number=2))
    member.page.get_by_label("Password", exact=True).fill("a new short sentence")

    member.button("Change password").click()

    expect(member.page.get_by_role("link", name="Account")).to_be_visible()
    member.sign_out()
    member.sign_in(credentials.email, "a new short sentence")
    expect(member.page.get_by_role("link", name="Account")).to_be_visible()


def test_a_short_password_is_refused_before_it_is_sent(visitor: Visitor) -> None:
    sent: list[str] = []

    def note_calls(request: Request) -> None:
        if request.url.endswith("/cognito"):
            sent.append(request.url)

    visitor.page.on("request", note_calls)
    visitor.open()
    visitor.page.get_by_role("link", name="Sign in").click()
    visitor.button("Create an account").click()
    visitor.fill_in("me@example.org", "short")

    visitor.button("Create account").click()

    assert visitor.page.get_by_label("Password", exact=True).evaluate("it => it.validity.tooShort")
    assert sent == []


def test_the_password_can_be_shown(visitor: Visitor) -> None:
    visitor.open()
    visitor.page.get_by_role("link", name="Sign in").click()
    password = visitor.page.get_by_label("Password", exact=True)

    visitor.page.get_by_label("Show the password").check()

    expect(password).to_have_attribute("type", "text")
    expect(password).to_have_attribute("autocomplete", "current-password")


@pytest.mark.expects_console_error
@pytest.mark.parametrize(
    ("exception", "message", "words"),
    [
        ("com.amazonaws.cognito#TooManyRequestsException", "", "busy right now"),
        ("LimitExceededException", "", "tried too often"),
        ("NotAuthorizedException", "Password attempts exceeded", "tried too often"),
        ("NotAuthorizedException", "User is disabled.", "switched off"),
        ("SomethingNewException", "", "we do not know why"),
    ],
)
def test_what_cognito_refuses_has_words(
    visitor: Visitor, exception: str, message: str, words: str
) -> None:
    visitor.page.route("**/cognito", refuse(exception, message))
    visitor.open()

    visitor.sign_in("me@example.org", "a short sentence")

    expect(visitor.page.get_by_role("alert")).to_contain_text(words)
    expect(visitor.button("Sign in")).to_be_enabled()


def test_the_keyboard_alone_makes_an_account(
    visitor: Visitor, stack: RunningStack, credentials: Credentials
) -> None:
    keyboard = visitor.page.keyboard
    visitor.open()
    visitor.tab_to(visitor.page.get_by_role("link", name="Sign in"))
    keyboard.press("Enter")
    expect(visitor.heading("Sign in")).to_be_focused()
    visitor.tab_to(visitor.button("Create an account"))
    keyboard.press("Enter")
    expect(visitor.heading("Create your account")).to_be_focused()

    visitor.tab_to(visitor.page.get_by_label("Email address"))
    keyboard.type(credentials.email)
    visitor.tab_to(visitor.page.get_by_label("Password", exact=True))
    keyboard.type(credentials.password)
    keyboard.press("Enter")
    expect(visitor.heading("Check your email")).to_be_focused()
    visitor.tab_to(visitor.page.get_by_label("Code"))
    keyboard.type(stack.code_for(credentials.email))
    keyboard.press("Enter")

    expect(visitor.page.get_by_role("status")).to_contain_text(credentials.email)


# Coming back


def test_a_guest_who_signs_in_keeps_the_match(
    visitor: Visitor, stack: RunningStack, selfie: Path, credentials: Credentials
) -> None:
    name = visitor.get_a_match(selfie)
    match_id = visitor.kept_match()

    visitor.sign_up(*credentials)

    assert visitor.matched_name() == name
    expect(visitor.heading("You look most like")).to_be_focused()
    assert [match["match_id"] for match in matches_of(stack, token(visitor))] == [match_id]
    assert visitor.kept_match() is None


def test_the_last_celebrity_is_there_on_another_device(
    member: Visitor,
    browser: Browser,
    stack: RunningStack,
    photo: bytes,
    credentials: Credentials,
) -> None:
    match = stack.play(photo, token(member))
    other = Visitor(browser.new_page(), stack)
    other.open()

    other.sign_in(*credentials)

    assert other.matched_name() == match["celebrities"][0]["name"]
    expect(other.page.get_by_role("img", name="Your photo")).to_be_visible()
    expect(other.retake).to_be_visible()
    other.page.reload()
    assert other.matched_name() == match["celebrities"][0]["name"]
    other.page.close()


def test_a_members_photo_makes_a_match_of_theirs(
    member: Visitor, stack: RunningStack, selfie: Path
) -> None:
    member.consent.check()
    member.choose(selfie)
    member.button("Use this photo").click()
    member.matched_name()

    member.retake.click()
    expect(member.consent).to_be_checked()
    member.choose(selfie)
    member.button("Use this photo").click()
    member.matched_name()

    assert len(matches_of(stack, token(member))) == 2


def test_the_history_is_paged_opened_and_deleted_from(
    member: Visitor, stack: RunningStack, photo: bytes
) -> None:
    bearer = token(member)
    first = stack.play(photo, bearer)
    add_copies(stack, first["match_id"], 13)
    page = member.page

    page.get_by_role("link", name="My matches").click()

    expect(member.heading("Your matches")).to_be_focused()
    entries = page.locator(".match-history li")
    expect(entries).to_have_count(12)
    expect(page.get_by_role("link", name="My matches")).to_have_attribute("aria-current", "page")
    member.button("Show earlier ones").click()
    expect(entries).to_have_count(14)
    expect(entries.nth(12).locator("button").first).to_be_focused()
    expect(member.button("Show earlier ones")).to_be_hidden()

    entries.first.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(entries).to_have_count(13)
    expect(entries.first.get_by_role("button", name="Delete")).to_be_focused()
    assert len(stack.call("GET", "/matches?limit=50", bearer).json()["matches"]) == 13

    entries.last.get_by_role("button").first.click()
    assert member.matched_name() == first["celebrities"][0]["name"]
    page.go_back()


def test_a_blank_history_leads_to_a_first_photo(member: Visitor) -> None:
    member.page.get_by_role("link", name="My matches").click()
    expect(member.page.get_by_text("No matches yet")).to_be_visible()

    member.button("Find my double").click()

    expect(member.heading("famous double")).to_be_focused()


@pytest.mark.expects_console_error
def test_a_history_that_cannot_be_fetched_can_be_tried_again(member: Visitor) -> None:
    member.page.route("**/matches?*", lambda route: route.abort())
    member.page.get_by_role("link", name="My matches").click()
    expect(member.page.get_by_role("alert")).to_contain_text("could not fetch")

    member.page.unroute("**/matches?*")
    member.button("Try again").click()

    expect(member.page.get_by_text("No matches yet")).to_be_visible()


def test_a_sign_in_about_to_run_out_is_renewed(member: Visitor) -> None:
    set_account(member, expiresAt=0)
    before = token(member)

    member.page.get_by_role("link", name="My matches").click()

    expect(member.page.get_by_text("No matches yet")).to_be_visible()
    assert token(member) != before


@pytest.mark.expects_console_error
def test_a_token_that_is_refused_is_renewed_once(member: Visitor) -> None:
    set_account(member, idToken="refused")

    member.page.get_by_role("link", name="My matches").click()

    expect(member.page.get_by_text("No matches yet")).to_be_visible()


@pytest.mark.expects_console_error
def test_a_member_who_was_signed_out_signs_in_and_the_photo_goes_on(
    member: Visitor, stack: RunningStack, selfie: Path, credentials: Credentials
) -> None:
    member.consent.check()
    member.choose(selfie)
    set_account(member, expiresAt=0, refreshToken="revoked")

    member.button("Use this photo").click()
    expect(member.heading("been signed out")).to_be_visible()
    member.page.locator(".failure-notice").get_by_role("button", name="Sign in").click()
    member.fill_in(*credentials)
    member.button("Sign in").click()

    assert member.matched_name()
    assert len(matches_of(stack, token(member))) == 1


def test_signing_out_in_another_tab_signs_out_here(
    member: Visitor, context: BrowserContext, stack: RunningStack
) -> None:
    other = Visitor(context.new_page(), stack)
    other.page.goto(stack.origin)

    other.sign_out()

    expect(member.page.get_by_role("link", name="Sign in")).to_be_visible()


# What is kept


def test_my_data_is_an_archive_with_the_photo_in_it(
    member: Visitor, stack: RunningStack, photo: bytes, credentials: Credentials
) -> None:
    match = stack.play(photo, token(member))
    member.page.get_by_role("link", name="Account").click()

    with member.page.expect_download() as download:
        member.button("Download my data").click()

    assert download.value.suggested_filename == "my-celebrity-data.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        data = json.loads(archive.read("data.json"))
        assert data["account"]["email"] == credentials.email
        assert [kept["match_id"] for kept in data["matches"]] == [match["match_id"]]
        assert archive.read(data["matches"][0]["photo"]) == photo


def test_my_data_of_several_pages_is_one_file(member: Visitor, stack: RunningStack) -> None:
    bearer = token(member)
    first = stack.create(bearer)["match_id"]
    add_copies(stack, first, 120)
    member.page.get_by_role("link", name="Account").click()

    with member.page.expect_download() as download:
        member.button("Download my data").click()

    with zipfile.ZipFile(download.value.path()) as archive:
        data = json.loads(archive.read("data.json"))
    ids = [kept["match_id"] for kept in data["matches"]]
    assert (len(ids), len(set(ids)), ids[0]) == (121, 121, first)
    assert set(data) == {"account", "exported_at", "matches"}


def test_forget_me_leaves_nothing(
    member: Visitor, stack: RunningStack, selfie: Path, credentials: Credentials
) -> None:
    member.consent.check()
    for _ in range(2):
        member.choose(selfie)
        member.button("Use this photo").click()
        member.matched_name()
        member.retake.click()
    bearer = token(member)
    ids = [match["match_id"] for match in matches_of(stack, bearer)]
    assert len(ids) == 2

    member.page.get_by_role("link", name="Account").click()
    member.button("Delete my account").click()
    member.page.get_by_role("button", name="Delete for good").click()

    expect(member.heading("famous double")).to_be_focused()
    expect(member.page.get_by_role("status")).to_contain_text("Your account is deleted")
    expect(member.page.get_by_role("link", name="Sign in")).to_be_visible()
    expect(member.consent).not_to_be_checked()
    assert member.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    wait_for(lambda: not any(stack.item(match_id) for match_id in ids), FINISHING)
    wait_for(lambda: not any(stack.selfie_versions(match_id) for match_id in ids), FINISHING)
    users = stack.cognito.list_users(UserPoolId=stack.outputs.user_pool_id)["Users"]
    assert credentials.email not in json.dumps(users, default=str)
    member.page.reload()
    expect(member.heading("famous double")).to_be_visible()


def test_forget_me_in_another_tab_signs_out_here(
    member: Visitor, context: BrowserContext, stack: RunningStack
) -> None:
    other = Visitor(context.new_page(), stack)
    other.page.goto(stack.origin)
    other.page.get_by_role("link", name="Account").click()
    other.button("Delete my account").click()

    other.page.get_by_role("button", name="Delete for good").click()

    expect(other.page.get_by_role("status")).to_contain_text("Your account is deleted")
    expect(member.page.get_by_role("link", name="Sign in")).to_be_visible()


@pytest.mark.expects_console_error
def test_a_member_forgotten_on_another_device_is_signed_out_without_a_loop(
    member: Visitor, stack: RunningStack
) -> None:
    member.page.wait_for_load_state("networkidle")  # after signing in the page looks for a match
    asked: list[str] = []
    member.page.on("request", lambda request: asked.append(request.url))
    stack.call("DELETE", "/me", token(member))

    member.page.get_by_role("link", name="My matches").click()

    expect(member.page.get_by_role("link", name="Sign in")).to_be_visible()
    member.page.wait_for_timeout(1000)
    assert len([url for url in asked if "/matches" in url]) == 1


@pytest.mark.expects_console_error
def test_forget_me_that_fails_says_so_and_forgets_nothing(member: Visitor) -> None:
    member.page.route("**/api/me", lambda route: route.fulfill(status=503, json={}))
    member.page.get_by_role("link", name="Account").click()
    member.button("Delete my account").click()

    member.page.get_by_role("button", name="Delete for good").click()

    expect(member.page.get_by_role("dialog").get_by_role("alert")).to_contain_text("could not")
    assert token(member)


def test_the_privacy_notes_are_a_screen_of_their_own(visitor: Visitor) -> None:
    visitor.open()

    visitor.page.get_by_text("More", exact=True).click()
    visitor.page.get_by_role("link", name="What happens with your photo").first.click()

    expect(visitor.heading("What happens with your photo")).to_be_focused()
    expect(visitor.page.get_by_text("not added to a face database")).to_be_visible()
    visitor.page.go_back()
    expect(visitor.heading("famous double")).to_be_focused()


def set_account(visitor: Visitor, **changed: object) -> None:
    """Change what the page keeps of its sign-in."""
    visitor.page.evaluate(
        """changed => {
            const account = JSON.parse(localStorage.getItem("account"));
            localStorage.setItem("account", JSON.stringify({...account, ...changed}));
        }""",
        changed,
    )


def add_copies(stack: RunningStack, match_id: str, count: int) -> None:
    """Put copies of a match into the history, older by a minute each."""
    item = stack.item(match_id)
    assert item
    for number in range(count):
        stack.dynamodb.put_item(
            TableName=stack.outputs.matches_table,
            Item={
                **item,
                "match_id": {"S": str(uuid.uuid4())},
                "created_at": {"S": f"2026-01-01T{number // 60:02}:{number % 60:02}:00Z"},
                "photo_until": {"N": "0"},  # a copy has no photograph
            },
        )
