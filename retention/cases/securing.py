"""Securing the footage of a case: file by file, resumable, with little memory; and the account of what is missing."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from retention.base.errors import EpochErased, SealBroken
from retention.base.sealed import SealedFile, Unlocked
from retention.base.slots import Slot, SlotFile
from retention.base.state import State, camera_stream
from retention.base.translations import N_
from retention.cases.case import Case, Missing
from retention.cases.errors import NoSuchCase
from retention.cases.keys import Keys
from retention.cases.originals import Original, originals
from retention.cases.reseal import Film, Span, finished, label_of, seal_anew, uncovered
from retention.cases.shelf import Shelf

Progress = Callable[[float], None]
GONE = N_("This case is not there any more: it was released, or it has ended.")


class Securing:
    """Makes the sealed files of cases. Whoever calls holds the shelf's hand."""

    def __init__(self, state: State, shelf: Shelf, keys: Keys, reader: X25519PrivateKey, film: Film) -> None:
        self._state, self._shelf, self._keys, self._reader, self._film = state, shelf, keys, reader, film

    def secure(self, case: Case, now: Callable[[], datetime], progress: Progress | None) -> tuple[Missing, ...]:
        """Seal all of the span that opens; what is missing in the end.

        Raises DiskRefused: what was made stays, and a second call goes on. NoSuchCase when it was released meanwhile.
        """
        private = self._keys.open(case.epoch, now())
        done = self._finished(case, private)
        todo = [one for camera in case.cameras for one in originals(self._state, camera, case.start, case.end, now())]
        with ExitStack() as stack:
            for camera in case.cameras:
                stack.enter_context(self._film.held(camera, case.start, case.end))
            for number, original in enumerate(todo, 1):
                slot = self._keys.find(case.epoch, now())
                if slot is None:
                    raise NoSuchCase(GONE)
                with suppress(EpochErased, SealBroken, FileNotFoundError):  # it died or went while we worked
                    self._seal(case, slot, original, done, now())
                if progress:
                    progress(number / len(todo))
        return tuple(self._missing(case, private))

    def _seal(self, case: Case, slot: Slot, original: Original, done: set[str], now: datetime) -> None:
        if not case.is_decided and original.deadline < slot.deadline:
            return  # until a second person decides, nothing outlives its own term
        unlocked = self._open(original, now)
        if unlocked.file.file_id.hex() not in done:
            seal_anew(self._shelf.folder, slot, unlocked, original.camera, (case.start, case.end), self._film)

    def _open(self, original: Original, now: datetime) -> Unlocked:
        file, slots = SealedFile(original.path), SlotFile(self._state, camera_stream(original.camera))
        try:
            return file.unlock(slots.open(file.epoch, self._reader, now))
        finally:
            slots.close()

    def _finished(self, case: Case, private: X25519PrivateKey) -> set[str]:
        """The files of footage that are secured already; what was begun and not finished is taken away."""
        done = set[str]()
        for path in self._shelf.films(case.epoch):
            label = finished(path, private)
            if label is None:
                path.unlink(missing_ok=True)
            else:
                done.add(label.file)
        return done

    def _missing(self, case: Case, private: X25519PrivateKey) -> list[Missing]:
        """What of the span no file of the case covers, and why."""
        covered: dict[str, list[Span]] = {camera: [] for camera in case.cameras}
        for path in self._shelf.films(case.epoch):
            camera, spans = _shown(path, private)
            covered.setdefault(camera, []).extend(spans)
        return [
            told
            for camera in case.cameras
            for begin, end in uncovered((case.start, case.end), covered[camera])
            for told in self._told(camera, begin, end)
        ]

    def _told(self, camera: str, start: datetime, end: datetime) -> list[Missing]:
        """A hole by its causes: the footage's own gaps, and else damage."""
        gaps = [
            Missing(camera, max(begin, start), min(finish, end), cause)
            for begin, finish, cause in self._film.gaps(camera, start, end)
            if begin < end and finish > start
        ]
        rest = uncovered((start, end), [(one.start, one.end) for one in gaps])
        return sorted([*gaps, *(Missing(camera, *span, "damaged") for span in rest)], key=lambda one: one.start)


def _shown(path: Path, private: X25519PrivateKey) -> tuple[str, list[Span]]:
    try:
        file = SealedFile(path)
        label, _ = label_of(file.unlock(private).chunk(0))
    except (SealBroken, OSError):
        return "", []
    return label.camera, [(place.first, place.last) for place in file.chunks[1:]]
