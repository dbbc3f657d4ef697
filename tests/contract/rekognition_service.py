"""The local Rekognition as a process of its own, and a stand-in for the S3 that it reads."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.model import OperationModel

from rekognition.signatures import sign
from tests.contract.shapes import broken_promises

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

REGION = "eu-west-1"
KEY = Credentials("test", "the secret of this folder")
CREDENTIALS = {"AWS_ACCESS_KEY_ID": KEY.access_key, "AWS_SECRET_ACCESS_KEY": KEY.secret_key}
_START_SECONDS = 30
_PORTS_TO_TRY = 3


class RekognitionProcess:
    """`python -m rekognition` on a free port; `log` is what it wrote to stderr."""

    def __init__(self, data: Path, s3_endpoint: str, *arguments: str) -> None:
        self.data = data
        self._arguments = arguments
        self._log_file = data.with_suffix(".log")
        for _ in range(_PORTS_TO_TRY):
            self._start(s3_endpoint)
            if self._answers():
                return
        raise AssertionError(f"the service does not start: {self.log}")

    @property
    def log(self) -> str:
        return self._log_file.read_text()

    def client(self, *, check_parameters: bool = True) -> "RekognitionClient":
        """Return an unmodified boto3 client, every answer to which is held against the model."""
        client = boto3.client(
            "rekognition",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=KEY.access_key,
            aws_secret_access_key=KEY.secret_key,
            config=Config(
                parameter_validation=check_parameters,
                retries={"mode": "standard", "total_max_attempts": 1},
            ),
        )
        client.meta.events.register("after-call.rekognition", _check_answer)
        return client

    def report(self) -> dict[str, Any]:
        """Read how often operations were called, and the engine."""
        url = f"{self.endpoint}/counters"
        request = urllib.request.Request(url, b"", sign(url, b"", {}, KEY, REGION))
        with urllib.request.urlopen(request) as answer:
            report: dict[str, Any] = json.load(answer)
        return report

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        self._process.terminate()
        self._process.communicate()  # closes the pipe, too

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _start(self, s3_endpoint: str) -> None:
        port = _free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        with self._log_file.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "rekognition"),
                    *("--port", str(port), "--data", str(self.data)),
                    *("--s3-endpoint", s3_endpoint, "--region", REGION),
                    *self._arguments,
                ],
                env={**os.environ, **CREDENTIALS},
                stdin=subprocess.PIPE,  # it ends when this closes
                stderr=log,
            )

    def _answers(self) -> bool:
        """Wait until the service answers; False if it ended, its port taken in the meantime."""
        deadline = time.monotonic() + _START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.endpoint).close()
            except urllib.error.URLError:
                time.sleep(0.05)
            else:
                return True
        self.kill()
        return False


class StubS3:
    """Objects by bucket, key and version; the bucket `forbidden` refuses, `broken` fails."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.objects: dict[tuple[str, str, str | None], bytes] = {}

    def answer(self, path: str) -> tuple[int, bytes]:
        parts = urlsplit(path)
        bucket, key = (unquote(part) for part in parts.path.removeprefix("/").split("/", 1))
        version = parse_qs(parts.query).get("versionId", [None])[0]
        if bucket == "forbidden":
            return 403, b"<Error><Code>AccessDenied</Code></Error>"
        if bucket == "broken":
            return 503, b"<Error><Code>SlowDown</Code></Error>"
        data = self.objects.get((bucket, key, version))
        return (404, b"<Error><Code>NoSuchKey</Code></Error>") if data is None else (200, data)


@contextmanager
def running_stub_s3() -> Iterator[StubS3]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = stub.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub = StubS3(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield stub
    server.shutdown()
    thread.join()
    server.server_close()


def _check_answer(http_response: AWSResponse, model: OperationModel, **_: object) -> None:
    answer = json.loads(http_response.content)
    if http_response.status_code == 200:
        assert broken_promises(model.output_shape, answer) == []
    else:
        assert answer["__type"] in {error.name for error in model.error_shapes}
        assert answer["Message"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
