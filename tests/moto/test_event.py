"""`lookalike event`, on a stack that holds what an event names, or does not."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli import event as module
from cli.event import make_event
from cli.examples import EVENTS
from local.errors import LocalError
from local.state import StateFolder
from lookalike.portraits import portrait_id_of
from lookalike.storage import to_attributes
from tests.moto.cloud import outputs_of
from tests.moto.deployed_catalog import Stage

QUOTED = 'celebrities/"Zoë".png'

Make = Callable[[str], Any]


@pytest.fixture
def stage(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stack with nothing in it."""
    monkeypatch.setattr(module, "reach", lambda *_: (outputs_of(stage.cloud), None))
    return stage


@pytest.fixture
def make(stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Make:
    """Make an event, and read it."""
    assert isinstance(stage, Stage)

    def make_and_read(name: str) -> Any:
        assert make_event(name, None, StateFolder(tmp_path)) == 0
        return json.loads(capsys.readouterr().out)

    return make_and_read


def store_match(stage: Stage, match_id: str, created_at: str, **more: str) -> None:
    item = {"match_id": match_id, "created_at": created_at, **more}
    stage.cloud.dynamodb.put_item(
        TableName=stage.cloud.name("MatchesTable"), Item=to_attributes(item)
    )


def test_the_newest_match_with_a_photograph_is_named(make: Make, stage: Stage) -> None:
    store_match(stage, "old", "2026-11-01", version="v1")
    store_match(stage, "new", "2026-11-02", version="v2")
    store_match(stage, "not-uploaded", "2026-11-03")

    event = make("check_face")

    assert event == {
        "bucket": stage.cloud.name("SelfiesBucket"),
        "key": "selfies/new",
        "version": "v2",
    }


def test_a_members_match_is_named_with_its_owner(make: Make, stage: Stage) -> None:
    store_match(stage, "of-a-member", "2026-11-01", version="v1", user_id="member")
    store_match(stage, "of-a-guest", "2026-11-02", version="v2")

    read, adopt = make("api_read_match"), make("api_adopt_match")

    assert read["pathParameters"] == {"match_id": "of-a-member"}
    assert read["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] == "member"
    assert adopt["pathParameters"] == {"match_id": "of-a-guest"}


@pytest.mark.parametrize("name", ["check_face", "api_read_match", "api_read_guest_match"])
def test_without_a_match_the_way_to_one_is_said(make: Make, name: str) -> None:
    with pytest.raises(LocalError, match="`lookalike match PHOTO` makes one"):
        make(name)


def test_a_portrait_is_named_in_a_message_too_whose_digest_is_right(
    make: Make, stage: Stage
) -> None:
    stage.put(QUOTED, 10, name="Zoë")
    stage.work()

    [record] = make("index_portrait_created")["Records"]

    named = json.loads(record["body"])["detail"]
    assert named["object"]["key"] == QUOTED
    assert named["bucket"]["name"] == stage.bucket
    digest = hashlib.md5(record["body"].encode(), usedforsecurity=False).hexdigest()
    assert record["md5OfBody"] == digest
    assert make("api_read_portrait")["pathParameters"]["portrait_id"] == portrait_id_of(QUOTED)


def test_without_a_portrait_the_way_to_one_is_said(make: Make) -> None:
    with pytest.raises(LocalError, match="`lookalike catalog import` brings some"):
        make("index_portrait_created")


def test_an_event_that_names_nothing_of_a_stack_is_as_it_is_written(make: Make) -> None:
    written = json.loads((EVENTS / "api_read_status.json").read_text())

    assert make("api_read_status") == written
