"""A site that makes and erases keys for some days, quickly, and keeps its evidence; no camera is needed for that."""

from dataclasses import dataclass, field
from datetime import timedelta

from retention.base.audit import Trail
from retention.base.readerkey import public_half
from retention.base.slots import Slot, SlotFile
from retention.base.state import CALAMITIES, State
from retention.evidence.archive import Archive
from retention.evidence.keeper import Keeper
from retention.evidence.verify import Known, Verdict, verify
from retention.reaper import Reaper
from tests.support.clock import ManualClock

NO_DOUBT = timedelta()


@dataclass
class EvidenceSite:
    """What retention does, by hand: `hour` makes keys, reaps, and keeps the evidence."""

    state: State
    clock: ManualClock
    stream: str = CALAMITIES
    lives: timedelta = timedelta(hours=20)
    reaper: Reaper = field(init=False)
    keeper: Keeper = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """The service, started (again)."""
        self.reaper, self.keeper = Reaper(self.state), Keeper(self.state, self.clock)
        self.slots = SlotFile(self.state, self.stream)

    def make(self, lives: timedelta | None = None) -> Slot:
        """A key that dies after a while."""
        now = self.clock.now()
        return self.slots.claim(int(now.timestamp()), now + (lives or self.lives), public_half(self.state))

    def keep(self) -> None:
        self.keeper.turn(self.clock.now(), self.clock.now(), NO_DOUBT)

    def reap(self) -> list[str]:
        return self.reaper.step(self.clock.now()).failures

    def hours(self, count: int, step: int = 5) -> None:
        """So many hours: every few of them a key is made, what is due erased, and a look noted in the trail."""
        trail = Trail(self.state, self.clock)
        for _ in range(0, count, step):
            self.make()
            trail.note("footage.look", actor="desk:ann", about="entree")
            self.keep()
            self.clock.advance(hours=step)
            self.reap()
        self.keep()

    @property
    def archive(self) -> Archive:
        return Archive.of(self.state)

    def first_key(self) -> str:
        return self.archive.first_keys()[0]

    def head(self) -> tuple[int, str]:
        """What was mailed to the privacy officer last."""
        newest = self.archive.newest()
        assert newest is not None
        return newest.number, newest.hash

    def verdict(self, *heads: tuple[int, str], first: str | None = None) -> Verdict:
        known = Known((first or self.first_key(),), heads or (self.head(),))
        return verify(self.state, Trail(self.state, self.clock), known)
