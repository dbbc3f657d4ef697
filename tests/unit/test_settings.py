import pytest
from pydantic import ValidationError

from lookalike.settings import Settings


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

    assert settings.model_dump() == {
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

    with pytest.raises(ValidationError) as caught:
        Sample.from_environment()

    assert [error["loc"] for error in caught.value.errors()] == [
        ("MATCHES_TABLE",),
        ("ALLOW_GUESTS",),
    ]


def test_variable_of_the_wrong_type_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("RETENTION_DAYS", "a month")

    with pytest.raises(ValidationError, match="RETENTION_DAYS"):
        Sample.from_environment()


def test_error_of_a_missing_variable_quotes_no_other(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("MATCHES_TABLE")

    with pytest.raises(ValidationError) as caught:
        Sample.from_environment()

    assert "input_value" not in str(caught.value)


@pytest.mark.usefixtures("environment")
def test_settings_do_not_change() -> None:
    settings = Sample.from_environment()

    with pytest.raises(ValidationError, match="frozen"):
        settings.matches_table = "other"
