"""Keeps the evidence: notes what was made, makes lost receipts anew, signs a digest of each day that is over.

The retention service does it in its slow thread, by trusted time; it needs no database, network or reader key. All of
it may be done twice, by two processes, or late: the chain itself says where it stands.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from retention.base.audit import Trail
from retention.base.clock import Clock
from retention.base.errors import PortierError
from retention.base.files import locked
from retention.base.health import Problem
from retention.base.slots import streams
from retention.base.state import CAMERA_STREAM, State
from retention.base.translations import N_
from retention.evidence.archive import Archive
from retention.evidence.chain import Chain
from retention.evidence.line import Line, begun
from retention.evidence.looker import Looker
from retention.evidence.reading import Reading, start
from retention.evidence.signer import ONE, Signer
from retention.rules import DIGEST, RECEIPT

PLACES_A_DAY: Final = 4_096  # a camera makes and erases 2,880 minutes a day
PATIENCE: Final = 5.0
LATE: Final = timedelta(hours=1)


class Keeper:
    """One per site; a second one does no harm."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._chain, self._archive = Chain(state), Archive.of(state)
        self._signer = Signer(state, self._archive, Trail(state, clock))
        self._looker = Looker(state)
        self._reading: Reading | None = None
        self._failures: list[str] = []
        self.problems: tuple[Problem, ...] = ()  # what is wrong with the evidence, as of the last turn

    def turn(self, now: datetime, latest: datetime, doubt: timedelta) -> None:
        """All that is to be done at trusted time `now`; what cannot be done is a problem, and done later."""
        self._failures = []
        today = now.astimezone(UTC).date()
        self._guarded(lambda: self._make_room(today))
        self._guarded(lambda: self._keep(today, now, latest, doubt))
        self._guarded(lambda: self._forget(now))
        due = (now - LATE).astimezone(UTC).date() - ONE
        signed = self._signer.stand.day or min(self._chain.days(), default=due + ONE) - ONE
        self.problems = tuple(self._found(late=signed < due))

    def _found(self, *, late: bool) -> Iterator[Problem]:
        yield from (Problem("P2", N_("evidence: %(what)s"), {"what": failure}) for failure in self._failures[:3])
        if self._reading is not None and self._reading.book.problems:
            yield Problem("P6", N_("the chain of receipts is broken: `portier audit verify` says where"))
        if late:
            yield Problem("P6", N_("the signed digest of a day is late: see the log of retention"))
        if self._signer.is_keyless:
            yield Problem(
                "P6", N_("the key that signs the digests is gone: a new one begins visibly, read docs/operate.md")
            )

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except PortierError as error:
            self._failures.append(str(error))
        except OSError as error:
            self._failures.append(f"{self._archive.folder} cannot be written ({error.strerror}): see to the disk")

    def _make_room(self, today: date) -> None:
        """Places for today and tomorrow, so that receipts can be written on a disk that is full."""
        cameras = sum(stream.startswith(CAMERA_STREAM) for stream in streams(self._state))
        for day in (today, today + ONE):
            self._chain.make_room(day, (cameras + 1) * PLACES_A_DAY)

    def _keep(self, today: date, now: datetime, latest: datetime, doubt: timedelta) -> None:
        with locked(self._state.evidence / ".keeper"):
            self._signer.look()
            signed = self._signer.stand.day
            if self._reading is None:
                self._reading = Reading(self._chain, self._archive)
                if signed is not None and signed < self._chain.end().day:
                    self._chain.trim(signed)  # what a crash after its digest left undone
            reading = self._reading
            lines: list[Line] = self._looker.lacking(reading.on(signed), now, latest)
            self._failures += self._looker.failures
            if self._chain.end().day < today:
                lines.insert(0, begun(now))
            if lines:
                self._chain.add(lines, now, patience=PATIENCE)
                reading.on(signed)
            for day in self._signer.sign_days(reading, min(self._chain.end().day, today), now, doubt):
                self._chain.trim(day)

    def _forget(self, now: datetime) -> None:
        """Receipts and digests that have reached their term go, oldest first; what was open stays noted."""
        for day in self._chain.days():
            if _end(day) + RECEIPT > now or self._archive.digest(day) is None:
                break
            book = start(self._archive)
            opened = self._archive.opened()
            if opened is None or day > opened[0]:
                book.read(day, self._chain.body(day))
                self._archive.keep_open(day, book.listing())
            self._chain.path(day).unlink(missing_ok=True)
        for day in self._archive.days():
            if _end(day) + DIGEST > now:
                break
            self._archive.reduce(day)


def _end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + ONE
