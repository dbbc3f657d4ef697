"""`lookalike deploy` and `destroy` of what is in production, whose data is protected.

Those of the other stage are in tests/browser/test_published_page.py, with the page.
"""

from collections.abc import Iterator

import pytest

from tests.account import Account, empty_account

PROD = "lookalike-prod"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with empty_account(tmp_path_factory.mktemp("account")) as account:
        yield account


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
    without_a_catalog = account.deploy(stage="prod", catalog="no such folder")
    account.client("cloudformation").delete_stack(StackName=PROD)
    account.client("cloudformation").get_waiter("stack_delete_complete").wait(
        StackName=PROD, WaiterConfig={"Delay": 1}
    )
    left = account.belongings()
    again = account.deploy(stage="prod")

    assert "fill the catalog, failed" in without_a_catalog.stderr
    assert left["collections"] == [f"{PROD}-celebrities"]
    assert len(left["tables"]) == 3
    assert len(left["buckets"]) == 2
    assert all(any(kind in name for name in left["buckets"]) for kind in ("pictures", "portraits"))
    assert again.returncode == 1
    assert f"the collection {PROD}-celebrities is there" in " ".join(again.stderr.split())
