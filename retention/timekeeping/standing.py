"""How the clocks of a machine stand to trusted time at one moment, for whoever shows it: command and desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

from retention.base.clock import read
from retention.base.command import Office
from retention.base.trusted import AGREED, TrustedTime

Stand = Literal["agrees", "ahead", "behind", "unknown"]


@dataclass(frozen=True)
class Standing:
    """`ahead`: of the system clock, negative where it is behind. `since`, `counts_in`: the wait, while there is one.

    `offset` tells this clock from itself after it was set: who confirms it, confirms it as they saw it.
    """

    trusted: datetime
    system: datetime
    ahead: timedelta
    state: Stand
    since: datetime | None
    counts_in: timedelta | None
    hardware: datetime | None
    vouched: bool
    synchronised: bool
    offset: float

    @property
    def doubt(self) -> timedelta:
        """How far ahead, where that is doubtful."""
        return self.ahead if self.state == "ahead" else timedelta(0)

    @classmethod
    def of(cls, office: Office) -> Self:
        """As it is now."""
        time = TrustedTime(office.state, office.clock)
        ahead, waiting = time.ahead(), time.waiting()
        state: Stand = "ahead" if ahead > AGREED else "behind" if ahead < -AGREED else "agrees"
        return cls(
            trusted=time.for_destroying(),
            system=office.clock.now(),
            ahead=ahead,
            state=state if time.known() or state == "ahead" else "unknown",
            since=waiting[0] if waiting and state == "ahead" else None,
            counts_in=waiting[1] if waiting and state == "ahead" else None,
            hardware=office.clock.hardware(),
            vouched=time.vouched(),
            synchronised=office.clock.synchronised(),
            offset=read(office.clock).offset,
        )
