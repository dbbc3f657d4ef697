"""Where the template can be deployed, and what is said of an account before that."""

from typing import Any

import boto3
import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from cli import readiness
from local.errors import LocalError
from tests.contract.sam_template import transformed


def types() -> set[str]:
    """Every type of resource that the template makes."""
    return {resource["Type"] for resource in transformed()["Resources"].values()}


def test_the_regions_are_those_that_have_every_resource_and_rekognition() -> None:
    served = boto3.Session().get_available_regions("rekognition")

    whole = [
        region
        for region in served
        if types() <= set(PROVIDER_SCHEMA_MANAGER.get_resource_types(region))
    ]

    assert list(readiness.REGIONS) == sorted(whole)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return monkeypatch


def test_an_account_without_a_region_is_told_which_there_are(account: Any) -> None:
    assert account

    with pytest.raises(LocalError, match=r"no AWS region is set.*us-east-1"):
        readiness.check_account(print)


def test_a_region_that_lacks_a_service_is_told_which_has_all(account: pytest.MonkeyPatch) -> None:
    account.setenv("AWS_REGION", "eu-north-1")

    with pytest.raises(LocalError, match=r"eu-north-1 lacks.*eu-west-1"):
        readiness.check_account(print)


def test_an_account_without_credentials_is_told_how_to_set_them(
    account: pytest.MonkeyPatch,
) -> None:
    account.delenv("AWS_ACCESS_KEY_ID")
    account.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    account.setenv("AWS_CONFIG_FILE", "/dev/null")

    with pytest.raises(LocalError, match="no AWS credentials"):
        readiness.check_account(print)


def test_quotas_that_cannot_be_read_are_warnings(account: pytest.MonkeyPatch) -> None:
    account.setenv("AWS_DEFAULT_REGION", "us-east-1")
    account.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    account.setenv("AWS_MAX_ATTEMPTS", "1")
    said: list[str] = []

    readiness.check_quotas(said.append)

    assert len(said) == 2
    assert all(line.startswith("Warning: the quota of ") for line in said)


class Quotas:
    """Lambda and Service Quotas of an account."""

    def __init__(self, invocations: int, quotas: dict[str, float]) -> None:
        self._invocations, self._quotas = invocations, quotas

    def get_account_settings(self) -> Any:
        return {"AccountLimit": {"ConcurrentExecutions": self._invocations}}

    def get_paginator(self, name: str) -> Any:
        assert name == "list_service_quotas"
        return self

    def paginate(self, **asked: str) -> Any:
        assert asked == {"ServiceCode": "rekognition"}
        named = [{"QuotaName": name, "Value": value} for name, value in self._quotas.items()]
        return [{"Quotas": named[:1]}, {"Quotas": named[1:]}]


SEARCHES = "Transactions per second per account for the operation SearchFacesByImage"


@pytest.mark.parametrize(
    ("invocations", "quotas", "starts"),
    [
        (1000, {"others": 1.0, SEARCHES: 50.0}, ["Lambda runs up to 1000", "Rekognition takes 50"]),
        (10, {SEARCHES: 5.0}, ["Warning: Lambda runs at most 10", "Rekognition takes 5"]),
        (1000, {"others": 1.0}, ["Lambda runs up to 1000", "Warning: the account names no quota"]),
    ],
)
def test_quotas_are_said_and_low_ones_are_warnings(
    monkeypatch: pytest.MonkeyPatch, invocations: int, quotas: dict[str, float], starts: list[str]
) -> None:
    account = Quotas(invocations, quotas)
    monkeypatch.setattr(boto3, "client", lambda _name: account)
    said: list[str] = []

    readiness.check_quotas(said.append)

    assert [line.startswith(start) for line, start in zip(said, starts, strict=True)] == [True] * 2
