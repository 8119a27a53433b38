"""Cases at the desk: placed by one, confirmed by another, played and taken out after a reason, renewed, released."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from desk import logins
from desk.accounts import OFFICER, add, appoint
from desk.parts import LOGIN_COOKIE
from retention.base.clock import microseconds
from retention.base.config import Config
from retention.reaper import Reaper
from tests.desk.site import Site, kept_password, record
from tests.support.clock import ManualClock


@pytest.fixture
def start(config: Config, site: Site, clock: ManualClock, film: Path) -> datetime:
    """When the footage of the entrance begins: forty seconds, ten minutes ago."""
    start = clock.now().replace(microsecond=0) - timedelta(minutes=10)
    record(config, clock, "entree", film, start, turns=4)
    return start


@pytest.fixture
def colleague(site: Site, clock: ManualClock) -> Iterator[httpx.Client]:
    """A second person, logged in."""
    with site.parts.database.write() as session:
        token = logins.log_in(session, add(session, "els", kept_password(), now=clock.now()), now=clock.now())
    client = site.client()
    client.cookies = httpx.Cookies({LOGIN_COOKIE: token})
    yield client
    client.close()


def form(site: Site, start: datetime, seconds: float = 40, **more: str) -> dict[str, str]:
    zone = site.parts.office.config.site.zone
    first, last = start.astimezone(zone), (start + timedelta(seconds=seconds)).astimezone(zone)
    days = {"day": first.date().isoformat(), "until": last.date().isoformat()}
    times = {"start": f"{first:%H:%M:%S}", "end": f"{last:%H:%M:%S}"}
    return {"camera": "entree", **days, **times, "reason": "incident", "note": "a fall at the door", **more}


def place(site: Site, client: httpx.Client, start: datetime, **more: str) -> str:
    """Place a case and wait until it is secured; its address."""
    answer = client.post("/cases/new", data=form(site, start, **more))
    assert answer.status_code == 303, answer.text
    site.parts.caseroom._hand.submit(lambda: None).result()  # behind what is being secured
    return answer.headers["Location"]


def test_the_form_proposes_whole_minutes(site: Site, client: httpx.Client, clock: ManualClock) -> None:
    clock.advance(seconds=37.5)
    text = client.get("/cases/new").text
    assert re.findall(r'name="(?:start|end)" value="([^"]*)"', text) == ["09:50", "09:55"]
    text = client.get(f"/cases/new?at={microseconds(clock.now())}").text
    assert re.findall(r'name="(?:start|end)" value="([^"]*)"', text) == ["10:00", "10:05"]


def test_of_a_time_before_anything_was_recorded_nothing_is_said_to_be_gone(
    site: Site, client: httpx.Client, start: datetime
) -> None:
    answer = client.post("/cases/new", data=form(site, start - timedelta(hours=30)))
    assert "Van die tijd zijn er geen beelden. Er is niets aangelegd." in answer.text


def test_one_places_another_confirms_and_it_is_kept_when_the_original_is_gone(
    site: Site, client: httpx.Client, colleague: httpx.Client, start: datetime, clock: ManualClock
) -> None:
    case = place(site, client, start)
    assert "wacht op een tweede persoon" in client.get("/cases").text
    assert "U hebt dit dossier zelf aangelegd" in client.get(case).text
    assert client.post(f"{case}/confirm").status_code == 409

    text = colleague.get(case).text
    assert "Bevestigen: 28 dagen bewaren" in text
    (before,) = re.findall(r"bevestigt vóór (.*?)\.", text)
    assert f"<b>{before}</b>" in text  # one moment, on every page
    assert colleague.get("/cases").text.count(before) == 2
    assert colleague.post(f"{case}/confirm").status_code == 303

    clock.advance(hours=97)
    Reaper(site.state).step(clock.now())
    later = site.client()  # a log-in does not last so long
    page = later.get(case)
    later.close()
    assert "over 23 dagen" in page.text
    assert "a fall at the door" in page.text


def test_its_footage_plays_after_a_reason_and_every_minute_is_in_the_trail_before(
    site: Site, client: httpx.Client, start: datetime
) -> None:
    case = place(site, client, start)
    assert client.get(f"{case}/entree/fragment", params={"look": "none", "at": microseconds(start)}).status_code == 403
    assert client.post(f"{case}/look", data={"camera": "entree"}).status_code == 403
    opened = client.post(f"{case}/look", data={"camera": "entree", "reason": "incident"})
    look = re.search(r"look=([\w-]+)", opened.headers["Location"])
    assert look
    assert client.get(opened.headers["Location"]).status_code == 200

    piece = client.get(f"{case}/entree/fragment", params={"look": look[1], "at": microseconds(start)})

    assert piece.status_code == 200
    assert int(piece.headers["X-Portier-Start"]) == microseconds(start)
    number = case.rpartition("/")[2]
    seen = [(one.act, one.about, one.category) for one in site.parts.trail.entries() if one.act.startswith("case.")]
    assert seen == [
        ("case.place", number, "incident"),
        ("case.look", f"{number}/entree", "incident"),
        ("case.seen", f"{number}/entree", "incident"),
    ]
    assert client.get(f"{case}/fietsen/fragment", params={"look": look[1], "at": 0}).status_code == 404


def test_a_case_is_taken_out_as_a_film_with_its_manifest(site: Site, client: httpx.Client, start: datetime) -> None:
    case = place(site, client, start)
    asked = client.post(f"{case}/export", data={"camera": "entree", "reason": "incident"})
    assert asked.status_code == 303
    site.parts.exports._hand.submit(lambda: None).result()

    page = client.get(asked.headers["Location"])

    names = re.findall(r'href="(/exports/[^"]+)" download', page.text)
    assert [name.rpartition(".")[2] for name in names] == ["mp4", "json"]
    assert client.get(names[1]).json()["frames"] == 1000
    assert f'href="{case}"' in page.text


def test_only_the_privacy_officer_renews_and_only_who_decided_releases(
    site: Site, client: httpx.Client, colleague: httpx.Client, start: datetime, clock: ManualClock
) -> None:
    case = place(site, client, start)
    colleague.post(f"{case}/confirm")
    assert client.post(f"{case}/renew", data={"note": "more time"}).status_code == 403
    with site.parts.database.write() as session:
        stranger = logins.log_in(session, add(session, "kim", kept_password(), now=clock.now()), now=clock.now())
        appoint(session, "els", OFFICER)
    assert colleague.post(f"{case}/renew", data={"note": "more time"}).status_code == 303
    assert "nog 1 keer te verlengen" in client.get(case).text

    client_of_kim = site.client()
    client_of_kim.cookies = httpx.Cookies({LOGIN_COOKIE: stranger})
    assert client_of_kim.post(f"{case}/release", data={"note": "why not"}).status_code == 403
    client_of_kim.close()
    assert client.post(f"{case}/release", data={"note": "it was nothing"}).status_code == 303
    assert client.get(case).status_code == 404
    assert "Er worden geen beelden vastgehouden" in client.get("/cases").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"note": " "}, "Schrijf in een paar woorden"),
        ({"reason": "person_asked"}, "Kies waarom"),
        ({"camera": "x"}, "Die camera"),
    ],
)
def test_a_form_that_will_not_do_says_why(
    site: Site, client: httpx.Client, start: datetime, change: dict[str, str], said: str
) -> None:
    answer = client.post("/cases/new", data=form(site, start) | change)
    assert answer.status_code == 409
    assert said in answer.text


def test_a_time_that_comes_twice_is_asked_after_with_all_that_was_filled_in(site: Site, clock: ManualClock) -> None:
    clock.at = datetime.fromisoformat("2027-10-31T09:00:00+01:00")
    given = form(site, clock.now(), note="b" * 600) | {"start": "02:30:00", "camera": ["entree", "fietsen"]}  # type: ignore[dict-item]
    client = site.client()
    answer = client.post("/cases/new", data=given)
    client.close()
    assert answer.status_code == 422
    assert answer.text.count('name="camera"') == 2
    assert "b" * 600 in answer.text
    assert "02:30:00 (zomertijd)" in answer.text


def test_a_desk_that_starts_anew_goes_on_with_what_is_not_secured(
    site: Site, client: httpx.Client, start: datetime
) -> None:
    cases = site.parts.caseroom.cases
    case = cases.propose(["entree"], start, start + timedelta(seconds=40), category="incident", reason="x", by="a")
    assert "worden veiliggesteld" in client.get(f"/cases/{case.number}").text
    assert client.post(f"/cases/{case.number}/confirm").status_code == 409

    site.parts.caseroom.tidy()
    site.parts.caseroom._hand.submit(lambda: None).result()

    assert site.parts.caseroom.calls == 1
    assert client.post(f"/cases/{case.number}/confirm").status_code == 303
    assert site.parts.caseroom.calls == 0


def test_who_is_not_logged_in_sees_no_case(site: Site) -> None:
    with httpx.Client(base_url=site.address) as stranger:
        assert stranger.get("/cases").status_code == 303
        assert stranger.get("/cases/new").status_code == 303
