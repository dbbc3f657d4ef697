from datetime import timedelta
from typing import Any

import pytest

from lookalike.forgetting import LONGEST_DELAY, ForgottenMember
from lookalike.matches import MatchStore, Wanted
from lookalike.storage import s3_client
from tests.moto.cloud import Cloud, Context, delivered, hooked, load_function
from tests.moto.conftest import Clock
from tests.moto.workflow import Workflow

ADA, BEA = "ada's id", "bea's id"
HOUR = timedelta(hours=1)


class Forgetter:
    """The function, and what it sends to its own queue, with the delay in seconds."""

    def __init__(self, cloud: Cloud, patch: pytest.MonkeyPatch) -> None:
        self.cloud = cloud
        self.delays: list[int] = []
        environment = cloud.environment("ForgetMemberFunction")
        self.function = load_function("forget_member", patch, environment)

    def work_off(self, member: ForgottenMember, context: Context | None = None) -> list[str]:
        """Hand it a message; give those that it sends."""
        sent: list[str] = []

        def note(params: dict[str, Any], **_: object) -> None:
            sent.append(params["MessageBody"])
            self.delays.append(params["DelaySeconds"])

        with hooked(self.cloud.sqs, "provide-client-params.sqs.SendMessage", note):
            event = delivered(member.model_dump_json())
            assert self.function.handler(event, context or Context()) is None
        return sent


class OutOfTime(Context):
    """An invocation that is about to end."""

    def get_remaining_time_in_millis(self) -> int:
        return 1000


@pytest.fixture
def forgetter(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Forgetter:
    return Forgetter(cloud, monkeypatch)


@pytest.fixture
def member(now: Clock) -> ForgottenMember:
    """A member who has just been forgotten."""
    return ForgottenMember(user_id=ADA, look_until=now.time + HOUR)


def add(matches: MatchStore, workflow: Workflow, user_id: str, count: int = 1) -> None:
    """Begin matches, and upload a selfie to each."""
    for _ in range(count):
        match_id, *_ = matches.create(
            user_id, Wanted("celebrities", "collection-1", "2026-11", "image/jpeg")
        )
        workflow.upload(match_id)


def test_every_match_and_selfie_of_the_member_goes(
    forgetter: Forgetter,
    member: ForgottenMember,
    matches: MatchStore,
    workflow: Workflow,
    cloud: Cloud,
) -> None:
    add(matches, workflow, ADA, 3)
    add(matches, workflow, BEA)

    forgetter.work_off(member)

    assert [item["user_id"]["S"] for item in cloud.items("MatchesTable")] == [BEA]
    assert len(cloud.versions("SelfiesBucket")) == 1


def test_it_looks_again_soon_where_it_found_matches(
    forgetter: Forgetter, member: ForgottenMember, matches: MatchStore, workflow: Workflow
) -> None:
    add(matches, workflow, ADA)

    sent = forgetter.work_off(member)

    assert [ForgottenMember.model_validate_json(message) for message in sent] == [member]
    assert 0 < forgetter.delays[0] <= 30


def test_it_looks_again_later_where_it_found_none(
    forgetter: Forgetter, member: ForgottenMember
) -> None:
    sent = forgetter.work_off(member)

    assert [ForgottenMember.model_validate_json(message) for message in sent] == [member]
    assert forgetter.delays == [LONGEST_DELAY.total_seconds()]


def test_it_looks_once_more_after_the_last_token_has_expired(
    forgetter: Forgetter,
    member: ForgottenMember,
    matches: MatchStore,
    workflow: Workflow,
    cloud: Cloud,
    now: Clock,
) -> None:
    waits: list[Any] = []
    message = member
    while sent := forgetter.work_off(message):
        message = ForgottenMember.model_validate_json(sent[0])
        waits.append(timedelta(seconds=forgetter.delays[-1]))
        now.pass_by(waits[-1])
        if now.time >= member.look_until:
            add(matches, workflow, ADA)  # a write that came to light late

    assert sum(waits, timedelta()) == HOUR
    assert cloud.items("MatchesTable") == []
    assert cloud.versions("SelfiesBucket") == []


def test_what_there_is_no_time_for_goes_on_at_once(
    forgetter: Forgetter,
    member: ForgottenMember,
    matches: MatchStore,
    workflow: Workflow,
    cloud: Cloud,
    now: Clock,
) -> None:
    add(matches, workflow, ADA)
    now.pass_by(2 * HOUR)  # a message that comes late is still worked off

    sent = forgetter.work_off(member, OutOfTime())

    assert [ForgottenMember.model_validate_json(message) for message in sent] == [member]
    assert forgetter.delays == [0]
    assert len(cloud.items("MatchesTable")) == 1
    assert forgetter.work_off(member) == []
    assert cloud.items("MatchesTable") == []


def test_failure_leaves_the_message_to_be_delivered_again(
    forgetter: Forgetter,
    member: ForgottenMember,
    matches: MatchStore,
    workflow: Workflow,
    cloud: Cloud,
) -> None:
    add(matches, workflow, ADA, 2)

    def break_off(**_: object) -> None:
        raise ConnectionError

    with (
        hooked(cloud.s3, "before-call.s3.DeleteObjects", break_off),
        hooked(s3_client(), "before-call.s3.DeleteObjects", break_off),
        pytest.raises(ConnectionError),
    ):
        forgetter.work_off(member)

    assert len(cloud.items("MatchesTable")) == 2
    forgetter.work_off(member)
    assert cloud.items("MatchesTable") == []
    assert cloud.versions("SelfiesBucket") == []


def test_log_says_how_many_and_not_whose(
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    forgetter: Forgetter,
    member: ForgottenMember,
    matches: MatchStore,
    workflow: Workflow,
) -> None:
    add(matches, workflow, ADA, 2)

    forgetter.work_off(member)

    output = capsys.readouterr().out + caplog.text
    assert '"deleted":2' in output
    assert ADA not in output
