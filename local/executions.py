"""The workflow's executions: those of a stack on AWS, or of the local one."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.deployment import Outputs
from local.redaction import redact
from local.runs import Attempt, Run, read_run, traceback_in

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.literals import ExecutionStatusType
    from mypy_boto3_stepfunctions.type_defs import ExecutionListItemTypeDef

SEARCHED = 1000
"""Executions among which a match's is looked for by name, the newest."""
FAILED: tuple["ExecutionStatusType", ...] = ("FAILED", "TIMED_OUT", "ABORTED")
LOGGED_WITHIN = timedelta(seconds=2)
"""How much later than its end a function's lines may be dated."""


class Executions:
    """The executions of one stack's workflow."""

    def __init__(self, outputs: Outputs, session: boto3.Session | None = None, **client: Any):
        """Take a stack's outputs; what else is named is passed to each client of the session."""
        session = session or boto3.Session()
        self._outputs = outputs
        self._workflow = session.client("stepfunctions", **client)
        self._tables = session.client("dynamodb", **client)
        self._functions = session.client("lambda", **client)
        self._logs = session.client("logs", **client)

    def of_match(self, match_id: str) -> str | None:
        """Return the ARN of the execution that has claimed a match; None where there is none.

        Without a claim, or once the match is deleted, it is looked for by its name.
        """
        found = self._tables.get_item(
            TableName=self._outputs.matches_table,
            Key={"match_id": {"S": match_id}},
            ProjectionExpression="execution",
            ConsistentRead=True,
        )
        if execution := found.get("Item", {}).get("execution"):
            return execution["S"]
        named = (one for one in islice(self.newest(), SEARCHED) if match_id in one["name"])
        return next((one["executionArn"] for one in named), None)

    def last(self) -> str | None:
        """Return the ARN of the execution that was started last."""
        newest = max(
            islice(self.newest(), SEARCHED), key=lambda one: one["startDate"], default=None
        )
        return newest["executionArn"] if newest else None

    def last_failed(self) -> str | None:
        """Return the ARN of the last execution that failed, timed out or was ended."""
        newest = [one for status in FAILED for one in islice(self.newest(status), 1)]
        found = max(newest, key=lambda one: one["startDate"], default=None)
        return found["executionArn"] if found else None

    def newest(
        self, status: "ExecutionStatusType | None" = None
    ) -> Iterator["ExecutionListItemTypeDef"]:
        """List executions, the newest first: by their end, or their start while they run."""
        wanted: Any = {"statusFilter": status} if status else {}
        pages = self._workflow.get_paginator("list_executions").paginate(
            stateMachineArn=self._outputs.find_look_alike_arn, **wanted
        )
        for page in pages:
            yield from page["executions"]

    def read(self, arn: str) -> Run | None:
        """Read an execution; None where Step Functions does not know it any more."""
        try:
            described: Any = self._workflow.describe_execution(executionArn=arn)
            pages = self._workflow.get_paginator("get_execution_history").paginate(
                executionArn=arn, PaginationConfig={"PageSize": 1000}
            )
            run = read_run(described, [event for page in pages for event in page["events"]])
        except self._workflow.exceptions.ExecutionDoesNotExist:
            return None
        for step in run.steps:
            for attempt in step.attempts:
                if attempt.error and attempt.function and not attempt.stack_trace:
                    attempt.stack_trace = self._logged_trace(attempt)
        return run

    def arn_of(self, name: str) -> str:
        """Return the ARN of an execution of this name."""
        machine = self._outputs.find_look_alike_arn
        return f"{machine.replace(':stateMachine:', ':execution:')}:{name}"

    def definition(self) -> Any:
        """Return the workflow's ASL, as it is deployed."""
        machine = self._workflow.describe_state_machine(
            stateMachineArn=self._outputs.find_look_alike_arn
        )
        return json.loads(machine["definition"])

    def _logged_trace(self, attempt: Attempt) -> str | None:
        """Find what a function logged of its failure; None where it logged nothing of it."""
        name, end = attempt.function or "", attempt.ended or attempt.started
        try:
            group = self._functions.get_function_configuration(FunctionName=name)["LoggingConfig"]
            pages = self._logs.get_paginator("filter_log_events").paginate(
                logGroupName=group["LogGroup"],
                startTime=round(attempt.started.timestamp() * 1000),
                endTime=round((end + LOGGED_WITHIN).timestamp() * 1000),
            )
            streams: dict[str, list[str]] = {}  # each function's process writes to one of its own
            for event in (event for page in pages for event in page["events"]):
                streams.setdefault(event["logStreamName"], []).append(event["message"])
        except (BotoCoreError, ClientError, KeyError):
            return None  # a trace says what it can
        found = [traceback_in("\n".join(lines), attempt.error or "") for lines in streams.values()]
        return next((redact(trace) for trace in found if trace), None)


def console_link(arn: str) -> str:
    """Return where AWS's own console shows an execution."""
    region = arn.split(":")[3]
    address = f"https://{region}.console.aws.amazon.com/states/home?region={region}"
    return f"{address}#/v2/executions/details/{arn}"
