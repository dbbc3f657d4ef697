from datetime import timedelta
from typing import Any

import pytest

from lookalike.errors import SoldOut, TooManyMatches
from lookalike.limits import DailyLimits, LimitsSettings, network_of
from tests.moto.cloud import Cloud, hooked
from tests.moto.conftest import Clock

ADA, BEA, GUEST = "ada's id", "bea's id", None
HOME, CAFE = "203.0.113.7", "198.51.100.9"


def limits_of(cloud: Cloud, member: int = 0, guest: int = 0, deployment: int = 0) -> DailyLimits:
    return DailyLimits(
        LimitsSettings(
            matches_table=cloud.name("MatchesTable"),
            matches_per_day=member,
            guest_matches_per_day=guest,
            deployment_matches_per_day=deployment,
        )
    )


def counters(cloud: Cloud) -> dict[str, int]:
    """What is counted, by key."""
    return {
        item["match_id"]["S"]: int(item["begun"]["N"])
        for item in cloud.items("MatchesTable")
        if "begun" in item
    }


def salts(cloud: Cloud) -> dict[str, bytes]:
    """The salts, by key."""
    items = cloud.items("MatchesTable")
    return {item["match_id"]["S"]: item["salt"]["B"] for item in items if "salt" in item}


def test_without_limits_nothing_is_written(cloud: Cloud) -> None:
    limits = limits_of(cloud)

    counted = [limits.count(ADA, HOME), limits.count(GUEST, HOME)]

    assert counted == [[], []]
    assert cloud.items("MatchesTable") == []


@pytest.mark.parametrize(("user_id", "other"), [(ADA, BEA), (GUEST, ADA)], ids=str)
def test_a_caller_may_begin_so_many_a_day(
    cloud: Cloud, user_id: str | None, other: str | None
) -> None:
    limits = limits_of(cloud, member=2, guest=2)

    for _ in range(2):
        limits.count(user_id, HOME)

    with pytest.raises(TooManyMatches):
        limits.count(user_id, HOME)
    assert limits.count(other, HOME)


def test_guests_of_another_source_have_their_own(cloud: Cloud) -> None:
    limits = limits_of(cloud, guest=1)
    limits.count(GUEST, HOME)

    assert limits.count(GUEST, CAFE)


def test_a_member_counts_wherever_they_are(cloud: Cloud) -> None:
    limits = limits_of(cloud, member=1)
    limits.count(ADA, HOME)

    with pytest.raises(TooManyMatches):
        limits.count(ADA, CAFE)


def test_all_together_may_begin_so_many_a_day(cloud: Cloud) -> None:
    limits = limits_of(cloud, member=5, guest=5, deployment=2)
    limits.count(ADA, HOME)
    limits.count(GUEST, HOME)

    for user_id in (BEA, GUEST):
        with pytest.raises(SoldOut):
            limits.count(user_id, CAFE)

    own = [count for key, count in counters(cloud).items() if "deployment" not in key]
    assert sorted(own) == [0, 0, 1, 1]  # who was turned away has not had one


def test_the_next_day_begins_at_none(cloud: Cloud, now: Clock) -> None:
    limits = limits_of(cloud, member=1, deployment=1)
    limits.count(ADA, HOME)

    with pytest.raises(TooManyMatches) as raised:
        limits.count(ADA, HOME)

    now.pass_by(timedelta(seconds=raised.value.retry_after - 1))
    with pytest.raises(TooManyMatches):
        limits.count(ADA, HOME)
    now.pass_by(timedelta(seconds=1))
    assert limits.count(ADA, HOME)


def test_what_is_taken_back_can_be_begun_again(cloud: Cloud) -> None:
    limits = limits_of(cloud, member=1, deployment=1)

    limits.take_back(limits.count(ADA, HOME))

    assert limits.count(ADA, HOME)


# Whose they are


def test_no_caller_is_named_and_all_of_it_expires_the_day_after_tomorrow(
    cloud: Cloud, now: Clock
) -> None:
    limits = limits_of(cloud, member=1, guest=1, deployment=1)

    limits.count(ADA, HOME)

    text = str(cloud.items("MatchesTable"))
    assert ADA not in text
    assert HOME not in text
    latest = max(int(item["delete_at"]["N"]) for item in cloud.items("MatchesTable"))
    assert latest - now.time.timestamp() <= timedelta(days=2).total_seconds()
    assert all("user_id" not in item for item in cloud.items("MatchesTable"))


def test_one_salt_is_drawn_a_day_for_every_process(cloud: Cloud, now: Clock) -> None:
    first, second = limits_of(cloud, guest=1), limits_of(cloud, guest=1)
    first.count(GUEST, HOME)

    with pytest.raises(TooManyMatches):
        second.count(GUEST, HOME)

    today = salts(cloud)
    now.pass_by(timedelta(days=1))
    first.count(GUEST, HOME)
    assert len(today) == 1
    assert len({*salts(cloud).values()}) == 2
    assert all(len(salt) == 32 for salt in salts(cloud).values())


def test_a_salt_of_two_days_ago_is_gone(cloud: Cloud, now: Clock) -> None:
    limits = limits_of(cloud, guest=1)
    for _ in range(4):
        limits.count(GUEST, HOME)
        now.pass_by(timedelta(days=1))

    assert sorted(salts(cloud)) == ["salt#2026-11-24", "salt#2026-11-25"]


def test_a_salt_that_another_process_draws_in_between_is_used(cloud: Cloud) -> None:
    mine, other = limits_of(cloud, guest=1), limits_of(cloud, guest=1)
    done: list[Any] = []

    def draw_first(**_: object) -> None:
        if not done:
            done.append(True)
            done.append(other.count(GUEST, HOME))

    with (
        hooked(cloud.dynamodb, "before-call.dynamodb.PutItem", draw_first),
        pytest.raises(TooManyMatches),
    ):
        mine.count(GUEST, HOME)

    assert len(salts(cloud)) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
    ],
)
def test_a_source_is_an_ipv4_address_or_the_first_half_of_an_ipv6_one(
    address: str, network: str
) -> None:
    assert network_of(address) == network
