"""`lookalike up` fills the celebrities pack from Wikimedia while the page is played."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from local.state import free_port
from tests.conftest import NewState
from tests.pictures import encode, open_face
from tests.running_stack import FINISHING, RunningStack, wait_for
from tests.services.commons import Commons, running

WD = "http://www.wikidata.org/entity/"
PEOPLE = {"Q1": "Björk", "Q2": "Beyoncé", "Q3": "章子怡"}


@pytest.fixture
def commons(portraits: list[Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Commons]:
    """Wikimedia with a few people; they lend the starter portraits' faces, mirrored."""
    with running() as services:
        for (qid, name), path in zip(PEOPLE.items(), portraits, strict=False):
            face = open_face(path).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            services.add_file(f"File:{qid}.jpg", encode(face), artist=f"Photographer of {name}")
            services.rows.append(
                {
                    "item": f"{WD}{qid}",
                    "name": name,
                    "image": f"http://commons.wikimedia.org/wiki/Special:FilePath/{qid}.jpg",
                    "fame": "99",
                    "language": "en",
                    "gender": f"{WD}Q6581072",
                    "born": "1965-11-21T00:00:00Z",
                    "country": f"{WD}Q189",
                }
            )
        monkeypatch.setenv("LOOKALIKE_CONTACT", "me@example.org")
        monkeypatch.setenv("LOOKALIKE_QUERY_URL", services.query_url)
        monkeypatch.setenv("LOOKALIKE_API_URL", services.api_url)
        yield services


def people(stack: RunningStack) -> dict[str, str]:
    """Return who is in the celebrities pack, and whose their portraits are."""
    listed = stack.call("GET", "/celebrities").json()["celebrities"]
    return {one["name"]: one["attribution"]["author"] for one in listed}


def test_the_starter_portraits_stay_without_the_web_and_give_way_to_wikimedias_once(
    commons: Commons, selfie: Path, new_state: NewState, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, nothing_listens = encode(open_face(selfie)), f"http://127.0.0.1:{free_port()}"
    with monkeypatch.context() as without_the_web:
        without_the_web.setenv("LOOKALIKE_QUERY_URL", nothing_listens)
        stack = RunningStack(new_state())
    try:
        wait_for(lambda: "stays as it is: 127.0.0.1" in stack.output.read_text(), FINISHING)
        assert "Grace Hopper" in people(stack)
        assert stack.play(photo)["celebrities"][0]["name"] == "Grace Hopper"
        assert "Traceback" not in stack.output.read_text()
        stack.stop()

        stack.start()

        assert stack.play(photo)["status"] == "succeeded"
        wait_for(lambda: {*people(stack)} == {*PEOPLE.values()}, FINISHING, stack.output.read_text)
        wait_for(lambda: "is filled: 3 people" in stack.output.read_text(), FINISHING)
        assert people(stack)["章子怡"] == "Photographer of 章子怡"
        assert stack.call("GET", "/packs").json()["packs"][0]["progress"] is None
        assert stack.play(photo)["celebrities"][0]["name"] in PEOPLE.values()
        asked = len(commons.asked)
        stack.stop()

        stack.start()

        assert {*people(stack)} == {*PEOPLE.values()}
        assert "Wikimedia" not in stack.output.read_text()
        assert len(commons.asked) == asked
    finally:
        stack.stop()
