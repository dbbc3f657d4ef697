"""Ends the work that an earlier run of the local stack left unfinished.

The local AWS keeps its tables and objects, but not the workflow's executions. So this starts the
workflow for each photograph that no match has claimed, and fails each match without an execution.
"""

import json

import boto3

from catalog.selfies import SelfieCheck
from cli.redrive import Upload, start_look_alike
from local.deployment import Outputs
from lookalike import clock
from lookalike.faces import Refusal
from lookalike.failures import FailureCode
from lookalike.matches import Status
from lookalike.storage import to_attributes


def sweep(outputs: Outputs) -> None:
    """Start the workflow for unclaimed photographs; fail matches without a running execution."""
    found = SelfieCheck(outputs.matches_table, outputs.selfies_bucket).look()
    workflow = boto3.client("stepfunctions")
    attempt = clock.to_text(clock.now())  # an earlier sweep's execution may be lost, too
    # The workflow deletes a photograph whose match is gone.
    for selfie in [*found.unclaimed, *found.ownerless]:
        upload = Upload(outputs.selfies_bucket, selfie.key, selfie.version)
        start_look_alike(workflow, outputs.find_look_alike_arn, upload, attempt)
    for match_id, execution in found.processing.items():
        if not _is_running(execution):
            _fail(outputs.matches_table, match_id, execution)


def _is_running(execution: str) -> bool:
    workflow = boto3.client("stepfunctions")
    try:
        return workflow.describe_execution(executionArn=execution)["status"] == "RUNNING"
    except workflow.exceptions.ExecutionDoesNotExist:
        return False


def _fail(table: str, match_id: str, execution: str) -> None:
    client = boto3.client("dynamodb")
    try:
        client.update_item(
            TableName=table,
            Key={"match_id": {"S": match_id}},
            UpdateExpression="SET #status = :failed, failure = :failure, updated_at = :now",
            # Like the workflow's Record Failure: only a match that this execution still holds.
            ConditionExpression="execution = :execution AND #status = :processing",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=to_attributes(
                {
                    ":failed": Status.FAILED,
                    ":processing": Status.PROCESSING,
                    ":execution": execution,
                    ":failure": json.dumps(Refusal(FailureCode.SERVICE_UNAVAILABLE).to_json()),
                    ":now": clock.to_text(clock.now()),
                }
            ),
        )
    except client.exceptions.ConditionalCheckFailedException:
        return  # the match was deleted, or ended, after it was read
