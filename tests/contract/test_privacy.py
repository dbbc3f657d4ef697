"""The figures of the page's privacy notice, held against what the deployment really keeps."""

import re
from datetime import timedelta
from typing import Any

import pytest

from local.state import ROOT
from lookalike.limits import KEPT as COUNTER_KEPT
from lookalike.matches import MEMBER_RETENTION
from lookalike.tombstones import TOMBSTONE_RETENTION
from tests.contract.sam_template import of_type, written

DAY = 24 * 60 * 60
HISTORY = 90
"""Days for which Step Functions keeps the history of a Standard execution, by itself."""


@pytest.fixture(scope="module")
def said() -> dict[str, int]:
    """The notice's figures, by name."""
    script = (ROOT / "web" / "scripts" / "privacy-notes.js").read_text()
    (table,) = re.findall(r"KEPT = \{(.*?)\}", script, re.DOTALL)
    return {name: int(number) for name, number in re.findall(r"(\w+): (\d+)", table)}


def properties(kind: str) -> list[dict[str, Any]]:
    return list(of_type(kind, written()).values())


def test_the_notice_names_what_the_functions_keep(said: dict[str, int]) -> None:
    assert timedelta(days=said["member_match_days"]) == MEMBER_RETENTION
    assert timedelta(days=said["counter_days"]) == COUNTER_KEPT
    assert timedelta(hours=said["signed_out_hours"]) == TOMBSTONE_RETENTION
    assert said["history_days"] == HISTORY


def test_no_log_is_kept_longer_than_the_notice_says(said: dict[str, int]) -> None:
    kept = [group["RetentionInDays"] for group in properties("AWS::Logs::LogGroup")]

    assert max(kept) == said["log_days"]


def test_no_message_waits_longer_than_the_notice_says(said: dict[str, int]) -> None:
    kept = [queue.get("MessageRetentionPeriod", 4 * DAY) for queue in properties("AWS::SQS::Queue")]

    assert max(kept) == said["failed_work_days"] * DAY


def test_an_erased_photo_is_kept_as_long_as_the_notice_says(said: dict[str, int]) -> None:
    bucket = written()["Resources"]["SelfiesBucket"]["Properties"]

    rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    noncurrent = rules["ExpireSelfies"]["NoncurrentVersionExpiration"]["NoncurrentDays"]
    assert noncurrent == said["erased_photo_days"]
    assert rules["ExpireDeleteMarkers"]["ExpiredObjectDeleteMarker"] is True


def test_a_match_without_a_photo_is_kept_as_long_as_the_notice_says(said: dict[str, int]) -> None:
    source = (ROOT / "layers" / "lookalike" / "lookalike" / "matches.py").read_text()

    (days,) = re.findall(r'"delete_at": int\(\(claim_until \+ timedelta\(days=(\d+)\)', source)
    assert int(days) == said["unsent_match_days"]
