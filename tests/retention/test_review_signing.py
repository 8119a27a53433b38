"""Signing a month off: which months wait, and what shows when something changed afterwards."""

import json
from datetime import date, timedelta

import pypdf
import pytest
from click.testing import CliRunner

from retention.audit_commands import audit
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.errors import UsageRefused
from retention.base.trusted import TrustedTime
from retention.review.month import Month
from retention.review.signing import SIGNED, NoTrail, ReviewRefused, Reviews
from tests.support.clock import ManualClock

MARCH = Month.parse("2027-03")


@pytest.fixture
def trail(office: Office, clock: ManualClock) -> Trail:
    """One look in March; then it is 2 April."""
    trail = Trail(office.state, clock)
    span = (clock.now(), clock.now() + timedelta(minutes=1))
    trail.note("footage.look", actor="staff:jan", about="entree", category="incident")
    trail.note("footage.seen", actor="staff:jan", about="entree", span=span)
    clock.advance(days=31)
    return trail


@pytest.fixture
def reviews(office: Office, trail: Trail) -> Reviews:
    return Reviews(office.state, office.config, office.clock)


def standing(reviews: Reviews) -> dict[str, str]:
    return {str(one.month): one.standing for one in reviews.months()}


def test_a_month_that_is_over_waits_and_the_present_one_runs(reviews: Reviews) -> None:
    assert standing(reviews) == {"2027-04": "running", "2027-03": "open"}


def test_a_month_is_late_after_the_tenth_of_the_next_and_health_says_so(reviews: Reviews, clock: ManualClock) -> None:
    clock.advance(days=8)
    assert reviews.problems() == []
    clock.advance(days=1)
    (problem,) = reviews.problems()
    assert (problem.promise, problem.values["month"]) == ("P6", "2027-03")


@pytest.mark.parametrize("text", ["2001-01", "2027-02"])
def test_a_month_of_which_nothing_is_kept_is_not_signed(reviews: Reviews, text: str) -> None:
    month = Month.parse(text)
    with pytest.raises(ReviewRefused):
        reviews.sign(month, reviews.of(month).digest, actor="staff:fg")
    assert standing(reviews) == {"2027-04": "running", "2027-03": "open"}


def test_a_signed_month_is_signed(reviews: Reviews, trail: Trail, clock: ManualClock) -> None:
    reviews.sign(MARCH, reviews.of(MARCH).digest, actor="staff:fg")
    clock.advance(days=20)
    assert standing(reviews)["2027-03"] == "signed"
    assert reviews.problems() == []
    assert [entry.actor for entry in trail.entries(act=SIGNED)] == ["staff:fg"]


def test_the_month_that_runs_cannot_be_signed(reviews: Reviews) -> None:
    april = Month.parse("2027-04")
    with pytest.raises(ReviewRefused):
        reviews.sign(april, reviews.of(april).digest, actor="staff:fg")


def test_a_month_that_is_not_over_by_trusted_time_cannot_be_signed(office: Office, clock: ManualClock) -> None:
    time = TrustedTime(office.state, clock)
    time.advance()
    Trail(office.state, clock).note("visit.list", actor="staff:jan")
    clock.step(days=31)
    reviews = Reviews(office.state, office.config, clock)
    assert time.doubt()
    assert standing(reviews) == {"2027-04": "running", "2027-03": "running"}
    with pytest.raises(ReviewRefused):
        reviews.sign(MARCH, reviews.of(MARCH).digest, actor="staff:fg")
    time.confirm("two_people")
    reviews.sign(MARCH, reviews.of(MARCH).digest, actor="staff:fg")


def test_while_the_clock_is_late_a_month_still_gets_lines_and_is_not_signed(
    office: Office, reviews: Reviews, clock: ManualClock
) -> None:
    TrustedTime(office.state, clock).advance()
    clock.step(days=-5)
    with pytest.raises(ReviewRefused):
        reviews.sign(MARCH, reviews.of(MARCH).digest, actor="staff:fg")


def test_what_was_seen_is_what_is_signed(reviews: Reviews) -> None:
    with pytest.raises(ReviewRefused):
        reviews.sign(MARCH, "0" * 64, actor="staff:fg")


