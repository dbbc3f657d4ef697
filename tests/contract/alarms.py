"""The template's alarms: what each looks at, and which would ring over given data."""

from collections.abc import Mapping, Sequence
from statistics import fmean, quantiles
from typing import Any, NamedTuple

from tests.contract.sam_template import label, of_type, transformed

ALARMS: dict[str, Any] = of_type("AWS::CloudWatch::Alarm", transformed())
DEFAULTS: dict[str, Any] = {
    name: parameter["Default"] for name, parameter in transformed()["Parameters"].items()
}


class Metric(NamedTuple):
    """A metric, with the template's names as the values of its dimensions."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


Data = Mapping[Metric, Sequence[float]]
"""The values of each metric in one period."""


def watched(alarm: Any) -> Metric:
    """Return what an alarm looks at."""
    dimensions = [(one["Name"], _named(one["Value"])) for one in alarm.get("Dimensions", [])]
    return Metric(alarm["Namespace"], alarm["MetricName"], tuple(dimensions))


def ringing(data: Data) -> set[str]:
    """Return the alarms that ring, if as much happens in every period of theirs as in the data."""
    return {name for name, alarm in ALARMS.items() if _rings(alarm, data.get(watched(alarm), []))}


def _rings(alarm: Any, values: Sequence[float]) -> bool:
    if not values:
        return False  # what is missing does not breach: a test holds that
    value, threshold = _statistic(alarm, values), _threshold(alarm)
    if alarm["ComparisonOperator"] == "GreaterThanThreshold":
        return value > threshold
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    return value >= threshold


def _statistic(alarm: Any, values: Sequence[float]) -> float:
    match alarm.get("Statistic") or alarm["ExtendedStatistic"]:
        case "Sum":
            return sum(values)
        case "Maximum":
            return max(values)
        case "Average":
            return fmean(values)
        case "p95":
            return quantiles([*values, *values], n=20, method="inclusive")[-1]
    raise NotImplementedError(f"no alarm has used {alarm} yet")


def _threshold(alarm: Any) -> float:
    threshold = alarm["Threshold"]
    return float(DEFAULTS[threshold["Ref"]] if isinstance(threshold, dict) else threshold)


def _named(value: Any) -> str:
    is_attribute = isinstance(value, dict) and "Fn::GetAtt" in value
    return str(value["Fn::GetAtt"][0]) if is_attribute else label(value)
