"""Evidence of cases: a key that got another term moved and was not destroyed, and no receipt says that it was."""

from datetime import date, timedelta
from typing import Any

import pytest

from retention.base.command import Office
from retention.base.slots import SlotFile
from retention.base.state import CASES
from retention.evidence.chain import Chain
from retention.evidence.follow import follow
from retention.evidence.line import GENESIS, Line
from retention.evidence.wording import REDERIVED, doubts
from retention.reaper import Reaper
from tests.retention.casework import Casework, cut_at
from tests.support.clock import ManualClock
from tests.support.edits import stand_alone
from tests.support.evidence import EvidenceSite

DAY = date(2027, 3, 2)


@pytest.fixture
def work(office: Office) -> Casework:
    return Casework(office)


@pytest.fixture
def site(office: Office, clock: ManualClock) -> EvidenceSite:
    site = EvidenceSite(office.state, clock)
    site.keep()
    return site


def proposed(work: Casework, clock: ManualClock) -> str:
    work.film(clock.now())
    clock.advance(minutes=2)
    return work.proposed(clock.now() - timedelta(minutes=2))


def lines(site: EvidenceSite) -> list[Line]:
    found = follow(Chain(site.state).body(DAY), 0, GENESIS)
    return [line for _, line in found if isinstance(line, Line) and line.stream == CASES]


def whys(site: EvidenceSite) -> list[str]:
    return [line.why for line in lines(site) if line.kind == "erased"]


def figures(site: EvidenceSite, clock: ManualClock) -> Any:
    """Those of the day, once it is signed and both verifiers agree with it."""
    clock.advance(days=1)
    site.reap()
    site.keep()
    assert site.verdict().problems == []
    problems, _ = stand_alone().verify(site.state.directory, [site.first_key()], [site.head()])
    assert problems == []
    digest = site.archive.digest(DAY)
    assert digest is not None
    assert digest.body is not None
    assert [sentence for sentence, _ in doubts(digest) if "noted" in sentence] == []
    return digest.body["figures"]


def test_a_case_that_is_confirmed_moves_its_key_and_destroys_none(
    work: Casework, site: EvidenceSite, clock: ManualClock
) -> None:
    number = proposed(work, clock)
    before = work.find(number).case.epoch
    work.cases.confirm(number, by="staff:els")
    assert whys(site) == ["moved"]
    assert work.seconds(number) != []
    moved = next(line for line in lines(site) if line.why == "moved")
    after = work.find(number).case.epoch
    assert (moved.epoch, moved.heir[3]) == (before, after)
    told = figures(site, clock)
    assert (told["moved"], told["erased"].get(CASES, 0), told["unnoted"]) == ({CASES: 1}, 0, 0)


def test_a_case_that_is_released_is_destroyed(work: Casework, site: EvidenceSite, clock: ManualClock) -> None:
    number = proposed(work, clock)
    work.cases.confirm(number, by="staff:els")
    clock.advance(minutes=1)
    work.cases.release(number, by="staff:els", reason="no-longer-needed")
    assert whys(site) == ["moved", "early"]
    assert figures(site, clock)["erased"][CASES] == 1


def test_a_power_cut_while_a_key_moves_never_makes_it_destroyed(
    work: Casework, site: EvidenceSite, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes next finishes the move: the desk's tidying, or a reaper that finds an erasure begun."""
    came, cuts = True, 0
    while came and cuts < 60:
        number = proposed(work, clock)
        cases = work.cases
        came = cut_at(cuts, monkeypatch, lambda cases=cases, number=number: cases.confirm(number, by="staff:els"))  # type: ignore[misc]
        if cuts % 2:
            Reaper(site.state).step(clock.now())
        work.cases.tidy()
        cuts += 1
    assert cuts > 5
    alive = {slot.public_bytes for slot in SlotFile(site.state, CASES).live()}
    assert len(alive) == cuts  # every case, confirmed or still proposed, opens
    clock.advance(minutes=5)
    site.keep()
    assert set(whys(site)) == {"moved", "rederived"}
    told = figures(site, clock)  # what retention did not see before the crash is a doubt, never certain
    assert told["erased"][CASES] == told["why"]["rederived"] == whys(site).count("rederived")
    digest = site.archive.digest(DAY)
    assert digest is not None
    assert REDERIVED in [sentence for sentence, _ in doubts(digest)]


@pytest.mark.parametrize("to", [(8, 4, 1), (7, 3, 1), (0, 0, 0)])
def test_a_key_that_moved_to_nowhere_or_itself_is_found_by_both_verifiers(
    site: EvidenceSite, clock: ManualClock, to: tuple[int, int, int]
) -> None:
    moved = Line("erased", "moved", CASES, 7, 0, 0, 3, 1, GENESIS, to=to)
    Chain(site.state).add([moved], clock.now())
    assert any("key moved" in problem for problem in site.verdict((1, "0" * 64)).problems)
    problems, _ = stand_alone().verify(site.state.directory, [site.first_key()], [])
    assert any("key moved" in problem for problem in problems)
