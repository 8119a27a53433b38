"""Who is inside, without a browser: forms, words, hostile names, and what is refused."""

import html
from contextlib import closing

import httpx
import pytest

from kiosk.passes import Pass
from kiosk.visits import Details, Help
from retention.base.config import Config
from retention.base.state import State
from tests.desk.site import Site, desk_running
from tests.support.clock import ManualClock

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "Robert'); DROP TABLE visit;--",
    "{{ 7*7 }} {% raw %}",
    "%(name)s %s",
    "علي رضائي",
    "李小龙",
]


def sign_in(site: Site, name: str, **details: object) -> str:
    return site.parts.reception.sign_in(Details(name, **details)).visit  # type: ignore[arg-type]


def states(site: Site) -> list[str]:
    return [str(seen.state) for seen in site.parts.register.visits()]


def test_somebody_is_signed_in_and_gets_a_pass(site: Site, client: httpx.Client) -> None:
    answer = client.post("/visits/new", data={"name": "Jan Smit", "host": "Marieke de Vries"}, follow_redirects=True)
    seen = site.parts.register.visits()[0]
    assert (seen.name, seen.host, seen.state) == ("Jan Smit", "Marieke de Vries", "on_site")
    assert "Binnen: Jan Smit. Pasje: " in answer.text


@pytest.mark.parametrize("damaged", [b"short", b"x" * 32])
def test_a_desk_whose_key_to_seal_with_is_damaged_opens_and_signs_in(
    config: Config, clock: ManualClock, state: State, damaged: bytes
) -> None:
    with desk_running(config, clock) as site:
        sign_in(site, "Jan Smit")
    (state.keys / "reader.pub").write_bytes(damaged)
    with desk_running(config, clock) as site, closing(site.client()) as client:
        assert client.post("/visits/new", data={"name": "Noor Kaya"}).status_code == 303
        page = client.get("/").text
    assert "Jan Smit" in page
    assert "Noor Kaya" in page


@pytest.mark.parametrize("config", [{"ask_host": "off", "hosts": []}], indirect=True)
def test_where_nobody_is_asked_whom_they_visit_no_column_stands_empty(site: Site, client: httpx.Client) -> None:
    sign_in(site, "Jan Smit")
    assert "Contactpersoon" not in client.get("/").text
    sign_in(site, "Noor Kaya", host="Marieke de Vries")  # from a time when they were
    assert "Contactpersoon" in client.get("/").text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text(site: Site, client: httpx.Client, name: str) -> None:
    sign_in(site, name)
    text = client.get("/").text
    assert f"<bdi>{html.escape(name).replace('&quot;', '&#34;').replace('&#x27;', '&#39;')}</bdi>" in text
    assert "<script>" not in text
    assert "<img" not in text


@pytest.mark.parametrize("name", ["", "   ", "x" * 300, "x" * 10_000, "\x00\x1b", "\u202e"])
def test_a_name_nobody_could_read_is_refused_with_a_sentence(site: Site, client: httpx.Client, name: str) -> None:
    answer = client.post("/visits/new", data={"name": name})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert site.parts.register.visits() == []


def test_a_colleague_is_not_asked_for_their_own_name(client: httpx.Client) -> None:
    answers = [
        client.post("/visits/new", data={"name": " "}),
        client.post("/expected", data={"name": "\u202e", "day": ""}),
    ]
    answers.append(client.post("/groups/new", data={"to": "ab" * 16, "lines": "Anna\n\x1b"}))
    told = ["Typ een naam." in answer.text for answer in answers]
    assert told == [True, False, True]  # of two things wrong, the day is told
    assert not any("uw naam" in answer.text for answer in answers)


def test_a_refused_name_stays_in_the_form(client: httpx.Client) -> None:
    assert 'value="' + "x" * 300 + '"' in client.post("/visits/new", data={"name": "x" * 300}).text


def test_somebody_is_signed_out_and_may_be_put_back(site: Site, client: httpx.Client) -> None:
    visit = sign_in(site, "Jan")
    client.post(f"/visits/{visit}/out")
    assert states(site) == ["left"]
    client.post(f"/visits/{visit}/back")
    assert states(site) == ["on_site"]


def test_signing_out_twice_changes_nothing(site: Site, client: httpx.Client) -> None:
    visit = sign_in(site, "Jan")
    for _ in range(2):
        assert client.post(f"/visits/{visit}/out").status_code == 303
    assert states(site) == ["left"]


def test_a_name_is_corrected(site: Site, client: httpx.Client) -> None:
    visit = sign_in(site, "Jna")
    client.post(f"/visits/{visit}", data={"name": "Jan"})
    assert site.parts.register.visit(visit).name == "Jan"


def test_help_can_be_taken_away_and_not_added(site: Site, client: httpx.Client) -> None:
    visit = sign_in(site, "Jan", help=frozenset({Help.STAIRS, Help.SIGHT}))
    client.post(f"/visits/{visit}", data={"name": "Jan", "help": ["sight", "hearing"]})
    assert site.parts.register.visit(visit).help == ("sight",)


def test_somebody_stays_after_hours(site: Site, client: httpx.Client) -> None:
    visit = sign_in(site, "Jan")
    before = site.parts.register.visit(visit).day
    client.post(f"/visits/{visit}/stay")
    assert site.parts.register.visit(visit).day > before


def test_an_expected_visitor_is_let_in(site: Site, client: httpx.Client) -> None:
    visit = site.parts.reception.expect(Details("Karin"), site.parts.office.clock.now().date(), by="staff:jan")
    client.post(f"/visits/{visit}/arrive")
    assert states(site) == ["on_site"]


@pytest.mark.parametrize("act", ["out", "back", "stay", "arrive", "fly"])
def test_a_visit_nobody_knows_gets_a_sentence(client: httpx.Client, act: str) -> None:
    answer = client.post(f"/visits/{'0' * 32}/{act}")
    assert answer.status_code in (404, 409)
    assert "Dat lukte niet" in answer.text


def test_an_empty_building_says_so(client: httpx.Client) -> None:
    assert "Er is niemand binnen." in client.get("/").text


def test_staff_acts_are_in_the_trail_without_a_name(site: Site, client: httpx.Client) -> None:
    visit = sign_in(site, "Jan Smit")
    client.post(f"/visits/{visit}/out")
    found = [(entry.act, entry.actor, entry.about) for entry in site.parts.trail.entries()]
    assert ("visit.sign_out", "staff:jan", visit) in found
    assert b"Smit" not in b"".join(path.read_bytes() for path in site.state.audit.iterdir())


def test_three_hundred_visitors_are_all_on_the_page(site: Site, client: httpx.Client) -> None:
    for number in range(300):
        sign_in(site, f"Bezoeker {number}")
    assert client.get("/").text.count("data-key=") == 300


def test_an_unchanged_list_is_not_sent_again(site: Site, client: httpx.Client) -> None:
    sign_in(site, "Jan")
    seen = client.get("/inside").headers["X-Seen"]
    assert client.get("/inside", headers={"X-Seen": seen}).status_code == 204
    sign_in(site, "Piet")
    assert "Piet" in client.get("/inside", headers={"X-Seen": seen}).text


def test_guessing_at_the_door_is_told(site: Site, client: httpx.Client) -> None:
    for picture in ("owl", "cat", "fish", "duck", "tree", "flower"):
        site.parts.reception.sign_out(Pass("blue", picture))
    assert "pasjes te raden. Tot 10:10" in client.get("/inside").text
