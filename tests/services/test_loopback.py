import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local.loopback import bypass_proxies
from local.state import ROOT

ALL = "localhost,127.0.0.1,::1"


@pytest.mark.parametrize(
    ("given", "exempt"),
    [
        ({"HTTP_PROXY": "http://proxy:3128"}, ALL),
        ({"https_proxy": "http://proxy:3128", "NO_PROXY": ""}, ALL),
        (
            {"ALL_PROXY": "socks5://proxy", "no_proxy": "corp.example, localhost"},
            "corp.example,localhost,127.0.0.1,::1",
        ),
        ({"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "*"}, "*"),
        (
            {"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "a.example", "no_proxy": "b.example"},
            f"b.example,{ALL}",
        ),
    ],
)
def test_this_machine_is_exempt_from_any_proxy(given: dict[str, str], exempt: str) -> None:
    environment = dict(given)

    bypass_proxies(environment)

    assert environment == {**given, "NO_PROXY": exempt, "no_proxy": exempt}


def test_environment_without_a_proxy_stays_as_it_is() -> None:
    environment = {"PATH": "/bin"}

    bypass_proxies(environment)

    assert environment == {"PATH": "/bin"}


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<ListAllMyBucketsResult/>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a server that answers like an S3 without buckets."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "call",
    [
        "import urllib.request; urllib.request.urlopen(url)",
        "import requests; requests.get(url).raise_for_status()",
        "import boto3; boto3.client('s3', endpoint_url=url).list_buckets()",
    ],
)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_clients_reach_this_machine_where_the_proxy_is_dead(
    port: int, host: str, call: str
) -> None:
    kept = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), "http://127.0.0.1:1")
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

    done = subprocess.run(
        [sys.executable, "-c", f"import local.environment; url = 'http://{host}:{port}'; {call}"],
        cwd=ROOT,
        env={**kept, **proxies, **credentials},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
