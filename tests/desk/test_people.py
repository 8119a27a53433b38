"""Who waits, who is expected, who came together: the desk's pages, without a browser."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import cv2
import httpx
import numpy as np
import pytest
from pypdf import PdfReader

from kiosk.guests import Guests
from kiosk.invitation import Invitation, Invited
from kiosk.visits import Details, Help
from retention.base.config import Config
from retention.base.errors import DatabaseUnavailable
from tests.desk.site import Site
from tests.kiosk.lobby import refusing
from tests.support.clock import ManualClock
from tests.support.qr import read


@pytest.fixture
def config(config: Config) -> Config:
    """A site that asks for everything there is."""
    asked = config.visits.model_copy(update={"invitations": True, "confirm": True})
    return config.model_copy(update={"visits": asked})


def guests(site: Site) -> Guests:
    return Guests.of(site.parts.register.visits())


def words(made: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages).split())


# Waiting.


def test_who_waits_stands_first_and_is_let_in(site: Site, client: httpx.Client, clock: ManualClock) -> None:
    visit = site.parts.reception.sign_in(Details("Karin Smit")).visit
    clock.advance(minutes=4)
    text = client.get("/").text
    assert "Wachten bij de ingang" in text
    assert "wacht 4 min" in text
    answer = client.post(f"/visits/{visit}/confirm", follow_redirects=True)
    assert "Binnen: Karin Smit. Pasje: " in answer.text
    assert [seen.visit for seen in guests(site).on_site] == [visit]
    assert "Wachten bij de ingang" not in answer.text


def test_who_is_sent_away_is_signed_out_and_the_desk_says_what_to_do(site: Site, client: httpx.Client) -> None:
    visit = site.parts.reception.sign_in(Details("Karin Smit")).visit
    answer = client.post(f"/visits/{visit}/refuse", follow_redirects=True)
    assert "Weggestuurd: Karin Smit. Vraag deze bezoeker weg te gaan. Het pasje geldt niet meer: " in answer.text
    assert "Neem" not in answer.text  # there is no sticker here, and a pass on a screen cannot be handed over
    assert [(seen.state, seen.refused) for seen in guests(site).left] == [("left", True)]
    client.post(f"/visits/{visit}/back")
    assert [seen.visit for seen in guests(site).waiting] == [visit]


def test_sending_away_asks_first_and_then_sends(site: Site, client: httpx.Client) -> None:
    visit = site.parts.reception.sign_in(Details("Karin Smit")).visit
    text = client.get("/").text
    assert f'href="/visits/{visit}/refuse"' in text
    assert f'action="/visits/{visit}/refuse"' not in text
    assert "Stuurt u Karin Smit weg?" in client.get(f"/visits/{visit}/refuse").text
    assert [seen.visit for seen in guests(site).waiting] == [visit]


def test_nobody_is_asked_about_sending_away_who_was_let_in_meanwhile(site: Site, client: httpx.Client) -> None:
    visit = site.parts.reception.sign_in(Details("Karin Smit")).visit
    client.post(f"/visits/{visit}/confirm")
    assert client.get(f"/visits/{visit}/refuse").status_code == 409
    assert client.post(f"/visits/{visit}/refuse").status_code == 409
    assert [seen.visit for seen in guests(site).on_site] == [visit]


def test_how_long_somebody_waits_is_kept_up_to_date(site: Site, client: httpx.Client, clock: ManualClock) -> None:
    site.parts.reception.sign_in(Details("Karin Smit"))
    first = client.get("/inside").headers["x-seen"]
    assert client.get("/inside", headers={"x-seen": first}).status_code == 204
    clock.advance(minutes=1)
    assert "wacht 1 min" in client.get("/inside", headers={"x-seen": first}).text


def test_a_flood_is_told_on_the_page_and_everybody_is_signed_in(site: Site, client: httpx.Client) -> None:
    for number in range(21):
        site.parts.reception.sign_in(Details(f"Gast {number}"))
    assert "21 bezoekers meldden zich aan binnen tien minuten" in client.get("/").text
    assert len(guests(site).waiting) == 21


def test_with_the_database_away_the_desk_lets_in_all_the_same(site: Site) -> None:
    with refusing(site.parts.database, DatabaseUnavailable("away")):
        visit = site.parts.reception.sign_in(Details("Karin Smit")).visit
        site.parts.reception.confirm(visit, by="staff:jan")
        assert [seen.visit for seen in guests(site).on_site] == [visit]


# Expected.


def announce(site: Site, client: httpx.Client, name: str = "Karin Smit", days: int = 0, **more: str) -> str:
    day = site.parts.reception.today() + timedelta(days=days)
    answer = client.post("/expected", data={"name": name, "day": day.isoformat(), **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("=")[2]


def test_a_visitor_is_announced_and_gets_an_invitation_without_a_name(site: Site, client: httpx.Client) -> None:
    visit = announce(site, client, days=1, host="Marieke de Vries")
    text = client.get(f"/expected?done={visit}").text
    assert "Aangekondigd: Karin Smit, woensdag 3 maart." in text
    made = client.get(f"/visits/{visit}/invitation.pdf").content
    found = words(made)
    assert "woensdag 3 maart 2027" in found
    assert not re.search("Karin|Smit|Marieke", found)
    picture = client.get(f"/visits/{visit}/invitation.png").content
    code = read(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE))
    invitation = Invitation.read(code)
    assert invitation is not None
    assert (invitation.day.isoformat(), invitation.text) == ("2027-03-03", code)


def test_the_invitation_that_was_handed_out_lets_in(site: Site, client: httpx.Client) -> None:
    visit = announce(site, client)
    code = site.parts.register.visit(visit).code or ""
    invitation = Invitation.read(code)
    assert invitation is not None
    assert code not in client.get("/").text
    site.parts.reception.come([Invited(invitation)])
    assert [(seen.visit, seen.name) for seen in guests(site).waiting] == [(visit, "Karin Smit")]
    assert client.get(f"/visits/{visit}/invitation.pdf").status_code == 200


@pytest.mark.parametrize(
    ("name", "day"), [("", "2027-03-02"), ("Karin", "2027-03-01"), ("Karin", "2027-03-17"), ("Karin", "x")]
)
def test_an_announcement_that_cannot_be_is_refused_with_a_sentence(
    site: Site, client: httpx.Client, name: str, day: str
) -> None:
    answer = client.post("/expected", data={"name": name, "day": day})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert guests(site).everybody() == ()


def test_an_announcement_of_a_day_to_come_is_changed_and_taken_back(site: Site, client: httpx.Client) -> None:
    visit = announce(site, client, days=3)
    client.post(f"/visits/{visit}", data={"name": "Karin Smid", "host": ""})
    assert "Karin Smid" in client.get("/expected").text
    client.post(f"/visits/{visit}/delete")
    assert "Karin" not in client.get("/expected").text


def test_the_desk_suggests_who_may_be_expected_and_a_person_joins_them(site: Site, client: httpx.Client) -> None:
    expected = announce(site, client, "Karin Smit", host="Marieke de Vries")
    came = site.parts.reception.sign_in(Details("karin smid")).visit
    who_waits, who_is_expected = client.get("/").text.split("<h2>Verwacht</h2>")
    assert "Misschien verwacht: Karin Smit, voor Marieke de Vries." in who_waits
    assert f"/visits/{expected}/is/{came}" in who_waits
    assert "Misschien al hier: karin smid wacht sinds 10:00." in who_is_expected
    client.post(f"/visits/{came}/confirm")
    assert "Misschien al hier: karin smid is binnen sinds 10:00." in client.get("/").text
    client.post(f"/visits/{expected}/is/{came}")
    (seen,) = guests(site).everybody()
    assert (seen.visit, seen.name, seen.host) == (came, "karin smid", "Marieke de Vries")
    assert client.post(f"/visits/{expected}/is/{came}").status_code == 409


def test_invitations_that_nothing_at_the_door_can_read_are_told_of(site: Site, client: httpx.Client) -> None:
    visit = announce(site, client)
    text = client.get(f"/expected?done={visit}").text
    assert "Niets bij de deur leest de codes van uitnodigingen" in text
    assert "Met de uitnodiging meldt deze bezoeker zich aan" not in text
    office = site.parts.office
    kiosk = office.config.kiosk.model_copy(update={"scanner": "/dev/ttyACM0"})
    object.__setattr__(office, "config", office.config.model_copy(update={"kiosk": kiosk}))
    text = client.get(f"/expected?done={visit}").text
    assert "Niets bij de deur" not in text
    assert "Met de uitnodiging meldt deze bezoeker zich aan" in text


def test_where_no_invitations_are_given_none_is_made(site: Site, client: httpx.Client) -> None:
    visit = site.parts.reception.expect(Details("Karin"), site.parts.reception.today(), by="staff:jan")
    assert client.get(f"/visits/{visit}/invitation.pdf").status_code == 404
    assert client.get("/visits/" + "0" * 32 + "/invitation.pdf").status_code == 404


# Groups.

UNIT = "a" * 32


def group(client: httpx.Client, lines: str, **more: str) -> httpx.Response:
    return client.post("/groups/new", data={"to": UNIT, "lines": lines, **more})


def test_a_group_is_signed_in_from_its_names_and_signed_out_at_once(site: Site, client: httpx.Client) -> None:
    answer = group(client, "Anna\r\n\r\n  Bas  de Boer\r\nمحمد\r\n", host="Marieke de Vries")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/groups/{UNIT}")
    here = guests(site)
    assert {seen.name for seen in here.on_site} == {"Anna", "Bas de Boer", "محمد"}
    assert {(seen.unit, seen.host, seen.waits) for seen in here.on_site} == {(UNIT, "Marieke de Vries", False)}
    assert "Groep van 3" in client.get(f"/groups/{UNIT}").text
    assert "samen (3)" in client.get("/").text
    client.post(f"/groups/{UNIT}/out")
    assert [str(seen.state) for seen in guests(site).everybody()] == ["left"] * 3
    assert "Neem de pasjes terug" in client.get(f"/groups/{UNIT}").text


def test_a_line_that_is_no_name_is_told_and_the_others_are_in(site: Site, client: httpx.Client) -> None:
    answer = group(client, "Anna\n---\n" + "x" * 200 + "\nBas")
    assert answer.status_code == 422
    assert "2 regels zijn niet overgenomen" in answer.text
    assert "2 bezoekers zijn aangemeld" in answer.text
    assert re.search(r"<textarea[^>]*>---\nx{200}</textarea>", answer.text)
    assert {seen.name for seen in guests(site).on_site} == {"Anna", "Bas"}
    group(client, "Carla\nDirk")
    assert len(guests(site).of_unit(UNIT)) == 4


def test_a_list_sent_twice_brings_nobody_twice(site: Site, client: httpx.Client) -> None:
    group(client, "Anna\nJan\nJan")
    group(client, "Anna\nJan\nJan")
    assert sorted(seen.name or "" for seen in guests(site).on_site) == ["Anna", "Jan", "Jan"]


def test_a_second_person_by_the_same_name_is_told_and_not_passed_over(site: Site, client: httpx.Client) -> None:
    group(client, "Anna\nJan")
    answer = group(client, "Jan\nBas")
    assert answer.status_code == 422
    assert "Iemand met deze naam is al binnen met deze groep." in answer.text
    assert re.search(r"<textarea[^>]*>Jan</textarea>", answer.text)
    assert sorted(seen.name or "" for seen in guests(site).on_site) == ["Anna", "Bas", "Jan"]


def test_a_group_that_left_for_lunch_is_signed_in_again(site: Site, client: httpx.Client) -> None:
    group(client, "Anna\nJan")
    client.post(f"/groups/{UNIT}/out")
    assert group(client, "Anna\nJan").status_code == 303
    assert sorted(seen.name or "" for seen in guests(site).on_site) == ["Anna", "Jan"]


def test_a_list_sent_twice_at_the_same_moment_brings_nobody_twice(site: Site, client: httpx.Client) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: group(client, "Anna\nBas\nCarla\nDirk"), range(2)))
    assert sorted(seen.name or "" for seen in guests(site).on_site) == ["Anna", "Bas", "Carla", "Dirk"]


@pytest.mark.parametrize("lines", ["", " \n ", "\n".join(f"Gast {number}" for number in range(61))])
def test_nobody_or_more_than_sixty_is_told(site: Site, client: httpx.Client, lines: str) -> None:
    answer = group(client, lines)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert guests(site).everybody() == ()


def test_the_passes_of_a_group_are_printed_and_who_gets_which(site: Site, client: httpx.Client) -> None:
    group(client, "Anna\n<b>Bas</b>\n#let x = 1")
    answer = client.get(f"/groups/{UNIT}/passes.pdf")
    assert answer.headers["cache-control"] == "no-store"
    pages = PdfReader(BytesIO(answer.content)).pages
    cards, who = pages[0].extract_text(), pages[-1].extract_text()
    assert not re.search("Anna|Bas|let", cards)
    assert all(name in " ".join(who.split()) for name in ("Anna", "<b>Bas</b>", "#let x = 1"))
    assert client.get("/groups/" + "b" * 32 + "/passes.pdf").status_code == 404


def test_signing_out_one_of_two_offers_the_other(site: Site, client: httpx.Client) -> None:
    first, second = site.parts.reception.come([Details("Anna"), Details("Bas")])
    answer = client.post(f"/visits/{second.visit}/out", follow_redirects=True)
    assert "Kwam samen met Anna, die nog binnen is." in answer.text
    client.post(f"/groups/{first.visit}/out")
    assert [str(seen.state) for seen in guests(site).everybody()] == ["left", "left"]


@pytest.mark.parametrize("unit", ["", "x", "a" * 31, "../../etc"])
def test_a_group_by_a_name_that_is_none_is_not_made(site: Site, client: httpx.Client, unit: str) -> None:
    assert client.post("/groups/new", data={"to": unit, "lines": "Anna"}).status_code == 422
    assert guests(site).everybody() == ()


# Help.


def test_nobody_at_the_desk_says_that_somebody_wants_help(site: Site, client: httpx.Client) -> None:
    client.post("/visits/new", data={"name": "Anna", "help": "stairs"})
    client.post("/groups/new", data={"to": UNIT, "lines": "Bas", "help": "stairs"})
    expected = announce(site, client, "Carla", help="stairs")
    seen = guests(site).everybody()
    assert [one.help for one in seen] == [(), (), ()]
    for one in seen:
        client.post(f"/visits/{one.visit}", data={"name": one.name, "help": "stairs"})
    client.post(f"/visits/{expected}/arrive", data={"help": "stairs"})
    assert [one.help for one in guests(site).everybody()] == [(), (), ()]


def test_help_goes_along_with_who_was_joined_and_is_nobody_elses(site: Site, client: httpx.Client) -> None:
    expected = announce(site, client, "Carla")
    came = site.parts.reception.sign_in(Details("Carla", None, frozenset({Help.SIGHT}))).visit
    client.post(f"/visits/{expected}/is/{came}")
    assert [one.help for one in guests(site).everybody()] == [("sight",)]
