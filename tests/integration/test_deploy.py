"""`lookalike deploy` and `destroy`, in an account that has nothing yet."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.account import STACK, Account, empty_account

PROD = "lookalike-prod"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with empty_account(tmp_path_factory.mktemp("account")) as account:
        yield account


def test_a_stack_is_deployed_played_left_alone_and_destroyed(
    account: Account, tmp_path: Path
) -> None:
    nothing = account.belongings()

    deployed = account.deploy()
    stack, catalog = account.stack(), account.belongings()
    again = account.deploy()
    stack_again, catalog_again = account.stack(), account.belongings()
    written = account.lookalike("deploy-web", "--stack", STACK, "--to", str(tmp_path))
    destroyed = account.lookalike("destroy", "--confirm", STACK)

    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert "resembles" in deployed.stdout
    assert "WARNING" not in deployed.stdout
    assert again.returncode == 0, again.stdout + again.stderr
    assert "left as it is" in again.stdout
    assert (stack_again, catalog_again) == (stack, catalog)
    assert written.returncode == 0, written.stderr
    assert json.loads((tmp_path / "config.json").read_text())["guests"] is True
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    assert account.belongings() == nothing


def test_in_prod_the_catalog_outlives_the_stack_and_what_to_do_about_it_is_said(
    account: Account,
) -> None:
    deployed = account.deploy(stage="prod")
    refused = account.lookalike("destroy", "--stage", "prod", "--confirm", PROD)
    account.client("cloudformation").delete_stack(StackName=PROD)
    account.client("cloudformation").get_waiter("stack_delete_complete").wait(
        StackName=PROD, WaiterConfig={"Delay": 1}
    )
    left = account.belongings()
    again = account.deploy(stage="prod")

    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert refused.returncode == 1
    assert "UNPROTECT=1" in refused.stderr
    assert left["collections"] == [f"{PROD}-celebrities"]
    assert len(left["tables"]) == 3
    assert ["portraits" in name for name in left["buckets"]] == [True]
    assert again.returncode == 1
    assert f"the collection {PROD}-celebrities is there" in " ".join(again.stderr.split())


@pytest.mark.parametrize("arguments", [(), ("--confirm", "another")])
def test_nothing_is_deleted_without_the_stacks_name(
    account: Account, arguments: tuple[str, ...]
) -> None:
    refused = account.lookalike("destroy", *arguments)

    assert refused.returncode == 1
    assert "lookalike" in refused.stderr
