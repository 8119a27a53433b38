"""The answer on paper and in a mail: it tells what is kept, what is gone and what is not given, in plain words."""

import json
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from pypdf import PdfReader

from retention.asked.letter import ToldVisit, letter
from retention.asked.paper import pdf, text
from retention.asked.register import Requests
from retention.asked.request import (
    DECISIONS,
    KINDS,
    Account,
    Answer,
    Content,
    Decision,
    Facts,
    Head,
    Kind,
    Request,
    Step,
    Stretch,
)
from retention.asked.words import WITHHELD
from retention.base.command import Office
from retention.base.config import Config
from retention.base.readerkey import private_half, public_half
from retention.base.slots import SlotFile
from retention.base.state import REQUESTS
from tests.support.clock import ManualClock
from tests.support.state import make_config

NOW = datetime(2027, 3, 2, 13, 20, tzinfo=UTC)
ENDS = datetime(2027, 3, 3, 3, tzinfo=UTC)
VISIT = ToldVisit("Fatima el Amrani", "Marieke de Vries", "hulp op de trap", "de blauwe uil", NOW, None, ENDS)
FOOTAGE = (
    Stretch("entree", NOW - timedelta(hours=2), NOW - timedelta(hours=1), True),
    Stretch("entree", NOW - timedelta(hours=3), NOW - timedelta(hours=2), False, "expired"),
)
ACCOUNT = Account("jan", "staff", NOW - timedelta(days=90), NOW, NOW + timedelta(days=275))
FACTS = Facts(NOW, ("v1",), FOOTAGE, NOW + timedelta(weeks=10), ACCOUNT)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return make_config(tmp_path, organisation={"name": "Stichting De Brug", "privacy_officer": "Ans de Boer"})


def request(kind: Kind, name: str = VISIT.name, *steps: Step) -> Request:
    head = Head("270302-48000", kind, NOW - timedelta(days=3), NOW, date(2027, 3, 30), "answered", NOW)
    return Request(head, Content(name, "Kerkstraat 12\n1234 AB Utrecht", steps=steps), NOW + timedelta(weeks=6))


def answer(decision: Decision = "yes", language: str = "nl", **more: object) -> Answer:
    return replace(Answer(NOW, "staff:jan", language, decision, FACTS), **more)  # type: ignore[arg-type]


def told(config: Config, of: Request, said: Answer, visit: ToldVisit | None = VISIT) -> str:
    return text(letter(of, said, {"v1": visit} if visit else {}, config))


def test_access_tells_what_there_is_until_when_and_what_is_gone(config: Config) -> None:
    said = told(config, request("access"), answer())
    for part in (
        "Uw naam: Fatima el Amrani",
        "U komt voor: Marieke de Vries",
        "Vernietigd op: 3 maart 04:00",
        "Camerabeelden: Entree, 2 maart 12:20 tot 13:20 uur",
        "Entree, 2 maart 11:20 tot 12:20 uur: vernietigd, de bewaartijd was om",
        "tot 11 mei 2027",
        "Uw account: jan (medewerker)",
        "Weten wie er binnen is bij nood",
        "Geen computer beslist over u.",
        "Autoriteit Persoonsgegevens",
        "bewaren wij tot 13 april 2027",
    ):
        assert part in said, part


@pytest.mark.parametrize(("others", "said"), [(0, ""), (1, "één ander"), (11, "11 anderen")])
def test_access_tells_which_statement_was_shown_and_how_many_came_along(config: Config, others: int, said: str) -> None:
    visit = replace(VISIT, statement="2026-11-28", together_with=others)
    letter = told(config, request("access"), answer(), visit)
    assert "Privacyverklaring die u kon lezen: versie 2026-11-28" in letter
    assert (f"U meldde zich aan samen met: {said}" in letter) is bool(others)


def test_after_the_day_the_same_letter_says_that_the_visit_is_gone(config: Config) -> None:
    said = told(config, request("access"), answer(), visit=None)
    assert "Dat is nu vernietigd." in said
    assert "Marieke" not in said


def test_who_was_not_here_today_is_told_so(config: Config) -> None:
    said = told(config, request("access"), answer(facts=replace(FACTS, visits=())))
    assert "Wij vinden geen bezoek van u van vandaag," in said


def test_deletion_says_when_copies_become_unreadable(config: Config) -> None:
    deleted = Step(NOW, "staff:jan", "deleted", "v1", ENDS)
    said = told(config, request("deletion", VISIT.name, deleted), answer())
    assert "Wij hebben uw bezoek verwijderd" in said
    assert "Uiterlijk tot 3 maart 04:00 uur. Dan vernietigen wij de sleutel" in said
    assert "Wij hebben niets eerder verwijderd." not in said


