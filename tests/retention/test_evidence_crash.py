"""A crash at any change of the disk while evidence is kept: the next start goes on, and all of it verifies."""

from itertools import count

from retention.base.state import State
from retention.evidence.signing import DayKeys
from tests.support.clock import ManualClock
from tests.support.crash import PowerCut, power_goes_at
from tests.support.evidence import EvidenceSite


def _dies(site: EvidenceSite, call: int) -> bool:
    """A pass of the reaper and a turn of the keeper at a new day, cut at one change of the disk."""
    try:
        with power_goes_at(call):
            site.reap()
            site.keep()
    except PowerCut:
        return True
    return False


def test_a_crash_at_any_change_of_the_disk_leaves_evidence_that_verifies(state: State, clock: ManualClock) -> None:
    site = EvidenceSite(state, clock)
    site.keep()
    first = site.first_key()
    for call in count():
        site.make()
        site.keep()
        clock.advance(days=1)
        died = _dies(site, call)
        site.start()
        site.reap()
        clock.advance(minutes=5)
        site.keep()
        verdict = site.verdict(first=first)
        assert verdict.problems == [], f"after a crash at change {call}"
        assert len(DayKeys(state).held()) == 1
        if not died:
            break
    assert call > 20
    clock.advance(days=1)
    site.reap()
    site.keep()
    newest = site.archive.newest()
    assert newest is not None
    assert newest.body is not None
    assert newest.body["open"]["count"] <= 1
