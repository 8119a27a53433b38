"""The page about the clock: what it tells, and that it takes two colleagues to say that the system clock is right."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import httpx
import pytest

from desk import logins
from desk.accounts import add, everyone
from desk.parts import LOGIN_COOKIE
from desk.words import Words
from retention.base.audit import Trail
from retention.base.trusted import TrustedTime
from retention.timekeeping.confirmation import Confirmations
from retention.timekeeping.timekeeper import Timekeeper
from tests.desk.site import Site
from tests.support.clock import ManualClock


@pytest.fixture
def keeper(site: Site) -> Timekeeper:
    """The retention service's part; it has just written a floor."""
    office = site.parts.office
    keeper = Timekeeper(office, TrustedTime(office.state, office.clock))
    keeper.wake()
    return keeper


@pytest.fixture
def colleague(site: Site) -> Iterator[httpx.Client]:
    """Somebody else, logged in with an account of their own."""
    now = site.parts.office.clock.now()
    with site.parts.database.write() as session:
        add(session, "fatima", "no password", now=now)
        staff = next(one for one in everyone(session) if one.name == "fatima")
        token = logins.log_in(session, staff, now=now)
    with httpx.Client(
        base_url=site.address, headers={"Sec-Fetch-Site": "same-origin"}, cookies={LOGIN_COOKIE: token}
    ) as client:
        yield client


def seen(site: Site) -> dict[str, str]:
    """The clock as a page shows it."""
    clock = site.parts.office.clock
    return {"offset": str(clock.now().timestamp() - clock.boottime())}


def test_only_staff_see_the_page_and_the_way_to_it(site: Site, client: httpx.Client) -> None:
    with httpx.Client(base_url=site.address) as stranger:
        assert stranger.get("/clock").status_code == 303
        assert "/clock" not in stranger.get("/privacy").text
    assert 'href="/clock"' in client.get("/privacy").text


def test_clocks_that_agree_ask_nothing_of_anybody(keeper: Timekeeper, client: httpx.Client) -> None:
    text = client.get("/clock").text
    assert "klopt, voor zover Portier kan zien" in text
    assert '<form method="post" action="/clock' not in text


def test_a_doubtful_clock_is_told_with_when_it_counts_by_itself(
    keeper: Timekeeper, clock: ManualClock, client: httpx.Client
) -> None:
    clock.step(hours=5)
    keeper.wake()
    text = client.get("/clock").text
    assert "loopt 5 u voor op de vertrouwde tijd" in text
    assert "24 u" in text
    assert "De systeemklok klopt" in text


def test_two_colleagues_make_the_clock_count(
    site: Site, keeper: Timekeeper, clock: ManualClock, client: httpx.Client, colleague: httpx.Client
) -> None:
    clock.step(hours=5)
    keeper.wake()
    assert client.post("/clock/propose", data=seen(site)).status_code == 303
    assert "Vraag nu een collega" in client.get("/clock").text
    assert "Bevestig: hij klopt" in colleague.get("/clock").text
    clock.advance(minutes=14)
    assert colleague.post("/clock/confirm", data=seen(site)).status_code == 303
    assert "Binnen een minuut" in client.get("/clock").text
    keeper.wake()
    assert "klopt, voor zover" in client.get("/clock").text
    entries = list(Trail(site.state, clock).entries())
    assert [(entry.act, entry.actor) for entry in entries[-3:-1]] == [
        ("clock.proposed", "staff:jan"),
        ("clock.confirmed", "staff:fatima"),
    ]
    assert (entries[-1].act, entries[-1].category) == ("clock.trusted", "two_people")


def test_nobody_confirms_their_own_word(
    site: Site, keeper: Timekeeper, clock: ManualClock, client: httpx.Client
) -> None:
    clock.step(hours=5)
    client.post("/clock/propose", data=seen(site))
    answer = client.post("/clock/confirm", data=seen(site))
    assert (answer.status_code, "U vroeg hier zelf om" in answer.text) == (409, True)
    assert not Confirmations(site.state, clock).is_confirmed()


def test_a_word_is_good_for_a_quarter_of_an_hour(
    site: Site, keeper: Timekeeper, clock: ManualClock, client: httpx.Client, colleague: httpx.Client
) -> None:
    clock.step(hours=5)
    client.post("/clock/propose", data=seen(site))
    clock.advance(minutes=16)
    answer = colleague.post("/clock/confirm", data=seen(site))
    assert (answer.status_code, "Begin opnieuw" in answer.text) == (409, True)


def test_a_clock_that_was_set_since_the_page_was_shown_is_not_confirmed(
    site: Site, keeper: Timekeeper, clock: ManualClock, client: httpx.Client, colleague: httpx.Client
) -> None:
    clock.step(hours=1)
    shown = seen(site)
    clock.step(hours=4)
    assert client.post("/clock/propose", data=shown).status_code == 409
    client.post("/clock/propose", data=seen(site))
    clock.step(hours=1)
    assert colleague.post("/clock/confirm", data=seen(site)).status_code == 409


@pytest.mark.parametrize("offset", ["", "nan", "inf", "x"])
def test_a_form_that_makes_no_sense_is_refused(
    site: Site, keeper: Timekeeper, client: httpx.Client, offset: str
) -> None:
    assert client.post("/clock/propose", data={"offset": offset}).status_code == 422


def test_a_clock_that_runs_late_is_told(keeper: Timekeeper, clock: ManualClock, client: httpx.Client) -> None:
    clock.step(days=-3)
    assert "loopt 3 d achter" in client.get("/clock").text


@pytest.mark.parametrize(
    ("step", "dutch", "english"), [(3, "3 d voor", "3 days, 0:00:00 ahead"), (-3, "3 d achter", "3 days")]
)
def test_how_far_the_clock_is_off_is_said_in_the_language_of_the_sentence(
    keeper: Timekeeper, clock: ManualClock, step: int, dutch: str, english: str
) -> None:
    clock.step(days=step)
    (problem,) = keeper.problems()
    said = Words("nl", ZoneInfo("Europe/Amsterdam")).problem(problem)
    assert dutch in said
    assert "days" not in said
    assert english in problem.message
