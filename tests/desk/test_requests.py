"""Requests at the desk: noted by anybody of staff, seen as a checklist, answered by the privacy officer, on record."""

import errno
import re
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from pypdf import PdfReader

from kiosk.visits import Details, Help
from retention.base.config import Config
from retention.base.readerkey import public_half
from retention.base.slot import SLOT_BYTES, live_image
from retention.base.slots import SlotFile
from retention.base.state import CASES, REQUESTS
from retention.reaper import Reaper
from tests.desk.asking import WHO, acts, answered, ask, head, step, when
from tests.desk.site import NAME, Site, record
from tests.support.clock import ManualClock
from tests.support.refusals import refusing


def test_from_asking_to_answer(officer: httpx.Client, site: Site, clock: ManualClock) -> None:
    visit = site.parts.reception.sign_in(Details(WHO, "Marieke de Vries", frozenset({Help.STAIRS})), by="x").visit
    number = ask(officer)
    assert "nog 28 dagen, uiterlijk dinsdag 30 maart" in officer.get("/requests").text
    shown = officer.get(f"/requests/{number}").text
    assert WHO in shown
    assert "Vastleggen" in shown
    step(officer, site, number, "identity", way="shown")
    looked = step(officer, site, number, "answer", decision="yes", visits=visit).text
    assert "wij helpen u op de trap" in looked
    assert head(site, number).state == "open"
    letter = answered(officer, site, number, visits=visit).text
    assert f"Uw naam: {WHO}" in letter
    assert "U komt voor: Marieke de Vries" in letter
    made = officer.get(f"/requests/{number}/letter.pdf")
    assert made.headers["content-disposition"] == f'attachment; filename="antwoord-{number}.pdf"'
    assert made.headers["cache-control"] == "no-store"
    assert WHO in PdfReader(BytesIO(made.content)).pages[0].extract_text()
    assert head(site, number).answered == clock.now()
    assert [(act, category) for act, about, category in acts(site) if about == number and act != "request.look"] == [
        ("request.new", "access"),
        ("request.identity", "shown"),
        ("request.answer", "yes"),
    ]


def test_after_the_day_no_letter_tells_of_the_visit(officer: httpx.Client, site: Site, clock: ManualClock) -> None:
    visit = site.parts.reception.sign_in(Details(WHO, "Marieke de Vries"), by="x").visit
    number = ask(officer)
    step(officer, site, number, "identity", way="known")
    answered(officer, site, number, visits=visit)
    clock.advance(days=1)
    client = site.client()
    letter = client.get(f"/requests/{number}/letter.txt").text
    client.close()
    assert "Dat is nu vernietigd." in letter
    assert "Marieke" not in letter


def test_only_the_officer_answers_and_closes(client: httpx.Client, site: Site) -> None:
    number = ask(client)
    assert "geeft het antwoord" in client.get(f"/requests/{number}").text
    assert client.get(f"/requests/{number}/answer").status_code == 403
    assert step(client, site, number, "answer", act="answer", decision="no").status_code == 403
    assert step(client, site, number, "close", why="withdrawn").status_code == 403
    assert head(site, number).state == "open"


def test_nobody_sees_anything_without_logging_in(site: Site, client: httpx.Client) -> None:
    number = ask(client)
    with httpx.Client(base_url=site.address) as stranger:
        for path in ("/requests", "/requests/new", f"/requests/{number}", f"/requests/{number}/letter.pdf"):
            assert stranger.get(path).status_code == 303


def test_footage_is_kept_apart_the_same_day_and_ends_with_the_request(
    officer: httpx.Client, site: Site, config: Config, clock: ManualClock, film: Path
) -> None:
    start = clock.now().replace(microsecond=0) - timedelta(hours=1)
    record(config, clock, "entree", film, start, turns=7)
    number = ask(officer, **when(start, start + timedelta(minutes=1)))
    assert head(site, number).state == "open"
    (case,) = SlotFile(site.state, CASES).live()
    (slot,) = SlotFile(site.state, REQUESTS).live()
    assert case.deadline == slot.deadline == head(site, number).received + timedelta(weeks=10)
    shown = officer.get(f"/requests/{number}").text
    assert "/cases/" in shown
    assert re.search(r"/cases/[\w-]+\?camera=entree#blur", shown)  # where others are made unrecognisable
    clock.advance(hours=2)
    step(officer, site, number, "identity", way="shown")
    letter = answered(officer, site, number, withheld="others", copy="true").text
    assert "Camerabeelden: Entree" in letter
    assert "kunt krijgen" in letter
    assert "niemand te herkennen, behalve u" in letter
    (case,), (slot,) = SlotFile(site.state, CASES).live(), SlotFile(site.state, REQUESTS).live()
    assert case.deadline == slot.deadline == clock.now() + timedelta(weeks=6)