def test_an_answer_of_another_day_says_that_copies_are_unreadable(config: Config) -> None:
    deleted = Step(NOW, "staff:jan", "deleted", "v1", ENDS)
    said = told(config, request("deletion", VISIT.name, deleted), answer(at=NOW + timedelta(days=3)))
    assert "Op 3 maart 04:00 uur hebben wij de sleutel daarvan vernietigd." in said


def test_a_copy_is_promised_only_where_it_was_decided(config: Config) -> None:
    promised = "U krijgt een kopie. Niemand anders is daarop te herkennen."
    with_it, without = (told(config, request("access"), answer(copy=copy)) for copy in (True, False))
    assert promised in with_it
    assert "tot 11 mei 2027, zodat u ze kunt krijgen." in with_it
    assert promised not in without
    assert "tot 11 mei 2027." in without


def test_what_a_letter_keeps_data_for_stands_on_one_page(config: Config) -> None:
    for paragraphs in (0, 24, 28):  # wherever the table comes to lie
        said = answer(remark="\n".join(["Dit is een regel."] * paragraphs), copy=True)
        made = PdfReader(BytesIO(pdf(letter(request("access"), said, {"v1": VISIT}, config), NOW)))
        pages = [page.extract_text() for page in made.pages]
        (told_on,) = [number for number, page in enumerate(pages) if "Waarvoor wij gegevens bewaren" in page]
        assert [number for number, page in enumerate(pages) if "Welke medewerker wat" in page] == [told_on]


def test_nothing_deleted_is_called_nothing(config: Config) -> None:
    said = told(config, request("deletion"), answer("no", withheld=("safety",)))
    assert "Wij hebben niets eerder verwijderd." in said
    assert "Na 4 dagen verdwijnen ze vanzelf." in said


def test_a_refused_access_tells_nothing_of_the_person(config: Config) -> None:
    said = told(config, request("access"), answer("no", withheld=("identity",)))
    for part in ("Marieke", "Uw account", "Entree, 2 maart 12:20"):
        assert part not in said
    assert "Wij weten niet zeker dat het over u gaat." in said


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_letter_has_all_its_words(config: Config, kind: Kind, language: str) -> None:
    for decision in DECISIONS:
        said = told(config, request(kind), answer(decision, language, withheld=tuple(WITHHELD), remark="Een.\nTwee."))
        assert "{" not in said
        assert ("Beste" in said) is (language == "nl")
        assert "Twee." in said


def test_the_letter_is_a_tagged_pdf_on_a4(config: Config) -> None:
    made = PdfReader(BytesIO(pdf(letter(request("access"), answer(withheld=("others",)), {"v1": VISIT}, config), NOW)))
    page = made.pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert made.metadata
    assert "Fatima" not in str(made.metadata)
    assert "Fatima el Amrani" in page.extract_text()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_address_is_copied_from_the_pdf_as_it_is_written(config: Config, language: str) -> None:
    said = letter(request("access"), answer(language=language), {"v1": VISIT}, config)
    # As a viewer copies it; pypdf leaves out what cannot be seen.
    copied = subprocess.run(["pdftotext", "-", "-"], input=pdf(said, NOW), capture_output=True, check=True).stdout
    assert b"autoriteitpersoonsgegevens.nl" in copied


@pytest.mark.parametrize(
    "name", ["#set page(fill: red)", "فاطمه", "W" * 120, "<b>x</b> & $y$ \\u{0}", "李小龍", "\U0001f600" * 40]
)
def test_any_name_is_printed_and_none_is_markup(config: Config, name: str) -> None:
    made = PdfReader(BytesIO(pdf(letter(request("access", name), answer(), {}, config), NOW)))
    assert len(made.pages) in (2, 3)


def test_a_request_opens_as_docs_formats_requests_says(office: Office, clock: ManualClock) -> None:
    public_half(office.state)
    requests = Requests(office.state, clock, office.config.site.zone)
    requests.register("access", Content("Ann", "06 1", "alles"), by="os:test")
    (path,) = office.state.requests.glob("*.req")
    epoch = int(path.name.partition("-")[0])
    head, _, sealed = path.read_bytes().partition(b"\n")
    private = SlotFile(office.state, REQUESTS).open(epoch, private_half(office.state), clock.now())
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    plain = suite.decrypt(sealed, private, b"portier request 1\n" + head)
    assert len(plain) % 4_096 == 0
    assert json.loads(plain)["name"] == "Ann"
    assert json.loads(head)["number"] == f"{clock.now():%y%m%d}-{epoch % 86_400:05d}"
