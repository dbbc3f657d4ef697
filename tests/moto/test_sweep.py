from cli.sweep import sweep
from local.deployment import Outputs
from lookalike.failures import FailureCode
from lookalike.matches import MatchStore, Status, Wanted
from tests.moto.conftest import Clock
from tests.moto.workflow import Workflow

ADA = "ada's id"


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
