"""The erasure certificate: a tagged PDF of a signed day, honest about level and doubts, without any name."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from retention.base.command import Office
from retention.base.errors import StateRefused, UsageRefused
from retention.evidence.certificate import certificate, signed
from retention.evidence.signing import DayKeys
from retention.evidence.wording import NOT_RUN, OVERDUE, doubts
from tests.support.clock import ManualClock
from tests.support.evidence import EvidenceSite

DAY = date(2027, 3, 2)


@pytest.fixture
def site(office: Office, clock: ManualClock) -> EvidenceSite:
    return EvidenceSite(office.state, clock)


def words(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_a_certificate_says_in_both_languages_what_was_overwritten_here_and_how_to_verify_it(
    office: Office, site: EvidenceSite
) -> None:
    site.hours(48)
    pdf = certificate(office, date(2027, 3, 3))
    text, digest = words(pdf), signed(office, date(2027, 3, 3))
    for part in ("Vernietigingsverklaring", "Erasure certificate", "Hier overschreven", "van 3 maart 01:00"):
        assert part in text
    assert "Mate van zekerheid: bestand." in text
    assert digest.head in text.replace("\n", "")
    assert site.first_key() in text.replace("\n", "")


def test_a_certificate_is_one_tagged_page_in_dutch(office: Office, site: EvidenceSite) -> None:
    site.hours(20)
    reader = PdfReader(BytesIO(certificate(office, DAY)))
    root = reader.trailer["/Root"]
    assert (len(reader.pages), root["/MarkInfo"]["/Marked"], root["/Lang"]) == (1, True, "nl")  # type: ignore[index]


def test_a_day_like_any_other_has_no_doubts(office: Office, site: EvidenceSite) -> None:
    site.hours(20)
    assert doubts(signed(office, DAY)) == []


def test_every_doubt_is_told(office: Office, site: EvidenceSite, clock: ManualClock) -> None:
    site.hours(20)
    DayKeys(office.state).path.unlink()
    site.make(lives=timedelta(minutes=1))
    clock.advance(hours=2)
    site.reap()
    clock.advance(hours=22)
    site.reap()
    site.keeper.turn(clock.now(), clock.now(), timedelta(minutes=10))
    told = {sentence for sentence, _ in doubts(signed(office, date(2027, 3, 3)))}
    assert len(told) == 5  # not yet, late, clock, not noted before, new key
    assert "nieuwe reeks sleutels" in words(certificate(office, date(2027, 3, 3)))


def test_a_day_that_is_not_signed_has_no_certificate(office: Office, site: EvidenceSite) -> None:
    site.hours(5)
    with pytest.raises(UsageRefused, match="no signed digest"):
        certificate(office, DAY)


@pytest.mark.parametrize(("old", "new"), [(b'"late":0', b'"late":1'), (b'"number":1', b'"number": 1')])
def test_a_digest_that_was_changed_makes_no_certificate(
    office: Office, site: EvidenceSite, old: bytes, new: bytes
) -> None:
    site.hours(20)
    path = site.archive.path(DAY)
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(StateRefused, match="audit verify"):
        certificate(office, DAY)


def test_days_that_the_clock_passed_over_say_so_and_the_later_day_says_how_late(
    office: Office, site: EvidenceSite, clock: ManualClock
) -> None:
    site.hours(5)
    clock.advance(days=3)  # confirmed by somebody, or the machine was off
    site.reap()
    site.keep()
    site.start()
    clock.advance(days=1)
    site.keep()
    assert site.verdict().problems == []
    passed = doubts(signed(office, date(2027, 3, 3)))
    assert [sentence for sentence, _ in passed] == [NOT_RUN, OVERDUE]
    text = " ".join(words(certificate(office, date(2027, 3, 3))).split())
    assert "niets had zijn uiterste moment bereikt" not in text
    assert "Portier draaide niet" in text
    late = " ".join(words(certificate(office, date(2027, 3, 5))).split())
    assert "Sleutels die na hun uiterste moment zijn overschreven: 1." in late
    assert "Alle waren te laat: de laatste 57 uur." in late


def test_a_day_on_which_nothing_was_due_claims_no_erasure(
    office: Office, site: EvidenceSite, clock: ManualClock
) -> None:
    site.keep()
    clock.advance(days=1)
    site.keep()
    text = " ".join(words(certificate(office, DAY)).split())
    assert "Op deze dag is niets overschreven: niets had zijn uiterste moment bereikt." in text
    assert "kan hier niemand meer openen" not in text
