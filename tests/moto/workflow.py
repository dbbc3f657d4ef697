"""What the state machine writes to a match, by the expressions of its own definition."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import yaml

from local.state import ROOT
from lookalike import clock
from tests.moto.cloud import Cloud

DEFINITION: dict[str, Any] = yaml.safe_load(
    (ROOT / "statemachine" / "find_lookalike.asl.yaml").read_text()
)
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:FindLookAlike:one"


class Workflow:
    """Claims, stores and fails matches as an execution does."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def upload(self, match_id: str, content: bytes = b"a selfie") -> str:
        """Send a selfie as its presigned form does, and return its version."""
        bucket = self._cloud.name("SelfiesBucket")
        reply = self._cloud.s3.put_object(Bucket=bucket, Key=f"selfies/{match_id}", Body=content)
        return reply["VersionId"]

    def claim(self, match_id: str, version: str = "version-1", at: datetime | None = None) -> None:
        """Take the match for a selfie that was uploaded."""
        time = at or clock.now()
        self._write(
            "Claim Upload",
            match_id,
            {
                ":execution": {"S": EXECUTION},
                ":version": {"S": version},
                ":now": {"S": clock.to_text(time)},
                ":now_seconds": {"N": str(int(time.timestamp()))},
            },
        )

    def store(
        self,
        match_id: str,
        method: str,
        celebrities: list[dict[str, Any]],
        support: dict[str, Any] | None = None,
        selfie_face: dict[str, Any] | None = None,
        other_faces: Sequence[dict[str, Any]] = (),
    ) -> None:
        """Store a result, as Resolve Matches returns it."""
        values = {
            ":method": {"S": method},
            ":celebrities": {"S": json.dumps(celebrities)},
            ":support": {"S": json.dumps(support or {"certainty": None})},
            ":selfie_face": {"S": json.dumps(selfie_face)},
            ":other_faces": {"S": json.dumps(other_faces)},
        }
        self._write("Store Matches", match_id, self._ending() | values)

    def fail(self, match_id: str, failure: dict[str, Any]) -> None:
        """Record a failure, as Check Face returns it."""
        values = {":failure": {"S": json.dumps(failure)}}
        self._write("Record Failure", match_id, self._ending() | values)

    def _ending(self) -> dict[str, Any]:
        return {":execution": {"S": EXECUTION}, ":now": {"S": clock.to_text(clock.now())}}

    def _write(self, state: str, match_id: str, values: dict[str, Any]) -> None:
        arguments = DEFINITION["States"][state]["Arguments"]
        assert set(values) <= set(arguments["ExpressionAttributeValues"])
        self._cloud.dynamodb.update_item(
            TableName=self._cloud.name("MatchesTable"),
            Key={"match_id": {"S": match_id}},
            UpdateExpression=arguments["UpdateExpression"],
            ConditionExpression=arguments["ConditionExpression"],
            ExpressionAttributeNames=arguments["ExpressionAttributeNames"],
            ExpressionAttributeValues={**arguments["ExpressionAttributeValues"], **values},
        )
