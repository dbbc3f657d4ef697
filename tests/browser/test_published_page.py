"""The page as `lookalike deploy-web` writes it, on a server of static files, before a stack."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Route, expect

from local import page_headers
from local.page_headers import Origins
from tests.account import STACK, Account, empty_account
from tests.browser.visitor import Visitor


class StaticFiles(SimpleHTTPRequestHandler):
    """Serves a folder with the headers of its customHttp.yml."""

    def end_headers(self) -> None:
        written = (Path(self.directory) / "customHttp.yml").read_text()
        rules = page_headers.render(written, Origins())
        for name, value in page_headers.headers_for(self.path, rules).items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


class Published:
    """A deployment whose page is served on an origin of its own."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def code_for(self, email: str, number: int = 1) -> str:
        raise NotImplementedError  # its terminal tells no codes


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with empty_account(tmp_path_factory.mktemp("account")) as account:
        yield account


@pytest.fixture(scope="session")
def stack(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    folder = tmp_path_factory.mktemp("page")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(StaticFiles, directory=str(folder)))
    origin = f"http://localhost:{server.server_port}"
    deployed = account.deploy(f"WebOrigin=https://faces.example,{origin}")
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    written = account.lookalike("deploy-web", "--stack", STACK, "--to", str(folder))
    assert written.returncode == 0, written.stderr
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield Published(origin)
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def pictures(context: BrowserContext, account: Account) -> None:
    """Answer for CloudFront, whose host is no host of this machine: with what is in its bucket."""
    s3 = account.client("s3")
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    (bucket,) = (name for name in names if "picturesbucket" in name)

    def answer(route: Route) -> None:
        key = urlsplit(route.request.url).path.removeprefix("/")
        copy = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(body=copy, content_type="image/jpeg", headers=headers)

    context.route("https://*.cloudfront.net/**", answer)


@pytest.fixture(autouse=True)
def clean_console_and_own_host(
    request: pytest.FixtureRequest, context: BrowserContext
) -> Iterator[None]:
    """Fail a test whose page complains in the console; it may ask the stack's API and buckets."""
    complaints: list[str] = []

    def note_message(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    context.on("console", note_message)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield
    if request.node.get_closest_marker("expects_console_error") is None:
        assert complaints == []


def test_the_published_page_plays_under_its_own_origin(
    page: Page, stack: Published, selfie: Path
) -> None:
    name = Visitor(page, stack).get_a_match(selfie)

    expect(page.get_by_role("img", name=f"Portrait of {name}")).to_be_visible()
    expect(page.get_by_role("img", name="Your photo")).to_be_visible()
    assert page.evaluate("navigator.serviceWorker.ready.then(() => location.origin)") == (
        stack.origin
    )


@pytest.mark.expects_console_error
def test_a_page_of_another_origin_may_not_call_the_api(page: Page, stack: Published) -> None:
    page.goto(stack.origin.replace("localhost", "127.0.0.1"))

    refused = page.evaluate(
        "fetch('config.json').then(reply => reply.json())"
        ".then(config => fetch(config.api_url + '/packs')).then(() => false, () => true)"
    )

    assert refused
