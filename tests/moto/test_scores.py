from datetime import timedelta

import pytest

from lookalike.matches import MatchStore, Wanted
from lookalike.scores import Asked, ScoreStore, scores_key
from tests.moto.cloud import Cloud
from tests.moto.conftest import Clock
from tests.moto.workflow import EXECUTION, Workflow

ADA = "ada's id"


@pytest.fixture
def claimed(matches: MatchStore, workflow: Workflow, now: Clock) -> str:
    """A match that the workflow has claimed."""
    assert now
    wanted = Wanted("celebrities", "collection-1", "2026-11", "image/jpeg")
    match_id = matches.create(ADA, wanted).match_id
    workflow.claim(match_id, workflow.upload(match_id))
    return match_id


def until(now: Clock) -> int:
    return int((now.time + timedelta(days=30)).timestamp())


def test_what_a_caller_asked_for_is_read_from_the_match(
    scores: ScoreStore, claimed: str, now: Clock
) -> None:
    assert scores.asked(claimed) == Asked("everyone", (), until(now), ADA)


def test_deleted_match_asks_for_nothing(scores: ScoreStore) -> None:
    assert scores.asked("gone") == Asked()


def test_scores_are_read_as_they_were_written(scores: ScoreStore, claimed: str, now: Clock) -> None:
    scores.write(claimed, EXECUTION, {"ada": 31.41234567, "章子怡": 0.0}, until(now))

    assert scores.read([claimed, claimed, "gone"]) == {claimed: {"ada": 31.412346, "章子怡": 0.0}}


def test_retry_writes_the_scores_again(scores: ScoreStore, claimed: str, now: Clock) -> None:
    for similarity in (10.0, 20.0):
        scores.write(claimed, EXECUTION, {"ada": similarity}, until(now))

    assert scores.read([claimed]) == {claimed: {"ada": 20.0}}


def test_execution_without_the_claim_writes_no_scores(
    scores: ScoreStore, claimed: str, now: Clock
) -> None:
    scores.write(claimed, "another execution", {"ada": 10.0}, until(now))

    assert scores.read([claimed]) == {}


def test_match_that_has_ended_gets_no_scores(
    scores: ScoreStore, claimed: str, workflow: Workflow, now: Clock
) -> None:
    workflow.store(claimed, "faces", [])

    scores.write(claimed, EXECUTION, {"ada": 10.0}, until(now))

    assert scores.read([claimed]) == {}


def test_deleted_match_gets_no_scores(
    cloud: Cloud, matches: MatchStore, scores: ScoreStore, claimed: str, now: Clock
) -> None:
    matches.delete(claimed, ADA)

    scores.write(claimed, EXECUTION, {"ada": 10.0}, until(now))

    assert cloud.items("MatchesTable") == []


def test_scores_expire_with_the_photograph(scores: ScoreStore, claimed: str, now: Clock) -> None:
    scores.write(claimed, EXECUTION, {"ada": 10.0}, until(now))
    now.pass_by(timedelta(days=30))

    assert scores.read([claimed]) == {}


def test_no_index_shows_scores(
    cloud: Cloud, matches: MatchStore, scores: ScoreStore, claimed: str, now: Clock
) -> None:
    scores.write(claimed, EXECUTION, {"ada": 10.0}, until(now))

    assert [match.match_id for match in matches.page(ADA, 50, None).matches] == [claimed]
    stored = next(
        item
        for item in cloud.items("MatchesTable")
        if item["match_id"] == {"S": scores_key(claimed)}
    )
    assert set(stored) == {"match_id", "scores", "delete_at"}


def test_scores_of_many_matches_are_read_in_batches(scores: ScoreStore) -> None:
    assert scores.read(f"match-{number}" for number in range(250)) == {}


def test_scores_without_a_time_are_not_stored(
    cloud: Cloud, scores: ScoreStore, claimed: str
) -> None:
    scores.write(claimed, EXECUTION, {"ada": 10.0}, 0)

    assert len(cloud.items("MatchesTable")) == 1


def test_scores_of_a_match_that_another_caller_has_are_not_read(
    scores: ScoreStore, claimed: str, now: Clock
) -> None:
    scores.write(claimed, EXECUTION, {"ada": 10.0}, until(now))

    own, guests = (
        scores.earlier(Asked(together_with=(claimed, "gone"), user_id=user_id))
        for user_id in (ADA, None)
    )

    assert (own, guests) == ([{"ada": 10.0}], [])
