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


def test_a_step_that_fails_is_named_the_next_run_goes_on_and_another_changes_nothing(
    account: Account, tmp_path: Path
) -> None:
    nothing, rekognition = account.belongings(), account.client("rekognition")
    beside, another = f"{STACK}-celebrities-20260101000000-abc123", f"{STACK}-prod-celebrities"

    failed = account.deploy(catalog="no such folder")
    stack_of_failed = account.stack()
    deployed = account.deploy()
    stack, belongings = account.stack(), account.belongings()
    again = account.deploy()
    stack_of_again, belongings_of_again = account.stack(), account.belongings()
    written = account.lookalike("deploy-web", "--stack", STACK, "--to", str(tmp_path))
    unconfirmed = [account.lookalike("destroy", *words) for words in ((), ("--confirm", "another"))]
    for name in (beside, another):
        rekognition.create_collection(CollectionId=name)
    destroyed = account.lookalike("destroy", "--confirm", STACK)
    left = rekognition.list_collections()["CollectionIds"]
    rekognition.delete_collection(CollectionId=another)

    assert failed.returncode == 1
    assert "step 5, fill the catalog, failed" in failed.stderr
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert stack == stack_of_failed
    assert "resembles" in deployed.stdout
    assert "WARNING" not in deployed.stdout
    assert again.returncode == 0, again.stdout + again.stderr
    assert "left as it is" in again.stdout
    assert (stack_of_again, belongings_of_again) == (stack, belongings)
    assert written.returncode == 0, written.stderr
    assert json.loads((tmp_path / "config.json").read_text())["guests"] is True
    assert [one.returncode for one in unconfirmed] == [1, 1]
    assert all("nothing is deleted" in one.stderr for one in unconfirmed)
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    assert left == [another]  # it is another stack's, although its name begins like this one's
    assert account.belongings() == nothing


def test_prod_is_destroyed_only_once_its_protection_is_lifted(account: Account) -> None:
    nothing = account.belongings()

    deployed = account.deploy(stage="prod")
    refused = account.lookalike("destroy", "--stage", "prod", "--confirm", PROD)
    stack = account.stack(PROD)
    destroyed = account.lookalike(*("destroy", "--stage", "prod", "--confirm", PROD, "--unprotect"))

    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert refused.returncode == 1
    assert "UNPROTECT=1" in refused.stderr
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    assert account.belongings() == nothing


def test_in_prod_the_catalog_outlives_the_stack_and_what_to_do_about_it_is_said(
    account: Account,
) -> None:
    deployed = account.deploy(stage="prod")
    account.client("cloudformation").delete_stack(StackName=PROD)
    account.client("cloudformation").get_waiter("stack_delete_complete").wait(
        StackName=PROD, WaiterConfig={"Delay": 1}
    )
    left = account.belongings()
    again = account.deploy(stage="prod")

    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert left["collections"] == [f"{PROD}-celebrities"]
    assert len(left["tables"]) == 3
    assert len(left["buckets"]) == 2
    assert all(any(kind in name for name in left["buckets"]) for kind in ("pictures", "portraits"))
    assert again.returncode == 1
    assert f"the collection {PROD}-celebrities is there" in " ".join(again.stderr.split())
