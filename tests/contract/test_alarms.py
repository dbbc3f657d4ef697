"""The alarms and the dashboard: what they look at, and that the runbook says what to do."""

import json
import re
from typing import Any

import pytest

from local.state import ROOT
from tests.contract import sam_template
from tests.contract.alarms import ALARMS, Metric, ringing, watched
from tests.contract.sam_template import of_type, transformed

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
ROWS = {
    cells[0].strip(" `"): [cell.strip() for cell in cells[1:]]
    for line in RUNBOOK.splitlines()
    if line.startswith("| `")
    for cells in [re.split(r"(?<!\\)\|", line.strip("|"))]
}
"""The runbook's rows by alarm: what it means, how to look, what to do."""

WORKFLOW = [("StateMachineArn", "FindLookAlike")]
API = [("ApiId", "HttpApi")]


def queue(name: str) -> list[tuple[str, str]]:
    return [("QueueName", name)]


def alarm_of(function: str) -> str:
    """The name of the alarm for a function's errors; `ApiErrorsAlarm` watches the gateway."""
    return (
        f"{function if function == 'ApiFunction' else function.removesuffix('Function')}ErrorsAlarm"
    )


WAITING, AGE = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"
WATCHED: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "ExecutionsFailedAlarm": ("AWS/States", "ExecutionsFailed", WORKFLOW),
    "ExecutionsTimedOutAlarm": ("AWS/States", "ExecutionsTimedOut", WORKFLOW),
    "UndeliveredSelfiesAlarm": ("AWS/SQS", WAITING, queue("UndeliveredSelfiesQueue")),
    "UndeliveredPortraitChangesAlarm": (
        "AWS/SQS",
        WAITING,
        queue("UndeliveredPortraitChangesQueue"),
    ),
    "FailedPortraitChangesAlarm": ("AWS/SQS", WAITING, queue("FailedPortraitChangesQueue")),
    "FailedPackChangesAlarm": ("AWS/SQS", WAITING, queue("FailedPackChangesQueue")),
    "FailedForgottenMembersAlarm": ("AWS/SQS", WAITING, queue("FailedForgottenMembersQueue")),
    "PortraitChangesAgeAlarm": ("AWS/SQS", AGE, queue("PortraitChangesQueue")),
    "PackChangesAgeAlarm": ("AWS/SQS", AGE, queue("PackChangesQueue")),
    "ForgottenMembersAgeAlarm": ("AWS/SQS", AGE, queue("ForgottenMembersQueue")),
    "ApiErrorsAlarm": ("AWS/ApiGateway", "5xx", API),
    "ApiSlowAlarm": ("AWS/ApiGateway", "Latency", API),
    **{
        alarm_of(name): ("AWS/Lambda", "Errors", [("FunctionName", name)])
        for name in sam_template.functions()
    },
    # Without a dimension it is of the whole account: concurrency is the account's.
    "ThrottlesAlarm": ("AWS/Lambda", "Throttles", []),
    "LandmarkShareAlarm": ("LookAlike", "ByLandmarks", [("service", "count_match")]),
    "DailyMatchesAlarm": ("LookAlike", "MatchCreated", [("service", "api")]),
}
"""What each alarm looks at. CloudWatch takes any name, and an alarm on no metric never rings."""


def test_every_alarm_looks_at_what_it_should() -> None:
    expected = {
        name: Metric(space, metric, tuple(dimensions))
        for name, (space, metric, dimensions) in WATCHED.items()
    }

    assert set(expected) - set(ALARMS) == set(), "add it to template.yaml"
    assert {name: watched(alarm) for name, alarm in ALARMS.items()} == expected


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_tells_the_topic_when_it_rings_and_when_it_is_over(name: str) -> None:
    told = [{"Ref": "AlarmTopic"}]

    assert ALARMS[name]["AlarmActions"] == ALARMS[name]["OKActions"] == told


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_is_quiet_where_nothing_happens(name: str) -> None:
    assert ALARMS[name]["TreatMissingData"] == "notBreaching"


def test_alarms_are_there_in_prod_for_an_address_and_where_a_deployment_heeds_them() -> None:
    conditions = transformed()["Conditions"]

    found = {transformed()["Resources"][name]["Condition"] for name in (*ALARMS, "Dashboard")}

    assert found == {"HasAlarms", "HasDailyAlarm"}
    assert conditions["HasAlarms"] == {
        "Fn::Or": [{"Condition": name} for name in ("IsProd", "HasAlarmEmail", "IsGradual")]
    }


