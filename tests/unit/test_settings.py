from dataclasses import FrozenInstanceError, asdict

import pytest

from lookalike.settings import InvalidSettings, Settings


class Sample(Settings):
    matches_table: str
    retention_days: int
    allow_guests: bool


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("MATCHES_TABLE", "matches")
    monkeypatch.setenv("RETENTION_DAYS", "30")
    monkeypatch.setenv("ALLOW_GUESTS", "false")
    return monkeypatch


def test_settings_are_read_from_variables_named_alike(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ALLOW_GUESTS", "true")

    settings = Sample.from_environment()

    assert asdict(settings) == {
        "matches_table": "matches",
        "retention_days": 30,
        "allow_guests": True,
    }


@pytest.mark.usefixtures("environment")
def test_false_is_false() -> None:
    assert Sample.from_environment().allow_guests is False


def test_missing_variables_are_named(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("MATCHES_TABLE")
    environment.delenv("ALLOW_GUESTS")

    with pytest.raises(InvalidSettings) as caught:
        Sample.from_environment()

    assert str(caught.value) == "MATCHES_TABLE is missing, ALLOW_GUESTS is missing"


def test_variables_of_the_wrong_type_are_named_without_what_they_hold(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("RETENTION_DAYS", "a month")
    environment.setenv("ALLOW_GUESTS", "perhaps")

    with pytest.raises(InvalidSettings) as caught:
        Sample.from_environment()

    assert str(caught.value) == (
        "RETENTION_DAYS is not a whole number, ALLOW_GUESTS is not true or false"
    )


class Inherited(Sample):
    page_size: int = 20


def test_settings_may_have_others_and_defaults(environment: pytest.MonkeyPatch) -> None:
    assert Inherited.from_environment().page_size == 20
    environment.setenv("PAGE_SIZE", "5")
    assert Inherited.from_environment().page_size == 5
    assert Inherited.from_environment().matches_table == "matches"


@pytest.mark.usefixtures("environment")
def test_settings_do_not_change() -> None:
    settings = Sample.from_environment()

    with pytest.raises(FrozenInstanceError):
        settings.matches_table = "other"  # type: ignore[misc]


@pytest.mark.usefixtures("environment")
def test_settings_show_no_value() -> None:
    assert "matches" not in repr(Sample.from_environment())


def test_a_setting_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^Odd\.ratio is not of type"):

        class Odd(Settings):
            ratio: float
