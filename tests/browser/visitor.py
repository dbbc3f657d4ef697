"""A visitor of the page, who finds things by their roles and names."""

import re
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import urljoin

from playwright.sync_api import Locator, Page, expect

RESULT_WITHIN_MS = 120_000


class Stack(Protocol):
    """A running deployment to visit."""

    @property
    def origin(self) -> str:
        """Scheme, host and port, without a slash at the end."""

    def code_for(self, email: str, number: int = 1) -> str:
        """Return one of the codes that were sent to an address."""


class Visitor:
    """Opens the page and does what a person does there."""

    def __init__(self, page: Page, stack: Stack) -> None:
        self.page = page
        self.origin = stack.origin
        self._stack = stack
        self.consent = page.get_by_role("checkbox", name="I agree")
        # Playwright starts to intercept file choosers with the first listener, a moment late.
        page.on("filechooser", lambda _: None)
        self.retake = page.get_by_role("button", name=re.compile("^(Retake|Try another photo)$"))

    def open(self) -> None:
        self.page.goto(self.origin)
        expect(self.heading("famous double")).to_be_visible()

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", level=1, name=name)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def result(self) -> Locator:
        return self.heading("You look most like")

    def choose(self, photo: Path, button: str = "Choose a photo") -> None:
        with self.page.expect_file_chooser() as chooser:
            self.button(button).click()
        chooser.value.set_files(photo)
        expect(self.heading("Happy with this photo?")).to_be_visible()

    def send(self, photo: Path) -> None:
        self.open()
        self.consent.check()
        self.choose(photo)
        self.button("Use this photo").click()

    def get_a_match(self, photo: Path) -> str:
        """Send the photo and return the name of the celebrity it resembles most."""
        self.send(photo)
        return self.matched_name()

    def matched_name(self) -> str:
        expect(self.result()).to_be_visible(timeout=RESULT_WITHIN_MS)
        name = self.result().locator(".name")
        expect(name).not_to_be_empty()
        return name.inner_text()

    def tab_to(self, target: Locator) -> None:
        """Reach something by pressing Tab alone."""
        for _ in range(40):
            self.page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab never reaches {target}")

    def kept_match(self) -> str | None:
        """Return the id by which this browser finds a guest's match again."""
        path = cast("str | None", self.page.evaluate("localStorage.getItem('match.kept')"))
        return path.rsplit("/", 1)[-1] if path else None

    def match_address(self, match_id: str) -> str:
        config = self.page.request.get(f"{self.origin}/config.json").json()
        api = urljoin(f"{self.origin}/", config["api_url"])
        return f"{api.rstrip('/')}/guest/matches/{match_id}"

    # With an account

    def code_for(self, email: str) -> str:
        return self._stack.code_for(email)

    def sign_up(self, email: str, password: str) -> None:
        """Make an account on the page, from any screen, and sign in."""
        self.ask_for_account(email, password)
        self.button("Confirm").click()
        expect(self.page.get_by_role("link", name="Account")).to_be_visible()

    def ask_for_account(self, email: str, password: str) -> None:
        """Fill in what an account needs, the code as well."""
        self.page.get_by_role("link", name="Sign in").click()
        self.button("Create an account").click()
        self.fill_in(email, password)
        self.button("Create account").click()
        expect(self.heading("Check your email")).to_be_focused()
        self.page.get_by_label("Code").fill(self.code_for(email))

    def sign_in(self, email: str, password: str) -> None:
        self.page.get_by_role("link", name="Sign in").click()
        self.fill_in(email, password)
        self.button("Sign in").click()

    def fill_in(self, email: str, password: str) -> None:
        self.page.get_by_label("Email address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)

    def sign_out(self) -> None:
        self.page.get_by_role("link", name="Account").click()
        self.button("Sign out").click()
        expect(self.page.get_by_role("link", name="Sign in")).to_be_visible()
