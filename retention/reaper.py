"""The reaper: destroys what has reached its term. It needs the slot files and a trusted clock, nothing else.

It holds no key that opens anything, opens no database, reads no configuration and waits for no camera. The steps
are those of DESIGN.md section 3 ("Slots", rule 2), each idempotent; a crash between any two is finished by the next
pass. One failure never keeps it from the next step or the next erasure: failures are collected, told, tried again.
"""

from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from retention.base.clock import from_microseconds
from retention.base.errors import DiskRefused, PortierError, SealBroken, TryAgain
from retention.base.files import changed_at
from retention.base.sealed import SealedFile
from retention.base.slots import Slot, SlotFile, streams
from retention.base.state import CAMERA_STREAM, CASES, State
from retention.due import Due, Why
from retention.evidence.receipts import Receipts
from retention.removals import Removals
from retention.rules import FOOTAGE_CEILING, LEAD
from retention.watch import Watch


@dataclass
class Swept:
    """What one pass did: epochs erased, files unlinked, and sentences on what would not go."""

    erased: list[Due] = field(default_factory=list)
    unlinked: int = 0
    failures: list[str] = field(default_factory=list)

    def tell(self, failure: str) -> None:
        """Add a sentence that does not stand there yet."""
        if failure not in self.failures:
            self.failures.append(failure)

    def tell_all(self, failures: Iterable[str]) -> None:
        for failure in failures:
            self.tell(failure)