@pytest.mark.parametrize("act", ["answer", "close"])
def test_footage_ends_with_its_request_also_when_a_crash_came_between(  # noqa: PLR0917 - fixtures
    officer: httpx.Client, site: Site, config: Config, clock: ManualClock, film: Path, act: str
) -> None:
    start, asking = clock.now().replace(microsecond=0) - timedelta(hours=1), site.parts.asking
    record(config, clock, "entree", film, start, turns=7)
    number = ask(officer, **when(start, start + timedelta(minutes=1)))
    clock.advance(hours=2)
    step(officer, site, number, "identity", way="shown")
    forms = {"answer": {"act": "answer", "decision": "yes"}, "close": {"why": "withdrawn"}}
    before = SlotFile(site.state, CASES).live()
    with refusing(site.state.slots(CASES)):
        assert step(officer, site, number, act, **forms[act]).status_code == 503
    assert SlotFile(site.state, CASES).live() == before
    asking.settle()
    (case,), (slot,) = SlotFile(site.state, CASES).live(), SlotFile(site.state, REQUESTS).live()
    assert case.deadline == slot.deadline == clock.now() + (timedelta(weeks=6) if act == "answer" else timedelta(0))
    Reaper(site.state).step(clock.now())
    asking.settle()  # with the request gone altogether
    assert len(SlotFile(site.state, CASES).live()) == (act == "answer")


def test_footage_that_is_gone_is_told_as_gone(officer: httpx.Client, site: Site, clock: ManualClock) -> None:
    start = clock.now() - timedelta(days=9)
    number = ask(officer, **when(start, start + timedelta(hours=1)))
    assert "Van dit stuk is er niets meer." in officer.get(f"/requests/{number}").text
    step(officer, site, number, "identity", way="shown")
    assert "dit er niet:" in answered(officer, site, number).text


def test_footage_of_which_the_request_never_knew_is_found_by_the_button(
    officer: httpx.Client, site: Site, config: Config, clock: ManualClock, film: Path
) -> None:
    start = clock.now().replace(microsecond=0) - timedelta(hours=1)
    record(config, clock, "entree", film, start, turns=7)
    requests = site.parts.asking.requests
    with refusing(site.state.requests, after=1, calls=("replace",)):  # written once, when it is noted, and never again
        ask(officer, **when(start, start + timedelta(minutes=1)))
    assert len(SlotFile(site.state, CASES).live()) == 1
    (kept,) = requests.heads()
    assert kept.state == "to_freeze"
    assert "nog niet apart" in officer.get(f"/requests/{kept.number}").text
    assert step(officer, site, kept.number, "freeze").status_code == 303
    assert step(officer, site, kept.number, "freeze").status_code == 303
    assert head(site, kept.number).state == "open"
    assert len(SlotFile(site.state, CASES).live()) == 1


def test_footage_that_cannot_be_kept_now_loses_no_request(
    officer: httpx.Client, site: Site, config: Config, clock: ManualClock, film: Path
) -> None:
    start = clock.now().replace(microsecond=0) - timedelta(hours=1)
    record(config, clock, "entree", film, start, turns=7)
    with refusing(site.state.cases, errno.ENOSPC):
        number = ask(officer, **when(start, start + timedelta(minutes=1)))
        assert head(site, number).state == "to_freeze"
        assert step(officer, site, number, "freeze").status_code == 503
    assert "nog niet apart" in officer.get(f"/requests/{number}").text


def test_as_many_cases_as_can_be_kept_lose_no_request(
    officer: httpx.Client, site: Site, config: Config, clock: ManualClock, film: Path
) -> None:
    start = clock.now().replace(microsecond=0) - timedelta(hours=1)
    record(config, clock, "entree", film, start, turns=7)
    _fill(site, clock.now() + timedelta(days=1))
    number = ask(officer, **when(start, start + timedelta(minutes=1)))
    assert head(site, number).state == "to_freeze"
    assert step(officer, site, number, "freeze").status_code == 409


def _fill(site: Site, until: datetime) -> None:
    """Every slot of a case is live."""
    slots = SlotFile(site.state, CASES)
    first = slots.claim(1, until, public_half(site.state))
    for path in slots.paths:
        with path.open("r+b") as file:
            for index in range(slots.capacity):
                file.seek((index + 1) * SLOT_BYTES)
                file.write(live_image(replace(first, index=index, epoch=index + 1)))


def test_a_visit_is_deleted_and_the_answer_says_until_when_copies_can_be_read(
    officer: httpx.Client, site: Site
) -> None:
    visit = site.parts.reception.sign_in(Details(WHO), by="x").visit
    number = ask(officer, "deletion")
    assert step(officer, site, number, f"visits/{visit}/delete").status_code == 422  # nobody knows yet who asks
    step(officer, site, number, "identity", way="shown")
    assert step(officer, site, number, f"visits/{visit}/delete").status_code == 303
    assert WHO not in officer.get("/").text
    letter = answered(officer, site, number).text
    assert "Wij hebben uw bezoek verwijderd" in letter
    assert "Uiterlijk tot 3 maart 04:00 uur. Dan vernietigen wij de sleutel" in letter


