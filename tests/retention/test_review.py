"""The monthly review: what is counted, what stands out, and why."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from retention.base.audit import Entry
from retention.base.errors import UsageRefused
from retention.review.findings import KINDS, Hours, Review, review
from retention.review.month import Month
from retention.review.words import TITLES, WHY, ReviewWords

ZONE = ZoneInfo("Europe/Amsterdam")
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE = Hours(time(7), time(19), WEEK, ZONE)
MARCH = Month.parse("2027-03")
TUESDAY = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)  # 10:00 by the site's clock


def line(
    act: str, at: datetime = TUESDAY, actor: str = "staff:jan", about: str = "entree", why: str = "incident"
) -> Entry:
    span = (at.replace(second=0), at.replace(second=0) + timedelta(minutes=1)) if act.endswith(".seen") else None
    return Entry(1, at, act, actor, about, why, span, f"{act}{at}{actor}")


def seen(minutes: int, at: datetime = TUESDAY, why: str = "incident") -> list[Entry]:
    return [line("footage.seen", at + timedelta(minutes=number), why=why) for number in range(minutes)]


def of(*entries: Entry) -> Review:
    return review(entries, MARCH, OFFICE)


def test_who_looked_how_often_and_how_long_is_counted() -> None:
    made = of(line("footage.look"), *seen(3), line("footage.export"), line("visit.list", why=""), line("visit.correct"))
    (person,) = made.people
    assert (person.looks, person.minutes, person.exports, person.lists, person.other) == (1, 3, 1, 1, 1)
    assert person.reasons == {"incident": 4}


def test_hours_are_those_of_the_sites_clock() -> None:
    assert of(line("visit.list")).hours.index(1) == 10


def test_a_look_within_hours_and_with_a_reason_does_not_stand_out() -> None:
    assert of(line("footage.look"), *seen(5)).findings == ()


def test_a_look_without_a_reason_stands_out() -> None:
    (found,) = of(line("footage.look", why=""), *seen(2, why="")).of("no_reason")
    assert (found.actor, found.about, found.count) == ("staff:jan", "entree", 3)


@pytest.mark.parametrize(
    ("at", "outside"),
    [
        (datetime(2027, 3, 2, 5, 59, tzinfo=UTC), True),
        (datetime(2027, 3, 2, 6, 0, tzinfo=UTC), False),
        (datetime(2027, 3, 2, 17, 59, tzinfo=UTC), False),
        (datetime(2027, 3, 2, 18, 0, tzinfo=UTC), True),
        (datetime(2027, 3, 6, 10, 0, tzinfo=UTC), True),  # a Saturday
        (datetime(2027, 3, 29, 5, 30, tzinfo=UTC), False),  # 07:30, the day after summer time began
    ],
)
def test_looks_outside_working_hours_stand_out(at: datetime, outside: bool) -> None:
    assert bool(of(line("footage.look", at)).of("off_hours")) is outside


def test_a_night_shift_belongs_to_the_day_it_began() -> None:
    night = Hours(time(22), time(6), ("friday",), ZONE)
    saturday = datetime(2027, 3, 6, 3, 0, tzinfo=ZONE)
    assert (night.within(saturday), night.within(saturday - timedelta(days=1))) == (True, False)


def test_the_whole_day_can_be_working_hours() -> None:
    assert Hours(time(0), time(0), ("tuesday",), ZONE).within(datetime(2027, 3, 2, 3, 0, tzinfo=ZONE))


def test_the_list_for_responders_may_be_made_at_night() -> None:
    assert of(line("calamity.print", datetime(2027, 3, 2, 2, 0, tzinfo=UTC), why="")).findings == ()


def test_the_same_stretch_opened_three_times_stands_out_once() -> None:
    assert of(*seen(4), *seen(4)).of("again") == []
    (found,) = of(*seen(4), *seen(4), *seen(4), *seen(10, TUESDAY + timedelta(hours=1))).of("again")
    assert (found.count, found.span) == (3, (TUESDAY, TUESDAY + timedelta(minutes=4)))


def test_two_people_who_see_the_same_do_not_stand_out() -> None:
    others = [Entry(1, one.at, one.act, "staff:piet", one.about, one.category, one.span, one.hash) for one in seen(2)]
    assert of(*seen(2), *seen(2), *others).of("again") == []


def test_much_footage_in_one_day_stands_out() -> None:
    assert of(*seen(120)).of("much") == []
    assert of(*seen(121)).of("much")[0].count == 121


def test_a_long_technical_check_stands_out() -> None:
    assert of(*seen(15, why="technical_check")).of("technical") == []
    assert len(of(*seen(16, why="technical_check")).of("technical")) == 1


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        ("footage.export", "export"),
        ("footage.blur", "export"),
        ("case.export", "export"),
        ("footage.hold", "kept"),
        ("case.place", "kept"),
        ("request.new", "request"),
        ("visit.delete", "deleted"),
        ("account.role", "account"),
        ("login.failed", "login"),
        ("clock_trusted", "clock"),
        ("passes.guessed", "door"),
    ],
)
def test_what_an_officer_wants_to_know_of_stands_there(act: str, kind: str) -> None:
    assert [found.kind for found in of(line(act)).findings] == [kind]


def test_footage_of_a_case_is_looked_at_like_any_other() -> None:
    night = TUESDAY.replace(hour=2)
    film = [line("case.seen", night + timedelta(minutes=number), about="8f3a/entree") for number in range(121)]
    made = of(line("case.look", night, about="8f3a/entree"), *film)
    (person,) = made.people
    assert (person.looks, person.minutes, person.outside, person.other) == (1, 121, 122, 0)
    assert [found.kind for found in made.findings] == ["off_hours", "much"]
    assert ReviewWords("nl", ZONE).what(made.of("much")[0]) == "dossier 8f3a, entree"


def test_the_same_minute_seen_in_a_case_and_outside_is_the_same() -> None:
    (found,) = of(*seen(2), *seen(2), line("case.seen", about="8f3a/entree")).of("again")
    assert (found.about, found.count, found.span) == ("entree", 3, (TUESDAY, TUESDAY + timedelta(minutes=1)))


def test_every_kind_says_why_it_stands_there_in_both_languages() -> None:
    assert set(KINDS) == set(TITLES) == set(WHY)
    dutch, english = ReviewWords("nl", ZONE), ReviewWords("en", ZONE)
    assert all(dutch.why(kind) != english.why(kind) and "%" not in dutch.why(kind) for kind in KINDS)


def test_the_digest_changes_with_a_line_and_not_with_working_hours() -> None:
    entries = seen(3)
    before, after = review(entries, MARCH, OFFICE), review(entries[:-1], MARCH, OFFICE)
    assert before.digest != after.digest
    assert before.digest == review(entries, MARCH, Hours(time(9), time(10), WEEK, ZONE)).digest


@pytest.mark.parametrize(("month", "hours"), [("2027-03", 743), ("2027-10", 745), ("2027-04", 720)])
def test_a_month_has_an_hour_less_or_more_when_the_clock_is_set(month: str, hours: int) -> None:
    one = Month.parse(month)
    assert one.end(ZONE) - one.start(ZONE) == timedelta(hours=hours)
    assert one.end(ZONE) == one.following.start(ZONE)
    assert one.following.former == one


@pytest.mark.parametrize("text", ["2027-13", "2027-3", "maart", "", "2027-03-01", "٢٠٢٧-٠٣", "1969-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(UsageRefused):
        Month.parse(text)


def test_a_busy_month_is_not_held_in_memory() -> None:
    def busy() -> Iterator[Entry]:
        for number in range(20_000):
            at = TUESDAY + timedelta(seconds=number)
            yield line("visit.correct", at, about=f"{number:032x}")

    tracemalloc.start()
    review(busy(), MARCH, OFFICE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_a_stretch_in_the_hour_that_comes_twice_says_which() -> None:
    words = ReviewWords("nl", ZONE)
    said = words.span(datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC))
    assert said == "zo 31 okt 02:30 (zomertijd)–02:30 (wintertijd)"
