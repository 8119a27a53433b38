"""Cases: who may decide what, until when, and that nothing outlives what was decided."""

import os
from datetime import timedelta

import pytest

from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.slots import SlotFile
from retention.base.state import CASES
from retention.cases.cases import ASKED, PROPOSALS
from retention.cases.errors import CaseBusy, CaseRefused, NoSuchCase
from retention.cases.shelf import Shelf
from retention.reaper import Reaper
from retention.texts import Texts
from tests.retention.casework import CAMERA, Casework, everything
from tests.support.clock import ManualClock

DAY = timedelta(days=1)


@pytest.fixture
def work(office: Office) -> Casework:
    return Casework(office)


def test_a_case_holds_whole_groups_that_the_span_needs_and_no_more(work: Casework, clock: ManualClock) -> None:
    begin = clock.now()
    work.film(begin, 2)
    clock.advance(minutes=5)

    number = work.proposed(begin + timedelta(seconds=10), seconds=60)

    assert work.seconds(number) == [*range(8, 60), *range(10)]
    assert work.find(number).case.missing == ()


def test_what_is_proposed_dies_with_the_first_of_its_originals(work: Casework, clock: ManualClock) -> None:
    begin = clock.now()
    work.film(begin, 2)
    clock.advance(hours=90)

    number = work.proposed(begin, seconds=120)

    assert work.find(number).deadline == begin + timedelta(hours=96)
    clock.advance(hours=6)
    Reaper(work.state).step(clock.now())
    assert work.cases.find(number) is None
    assert everything(work.state.cases) == []


def test_what_is_proposed_dies_after_a_day_at_the_latest(work: Casework, clock: ManualClock) -> None:
    work.film(clock.now())
    clock.advance(minutes=2)
    number = work.proposed(clock.now() - timedelta(minutes=2))
    assert work.find(number).deadline == clock.now() + DAY


def test_a_second_person_gives_it_28_days_and_the_original_dies_on_its_day(work: Casework, clock: ManualClock) -> None:
    begin = clock.now()
    work.film(begin)
    clock.advance(minutes=2)
    number = work.proposed(begin)
    clock.advance(hours=1)

    case = work.cases.confirm(number, by="staff:els")

    assert work.find(number).deadline == case.placed.at + 28 * DAY
    assert work.find(number).state == "kept"
    clock.advance(days=4)
    Reaper(work.state).step(clock.now())
    assert list(work.state.footage.rglob("*.seg")) == []
    assert work.seconds(number) == list(range(60))
    assert work.live() == [case.epoch]
    clock.advance(days=24)
    Reaper(work.state).step(clock.now())
    assert (work.cases.find(number), work.live(), everything(work.state.cases)) == (None, [], [])


def test_one_person_does_not_take_the_places_of_all(work: Casework, clock: ManualClock) -> None:
    work.film(clock.now())
    span = clock.now(), clock.now() + timedelta(minutes=1)
    clock.advance(minutes=5)
    for _ in range(PROPOSALS):
        work.cases.propose([CAMERA], *span, category="incident", reason="a fall", by="staff:jan")
    with pytest.raises(CaseRefused):
        work.cases.propose([CAMERA], *span, category="incident", reason="a fall", by="staff:jan")
    work.cases.propose([CAMERA], *span, category="incident", reason="a fall", by="staff:fatima")


def test_nobody_confirms_what_they_placed_themselves_or_twice(work: Casework, clock: ManualClock) -> None:
    work.film(clock.now())
    clock.advance(minutes=2)
    number = work.proposed(clock.now() - timedelta(minutes=2), by="staff:jan")

    with pytest.raises(CaseRefused, match="Somebody else must confirm"):
        work.cases.confirm(number, by="staff:jan")
    work.cases.confirm(number, by="staff:els")
    with pytest.raises(CaseRefused, match="confirmed already"):
        work.cases.confirm(number, by="staff:kim")


def test_what_is_not_yet_secured_or_about_to_die_is_not_confirmed(work: Casework, clock: ManualClock) -> None:
    begin = clock.now()
    work.film(begin)
    clock.advance(minutes=2)
    case = work.cases.propose([CAMERA], begin, clock.now(), category="incident", reason="a fall", by="staff:jan")
    with pytest.raises(CaseBusy):
        work.cases.confirm(case.number, by="staff:els")
    work.cases.secure(case.number)
    clock.advance(DAY - timedelta(seconds=50))
    with pytest.raises(CaseRefused, match="too late"):
        work.cases.confirm(case.number, by="staff:els")