def test_a_line_taken_away_after_the_signature_shows(reviews: Reviews, office: Office) -> None:
    reviews.sign(MARCH, reviews.of(MARCH).digest, actor="staff:fg")
    (signature,) = [one.signature for one in reviews.months() if one.signature]
    assert reviews.is_as_signed(reviews.of(MARCH), signature)
    day = office.state.audit / "2027-03-02.jsonl"
    day.write_text("".join(day.read_text().splitlines(keepends=True)[:1]))
    seen = reviews.of(MARCH)
    assert reviews.is_as_signed(seen, signature) is False
    assert seen.problems != ()


def test_a_month_that_partly_reached_its_term_cannot_be_compared(office: Office, clock: ManualClock) -> None:
    trail, reviews = Trail(office.state, clock), Reviews(office.state, office.config, clock)
    for _ in range(3):
        trail.note("visit.list", actor="staff:jan")
        clock.advance(days=13)
    reviews.sign(MARCH, reviews.of(MARCH).digest, actor="staff:fg")
    for before in (date(2027, 3, 5), date(2027, 4, 1)):
        trail.forget_before(before)
        (signature,) = [one.signature for one in reviews.months() if one.signature]
        assert reviews.is_as_signed(reviews.of(MARCH), signature) is None


def test_without_a_trail_nothing_waits(office: Office) -> None:
    assert Reviews(office.state, office.config, office.clock).months() == []


def run(office: Office, *words: str) -> tuple[bytes, object]:
    result = CliRunner().invoke(audit, ("review", *words), obj=office, standalone_mode=False)
    if isinstance(result.exception, Exception):
        raise result.exception
    return result.stdout_bytes, result.return_value


def test_the_command_tells_the_last_month_in_dutch(office: Office, trail: Trail) -> None:
    output, code = run(office)
    said = output.decode()
    assert code == 0
    assert "maart 2027" in said
    assert "Gekeken zonder reden" in said
    assert "  jan " in said
    assert "Nog niet afgetekend" in said


@pytest.mark.parametrize("form", ["text", "json", "pdf"])
def test_of_a_month_before_there_was_a_trail_nothing_is_said_to_be_well(
    office: Office, clock: ManualClock, form: str
) -> None:
    Trail(office.state, clock).note("visit.list", actor="staff:jan")
    with pytest.raises(NoTrail, match="Portier was er nog niet"):
        run(office, "--format", form)
    with pytest.raises(NoTrail, match="yet to come"):
        run(office, "--month", "2027-05", "--format", form, "--language", "en")


def test_a_month_without_a_line_says_so_and_no_more(office: Office, clock: ManualClock) -> None:
    trail = Trail(office.state, clock)
    trail.note("visit.list", actor="staff:jan")
    clock.advance(days=62)
    trail.note("visit.list", actor="staff:jan")
    said = run(office)[0].decode()
    assert "Van deze maand staat geen regel in het logboek." in said
    assert ("valt niets op" in said, "heel" in said) == (False, False)


def test_the_command_gives_it_to_a_machine(office: Office, trail: Trail) -> None:
    made = json.loads(run(office, "--month", "2027-03", "--format", "json")[0])
    assert made["people"][0]["minutes"] == 1
    assert made["by_hour"][10] == 2
    assert [found["kind"] for found in made["findings"]] == ["no_reason"]


def test_the_paper_holds_the_same(office: Office, trail: Trail, tmp_path: object) -> None:
    from io import BytesIO  # noqa: PLC0415

    reader = pypdf.PdfReader(BytesIO(run(office, "--format", "pdf", "--language", "en")[0]))
    said = " ".join("".join(page.extract_text() for page in reader.pages).split())
    assert "Looked without a reason" in said
    assert "March 2027" in said
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_too_much_to_read_is_cut_off_and_says_so(office: Office, clock: ManualClock) -> None:
    trail = Trail(office.state, clock)
    for number in range(210):
        trail.note("account.add", actor="os:root", about=f"name-{number:03}")
    clock.advance(days=31)
    said = run(office)[0].decode()
    assert ("name-199" in said, "name-200" in said, "En nog 10" in said) == (True, False, True)
    assert len(json.loads(run(office, "--format", "json")[0])["findings"]) == 210


def test_a_broken_trail_ends_with_another_code(office: Office, trail: Trail) -> None:
    day = office.state.audit / "2027-03-02.jsonl"
    day.write_text(day.read_text().replace("entree", "keuken", 1))
    output, code = run(office)
    assert (code, "beschadigd" in output.decode()) == (70, True)


def test_nothing_is_written_into_the_state_directory(office: Office, trail: Trail) -> None:
    with pytest.raises(UsageRefused):
        run(office, "--output", str(office.state.directory / "review.txt"))
