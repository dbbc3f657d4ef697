"""Which execution is a match's, the last, or the last that failed."""

import json
import uuid
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest

from cli.redrive import Upload, start_look_alike
from local.deployment import Outputs
from local.executions import Executions
from tests.moto.cloud import Cloud

DEFINITION = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
MATCH_ID = "9592a35b-34d7-46ab-850a-d6bdf119cef5"


class Stage:
    """A state machine, a table of matches, and the executions that are read of them."""

    def __init__(self, cloud: Cloud) -> None:
        self.workflow: Any = boto3.client("stepfunctions")
        self.machine = self.workflow.create_state_machine(
            name="FindLookAlike",
            definition=json.dumps(DEFINITION),
            roleArn="arn:aws:iam::123456789012:role/example",
        )["stateMachineArn"]
        self.table = cloud.name("MatchesTable")
        given = SimpleNamespace(find_look_alike_arn=self.machine, matches_table=self.table)
        self.executions = Executions(cast("Outputs", given))

    def start(self, name: str) -> str:
        started = self.workflow.start_execution(stateMachineArn=self.machine, name=name, input="{}")
        return str(started["executionArn"])

    def claim(self, match_id: str, execution: str) -> None:
        item = {"match_id": {"S": match_id}, "execution": {"S": execution}}
        boto3.client("dynamodb").put_item(TableName=self.table, Item=item)


@pytest.fixture
def stage(cloud: Cloud) -> Stage:
    return Stage(cloud)


def test_a_matchs_execution_is_the_one_that_claimed_it(stage: Stage) -> None:
    claimed = stage.start("a-name-that-eventbridge-made")
    stage.start(f"{MATCH_ID}_duplicate")
    stage.claim(MATCH_ID, claimed)

    assert stage.executions.of_match(MATCH_ID) == claimed


def test_without_a_claim_it_is_found_by_its_name(stage: Stage) -> None:
    named = stage.start(f"{MATCH_ID}_0123456789abcdef")

    assert stage.executions.of_match(MATCH_ID) == named
    assert stage.executions.of_match(str(uuid.uuid4())) is None


def test_what_redrive_starts_is_found_by_its_match(stage: Stage) -> None:
    upload = Upload("b", f"selfies/{MATCH_ID}", "v")

    start_look_alike(stage.workflow, stage.machine, upload)

    found = stage.executions.of_match(MATCH_ID)
    assert found
    assert found.rsplit(":", 1)[-1].startswith(f"{MATCH_ID}_")


def test_a_key_that_no_form_made_starts_an_execution_too(stage: Stage) -> None:
    start_look_alike(stage.workflow, stage.machine, Upload("b", f"selfies/{'a b/ü' * 40}", "v"))

    assert len(list(stage.executions.newest())) == 1


def test_the_last_execution_is_the_one_that_started_last(stage: Stage) -> None:
    assert stage.executions.last() is None
    stage.start("first")
    second = stage.start("second")

    assert stage.executions.last() == second


def test_the_last_failed_one_is_found_among_those_that_succeeded(stage: Stage) -> None:
    assert stage.executions.last_failed() is None
    failed = stage.start("failed")
    stage.workflow.stop_execution(executionArn=failed, error="e", cause="c")
    stage.start("another")

    assert stage.executions.last_failed() == failed


def test_an_execution_that_is_not_kept_any_more_is_none(stage: Stage) -> None:
    assert stage.executions.read(stage.executions.arn_of("gone")) is None
