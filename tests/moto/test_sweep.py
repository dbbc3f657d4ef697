import pytest

from cli.sweep import sweep
from local.deployment import Outputs
from lookalike.failures import FailureCode
from lookalike.matches import MatchStore, Status, Wanted
from tests.moto.cloud import Cloud
from tests.moto.conftest import Clock
from tests.moto.workflow import Workflow

ADA = "ada's id"


@pytest.fixture
def outputs(cloud: Cloud) -> Outputs:
    return Outputs(
        api_url="https://api.example",
        find_look_alike_arn="arn:aws:states:us-east-1:123456789012:stateMachine:FindLookAlike",
        selfies_bucket=cloud.name("SelfiesBucket"),
        portraits_bucket=cloud.name("PortraitsBucket"),
        selfie_retention_days=30,
        matches_table=cloud.name("MatchesTable"),
        portraits_table=cloud.name("PortraitsTable"),
        packs_table=cloud.name("PacksTable"),
        celebrities_collection="collection-1",
        portrait_changes_queue=cloud.name("PortraitChangesQueue"),
        user_pool_id="pool",
        user_pool_client_id="client",
        allow_guests=True,
        web_app_id=None,
        web_branch=None,
        web_url=None,
        pictures_bucket=cloud.name("PicturesBucket"),
        pictures_url=None,
    )


def test_match_that_no_execution_works_on_fails(
    matches: MatchStore, workflow: Workflow, outputs: Outputs, now: Clock
) -> None:
    assert now
    created = matches.create(ADA, Wanted("celebrities", "collection-1", "2026-11", "image/jpeg"))
    workflow.claim(created.match_id)

    sweep(outputs)

    match = matches.read(created.match_id, ADA)
    assert match.status is Status.FAILED
    assert match.failure is FailureCode.SERVICE_UNAVAILABLE
    assert match.faces == []
