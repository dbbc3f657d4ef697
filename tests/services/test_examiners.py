import asyncio
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import web
from botocore.credentials import Credentials

from catalog.examining import Examine, judge
from cli import examiners
from local.errors import LocalError
from local.state import free_port
from lookalike.errors import PictureTooLarge, UnreadablePicture
from lookalike.faces import Box
from lookalike.failures import FailureCode
from lookalike.pictures import LARGEST_PICTURE
from rekognition.exceptions import ThrottlingError
from rekognition.faces import Face
from rekognition.images import ImageMemory
from rekognition.operations import Rekognition
from rekognition.search import Pixels
from rekognition.service import RekognitionService
from rekognition.signatures import Signatures
from rekognition.sources import ImageSource
from rekognition.store import Store
from tests.artist import FACE, Artist
from tests.pictures import png
from tests.recogniser import NO_FACE, picture

KEY = Credentials("test", "the secret of this folder")
REGION = "us-east-1"


class Service:
    """The local Rekognition's HTTP service in this process, on a port of its own."""

    def __init__(self, artist: Artist, folder: Path) -> None:
        store = Store(folder)
        rekognition = Rekognition(
            store, ImageMemory(artist, store), ImageSource("http://127.0.0.1:1", ""), "us-east-1"
        )
        signatures = Signatures(KEY.access_key, KEY.secret_key, REGION)
        self._application = RekognitionService(rekognition, artist, signatures).application()
        self._loop = asyncio.new_event_loop()
        self._runner = web.AppRunner(self._application, lingering_time=0)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        # In a thread of its own: the browser tests' loop may run in this one.
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._call(self._runner.setup())
        self._call(web.TCPSite(self._runner, "127.0.0.1", port).start())

    def stop(self) -> None:
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        await self._runner.cleanup()
        # A connection's task ends a moment after the connection.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY.secret_key)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)


@pytest.fixture
def artist() -> Artist:
    return Artist()


@pytest.fixture
def service(artist: Artist, tmp_path: Path) -> Iterator[Service]:
    running = Service(artist, tmp_path)
    yield running
    running.stop()


@pytest.fixture(params=["service", "engine"])
def examine(
    request: pytest.FixtureRequest, artist: Artist, monkeypatch: pytest.MonkeyPatch
) -> Examine:
    """Either examiner; they see through the same eyes."""
    if request.param == "service":
        return examiners.of_service(request.getfixturevalue("service").url)
    monkeypatch.setattr("rekognition.engine.FaceEngine", lambda: artist)
    return examiners.of_engine()


def test_face_and_its_vector_are_seen(examine: Examine, artist: Artist) -> None:
    seen = examine(picture(10))

    (face,) = seen.faces
    assert face.box == Box(0.25, 0.25, 0.5, 0.5)
    assert (face.yaw, face.sharpness) == (FACE.yaw, FACE.sharpness)
    assert seen.vector is not None
    assert seen.vector.dtype == np.float32
    assert np.array_equal(seen.vector, artist.embed(artist.detect(picture(10))[0][1])[0])


def test_picture_without_a_face_has_no_vector(examine: Examine) -> None:
    assert examine(picture(NO_FACE)) == ([], None)


def test_same_picture_is_looked_at_once(examine: Examine, artist: Artist) -> None:
    examine(picture(10))
    examine(picture(10))

    assert (artist.detections, artist.embeddings) == (1, 1)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"no picture", UnreadablePicture),
        (picture(form="JPEG")[:-200], UnreadablePicture),
        (picture(width=60), UnreadablePicture),
        (png(30_000, 30_000, 1, [bytes(3750)] * 10), PictureTooLarge),
    ],
    ids=["no picture", "half a picture", "narrow", "megapixels"],
)
def test_picture_that_cannot_be_read_is_refused(
    examine: Examine, data: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        examine(data)


def test_portrait_is_judged_by_what_is_seen(examine: Examine, artist: Artist) -> None:
    artist.sees[picture(10)] = [replace(FACE, yaw=80)]

    assert judge(picture(10), examine) == FailureCode.FACE_TURNED_AWAY


def test_largest_portrait_that_may_be_sent_is_looked_at(examine: Examine) -> None:
    data = picture(10) + bytes(LARGEST_PICTURE - len(picture(10)))

    assert len(examine(data).faces) == 1


def test_service_that_is_not_there_is_reported() -> None:
    examine = examiners.of_service(f"http://127.0.0.1:{free_port()}")

    with pytest.raises(LocalError, match="the local Rekognition does not answer"):
        examine(picture(10))


def test_engine_that_is_busy_is_asked_again(
    examine: Examine, artist: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    detect, busy = artist.detect, [ThrottlingError(), ThrottlingError()]

    def detect_when_free(data: bytes) -> list[tuple[Face, Pixels]]:
        if busy:
            raise busy.pop()
        return detect(data)

    monkeypatch.setattr(artist, "detect", detect_when_free)
    monkeypatch.setattr(examiners, "PAUSE", 0.01)

    assert len(examine(picture(10)).faces) == 1


def test_engine_that_stays_busy_is_reported(
    examine: Examine, artist: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_data: bytes) -> None:
        raise ThrottlingError

    monkeypatch.setattr(artist, "detect", refuse)
    monkeypatch.setattr(examiners, "PATIENCE", 0)
    monkeypatch.setattr(examiners, "PAUSE", 0.01)

    with pytest.raises(LocalError, match="busy"):
        examine(picture(10))


def test_service_with_another_key_refuses(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")

    with pytest.raises(LocalError, match="InvalidSignatureException"):
        examiners.of_service(service.url)(picture(10))


def test_service_that_fails_is_reported(
    service: Service, artist: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_data: bytes) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(artist, "detect", fail)

    with pytest.raises(LocalError):
        examiners.of_service(service.url)(picture(10))
