import json
from typing import Any

import pytest

from local.state import ROOT
from lookalike.telemetry import reference_to
from tests.moto.cloud import Cloud, Context, load_function


class CountMatch:
    """The function, and what it writes."""

    def __init__(self, module: Any, capsys: pytest.CaptureFixture[str]) -> None:
        self._module, self._capsys = module, capsys

    def __call__(self, event: str, **detail: Any) -> list[Any]:
        """Count a match of an event of `events/`; return the lines, parsed."""
        sent = json.loads((ROOT / "events" / f"count_match_{event}.json").read_text())
        sent["detail"] |= detail
        self._module.handler(sent, Context())
        return [json.loads(line) for line in self._capsys.readouterr().out.splitlines()]


@pytest.fixture
def count_match(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CountMatch:
    environment = cloud.environment("CountMatchFunction")
    return CountMatch(load_function("count_match", monkeypatch, environment), capsys)


def dimensions(metric: Any) -> list[str]:
    """The names of a metric's one set of dimensions."""
    (declared,) = metric["_aws"]["CloudWatchMetrics"]
    (names,) = declared["Dimensions"]
    assert declared["Namespace"] == "LookAlike"
    return sorted(names)


def test_success_is_counted_by_its_outcome(count_match: CountMatch) -> None:
    _, ended, measures = count_match("succeeded")

    assert (ended["MatchEnded"], ended["Outcome"], ended["Code"]) == ([1.0], "succeeded", "none")
    assert dimensions(ended) == ["Code", "Outcome", "service"]
    assert measures["SecondsToResult"] == [2.25]
    assert measures["Searches"] == [1.0]
    assert dimensions(measures) == ["service"]


def test_failure_is_counted_by_its_code(count_match: CountMatch) -> None:
    _, ended, measures = count_match("failed")

    assert (ended["Outcome"], ended["Code"]) == ("failed", "no_face")
    assert measures["Searches"] == [0.0]
    assert not {"ByLandmarks", "SecondsToResult"} & measures.keys()


@pytest.mark.parametrize(("method", "share"), [("faces", 0.0), ("landmarks", 1.0)])
def test_average_of_a_metric_is_the_share_of_landmarks(
    count_match: CountMatch, method: str, share: float
) -> None:
    *_, measures = count_match("succeeded", method=method)

    assert measures["ByLandmarks"] == [share]


def test_match_is_logged_by_its_reference_alone(
    count_match: CountMatch,
) -> None:
    match_id = "0b6e3c5e-4a0c-4b55-9f3c-0a6b6d8b1b52"

    lines = count_match("failed", match_id=match_id)

    assert lines[0]["match"] == reference_to(match_id)
    assert (lines[0]["message"], lines[0]["code"]) == ("match ended", "no_face")
    assert match_id not in json.dumps(lines)