class Reaper:
    """Erases by slots alone. Made anew or kept, it destroys the same: what it remembers only saves it from looking."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._watches: dict[str, Watch] = {}
        self._removals = Removals()
        self.receipts = Receipts(state)

    def step(self, trusted: datetime) -> Swept:
        """Destroy all that is due at `trusted`, in every stream there is, then try anew what would not be unlinked."""
        swept = Swept()
        swept.tell_all(self.receipts.flush(trusted))
        for stream in self._streams(swept):
            with self._going_on(stream, swept):
                self._reap(self._watch(stream), trusted, swept)
        swept.unlinked += self._removals.again()
        swept.failures += self._removals.failures()
        return swept

    def sweep_leftovers(self) -> Swept:
        """Unlink every data file that no live slot opens any more: a crash left it behind.

        Files are listed before slots are read, and a slot is made before its file: what lives is never taken.
        """
        swept = Swept()
        try:
            files = self._state.data_files()
        except OSError as error:
            swept.failures.append(f"{self._state.directory} cannot be read ({error.strerror}): see to the disk")
            return swept
        if files and not (self._state.keys / "reader.pub").exists():
            swept.failures.append(
                f"{self._state.keys} holds no public key: is its disk there? Nothing is swept meanwhile"
            )
            return swept
        live = {stream: self._live(stream, swept) for stream in {stream for stream, _, _ in files}}
        dead = [(stream, path) for stream, epoch, path in files if epoch not in live[stream]]
        self._unlink([path for stream, path in dead if not self._is_misfiled(stream, path, swept)], swept)
        return swept

    def sweep_quarantine(self, trusted: datetime) -> Swept:
        """Unlink what was found among the footage, is none of it, and has reached its deadline: its name tells it."""
        swept = Swept()
        try:
            # A folder that somebody put there goes file by file: what stands in it may show people too.
            inside = (path for path in self._state.quarantine.rglob("*") if path.is_symlink() or not path.is_dir())
            due = [path for path in inside if quarantined_until(path) <= trusted + LEAD]
        except OSError as error:
            swept.failures.append(f"{self._state.quarantine} cannot be read ({error.strerror}): see to its rights")
        else:
            self._unlink(due, swept)
        return swept

    def mend(self, now: datetime) -> list[str]:
        """Give each slot that one copy lost its second copy again; sentences on what could not be mended.

        Only ever after a pass of `step` at the same time: doubt means erased, and erasing goes first.
        """
        swept = Swept()
        for stream in self._streams(swept):
            with self._going_on(stream, swept):
                slots = self._slots(stream)
                with suppress(TryAgain):  # who makes the other copy is at it
                    slots.restore()
                slots.mend(now)
        return swept.failures

    def oldest_deadline(self) -> datetime | None:
        """The deadline that comes first among all that lived after the last step: in the past, it is how late it is."""
        known = (watch.oldest() for watch in self._watches.values())
        return min((deadline for deadline in known if deadline is not None), default=None)

    def evict(self, stream: str, epoch: int, at: datetime, why: Why = "room") -> Swept:
        """Destroy an epoch before its deadline by the same steps: for room, or since people let it go (`early`).

        A second call changes nothing.
        """
        swept, slots = Swept(), self._slots(stream)
        slot = slots.find(epoch)
        if slot is not None and slots.mark(slot, early=True):
            self._bury(slots, Due(slot, why), at, swept)
        swept.unlinked += self._removals.again()
        swept.failures += self._removals.failures()
        return swept

    def _reap(self, watch: Watch, trusted: datetime, swept: Swept) -> None:
        slots, found = watch.slots, watch.due(trusted)
        for item in found:
            if item.why == "deadline":
                with self._going_on(slots.stream, swept):
                    slots.mark(item.slot)  # rule 2: the intent, synced in both copies
        for item in found:
            with self._going_on(slots.stream, swept):
                if item.why == "damaged":
                    self._overwrite(slots, item, trusted, swept)
                else:
                    self._bury(slots, item, trusted, swept)

    def _overwrite(self, slots: SlotFile, item: Due, at: datetime, swept: Swept) -> None:
        """A place that opens nothing: nobody knows which data it was the key of."""
        if slots.overwrite(item.slot.index, at):
            swept.tell_all(self.receipts.erased(item.slot, item.why, at))

    def _bury(self, slots: SlotFile, item: Due, at: datetime, swept: Swept) -> None:
        buried = faster = False
        with self._going_on(slots.stream, swept):
            buried = slots.bury(item.slot, at)  # rule 2: tombstones, synced and read back
            faster = not buried
        if buried:
            swept.erased.append(item)
        if not faster:  # a disk that refuses a tombstone may still let the data go
            self._unlink(self._state.data_of(slots.stream, item.slot.epoch), swept)  # then the data
        if buried:  # then the receipt, which keeps nobody
            heir = None
            with self._going_on(slots.stream, swept):
                heir = _heir(slots, item.slot)
            swept.tell_all(self.receipts.erased(item.slot, item.why, at, heir))

    def _unlink(self, paths: list[Path], swept: Swept) -> None:
        swept.unlinked += self._removals.take(paths)

    @contextmanager
    def _going_on(self, stream: str, swept: Swept) -> Iterator[None]:
        """What fails in here is told, and keeps nothing after it from being done."""
        try:
            yield
        except PortierError as error:
            swept.tell(str(error))
        except OSError as error:
            swept.tell(f"the slots of {stream} cannot be read ({error.strerror}): see to the disk")

    def _live(self, stream: str, swept: Swept) -> Container[int]:
        """The epochs that live. Slots that cannot be read prove nothing: then every epoch may."""
        with self._going_on(stream, swept):
            return {slot.epoch for slot in self._slots(stream).live()}
        return _EVERY

    def _is_misfiled(self, stream: str, path: Path, swept: Swept) -> bool:
        """Whether a file's head names a minute that lives: somebody moved it, and the recorder puts it back."""
        try:
            file = SealedFile(path) if stream.startswith(CAMERA_STREAM) else None
        except SealBroken:
            return False
        alive = file is not None
        if file is not None:
            with self._going_on(file.stream, swept):
                known = file.stream in streams(self._state)
                alive = known and self._slots(file.stream).find(file.epoch) is not None
        return alive

    def _streams(self, swept: Swept) -> list[str]:
        """Those that have slots. One that had some and has them no more was taken away, not overwritten: it is told."""
        try:
            found = streams(self._state)
        except DiskRefused as error:
            swept.tell(str(error))
            return []
        for stream in self._watches.keys() - set(found):
            swept.tell(
                f"the slots of {stream} are gone from {self._state.keys} without being overwritten: "
                "is its disk there? If they were meant to go, start this service anew"
            )
        return found

    def _watch(self, stream: str) -> Watch:
        if stream not in self._watches:
            self._watches[stream] = Watch(self._slots(stream))
        return self._watches[stream]

    def _slots(self, stream: str) -> SlotFile:
        """Made for a moment, unless it is watched: what it holds open is closed with it."""
        watch = self._watches.get(stream)
        return watch.slots if watch else SlotFile(self._state, stream, waits=False)


def _heir(slots: SlotFile, slot: Slot) -> Slot | None:
    """Another slot that holds the key of an erased one: a case got another term, and nothing was destroyed yet."""
    if slots.stream != CASES or not slot.public_bytes:
        return None
    holds = (other for other in slots.slots() if other.kind in ("live", "intended"))
    return next((other for other in holds if other.public_bytes == slot.public_bytes), None)


class _Every:
    """Holds whatever it is asked for."""

    def __contains__(self, _: object) -> bool:
        return True


_EVERY: Final = _Every()


def quarantined_until(path: Path) -> datetime:
    """The deadline of a file in quarantine; of one that somebody else put there, four days after it was changed."""
    latest, told = changed_at(path) + FOOTAGE_CEILING, path.name.partition("-")[0]
    if told.isascii() and told.isdecimal() and len(told) <= 11:
        return min(latest, from_microseconds(int(told) * 1_000_000))
    return latest
