"""Keeps trusted time: what the retention service does about it each minute, and what it says of it.

Takes what two people confirmed at the desk, writes the floor, owes the trail nothing, and brings back deadlines that
a clock which ran ahead put too far off.
"""

import logging
from datetime import timedelta
from typing import Final

from retention.base.audit import Trail, system_actor
from retention.base.command import Office
from retention.base.errors import DiskRefused
from retention.base.health import Problem, lasting
from retention.base.translations import N_
from retention.base.trusted import TrustedTime
from retention.timekeeping.clamp import clamp
from retention.timekeeping.confirmation import REFUSED, Confirmations

log = logging.getLogger("portier.retention")
BEHIND: Final = timedelta(minutes=5)


class Timekeeper:
    """One in the retention service; each call reads what is on disk."""

    def __init__(self, office: Office, trusted: TrustedTime) -> None:
        self._office, self._trusted = office, trusted
        self._trail = Trail(office.state, office.clock)
        self._confirmations = Confirmations(office.state, office.clock)
        self._compared = False
        self._clamp_due = True  # nobody knows what happened while the service was down

    def wake(self) -> None:
        """A new floor. Raises DiskRefused; trusted time goes on all the same, by the floor there is."""
        if not self._compared and self._trusted.known():
            self._trusted.compare_with_disk()
        self._compared = True
        self._take_confirmation()
        self._trusted.advance()
        self.tell()

    def tell(self) -> None:
        """Write into the trail what it is owed: at least once, also through a crash."""
        untold = self._trusted.untold()
        for one in untold:
            log.warning("%s %s %s", one.act, one.about, one.category)
            self._trail.note(one.act, actor=system_actor(), about=one.about, category=one.category)
        if untold:
            self._clamp_due = True
            self._trusted.told()

    def clamp(self) -> list[str]:
        """Bring deadlines back if the clock was ever set, once no doubt is left; what could not be done."""
        if not self._clamp_due or self._trusted.doubt() or not self._trusted.known():
            return []
        failures = clamp(self._office, self._trusted.for_destroying())
        self._clamp_due = bool(failures)
        return failures

    def problems(self) -> list[Problem]:
        """What endangers a promise."""
        ahead = self._trusted.ahead()
        if not self._trusted.known():
            return [Problem("P2", N_("trusted time cannot be read from the disk: `portier clock status`"))]
        if doubt := self._trusted.doubt():
            sentence = N_(
                "the clock is %(ahead)s ahead of trusted time; what that makes old is hidden and not yet destroyed. "
                "Is the clock right? Then two people confirm it at the desk, at Clock (`portier clock status`)"
            )
            return [Problem("P2", sentence, {"ahead": lasting(doubt)})]
        if -ahead > BEHIND:
            sentence = N_("the clock is %(behind)s behind trusted time: set the clock right (`portier clock status`)")
            return [Problem("P7", sentence, {"behind": lasting(-ahead)})]
        return []

    def _take_confirmation(self) -> None:
        try:
            refused = self._confirmations.take()
        except OSError as error:
            raise DiskRefused(
                f"what two people confirmed in run/ cannot be taken ({error.strerror}): see to its rights"
            ) from error
        if refused:
            self._trail.note(REFUSED, actor=system_actor(), category=refused)
        elif refused is not None:
            self._trusted.confirm("two_people")


def whole(span: timedelta) -> str:
    """A span in whole seconds, for people."""
    return str(timedelta(seconds=round(span.total_seconds())))