def test_alarms_may_write_to_the_topic() -> None:
    (policy,) = of_type("AWS::SNS::TopicPolicy", transformed()).values()

    (statement,) = policy["PolicyDocument"]["Statement"]

    assert "cloudwatch.amazonaws.com" in statement["Principal"]["Service"]


def test_every_queue_is_watched() -> None:
    dimensions = {value for _, _, found in WATCHED.values() for _, value in found}

    assert set(of_type("AWS::SQS::Queue", transformed())) <= dimensions


def test_the_runbook_has_a_row_for_every_alarm_and_no_more() -> None:
    assert {*ALARMS, "MonthlyBudget"} - set(ROWS) == set(), "add a row to docs/runbook.md"
    assert set(ROWS) - {*ALARMS, "MonthlyBudget"} == set(), "there is no such alarm"


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_row_says_what_it_means_how_to_look_and_what_to_do(name: str) -> None:
    meaning, command, remedy = ROWS[name]

    assert meaning.endswith(".")
    assert re.match(r"`aws [a-z]+ ", command)
    assert remedy.endswith(".")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\$\(id (\w+)\)", RUNBOOK))))
def test_the_runbook_asks_for_resources_that_there_are(name: str) -> None:
    assert name in transformed()["Resources"]


# When they ring


@pytest.mark.parametrize(
    ("name", "quiet", "loud"),
    [
        ("ExecutionsFailedAlarm", [0.0], [1.0]),
        ("FailedPackChangesAlarm", [0.0], [1.0, 0.0]),
        ("PackChangesAgeAlarm", [3599.0], [3600.0]),
        ("ApiErrorsAlarm", [1.0] * 4, [1.0] * 5),
        ("ApiSlowAlarm", [100.0] * 99 + [9000.0], [100.0] * 9 + [9000.0]),
        ("LandmarkShareAlarm", [0.0] * 10 + [1.0], [0.0] * 9 + [1.0]),
        ("DailyMatchesAlarm", [1.0] * 999, [1.0] * 1000),
    ],
)
def test_an_alarm_rings_from_its_threshold_on(
    name: str, quiet: list[float], loud: list[float]
) -> None:
    metric = watched(ALARMS[name])

    assert (ringing({metric: quiet}), ringing({metric: loud})) == (set(), {name})


def test_nothing_rings_where_nothing_happens() -> None:
    assert ringing({}) == set()


# The dashboard


def dashboard() -> list[Any]:
    """The widgets, with the template's names in the place of what is substituted."""
    (found,) = of_type("AWS::CloudWatch::Dashboard", transformed()).values()
    widgets: list[Any] = json.loads(found["DashboardBody"]["Fn::Sub"])["widgets"]
    return widgets


def test_the_dashboard_answers_three_questions() -> None:
    asked = [one["properties"]["markdown"] for one in dashboard() if one["type"] == "text"]

    assert asked == ["# Is it working?", "# Is it fast?", "# What does it cost?"]


def test_the_dashboard_shows_every_alarm_that_is_always_there() -> None:
    (shown,) = (one["properties"]["alarms"] for one in dashboard() if one["type"] == "alarm")

    wanted = {f"${{{name}.Arn}}" for name in WATCHED if name != "DailyMatchesAlarm"}
    assert wanted - set(shown) == set(), "add it to the Dashboard in template.yaml"
    assert set(shown) - wanted == set(), "there is no such alarm"


def test_the_dashboard_fits_a_row() -> None:
    widths: list[int] = [one["width"] for one in dashboard()]

    assert set(widths) == {6, 24}
    assert widths.count(6) == 12


def test_a_metric_of_ours_on_the_dashboard_is_one_that_is_emitted() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "functions").glob("*/app.py"))
    emitted = set(re.findall(r'"(\w+)", unit=MetricUnit|etric\("(\w+)", MetricUnit', sources))
    names = {name for pair in emitted for name in pair if name}
    text = json.dumps(dashboard())

    shown = set(re.findall(r'"LookAlike", "(\w+)"', text)) | {"MatchEnded"}
    watched_names = {metric for space, metric, _ in WATCHED.values() if space == "LookAlike"}

    assert shown | watched_names <= names
