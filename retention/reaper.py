"""The reaper: destroys what has reached its term. It needs the slot files and a trusted clock, nothing else.

It holds no key that opens anything, opens no database, reads no configuration and waits for no camera. The steps
are those of DESIGN.md section 3 ("Slots", rule 2), each idempotent; a crash between any two is finished by the next
pass. One failure never keeps it from the next erasure: failures are collected and told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from retention.base.clock import from_microseconds
from retention.base.errors import PortierError, SealBroken
from retention.base.files import changed_at, sync_folder
from retention.base.sealed import SealedFile
from retention.base.slots import SlotFile, streams
from retention.base.state import CAMERA_STREAM, State
from retention.due import Due, due
from retention.evidence.receipts import Receipts
from retention.rules import FOOTAGE_CEILING, LEAD


@dataclass
class Swept:
    """What one pass did: epochs erased, files unlinked, and sentences on what would not go."""

    erased: list[Due] = field(default_factory=list)
    unlinked: int = 0
    failures: list[str] = field(default_factory=list)


class Reaper:
    """Erases by slots alone; made anew or kept, it remembers nothing that matters."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._files: dict[str, SlotFile] = {}
        self.receipts = Receipts(state)

    def step(self, trusted: datetime) -> Swept:
        """Destroy all that is due at `trusted`, in every stream there is."""
        swept = Swept(failures=self.receipts.flush(trusted))
        for stream in self._streams(swept):
            try:
                self._reap(self._slots(stream), trusted, swept)
            except PortierError as error:
                swept.failures.append(str(error))
            except OSError as error:
                swept.failures.append(f"the slots of {stream} cannot be read ({error.strerror}): see to the disk")
        return swept

    def sweep_leftovers(self) -> Swept:
        """Unlink every data file that no live slot opens any more: a crash or a failed unlink left it behind.

        Files are listed before slots are read, and a slot is made before its file: what lives is never taken.
        """
        swept = Swept()
        files = self._state.data_files()
        if files and not (self._state.keys / "reader.pub").exists():
            swept.failures.append(
                f"{self._state.keys} holds no public key: is its disk there? Nothing is swept meanwhile"
            )
            return swept
        for stream, epoch, path in files:
            if self._is_dead(stream, epoch, swept) and not self._is_misfiled(stream, path, swept):
                self._unlink([path], swept)
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
        failures = []
        for stream in streams(self._state):
            try:
                self._slots(stream).mend(now)
            except PortierError as error:
                failures.append(str(error))
        return failures

    def oldest_deadline(self) -> datetime | None:
        """The deadline that comes first among all live epochs: in the past, it is how late the reaper is."""
        live = (slot.deadline for stream in streams(self._state) for slot in self._slots(stream).live())
        return min(live, default=None)

    def evict(self, stream: str, epoch: int, at: datetime) -> Swept:
        """Destroy an epoch before its deadline, to make room, by the same steps; a second call changes nothing."""
        swept, slots = Swept(), self._slots(stream)
        slot = slots.find(epoch)
        if slot is not None and slots.mark(slot, early=True):
            self._bury(slots, Due(slot, "room"), at, swept)
        return swept

    def _reap(self, slots: SlotFile, trusted: datetime, swept: Swept) -> None:
        found = due(slots.slots(), trusted)
        for item in found:
            if item.why == "deadline":
                slots.mark(item.slot)  # rule 2: the intent, synced in both copies
        for item in found:
            if item.why != "damaged":
                self._bury(slots, item, trusted, swept)
        damaged = [item for item in found if item.why == "damaged"]
        if damaged and slots.bury_damaged(trusted) == len(damaged):  # else their receipts follow from their tombstones
            for item in damaged:
                swept.failures += self.receipts.erased(item.slot, item.why, trusted)

    def _bury(self, slots: SlotFile, item: Due, at: datetime, swept: Swept) -> None:
        if slots.bury(item.slot, at):  # rule 2: tombstones, synced and read back; else another reaper was faster
            swept.erased.append(item)
            self._unlink(self._state.data_of(slots.stream, item.slot.epoch), swept)  # then the data
            swept.failures += self.receipts.erased(item.slot, item.why, at)  # then the receipt, which keeps nobody

    def _unlink(self, paths: Iterable[Path], swept: Swept) -> None:
        folders: set[Path] = set()
        for path in paths:
            try:
                path.unlink(missing_ok=True)
                folders.add(path.parent)
                swept.unlinked += 1
            except OSError as error:
                swept.failures.append(
                    f"{path} stays behind, unreadable ({error.strerror}): see to the disk and its rights; tried again"
                )
        for folder in folders:
            try:
                sync_folder(folder)
            except OSError as error:
                swept.failures.append(f"{folder} cannot be synced ({error.strerror}): see to the disk")

    def _is_dead(self, stream: str, epoch: int, swept: Swept) -> bool:
        try:
            return self._slots(stream).find(epoch) is None
        except (PortierError, OSError) as error:
            # Slots that cannot be read prove nothing: the file stays until they can.
            swept.failures.append(f"the slots of {stream} cannot be read ({error}): see to the disk")
            return False

    def _is_misfiled(self, stream: str, path: Path, swept: Swept) -> bool:
        """Whether a file's head names a minute that lives: somebody moved it, and the recorder puts it back."""
        try:
            file = SealedFile(path) if stream.startswith(CAMERA_STREAM) else None
        except SealBroken:
            return False
        return (
            file is not None
            and file.stream in streams(self._state)
            and not self._is_dead(file.stream, file.epoch, swept)
        )

    def _streams(self, swept: Swept) -> list[str]:
        try:
            return streams(self._state)
        except OSError as error:
            swept.failures.append(
                f"{self._state.keys} cannot be read ({error.strerror}): see to the disk and its rights"
            )
            return []

    def _slots(self, stream: str) -> SlotFile:
        return self._files.setdefault(stream, SlotFile(self._state, stream))


def quarantined_until(path: Path) -> datetime:
    """The deadline of a file in quarantine; of one that somebody else put there, four days after it was changed."""
    latest, told = changed_at(path) + FOOTAGE_CEILING, path.name.partition("-")[0]
    if told.isascii() and told.isdecimal() and len(told) <= 11:
        return min(latest, from_microseconds(int(told) * 1_000_000))
    return latest
