"""What a deployment is made of, and what is said of the photograph that it plays."""

import sys
from typing import Any

import pytest

from cli.deploy import Deployment, doubts, stack_of


def match(method: str, people: int) -> dict[str, Any]:
    return {"method": method, "celebrities": [{"name": str(number)} for number in range(people)]}


@pytest.mark.parametrize(("stage", "stack"), [("dev", "lookalike"), ("prod", "lookalike-prod")])
def test_a_stage_has_a_stack_of_its_own(stage: str, stack: str) -> None:
    assert stack_of(stage) == stack


def test_the_functions_are_built_for_the_python_that_builds_them() -> None:
    parameters = Deployment("dev").parameters

    assert parameters["PythonRuntime"] == "python{}.{}".format(*sys.version_info)


def test_what_is_set_for_one_deployment_takes_the_place_of_what_is_written() -> None:
    deployment = Deployment("prod", settings={"AllowGuests": "false", "Stage": "dev"})

    assert deployment.parameters["AllowGuests"] == "false"
    assert deployment.parameters["Stage"] == "dev"
    assert Deployment("prod").parameters["Stage"] == "prod"


@pytest.mark.parametrize(("found", "people"), [(5, 6), (5, 240), (3, 3)])
def test_a_match_by_faces_that_names_as_many_as_it_can_raises_no_doubt(
    found: int, people: int
) -> None:
    assert doubts(match("faces", found), people) == []


def test_a_recogniser_that_leaves_out_low_similarities_is_said_loudly() -> None:
    (doubt,) = doubts(match("faces", 1), 240)

    assert doubt.startswith("WARNING: the recogniser returned 1 of 5 people")


def test_a_match_by_landmarks_alone_is_said_loudly() -> None:
    (doubt,) = doubts(match("landmarks", 5), 240)

    assert doubt.startswith("WARNING")
    assert "landmarks" in doubt
