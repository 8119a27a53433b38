"""Key slots: the one place where the key of an epoch stands, and where destroying it destroys what it sealed.

Each stream has one preallocated file in two copies. A slot holds a plain header and the private half of its
epoch, wrapped to the reader key; so a writer needs the header only, and cannot read back what it wrote. The
bytes are described in docs/formats.md, the rules in DESIGN.md section 3 ("Slots"):

1. The slot is on disk, synced, before the first byte sealed under it.
2. Erasing marks the intent in both copies, then writes a tombstone over both, and reads them back.
3. Doubt means erased: a tombstone or an intent in either copy outweighs a live header in the other.
4. A new epoch takes an empty slot or the oldest tombstone, never a live one.
5. A deadline in place only moves earlier.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import count

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from retention.base.errors import DiskRefused, EpochErased, NoFreeSlot, SealBroken
from retention.base.hpke import forget, seal, unseal
from retention.base.slot import INTENT, INTENT_OFFSET, Slot, agree, live_image, parse, tombstone_image
from retention.base.slotcopies import Copies
from retention.base.state import CAMERA_STREAM, State

__all__ = ["Slot", "SlotFile", "capacity_of", "streams"]


NEIGHBOURS = 4


def capacity_of(stream: str) -> int:
    """How many epochs a stream can hold: four days of minutes and a third more for a camera."""
    return 8192 if stream.startswith(CAMERA_STREAM) else 256


class SlotFile:
    """The slots of one stream. Any number of processes may hold one; each call reads what is on disk."""

    def __init__(self, state: State, stream: str, *, waits: bool = True) -> None:
        """`waits`: as for the copies; the reaper does not."""
        self.stream = stream
        self.capacity = capacity_of(stream)
        self._copies = Copies(state, stream, self.capacity, waits=waits)
        self.paths = self._copies.paths
        self._seen: dict[int, int] = {}  # place: a print of the bytes that `news` found there
        self._bells: list[bytes] = []

    def claim(self, epoch: int, deadline: datetime, reader: X25519PublicKey) -> Slot:
        """The live slot of `epoch`, made and synced where there is none.

        Raises EpochErased when this epoch was erased before, NoFreeSlot when every slot is live.
        """
        self._copies.follow()
        found = self.find(epoch)
        if found is not None:
            return found
        with self._copies.claiming():
            places = self._places(epoch)
            ours = (slot for slot in places if slot.epoch == epoch and slot.kind not in ("empty", "damaged"))
            match = next((slot for slot in ours if not _before_its_time(slot)), None)
            if match is not None and match.kind == "live":
                return match
            if match is not None:
                raise EpochErased(
                    f"the key of epoch {epoch} of {self.stream} is destroyed: nothing is sealed under it again"
                )
            return self._take(places, epoch, deadline, reader)

    def claim_new(
        self, earliest: int, deadline: datetime, reader: X25519PublicKey, private: X25519PrivateKey | None = None
    ) -> Slot:
        """A slot of its own: of the first epoch from `earliest` on that no slot of a small stream bears.

        With `private`, the key of another epoch stands here too, under another term: so a case is renewed, for a
        deadline in place only moves earlier. Raises NoFreeSlot when every slot is live.
        """
        self._copies.follow()
        with self._copies.claiming():
            places = list(self._all())
            taken = {slot.epoch for slot in places if slot.kind != "empty"}
            epoch = next(number for number in count(earliest) if number not in taken)
            return self._take(places, epoch, deadline, reader, private)

    def find(self, epoch: int) -> Slot | None:
        """The live slot of `epoch`, or None."""
        if not self.exists():
            return None
        return next((slot for slot in self._places(epoch) if slot.kind == "live" and slot.epoch == epoch), None)

    def of(self, epoch: int) -> Slot | None:
        """The slot of `epoch`, live or what its erasure left; None where it never had one, or that is used again."""
        if not self.exists():
            return None
        found = [slot for slot in self._places(epoch) if slot.epoch == epoch and slot.kind not in ("empty", "damaged")]
        return next((slot for slot in found if slot.kind == "live"), found[0] if found else None)

    def live(self) -> list[Slot]:
        """Every live slot, by epoch."""
        return sorted((slot for slot in self.slots() if slot.kind == "live"), key=lambda slot: slot.epoch)

    def slots(self) -> list[Slot]:
        """Every slot as both copies together tell it; none where there is no file."""
        self._copies.follow()
        return list(self._all()) if self.exists() else []

    def at(self, index: int) -> Slot:
        """What stands at one place now."""
        return self._read(index)

    def news(self, first: int, count: int) -> Iterator[Slot]:
        """Of places in a row, those that do not hold what the last call for them found."""
        for index, raws in enumerate(self._copies.read_row(first, count), first):
            seen = hash(raws)
            if self._seen.get(index) != seen:
                self._seen[index] = seen
                yield self._agreed(raws, index)

    def has_moved(self) -> bool:
        """Whether, since the last call, the files were replaced or a deadline was brought forward: all is news then."""
        moved = self._copies.follow()
        before, self._bells = self._bells, self._copies.bells()
        if moved:
            self._seen = {}
        return moved or before != self._bells

    def open(self, epoch: int, reader: X25519PrivateKey, now: datetime) -> X25519PrivateKey:
        """The private half of an epoch, for a reader; EpochErased when it is gone or `now` is past its deadline."""
        slot = self.find(epoch)
        if slot is None or now >= slot.deadline:
            raise EpochErased(f"epoch {epoch} of {self.stream} is past its term: its key is destroyed")
        return self.unwrap(slot, reader)

    def opens(self, reader: X25519PrivateKey) -> bool:
        """Whether this is the key of any live epoch."""
        for slot in self.live():
            with suppress(SealBroken):
                self.unwrap(slot, reader)
                return True
        return False

    @staticmethod
    def unwrap(slot: Slot, reader: X25519PrivateKey) -> X25519PrivateKey:
        """The private half that a live slot holds; SealBroken where it is not this reader's."""
        raw = unseal(reader, slot.wrapped, slot.info)
        try:
            return X25519PrivateKey.from_private_bytes(raw)
        finally:
            forget(raw)

    def bring_forward(self, epoch: int, deadline: datetime) -> None:
        """Let a live epoch die sooner; a later deadline than the one in force changes nothing."""
        with self._copies.claiming():
            slot = self.find(epoch)
            if slot is None or deadline >= slot.deadline:
                return
            if self._write_again(slot, replace(slot, deadline=deadline)):
                self._copies.ring()  # for the reaper, which knows this place by its old deadline

    def mark(self, slot: Slot, *, early: bool = False) -> bool:
        """Erase, first half: after this is synced the epoch counts as erased, whatever comes next.

        False where its place holds another epoch by now: somebody erased it meanwhile. One that is due waits for
        nobody who hangs; one that is to go early does, and the answer is False.
        """
        with self._copies.place(slot.index) as alone:
            wanted = (alone or not early) and self._still_holds(slot)
            if wanted:
                self._copies.erase(slot.index, INTENT, INTENT_OFFSET)
        return wanted

    def bury(self, slot: Slot, at: datetime) -> bool:
        """Erase, second half: a tombstone over both copies, synced and read back; False as `mark` says it."""
        with self._copies.place(slot.index):
            wanted = self._still_holds(slot)
            if wanted:
                self._bury(slot, at)
        return wanted

    def erase(self, epoch: int, at: datetime) -> None:
        """Destroy the key of an epoch; a second call changes nothing."""
        for slot in self.slots():
            if slot.epoch == epoch and slot.kind in ("live", "intended") and self.mark(slot):
                self.bury(slot, at)

    def bury_damaged(self, at: datetime) -> int:
        """Overwrite every slot that is unreadable in both copies; how many there were."""
        return sum(self.overwrite(slot.index, at) for slot in self.slots() if slot.kind == "damaged")

    def overwrite(self, index: int, at: datetime) -> bool:
        """Overwrite a place if it is unreadable in both copies.

        Looked at again while nobody writes there: who claims it makes it look damaged in mid-write. What opens nothing
        can wait for the next pass, where somebody is at work.
        """
        with self._copies.place(index) as alone:
            slot = self._read(index)
            damaged = alone and slot.kind == "damaged"
            if damaged:
                self._bury(slot, at)
        return damaged

    def mend(self, now: datetime) -> int:
        """Write a live slot that one copy lost into that copy again; how many there were.

        Only where neither copy is a tombstone or intended and the deadline lies ahead (rule 3), after the reaper. Each
        place is looked at again while nobody else writes there; a claimer who hangs holds up nobody.
        """
        return sum(self._write_again(slot, slot) for slot in self.torn(now))

    def restore(self) -> None:
        """Make a copy of the file that was lost, for `mend` to fill; raises as `Copies.restore`."""
        self._copies.restore()

    def torn(self, now: datetime) -> list[Slot]:
        """The live slots that one copy lost."""
        rows = enumerate(self._copies.read_row(0, self.capacity)) if self.exists() else ()
        torn = (self._agreed(raws, index) for index, raws in rows if raws.count(raws[0]) < len(raws))
        return [slot for slot in torn if slot.kind == "live" and now < slot.deadline and not self._whole(slot)]

    def exists(self) -> bool:
        """Whether the stream has slots at all."""
        return self._copies.exists()

    def close(self) -> None:
        """Let go of the files; the next call opens them again."""
        self._copies.close()

    def _make(
        self, free: Slot, epoch: int, deadline: datetime, reader: X25519PublicKey, private: X25519PrivateKey | None
    ) -> Slot:
        private = private or X25519PrivateKey.generate()
        slot = Slot(
            stream=self.stream,
            index=free.index,
            kind="live",
            epoch=epoch,
            generation=free.generation + 1,
            deadline=deadline,
            first_deadline=deadline,
            public_bytes=private.public_key().public_bytes_raw(),
        )
        raw = private.private_bytes_raw()
        wrapped = seal(reader, raw, slot.info)
        forget(raw)
        return replace(slot, wrapped=wrapped)

    def _take(
        self,
        places: list[Slot],
        epoch: int,
        deadline: datetime,
        reader: X25519PublicKey,
        private: X25519PrivateKey | None = None,
    ) -> Slot:
        """A new key in the first empty place; else in that of the oldest tombstone whose reaper is done with it."""
        free = [slot for slot in places if slot.kind in ("empty", "tombstone")]
        for old in sorted(free, key=lambda slot: (slot.kind == "tombstone", slot.erased_at or slot.deadline)):
            with self._copies.place(old.index) as alone:
                if alone and self._read(old.index) == old:
                    slot = self._make(old, epoch, deadline, reader, private)
                    self._copies.write(slot.index, live_image(slot))
                    return slot
        raise NoFreeSlot(f"the slots of {self.stream} are live: see what is due (portier retention due)")

    def _write_again(self, slot: Slot, image_of: Slot) -> bool:
        """Write over a live slot, unless it is being erased: what was erased never comes back."""
        with self._copies.place(slot.index) as alone:
            lives = alone and self._read(slot.index) == slot
            if lives:
                self._copies.write(slot.index, live_image(image_of))
        return lives

    def _still_holds(self, slot: Slot) -> bool:
        """Whether a place holds the key that was found there; another reaper and a claimer may have been faster."""
        now = self._read(slot.index)
        return now.kind in ("live", "intended") and now.same_key_as(slot)

    def _bury(self, slot: Slot, at: datetime) -> None:
        image = tombstone_image(slot, at)
        self._copies.erase(slot.index, image)
        self._copies.verify(slot.index, image)

    def _all(self) -> Iterator[Slot]:
        return (self._agreed(raws, index) for index, raws in enumerate(self._copies.read_row(0, self.capacity)))

    def _read(self, index: int) -> Slot:
        """A place as both copies tell it."""
        return self._agreed(self._copies.read(index), index)

    def _agreed(self, raws: Sequence[bytes | None], index: int) -> Slot:
        first, second = raws[0], raws[-1]  # the copy that is left speaks for both
        if first == second and first is not None:
            return parse(first, self.stream, index)
        return agree(self._parsed(first, index), self._parsed(second, index))

    def _parsed(self, raw: bytes | None, index: int) -> Slot:
        return Slot(self.stream, index, "damaged") if raw is None else parse(raw, self.stream, index)

    def _whole(self, slot: Slot) -> bool:
        return all(self._parsed(raw, slot.index) == slot for raw in self._copies.read(slot.index))

    def _places(self, epoch: int) -> list[Slot]:
        """The slots in which an epoch may stand.

        A camera's minute has a few neighbouring places, so that a claim costs the same however much is kept; a clock
        that jumped may have filled the first of them. Every other stream is small: any place will do.
        """
        if not self.stream.startswith(CAMERA_STREAM):
            return list(self._all())
        return [self._read((epoch // 60 + step) % self.capacity) for step in range(NEIGHBOURS)]


def _before_its_time(slot: Slot) -> bool:
    """Whether a minute's key was made and destroyed before the minute began: by a clock that ran ahead.

    Then the minute itself is still to come, and gets a key of its own.
    """
    if slot.kind != "tombstone" or slot.erased_at is None or not slot.stream.startswith(CAMERA_STREAM):
        return False
    return slot.erased_at.timestamp() < slot.epoch


def streams(state: State) -> list[str]:
    """The streams that have slots, by name. DiskRefused where that cannot be told."""
    try:
        found = {path.name.removesuffix(".copy") for path in state.keys.iterdir()}
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DiskRefused(f"{state.keys} cannot be read ({error.strerror}): see to the disk and its rights") from error
    return sorted(name.removesuffix(".slots") for name in found if name.endswith(".slots") and not name.startswith("."))
