from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import boto3
import pytest

from cli import curator as curators
from cli import main as cli
from local.errors import LocalError
from local.state import StateFolder
from tests.moto.cloud import empty_account

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

EMAIL = "ada@example.org"


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple["CognitoIdentityProviderClient", str]]:
    """A user pool with the template's group and one account."""
    with empty_account(monkeypatch):
        client = boto3.client("cognito-idp")
        pool_id = client.create_user_pool(PoolName="pool")["UserPool"]["Id"]
        client.create_group(UserPoolId=pool_id, GroupName="curators")
        client.admin_create_user(UserPoolId=pool_id, Username=EMAIL)
        outputs = SimpleNamespace(user_pool_id=pool_id)
        monkeypatch.setattr(curators, "reach", lambda _stack, _state: (outputs, None))
        yield client, pool_id


def members(pool: tuple["CognitoIdentityProviderClient", str]) -> list[str]:
    client, pool_id = pool
    listed = client.list_users_in_group(UserPoolId=pool_id, GroupName="curators")["Users"]
    return [user["Username"] for user in listed]


def test_an_account_is_appointed_and_dismissed(
    pool: tuple["CognitoIdentityProviderClient", str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for arguments, left in ((["curator", EMAIL], [EMAIL]), (["curator", EMAIL, "--remove"], [])):
        monkeypatch.setattr("sys.argv", ["lookalike", *arguments])
        with pytest.raises(SystemExit, match="0"):
            cli.main()
        assert members(pool) == left
        assert EMAIL in capsys.readouterr().out


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize("change", [curators.appoint, curators.dismiss])
def test_missing_account_is_reported(change: object, tmp_path: Path) -> None:
    assert callable(change)

    with pytest.raises(LocalError, match=r"nobody@example\.org has no account"):
        change("nobody@example.org", None, StateFolder(tmp_path))
