"""The bar: every random edit of receipts, digests and trail is found, by Portier and by the verifier of docs/."""

import random
import shutil
from pathlib import Path

import pytest

from bench.evidence import examine, write
from retention.base.audit import Trail
from retention.base.clock import SystemClock
from retention.base.state import State
from retention.evidence.chain import Chain
from retention.evidence.signing import DayKeys
from retention.evidence.verify import Known, verify
from tests.support.bars import Bars
from tests.support.clock import ManualClock
from tests.support.edits import Forger, stand_alone
from tests.support.evidence import EvidenceSite

FAST, FULL = 150, 10_000


class Ring:
    """A site with a week of evidence, a head that was kept elsewhere, and a forger with the disk in hand."""

    def __init__(self, state: State, clock: ManualClock, tmp_path: Path, seed: int) -> None:
        self.site = EvidenceSite(state, clock)
        self.site.hours(60, step=4)
        self._copy(tmp_path / "older")
        self.site.hours(60, step=4)
        clock.advance(days=1)
        self.site.reap()
        self.site.keep()  # the head of this digest covers all there is
        self._copy(tmp_path / "copy")
        self.clock = clock
        self.first, self.head = self.site.first_key(), self.site.head()
        (held,) = DayKeys(state).held()
        self.forger = Forger(tmp_path / "copy", tmp_path / "older", held.private, random.Random(seed))
        self.state = State(tmp_path / "copy")
        self.script = stand_alone()

    def _copy(self, to: Path) -> None:
        for name in ("evidence", "audit"):
            shutil.copytree(self.site.state.directory / name, to / name)
        chain = Chain(State(to))
        for day in chain.days():
            chain.trim(day)  # places nobody used yet would only take time to compare

    def problems(self) -> list[str]:
        known = Known((self.first,), (self.head,))
        return verify(self.state, Trail(self.state, self.clock), known).problems

    def problems_by_script(self) -> list[str]:
        found, _ = self.script.verify(self.state.directory, [self.first], [self.head])
        assert isinstance(found, list)
        return found

    def unseen(self, count: int) -> list[str]:
        """Edits that one of both did not find."""
        missed = []
        for _ in range(count):
            told = self.forger.edit()
            for who, found in (("portier", self.problems()), ("the script", self.problems_by_script())):
                if not found:
                    missed.append(f"{who}: {told}")
            self.forger.restore()
        return missed


def test_random_edits_are_all_found(state: State, clock: ManualClock, tmp_path: Path) -> None:
    ring = Ring(state, clock, tmp_path, seed=4)
    assert (ring.problems(), ring.problems_by_script()) == ([], [])
    assert ring.unseen(FAST) == []
    assert (ring.problems(), ring.problems_by_script()) == ([], [])


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_ten_thousand_random_edits_are_all_found(state: State, clock: ManualClock, tmp_path: Path, bars: Bars) -> None:
    unseen = Ring(state, clock, tmp_path, seed=2027).unseen(FULL)
    print(*unseen, sep="\n")  # which, where the bar is missed
    bars.at_most(f"of {FULL} random edits of the evidence, unseen", len(unseen), 0)


@pytest.mark.slow
def test_forty_thousand_receipts_are_verified_in_two_seconds(state: State, bars: Bars) -> None:
    write(state, 40_000)
    clock, took = SystemClock(), []
    for _ in range(3):  # the best of three: others may use the machine too
        before = clock.monotonic()
        verdict = examine(state)
        took.append(clock.monotonic() - before)
    assert (verdict.problems, verdict.receipts) == ([], 40_001)
    bars.at_most("40,000 receipts verified", min(took), 2, "s")