def test_a_deletion_that_was_cut_short_is_told_and_goes_on(officer: httpx.Client, site: Site) -> None:
    visit = site.parts.reception.sign_in(Details(WHO), by="x").visit
    number = ask(officer, "deletion")
    step(officer, site, number, "identity", way="shown")
    with refusing(site.state.roll):
        assert step(officer, site, number, f"visits/{visit}/delete").status_code == 503
    assert "nog niet klaar" in officer.get(f"/requests/{number}").text
    assert step(officer, site, number, "answer", act="answer", decision="yes").status_code == 422
    assert step(officer, site, number, f"visits/{visit}/delete").status_code == 303
    answered(officer, site, number)


def test_a_name_is_put_right(officer: httpx.Client, site: Site) -> None:
    visit = site.parts.reception.sign_in(Details("Fatma el Amrani"), by="x").visit
    number = ask(officer, "correction")
    step(officer, site, number, "identity", way="known")
    assert "Fatma" in officer.get(f"/requests/{number}").text
    assert step(officer, site, number, f"visits/{visit}/correct", name=WHO).status_code == 303
    assert site.parts.register.visit(visit).name == WHO
    assert "Wij hebben verbeterd" in answered(officer, site, number).text


def test_a_colleague_is_told_of_their_account(officer: httpx.Client, site: Site) -> None:
    number = ask(officer)
    step(officer, site, number, "identity", way="known")
    assert step(officer, site, number, "answer", decision="yes", account="nobody").status_code == 422
    assert f"Uw account: {NAME}" in answered(officer, site, number, account=f" {NAME.upper()} ").text


def test_of_two_at_once_the_second_is_told_to_look_again(officer: httpx.Client, site: Site) -> None:
    number = ask(officer)
    step(officer, site, number, "identity", way="known")
    late = officer.post(f"/requests/{number}/identity", data={"version": "1", "way": "shown"})
    assert late.status_code == 409
    assert "Bekijk het opnieuw" in late.text


def test_closing_destroys_at_once(officer: httpx.Client, site: Site, clock: ManualClock) -> None:
    number = ask(officer)
    assert step(officer, site, number, "close", why="withdrawn").headers["location"] == f"/requests?done={number}"
    assert officer.get(f"/requests/{number}").status_code == 404
    assert "Er zijn nu geen verzoeken." in officer.get("/requests").text
    Reaper(site.state).step(clock.now())
    assert list(site.state.requests.glob("*.req")) == []


def test_the_list_tells_no_name_and_every_look_is_on_record(client: httpx.Client, site: Site) -> None:
    number = ask(client)
    assert WHO not in client.get("/requests").text
    before = len(acts(site))
    assert WHO in client.get(f"/requests/{number}").text
    assert acts(site)[before:] == [("request.look", number, "access")]


def test_an_empty_form_is_shown_first(client: httpx.Client) -> None:
    assert "Maak geen kopie van een paspoort" in client.get("/requests/new").text


def test_nothing_is_attached(client: httpx.Client, site: Site) -> None:
    files = {"passport": ("passport.jpg", b"\xff\xd8")}
    assert client.post("/requests/new", data={"kind": "access", "name": WHO}, files=files).status_code == 415
    assert site.parts.asking.requests.heads() == []


WRONG = [
    {"name": WHO},
    {"kind": "fishing", "name": WHO},
    {"kind": "access", "name": ""},
    {"kind": "access", "name": "\u202e\u200d"},
    {"kind": "access", "name": "a" * 19_000},
    {"kind": "access", "name": WHO, "received": "2027-03-03"},
    {"kind": "access", "name": WHO, "received": "2026-12-01"},
    {"kind": "access", "name": WHO, "cameras": "entree"},
    {"kind": "access", "name": WHO, "cameras": "elsewhere", "day": "2027-03-01", "start": "09:00", "end": "09:10"},
    {"kind": "access", "name": WHO, "cameras": "entree", "day": "2027-03-01", "start": "09:00", "end": "18:00"},
    {"kind": "access", "name": WHO, "cameras": "entree", "day": "2027-03-01", "start": "09:00", "end": "08:00"},
    {"kind": "access", "name": WHO, "cameras": "entree", "day": "0001-01-01", "start": "09:00", "end": "10:00"},
    {
        "kind": "access",
        "name": WHO,
        "cameras": "entree",
        "day": "2027-03-01",
        "start": "09:00+02:00",
        "end": "10:00",
    },
]


def test_what_cannot_be_meant_is_asked_again(client: httpx.Client, site: Site) -> None:
    for form in WRONG:
        assert client.post("/requests/new", data=form).status_code == 422, form
    assert site.parts.asking.requests.heads() == []


def test_hostile_words_are_shown_as_words(client: httpx.Client, site: Site) -> None:
    number = ask(client, name="<script>x</script> فاطمه", said="<img src=x>\u202e\x1b[31m")
    shown = client.get(f"/requests/{number}").text
    assert "<script>x" not in shown
    assert "<img src=x" not in shown
    assert "\u202e" not in shown


def test_what_is_no_request_is_not_found(client: httpx.Client) -> None:
    for number in ("x", "270302-00000", "..%2f..%2fetc", "270302-99999"):
        assert client.get(f"/requests/{number}").status_code == 404


def test_the_privacy_page_leads_here(client: httpx.Client) -> None:
    assert 'href="/requests"' in client.get("/privacy").text
