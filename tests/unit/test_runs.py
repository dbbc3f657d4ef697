import json
from datetime import timedelta
from typing import Any

import pytest

from local.runs import Run, Step, match_of, read_run, traceback_in
from lookalike.failures import FailureCode
from tests.unit.recorded_runs import FOLDER, recorded, run_of

RECORDED = sorted(path.stem for path in FOLDER.glob("*.json"))
SELFIE_REFUSALS = sorted(
    set(FailureCode)
    - {FailureCode.CATALOG_EMPTY, FailureCode.TIMED_OUT, FailureCode.SERVICE_UNAVAILABLE}
)


def step(run: Run, name: str) -> Step:
    return next(one for one in run.steps if one.name == name)


def test_a_success_is_read_state_by_state() -> None:
    run = run_of("succeeded")

    assert run.outcome == "succeeded"
    assert [one.name for one in run.steps][:2] == ["Claim Upload", "Check Face"]
    assert run.steps[-1].name == "Match Stored"
    assert {one.status for one in run.steps} == {"succeeded"}
    assert run.name.startswith(f"{run.match_id}_")


def test_a_task_has_what_it_was_called_with_and_what_it_answered() -> None:
    (attempt,) = step(run_of("succeeded"), "Check Face").attempts

    assert (attempt.service, attempt.call) == ("lambda", "invoke")
    assert set(attempt.parameters["Payload"]) == {"bucket", "key", "version"}
    assert attempt.result["Payload"] == {"failure": None}
    assert "CheckFaceFunction" in (attempt.function or "")
    assert attempt.ended
    assert attempt.ended >= attempt.started


def test_a_state_has_the_variables_that_it_set() -> None:
    assert step(run_of("succeeded"), "Claim Upload").variables["pack"] == "celebrities"
    assert step(run_of("no_face"), "Check Face").variables["failure"]["code"] == "no_face"


def test_a_success_costs_two_calls_of_the_recogniser_and_little_else() -> None:
    run = run_of("succeeded")

    assert 0.0020 < run.usd < 0.0024
    assert step(run, "Search Celebrities").usd > 0.001


def test_every_retry_is_an_attempt_and_a_transition_more() -> None:
    run = run_of("retried")
    search = step(run, "Search Celebrities")

    errors = [attempt.error for attempt in search.attempts]
    assert errors == ["Rekognition.ThrottlingException"] * 2 + [None]
    assert (search.retries, search.status, search.error) == (2, "succeeded", None)
    assert run.outcome == "succeeded"
    assert search.usd == pytest.approx(step(run_of("succeeded"), search.name).usd + 2 * 25e-6)


def test_a_refused_photograph_is_named_by_its_code() -> None:
    assert run_of("no_face").outcome == "no_face"
    assert run_of("several_faces").outcome == "several_faces"
    assert run_of("several_faces").status == "SUCCEEDED"


@pytest.mark.parametrize("code", SELFIE_REFUSALS)
def test_a_run_is_named_by_each_code_of_a_refusal(code: FailureCode) -> None:
    told = json.dumps(recorded("no_face"), default=str).replace("no_face", code)

    outcome = _read_again("no_face", told).outcome

    assert outcome == code


@pytest.mark.parametrize("code", ["unsupported_image", "image_too_small", "image_too_large"])
def test_what_is_refused_by_its_header_costs_no_call_of_the_recogniser(code: str) -> None:
    told = json.dumps(recorded("no_face"), default=str).replace("no_face", code)

    assert _read_again("no_face", told).usd < 0.001
    assert run_of("no_face").usd > 0.001


def test_an_empty_catalog_is_named() -> None:
    told = json.dumps(recorded("no_face"), default=str).replace("no_face", "catalog_empty")

    assert _read_again("no_face", told).outcome == "catalog_empty"


def test_a_failure_of_ours_is_told_where_it_happened() -> None:
    run = run_of("service_unavailable")
    resolve, end = step(run, "Resolve Matches"), run.steps[-1]

    assert (run.status, run.outcome) == ("FAILED", "service_unavailable")
    assert (resolve.status, resolve.error) == ("caught", "TypeError")
    assert resolve.cause == "a fault of the tests"
    assert (end.name, end.status, end.error) == ("Service Failed", "failed", "service_unavailable")


