from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from lookalike import clock

times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def test_times_are_written_in_utc_with_milliseconds() -> None:
    time = datetime(2026, 11, 22, 17, 1, 33, 123456, timezone(timedelta(hours=1)))

    assert clock.to_text(time) == "2026-11-22T16:01:33.123Z"


def test_times_of_step_functions_are_read() -> None:
    assert clock.from_text("2026-11-22T16:01:33.123Z") == datetime(
        2026, 11, 22, 16, 1, 33, 123000, UTC
    )


@given(times, times)
def test_times_sort_as_text(one: datetime, other: datetime) -> None:
    one, other = (
        time.replace(microsecond=time.microsecond // 1000 * 1000) for time in (one, other)
    )

    assert (clock.to_text(one) < clock.to_text(other)) == (one < other)
    assert clock.from_text(clock.to_text(one)) == one
