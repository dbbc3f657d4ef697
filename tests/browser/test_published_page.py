"""`lookalike deploy`, from an account with nothing in it to a page that plays, and `destroy`.

The page is as `lookalike deploy-web` writes it, on a server of static files. The tests go on from
one another: the last one deletes what all of them use.
"""

import json
import subprocess
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
    """A stack that was deployed when a step had failed, whose page is on an origin of its own."""

    def __init__(self, account: Account, origin: str, folder: Path) -> None:
        self.account, self.origin = account, origin
        self.nothing = account.belongings()
        self.failed = self.deploy(catalog="no such folder")
        self.stack_of_failed = account.stack()
        self.deployed = self.deploy()
        self.stack = account.stack()
        assert self.deployed.returncode == 0, self.deployed.stdout + self.deployed.stderr
        written = account.lookalike("deploy-web", "--stack", STACK, "--to", str(folder))
        assert written.returncode == 0, written.stderr
        self.config = json.loads((folder / "config.json").read_text())

    def deploy(self, catalog: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Run the command."""
        return self.account.deploy(
            f"WebOrigin=https://faces.example,{self.origin}", catalog=catalog
        )

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
    published = Published(account, f"http://localhost:{server.server_port}", folder)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield published
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


def test_a_step_that_fails_is_named_and_the_next_run_goes_on_from_there(stack: Published) -> None:
    assert stack.failed.returncode == 1
    assert "step 5, fill the catalog, failed" in stack.failed.stderr
    assert stack.stack == stack.stack_of_failed
    assert "resembles" in stack.deployed.stdout
    assert "WARNING" not in stack.deployed.stdout
    assert stack.config["guests"] is True


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


def test_another_run_changes_nothing(stack: Published) -> None:
    belongings = stack.account.belongings()

    again = stack.deploy()

    assert again.returncode == 0, again.stdout + again.stderr
    assert "left as it is" in again.stdout
    assert stack.account.stack() == stack.stack
    assert stack.account.belongings() == belongings


@pytest.mark.parametrize("words", [(), ("--confirm", "another")])
def test_without_the_stacks_name_nothing_is_destroyed(
    stack: Published, words: tuple[str, ...]
) -> None:
    refused = stack.account.lookalike("destroy", *words)

    assert refused.returncode == 1
    assert "nothing is deleted" in refused.stderr
    assert stack.account.stack() == stack.stack


def test_nothing_is_left_of_what_is_destroyed_and_what_is_anothers_stays(stack: Published) -> None:
    rekognition = stack.account.client("rekognition")
    beside, another = f"{STACK}-celebrities-20260101000000-abc123", f"{STACK}-prod-celebrities"
    for name in (beside, another):
        rekognition.create_collection(CollectionId=name)

    destroyed = stack.account.lookalike("destroy", "--confirm", STACK)
    left = rekognition.list_collections()["CollectionIds"]
    rekognition.delete_collection(CollectionId=another)

    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    assert left == [another]  # it is another stack's, although its name begins like this one's
    assert stack.account.belongings() == stack.nothing
