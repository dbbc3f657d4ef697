"""docs/cost.md: what the table is made of, and that a match costs no more than was promised."""

import re
from dataclasses import replace
from datetime import date

import pytest

from benchmarks import cost, usage
from local import runs
from tests.contract import sam_template, workflow
from tests.contract.sam_template import of_type, transformed

MEASURED = usage.read(cost.USAGE)
AS_OF, PRICES = cost.read_prices()
MEASURE = "run `.venv/bin/python -m benchmarks.cost --measure`"
MOST = 0.0024
"""USD that a match may cost at list price, of which the two calls of the recogniser are 0.0020."""


def test_the_page_is_what_the_command_writes() -> None:
    page = cost.page(MEASURED)

    assert cost.PAGE.read_text() == page, "run `.venv/bin/python -m benchmarks.cost`"


def test_a_match_costs_no_more_than_was_promised() -> None:
    assert 0.0020 < cost.total(cost.of_a_match(MEASURED, PRICES)) <= MOST


def test_what_was_measured_is_a_match_that_went_as_it_should() -> None:
    assert MEASURED.states == workflow.happy_path(), MEASURE
    assert MEASURED.recogniser["DetectFaces"] == MEASURED.recogniser["SearchFacesByImage"] == 1


def test_what_was_measured_has_the_memory_of_the_template() -> None:
    memory = {
        name: properties["MemorySize"]
        for name, properties in of_type("AWS::Lambda::Function", transformed()).items()
    }

    found = {name: one["memory_mb"] for name, one in MEASURED.functions.items()}

    awaited = {sam_template.substituted(one) for one in workflow.invoked().values()}
    assert set(found) == {"ApiFunction", "CountMatchFunction", *awaited}, MEASURE
    assert found == {name: memory[name] for name in found}


@pytest.mark.parametrize(
    "service", ["api", "dynamodb", "s3", "workflow"], ids=lambda name: f"of {name}"
)
def test_every_service_was_asked_for_something(service: str) -> None:
    assert [name for name in MEASURED.requests if name.startswith(f"{service} ")]


def test_more_of_anything_costs_more() -> None:
    less = cost.total(cost.of_a_match(MEASURED, PRICES))
    doubled = {
        "recogniser": {name: 2 * calls for name, calls in MEASURED.recogniser.items()},
        "requests": {name: 2 * calls for name, calls in MEASURED.requests.items()},
        "states": MEASURED.states * 2,
        "item_bytes": MEASURED.item_bytes * 2,
        "picture_bytes": MEASURED.picture_bytes * 2,
        "selfie_bytes": MEASURED.selfie_bytes * 2,
        "log_bytes": MEASURED.log_bytes * 2,
    }

    for field, value in doubled.items():
        changed = replace(MEASURED, **{field: value})  # type: ignore[arg-type]
        assert cost.total(cost.of_a_match(changed, PRICES)) > less, field


def test_the_price_table_is_dated_and_names_its_sources() -> None:
    assert date.fromisoformat(AS_OF)
    for name, price in PRICES.items():
        assert price.usd > 0, name
        assert price.unit, name
        assert price.source.startswith("https://aws.amazon.com/"), name
    assert "not looked up again" in cost.PAGE.read_text()


def test_every_price_is_used() -> None:
    lines = [*cost.of_a_match(MEASURED, PRICES), *cost.of_a_month(PRICES)]

    unused = set(PRICES) - {name for name in PRICES for one in lines if one.price is PRICES[name]}

    assert unused == set()


def test_the_fixed_costs_count_what_is_in_the_template() -> None:
    amounts = {line.what: line.amount for line in cost.of_a_month(PRICES)}

    assert amounts["alarms"] == len(of_type("AWS::CloudWatch::Alarm", sam_template.written()))
    assert amounts["dashboard"] == 1


def test_the_dashboard_reckons_with_what_a_match_costs() -> None:
    (board,) = of_type("AWS::CloudWatch::Dashboard", transformed()).values()

    (usd,) = re.findall(r"matches \* ([\d.]+)", board["DashboardBody"]["Fn::Sub"])

    assert float(usd) == pytest.approx(cost.total(cost.of_a_match(MEASURED, PRICES)), abs=0.00005)


def test_the_budget_is_what_a_month_at_the_limit_costs() -> None:
    (budget,) = of_type("AWS::Budgets::Budget", transformed()).values()
    limit = sam_template.written()["Parameters"]["DeploymentMatchesPerDay"]["Default"]

    month = 30 * limit * cost.total(cost.of_a_match(MEASURED, PRICES))

    assert budget["Budget"]["BudgetLimit"]["Amount"] == pytest.approx(month, rel=0.1)


def test_a_trace_reckons_with_the_prices_of_the_table() -> None:
    of_a_trace = {
        "transition": runs.USD_TRANSITION,
        "rekognition_image": runs.USD_RECOGNISER_CALL,
        "lambda_request": runs.USD_FUNCTION_CALL,
        "table_write": runs.USD_TABLE_WRITE,
        "table_read": runs.USD_TABLE_READ,
        "event": runs.USD_EVENT,
    }

    assert of_a_trace == pytest.approx({name: PRICES[name].usd for name in of_a_trace})