def test_it_is_renewed_twice_with_a_reason_each_time_and_still_opens(work: Casework, clock: ManualClock) -> None:
    work.film(clock.now())
    clock.advance(minutes=2)
    number = work.kept(clock.now() - timedelta(minutes=2))
    for _ in range(2):
        clock.advance(27 * DAY)
        case = work.cases.renew(number, reason="the police asked for more time", by="staff:els")
        assert work.find(number).deadline == clock.now() + 28 * DAY
        assert work.seconds(number) == list(range(60))
        assert work.live() == [case.epoch]

    with pytest.raises(CaseRefused, match="cannot be renewed again"):
        work.cases.renew(number, reason="once more", by="staff:els")
    with pytest.raises(NoSuchCase):
        work.cases.renew("00000000", reason="none", by="staff:els")


def test_a_proposal_is_not_renewed_nor_anything_without_a_reason(work: Casework, clock: ManualClock) -> None:
    work.film(clock.now())
    clock.advance(minutes=2)
    number = work.proposed(clock.now() - timedelta(minutes=2))
    with pytest.raises(CaseRefused, match="two people"):
        work.cases.renew(number, reason="why not", by="staff:els")
    work.cases.confirm(number, by="staff:els")
    with pytest.raises(CaseRefused, match="why"):
        work.cases.renew(number, reason="  ", by="staff:els")


def test_what_is_released_is_destroyed_at_once(work: Casework, clock: ManualClock) -> None:
    work.film(clock.now())
    clock.advance(minutes=2)
    number = work.kept(clock.now() - timedelta(minutes=2))

    assert work.cases.release(number, reason="it was nothing", by="staff:jan") == []

    assert (work.cases.find(number), work.live(), everything(work.state.cases)) == (None, [], [])
    with pytest.raises(NoSuchCase):
        work.cases.release(number, reason="again", by="staff:jan")


def test_every_step_is_in_the_trail_with_the_mark_of_its_reason_only(work: Casework, clock: ManualClock) -> None:
    work.film(clock.now())
    clock.advance(minutes=2)
    number = work.kept(clock.now() - timedelta(minutes=2))
    work.cases.renew(number, reason="the police asked", by="staff:els", through="os:root")
    work.cases.release(number, reason="it was nothing", by="staff:jan")

    entries = list(Trail(work.state, clock).entries())
    assert [(one.act, one.actor, one.category, one.about) for one in entries] == [
        ("case.place", "staff:jan", "incident", number),
        ("case.confirm", "staff:els", "incident", number),
        ("case.renew", "staff:els", "os:root", number),
        ("case.release", "staff:jan", "incident", number),
    ]
    texts = Texts(work.state, clock)
    assert [texts.read(one.text, work.reader) for one in entries if one.text] == [
        "a fall at the door",
        "the police asked",
        "it was nothing",
    ]
    assert all(b"fall" not in path.read_bytes() for path in work.state.audit.glob("*.jsonl"))


def test_what_a_person_asked_for_needs_no_second_and_lives_as_the_request_does(
    work: Casework, clock: ManualClock
) -> None:
    begin = clock.now()
    work.film(begin)
    clock.advance(minutes=2)
    until = clock.now() + timedelta(weeks=10)

    case = work.cases.freeze([CAMERA], begin, clock.now(), request="0a1b", by="staff:jan", deadline=until)

    standing = work.find(case.number)
    assert (standing.state, standing.deadline, case.category) == ("asked", until, ASKED)
    assert work.seconds(case.number) == list(range(60))
    work.cases.shorten(case.number, until - 28 * DAY, by="staff:jan")
    work.cases.shorten(case.number, until, by="staff:jan")  # never later again
    assert work.find(case.number).deadline == until - 28 * DAY
    with pytest.raises(CaseRefused, match="ten weeks"):
        work.cases.freeze([CAMERA], begin, clock.now(), request="x", by="staff:jan", deadline=until + DAY)
    with pytest.raises(CaseRefused, match="confirmed already"):
        work.cases.confirm(case.number, by="staff:els")


