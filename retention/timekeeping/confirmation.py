"""The word of two people at the desk that the system clock is right, and how it reaches retention.

One account proposes, another confirms within a quarter of an hour; each is noted in the trail before the file is
written. The desk writes no floor: it leaves `run/clock-confirmed.json`, which retention takes at its next wake, if
two different accounts stand behind it in the trail and the clock was not set since.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from retention.base.audit import Trail
from retention.base.clock import Clock, Reading, read
from retention.base.errors import UsageRefused
from retention.base.files import replace_file
from retention.base.state import State
from retention.base.translations import N_
from retention.base.trusted import STEP

WITHIN: Final = timedelta(minutes=15)
PROPOSED, CONFIRMED, REFUSED = "clock.proposed", "clock.confirmed", "clock.confirmation_refused"
NOT_PROPOSED = N_("Nobody asked for this in the last quarter of an hour, or the clock was set since. Begin anew.")
SET_MEANWHILE = N_("The clock was set meanwhile. Look at it again.")
NOT_YOURSELF = N_("You asked for this yourself. Another colleague must confirm it, logged in with their own account.")


class ConfirmationRefused(UsageRefused):
    """A confirmation that does not count; the message says why, for the desk to translate."""


@dataclass(frozen=True)
class Proposal:
    """One account says that the clock is right; `offset`, `boot_id` and `boottime` tell which clock, and when."""

    actor: str
    offset: float
    boot_id: str
    boottime: float


@dataclass(frozen=True)
class Confirmation:
    """Two accounts say it."""

    actors: tuple[str, str]
    offset: float
    boot_id: str
    boottime: float


class Confirmations:
    """Proposals and confirmations in one state directory."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._clock, self._trail = clock, Trail(state, clock)
        self._proposed, self._confirmed = state.run / "clock-proposed.json", state.run / "clock-confirmed.json"

    def proposed(self) -> Proposal | None:
        """What somebody proposed, while it still counts."""
        found = _read(self._proposed)
        with suppress(TypeError, ValueError):
            proposal = Proposal(**found)
            return proposal if self._holds(proposal) else None
        return None

    def propose(self, actor: str, seen: float) -> None:
        """The first of two, who saw the clock with the offset `seen`; it takes the place of an older proposal."""
        at = self._as_seen(seen)
        self._trail.note(PROPOSED, actor=actor, about=f"{at.offset:.0f}")
        proposal = Proposal(actor, at.offset, at.boot_id, at.boottime)
        replace_file(self._proposed, json.dumps(asdict(proposal)).encode(), 0o660)

    def confirm(self, actor: str, seen: float) -> None:
        """The second of two, who saw the same clock.

        Raises ConfirmationRefused where that is the first again, or there is no first.
        """
        proposal = self.proposed()
        if proposal is None:
            raise ConfirmationRefused(NOT_PROPOSED)
        if proposal.actor == actor:
            raise ConfirmationRefused(NOT_YOURSELF)
        at = self._as_seen(seen)
        self._trail.note(CONFIRMED, actor=actor, about=f"{proposal.offset:.0f}")
        confirmed = Confirmation((proposal.actor, actor), proposal.offset, at.boot_id, at.boottime)
        replace_file(self._confirmed, json.dumps(asdict(confirmed)).encode(), 0o660)
        self._proposed.unlink(missing_ok=True)

    def is_confirmed(self) -> bool:
        """Whether retention has yet to take a confirmation."""
        return self._confirmed.exists()

    def take(self) -> str | None:
        """For retention: take the confirmation away. Empty when it counts, else why it does not; None where none is."""
        if not self._confirmed.exists():
            return None
        found = _read(self._confirmed)
        self._confirmed.unlink(missing_ok=True)
        try:
            confirmation = Confirmation(**found)
            first, second = map(str, confirmation.actors)
            holds = self._holds(confirmation)
        except (TypeError, ValueError):
            return "unreadable"
        if first == second:
            return "one_account"
        if not holds:
            return "clock_set_or_late"
        return "" if self._on_record(first, second, f"{confirmation.offset:.0f}") else "not_in_the_trail"

    def _as_seen(self, seen: float) -> Reading:
        at = read(self._clock)
        if not abs(at.offset - seen) <= STEP:
            raise ConfirmationRefused(SET_MEANWHILE)
        return at

    def _holds(self, said: Proposal | Confirmation) -> bool:
        """Whether it was said of the clock as it runs now, and not long ago."""
        at = read(self._clock)
        age = at.boottime - float(said.boottime)
        same = said.boot_id == at.boot_id and abs(at.offset - float(said.offset)) <= STEP
        return same and 0 <= age <= WITHIN.total_seconds()

    def _on_record(self, first: str, second: str, about: str) -> bool:
        since = self._clock.now() - 2 * WITHIN
        noted = {(entry.act, entry.actor) for entry in self._trail.entries(since) if entry.about == about}
        return {(PROPOSED, first), (CONFIRMED, second)} <= noted


def _read(path: Path) -> dict[str, Any]:
    """The object in a file; an empty one where there is none."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
