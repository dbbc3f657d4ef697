import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from rekognition import service as module
from rekognition.signatures import sign
from tests.artist import Artist
from tests.recogniser import picture
from tests.services.test_examiners import KEY, REGION, Service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    running = Service(Artist(), tmp_path)
    yield running
    running.stop()


def connect(service: Service) -> socket.socket:
    host, port = service.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), 60)


@pytest.mark.parametrize("path", ["/", "/examine", "/counters"])
def test_body_that_does_not_arrive_is_given_up(
    service: Service, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(module, "BODY_SECONDS", 0.2)
    headers = sign(service.url + path, picture(), {}, KEY, REGION)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    host = service.url.removeprefix("http://")
    with connect(service) as connection:
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{lines}"
            f"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{".encode()
        )

        answer = connection.recv(1000)

    assert answer.startswith(b"HTTP/1.1 408 ")
