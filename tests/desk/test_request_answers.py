"""What an answer promises must be true, and who reads it afterwards."""

from datetime import timedelta
from pathlib import Path

import httpx

from desk import logins
from desk.accounts import add
from desk.parts import LOGIN_COOKIE
from kiosk.visits import Details
from retention.base.config import Config
from tests.desk.asking import WHO, acts, answered, ask, step, when
from tests.desk.site import Site, kept_password, record
from tests.support.clock import ManualClock


def test_a_visit_of_the_same_name_is_in_the_letter_unless_somebody_says_it_is_of_another(
    officer: httpx.Client, site: Site
) -> None:
    visit = site.parts.reception.sign_in(Details("Fátima EL AMRANI", "Marieke de Vries"), by="x").visit
    other = site.parts.reception.sign_in(Details("Fatima de Wit"), by="x").visit
    number = ask(officer)
    step(officer, site, number, "identity", way="shown")
    form = officer.get(f"/requests/{number}/answer").text
    assert f'value="{visit}" checked' in form
    assert f'value="{other}" checked' not in form
    forgotten = step(officer, site, number, "answer", act="answer", decision="yes")
    assert forgotten.status_code == 422
    assert "heeft dezelfde naam en staat niet in de brief" in forgotten.text
    assert f'name="not_theirs" value="{visit}"' in forgotten.text
    both = step(officer, site, number, "answer", act="answer", decision="yes", visits=visit, not_theirs=visit)
    assert both.status_code == 422
    letter = answered(officer, site, number, not_theirs=visit).text
    assert "Wij vinden geen bezoek van u van vandaag" in letter
    assert "Marieke" not in letter


def test_a_letter_says_which_statement_was_shown_and_of_a_companion_only_that_there_was_one(
    officer: httpx.Client, site: Site
) -> None:
    hers = Details(WHO, statement="2026-11-28 " + "ab" * 16)
    visit, _ = site.parts.reception.come([hers, Details("Bas de Boer")])
    number = ask(officer)
    step(officer, site, number, "identity", way="shown")
    letter = answered(officer, site, number, visits=visit.visit).text
    assert "Privacyverklaring die u kon lezen: versie 2026-11-28" in letter
    assert "abab" not in letter
    assert "U meldde zich aan samen met: één ander" in letter
    assert "Bas" not in letter


def test_a_copy_is_promised_only_where_one_can_be_made(
    officer: httpx.Client, site: Site, config: Config, clock: ManualClock, film: Path
) -> None:
    start = clock.now().replace(microsecond=0) - timedelta(hours=1)
    record(config, clock, "entree", film, start, turns=7)
    number = ask(officer, **when(start, start + timedelta(minutes=1)))
    step(officer, site, number, "identity", way="shown")
    assert 'name="copy" value="true" checked' in officer.get(f"/requests/{number}/answer").text
    assert (
        "vóór dinsdag 13 april" in officer.get(f"/requests/{number}/answer").text
    )  # six weeks after an answer of today
    promised = "U krijgt een kopie"
    assert promised in step(officer, site, number, "answer", decision="yes", copy="true").text
    assert promised not in step(officer, site, number, "answer", decision="yes").text
    (case,) = (one.case for one in site.parts.caseroom.cases.standing())
    officer.post(f"/cases/{case.number}/release", data={"note": "not needed"})
    assert 'name="copy"' not in officer.get(f"/requests/{number}/answer").text
    assert step(officer, site, number, "answer", act="answer", decision="yes", copy="true").status_code == 422
    assert promised not in answered(officer, site, number).text


def test_after_the_answer_only_who_noted_it_and_the_officer_read_it(
    officer: httpx.Client, site: Site, clock: ManualClock
) -> None:
    number = ask(officer)
    with site.parts.database.write() as session:
        tokens = [
            logins.log_in(session, add(session, name, kept_password(), now=clock.now()), now=clock.now())
            for name in ("els", "piet")
        ]
    els, piet = (
        httpx.Client(base_url=site.address, headers={"Sec-Fetch-Site": "same-origin"}, cookies={LOGIN_COOKIE: token})
        for token in tokens
    )
    with els, piet:
        hers = ask(els)
        assert WHO in piet.get(f"/requests/{hers}").text  # colleagues work on what is open
        for one in (number, hers):
            step(officer, site, one, "identity", way="known")
            answered(officer, site, one)
        assert WHO in els.get(f"/requests/{hers}").text
        assert els.get(f"/requests/{hers}/letter.txt").status_code == 200
        before = len(acts(site))
        for one, stranger in ((number, els), (hers, piet)):
            shown = stranger.get(f"/requests/{one}")
            assert (shown.status_code, WHO in shown.text, one in shown.text) == (200, False, True)
            assert [stranger.get(f"/requests/{one}/letter.{kind}").status_code for kind in ("txt", "pdf")] == [403, 403]
        assert len(acts(site)) == before
        assert WHO in officer.get(f"/requests/{hers}").text


def test_once_what_was_kept_is_gone_the_page_says_so(
    officer: httpx.Client, site: Site, config: Config, clock: ManualClock, film: Path
) -> None:
    start = clock.now().replace(microsecond=0) - timedelta(hours=1)
    record(config, clock, "entree", film, start, turns=7)
    number = ask(officer, **when(start, start + timedelta(minutes=1)))
    (case,) = (one.case for one in site.parts.caseroom.cases.standing())
    assert officer.post(f"/cases/{case.number}/release", data={"note": "not needed"}).status_code == 303
    shown = officer.get(f"/requests/{number}").text
    assert "Er kan geen kopie meer van gemaakt worden." in shown
    assert "#blur" not in shown