@pytest.mark.parametrize(
    ("span", "camera", "words"),
    [((1, 2), "entree", "lies ahead"), ((-1, -2), "entree", "before it begins"), ((-2, -1), "attic", "no such camera")],
)
def test_a_span_that_cannot_be_meant_is_refused(
    work: Casework, clock: ManualClock, span: tuple[int, int], camera: str, words: str
) -> None:
    work.film(clock.now() - timedelta(minutes=5))
    start, end = (clock.now() + timedelta(minutes=one) for one in span)
    with pytest.raises(CaseRefused, match=words):
        work.cases.propose([camera], start, end, category="incident", reason="x", by="staff:jan")


def test_a_span_of_which_nothing_is_left_is_refused_and_leaves_nothing(work: Casework, clock: ManualClock) -> None:
    begin = clock.now()
    work.film(begin)
    clock.advance(hours=96)
    with pytest.raises(CaseRefused, match="no footage of that time"):
        work.proposed(begin)
    assert work.live() == []


def test_minutes_that_nobody_could_confirm_in_time_are_left_out_and_the_rest_is_kept(
    work: Casework, clock: ManualClock
) -> None:
    begin = clock.now()
    work.film(begin, 5)
    clock.advance(hours=95, minutes=59)

    number = work.proposed(begin, seconds=300)

    assert work.find(number).case.start == begin + timedelta(minutes=2)
    assert work.find(number).deadline == begin + timedelta(hours=96, minutes=2)
    assert len(work.seconds(number)) == 180


def test_what_root_made_first_the_desk_may_lock_and_replace(work: Casework, clock: ManualClock) -> None:
    work.film(clock.now())
    clock.advance(minutes=2)
    before = os.umask(0o077)
    try:
        work.kept(clock.now() - timedelta(minutes=2))
    finally:
        os.umask(before)
    kept = [path for path in work.state.cases.iterdir() if path.suffix != ".seg"]
    assert {path.name: f"{path.stat().st_mode & 0o777:o}" for path in kept} == {path.name: "660" for path in kept}


def test_two_cases_in_one_second_have_a_key_each(work: Casework, clock: ManualClock) -> None:
    begin = clock.now()
    work.film(begin)
    clock.advance(minutes=2)
    one, other = work.proposed(begin), work.proposed(begin)

    work.cases.release(one, reason="not this one", by="staff:jan")

    assert work.seconds(other) == list(range(60))


def test_with_every_slot_live_a_case_is_refused_in_a_sentence(work: Casework, clock: ManualClock) -> None:
    begin = clock.now()
    work.film(begin)
    clock.advance(minutes=2)
    slots = SlotFile(work.state, CASES)
    for _ in range(slots.capacity):
        slots.claim_new(int(begin.timestamp()), clock.now() + DAY, work.reader.public_key())
    with pytest.raises(CaseRefused, match="as many cases as can be kept"):
        work.proposed(begin)
    assert Shelf(work.state).records() == []


def test_a_clock_that_jumps_ahead_hides_a_case_and_destroys_nothing(work: Casework, clock: ManualClock) -> None:
    begin = clock.now()
    work.film(begin)
    clock.advance(minutes=2)
    number = work.kept(begin)
    clock.step(days=40)

    assert work.find(number).state == "ended"
    with pytest.raises(NoSuchCase):
        work.cases.renew(number, reason="more", by="staff:els")
    clock.step(days=-40)
    assert work.find(number).state == "kept"


def test_the_end_of_a_case_is_in_the_trail_whoever_ended_it(work: Casework, clock: ManualClock) -> None:
    begin = clock.now()
    work.film(begin)
    clock.advance(minutes=2)
    lapsed, ended = work.proposed(begin), work.kept(begin)
    clock.advance(DAY)
    for _ in range(2):
        Reaper(work.state).step(clock.now())
        work.cases.tidy()
    clock.advance(27 * DAY)
    Reaper(work.state).step(clock.now())
    work.cases.tidy()

    found = [(one.act, one.about, one.actor) for one in Trail(work.state, clock).entries()]
    assert found[-2:] == [("case.lapse", lapsed, "portier"), ("case.end", ended, "portier")]
