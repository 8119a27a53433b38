"""Receipts of a day to come, put there or left by a clock that ran ahead: no day is signed before it is over."""

from datetime import date

from retention.base.state import State
from retention.evidence.line import LINE_BYTES, file_head
from tests.support.clock import ManualClock
from tests.support.evidence import EvidenceSite


def test_no_day_is_signed_before_it_is_over(state: State, clock: ManualClock) -> None:
    site, ahead = EvidenceSite(state, clock), date(2060, 1, 1)
    site.hours(50)
    body = b"x" * LINE_BYTES + bytes(5_000 * LINE_BYTES)
    (state.evidence / f"{ahead}.receipts").write_bytes(file_head(ahead) + body)
    site.start()
    for _ in range(3):
        site.keep()
    assert site.archive.days()[-1] < clock.now().date()
