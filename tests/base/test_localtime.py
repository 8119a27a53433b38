"""What a wall clock says, and the instants it may mean."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from retention.base.localtime import comes_twice, instants_of, readings_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BACK, ON = datetime.fromisoformat("2026-10-25T02:30"), datetime.fromisoformat("2027-03-28T02:30")


def test_half_past_two_comes_twice_when_the_clock_is_set_back() -> None:
    assert instants_of(BACK, AMSTERDAM) == [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]


def test_half_past_two_is_skipped_when_the_clock_is_set_on() -> None:
    assert instants_of(ON, AMSTERDAM) == []
    around = [one.astimezone(AMSTERDAM).isoformat() for one in readings_of(ON, AMSTERDAM)]
    assert around == ["2027-03-28T01:30:00+01:00", "2027-03-28T03:30:00+02:00"]


@given(st.integers(946_684_800, 2_145_916_800), st.sampled_from(["Europe/Amsterdam", "UTC"]))
def test_every_instant_is_among_those_its_own_clock_means(second: int, name: str) -> None:
    zone, instant = ZoneInfo(name), datetime.fromtimestamp(second, UTC)
    meant = instants_of(instant.astimezone(zone).replace(tzinfo=None, fold=0), zone)
    assert instant in meant
    assert comes_twice(instant, zone) == (len(meant) == 2)
