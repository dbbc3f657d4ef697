"""The workflows of GitHub Actions, Dependabot and samconfig.toml, as far as files can tell.

The workflows themselves have never run.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.state import ROOT
from tests.contract.sam_template import written

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
STAGES = ("dev", "prod")


def workflow(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def steps(path: Path) -> list[Any]:
    return [step for job in workflow(path)["jobs"].values() for step in job["steps"]]


def names(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


def samconfig(stage: str) -> Any:
    return tomllib.loads((ROOT / "samconfig.toml").read_text())[stage]


def test_there_is_a_workflow_for_checks_and_one_for_deploying() -> None:
    assert names(WORKFLOWS) == ["check", "deploy"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=names(WORKFLOWS))
def test_every_command_of_a_workflow_is_a_target_of_the_makefile(path: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    commands = [step["run"].split() for step in steps(path) if "run" in step]

    assert commands
    assert all(len(words) == 2 and words[0] == "make" for words in commands)
    assert {words[1] for words in commands} <= set(targets)


@pytest.mark.parametrize("path", WORKFLOWS, ids=names(WORKFLOWS))
def test_a_workflow_may_read_the_repository_and_no_more_unless_a_job_says_so(path: Path) -> None:
    assert workflow(path)["permissions"] == {"contents": "read"}


def test_only_the_deployment_may_ask_for_a_session_of_aws() -> None:
    asked = {
        (path.stem, name): job["permissions"]
        for path in WORKFLOWS
        for name, job in workflow(path)["jobs"].items()
        if "permissions" in job
    }

    assert asked == {("deploy", "deploy"): {"contents": "read", "id-token": "write"}}


@pytest.mark.parametrize("path", WORKFLOWS, ids=names(WORKFLOWS))
def test_no_workflow_knows_a_key_that_lasts(path: Path) -> None:
    text = path.read_text()

    assert "secrets." not in text
    assert "access-key" not in text.lower().replace("_", "-")


@pytest.mark.parametrize("path", WORKFLOWS, ids=names(WORKFLOWS))
def test_a_checkout_leaves_no_token_behind(path: Path) -> None:
    checkouts = [
        step for step in steps(path) if step.get("uses", "").startswith("actions/checkout")
    ]

    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_a_deployment_is_never_cut_off_by_the_next_one() -> None:
    job = workflow(ROOT / ".github" / "workflows" / "deploy.yml")["jobs"]["deploy"]

    assert job["concurrency"]["cancel-in-progress"] is False


def test_every_file_of_pinned_dependencies_is_watched() -> None:
    watched = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text())["updates"]
    (pip,) = (one for one in watched if one["package-ecosystem"] == "pip")

    pinned = {
        f"/{path.parent.relative_to(ROOT).as_posix()}".replace("/.", "/")
        for folder in (".", "layers/*", "functions/*", "local/*", "evaluation/*", "benchmarks/*")
        for path in ROOT.glob(f"{folder}/requirements.txt")
    }

    assert set(pip["directories"]) == pinned


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_deploys_a_stack_of_its_own_and_asks_nothing(stage: str) -> None:
    config = samconfig(stage)
    deploy = config["deploy"]["parameters"]

    assert deploy["confirm_changeset"] is False
    assert f"Stage={stage}" in deploy["parameter_overrides"]
    # `make destroy` deletes the uploads under the stack's name.
    assert deploy["s3_prefix"] == config["global"]["parameters"]["stack_name"]


def test_the_stages_differ_in_their_names_and_in_how_the_api_is_replaced() -> None:
    dev, prod = (samconfig(stage) for stage in STAGES)

    named = str(dev).replace("lookalike", "lookalike-prod").replace("=dev", "=prod")
    assert named.replace("Gradually=false", "Gradually=true") == str(prod)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_sets_only_parameters_that_the_template_has(stage: str) -> None:
    overrides = samconfig(stage)["deploy"]["parameters"]["parameter_overrides"]

    assert {one.split("=")[0] for one in overrides} <= set(written()["Parameters"])