def test_a_tasks_time_limit_is_an_error_that_is_caught() -> None:
    run = run_of("timed_out")
    search = step(run, "Search Celebrities")

    assert run.outcome == "timed_out"
    assert (search.status, search.error) == ("caught", "States.Timeout")


def test_a_duplicate_is_named_by_where_it_ended() -> None:
    run = run_of("duplicate")

    assert run.outcome == "duplicate event"
    assert step(run, "Claim Upload").error == "DynamoDB.ConditionalCheckFailedException"
    assert run.usd < 0.0005


def test_a_run_over_its_time_limit_failed_in_the_state_that_it_was_in() -> None:
    described, events = recorded("succeeded")
    cut = next(i for i, one in enumerate(events) if one["type"] == "TaskSucceeded" and i > 5)
    ended = events[cut]["timestamp"] + timedelta(seconds=280)
    described |= {"status": "TIMED_OUT", "stopDate": ended, "error": "States.Timeout"}
    over = {"type": "ExecutionTimedOut", "id": 99, "timestamp": ended}

    run = read_run(described, [*events[:cut], over])

    last = run.steps[-1]
    assert run.outcome == "timed_out"
    assert (last.name, last.status, last.error) == ("Check Face", "failed", "States.Timeout")
    assert last.exited == ended
    assert last.attempts[-1].ended == ended


def test_a_run_that_is_under_way_is_read_as_far_as_it_has_come() -> None:
    described, events = recorded("succeeded")
    described |= {"status": "RUNNING", "stopDate": None}

    run = read_run(described, events[:7])

    assert run.outcome == "running"
    assert [(one.name, one.status) for one in run.steps] == [
        ("Claim Upload", "succeeded"),
        ("Check Face", "running"),
    ]
    assert run.steps[-1].exited is None


def test_a_history_of_aws_that_has_more_kinds_of_events_is_read() -> None:
    described, events = recorded("service_unavailable")
    more: list[dict[str, Any]] = []
    for event in events:
        more.append(event)
        if event["type"] == "TaskScheduled":
            more.append({**event, "type": "TaskStarted", "taskStartedEventDetails": {}})

    assert read_run(described, more) == read_run(described, events)


def test_what_lambda_says_of_an_error_has_its_stack_trace() -> None:
    described, events = recorded("service_unavailable")
    failed = next(event for event in events if event["type"] == "TaskFailed")
    lines = ['  File "/var/task/app.py", line 1, in handler\n', "    raise TypeError\n"]
    failed["taskFailedEventDetails"]["cause"] = json.dumps({"stackTrace": lines})

    (attempt,) = step(read_run(described, events), "Resolve Matches").attempts

    assert attempt.stack_trace == "".join(lines)


@pytest.mark.parametrize("name", RECORDED)
def test_nothing_that_is_to_be_hidden_is_in_a_run(name: str) -> None:
    described, events = recorded(name)
    version = json.loads(described["input"])["version"]
    assert version in json.dumps(events, default=str)

    assert version not in repr(read_run(described, events))


LOG = """START RequestId: 1
Traceback (most recent call last):
  File "/tmp/f-1/layer_0/python/lookalike/pictures.py", line 3, in stored_size
    reply = s3.get_object()
            ^^^^^^^^^^^^^^^
botocore.errorfactory.AccessDenied: no
END RequestId: 1
"""


def test_the_traceback_of_an_error_is_found_in_a_log() -> None:
    found = traceback_in(LOG, "AccessDenied")

    assert found
    assert found.startswith('Traceback (most recent call last):\n  File "lookalike/pictures.py"')
    assert found.endswith("AccessDenied: no")
    assert traceback_in(LOG, "ValueError") is None


def test_a_run_tells_by_its_name_which_match_it_is_about() -> None:
    match_id = "9592a35b-34d7-46ab-850a-d6bdf119cef5"

    assert match_of(f"{match_id}_0123456789abcdef") == match_id
    assert match_of("0123456789abcdef") is None


def _read_again(name: str, told: str) -> Run:
    """Read a recorded run whose text was changed, at the times that it had."""
    described, events = json.loads(told)
    before, before_events = recorded(name)
    times = {name: before[name] for name in ("startDate", "stopDate")}
    return read_run(
        {**described, **times},
        [
            {**one, "timestamp": was["timestamp"]}
            for one, was in zip(events, before_events, strict=True)
        ],
    )
