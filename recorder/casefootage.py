"""The recorder's side of cases: what it knows of footage that sealing anew needs, and reading a case as footage.

A case is read by the very code that reads footage, from the files of the case and under its key: nothing past its end
is returned, reaper or no reaper.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from recorder.footage import Footage
from recorder.footprints import Footprint, epoch_in
from recorder.history import History
from recorder.keyring import Keyring
from recorder.room.holds import Holds
from recorder.timeline import Interval
from recorder.video import boxes
from retention.base.command import Office
from retention.base.errors import EpochErased, PortierError, SealBroken
from retention.base.sealed import SealedFile, Unlocked
from retention.base.state import CASES
from retention.base.trusted import TrustedTime
from retention.cases.case import Case
from retention.cases.cases import Cases
from retention.cases.reseal import Label, label_of, uncovered
from retention.cases.shelf import Shelf


def cases_of(office: Office, reader: X25519PrivateKey) -> Cases:
    """The cases of a site, for whoever holds the reader key."""
    return Cases(office, reader, CaseFilm(office))


class CaseFilm:
    """Key frames, gaps and holds, as `retention.cases` asks for them."""

    def __init__(self, office: Office) -> None:
        self._state, self._trusted = office.state, TrustedTime(office.state, office.clock)
        self._history = History(office.state, office.clock, office.config.retention.footage)

    def begins_group(self, media: bytes) -> bool:
        return boxes.head_of(media).key

    def gaps(self, camera: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime, str]]:
        intervals = self._history.timeline(camera, start, end)
        return [(one.start, one.end, str(one.cause)) for one in intervals if one.state == "gap"]

    @contextmanager
    def held(self, camera: str, start: datetime, end: datetime) -> Iterator[None]:
        """A list of holds that cannot be read holds everything already."""
        holds, number = Holds(self._state, camera), ""
        with suppress(PortierError):
            number = holds.place(start, end, "incident", self._trusted.for_destroying()).number
        try:
            yield
        finally:
            if number:
                with suppress(PortierError):
                    holds.release(number)


class CaseFootage(Footage):
    """One case, read like the footage of a site. Made anew when the case is renewed."""

    def __init__(self, office: Office, reader: X25519PrivateKey, case: Case) -> None:
        super().__init__(office, reader)
        self.case = case
        self._shelf = Shelf(office.state)
        self._keys = CaseKeyring(office.state, office.clock, reader)
        self._known: dict[str, tuple[Label, Footprint] | None] = {}

    def timeline(self, camera: str, start: datetime, end: datetime) -> list[Interval]:
        """What is kept of the case's span, and what is missing from it and why."""
        span = max(start.astimezone(UTC), self.case.start), min(end.astimezone(UTC), self.case.end)
        missing = [
            one for one in self.case.missing if one.camera == camera and one.end > span[0] and one.start < span[1]
        ]
        gaps = [Interval(max(one.start, span[0]), min(one.end, span[1]), "gap", one.cause) for one in missing]
        kept = uncovered(span, [(one.start, one.end) for one in gaps]) if span[0] < span[1] else ()
        return sorted([*gaps, *(Interval(*one, "recorded") for one in kept)], key=lambda one: one.start)

    def begin(self, camera: str) -> datetime | None:
        """When the first picture that is kept of a camera was taken."""
        return next((one.start for one in self._from(camera, datetime.min.replace(tzinfo=UTC))), None)

    def _from(self, camera: str, at: datetime) -> Iterator[Footprint]:
        found = [self._look(path) for path in self._shelf.films(self.case.epoch)]
        of_camera = [one for label, one in filter(None, found) if label.camera == camera and one.end > at]
        yield from sorted(of_camera, key=lambda one: one.start)

    def _look(self, path: Path) -> tuple[Label, Footprint] | None:
        """What a file of the case covers, and of which camera; it never changes once it is whole."""
        if path.name not in self._known:
            self._known[path.name] = self._read(path)
        return self._known[path.name]

    def _read(self, path: Path) -> tuple[Label, Footprint] | None:
        try:
            unlocked = Keyring.open(self._keys, "", path)
            label, _ = label_of(unlocked.chunk(0))
        except (EpochErased, SealBroken, OSError):
            return None
        file, parts = unlocked.file, unlocked.file.chunks[1:]
        if not parts:
            return None
        size, closed = path.stat().st_size, parts[-1].final
        id, start, end = file.file_id.hex(), parts[0].first, parts[-1].last
        return label, Footprint(path, label.epoch, id, start, end, len(parts), size, closed=closed)

    def _note_export(self, camera: str, span: tuple[datetime, datetime], reason: str, actor: str) -> None:
        about = f"{self.case.number}/{camera}"
        self._trail.note("case.export", actor=actor, about=about, category=reason, span=span)


class CaseKeyring(Keyring):
    """Opens the files of cases: their names tell the epoch, for a renewal gives the same key another slot."""

    def open(self, camera: str, path: Path) -> Unlocked:
        return _Labelled(super().open(camera, path))

    def _place_of_key(self, camera: str, file: SealedFile) -> tuple[str, int]:
        return CASES, epoch_in(file.path.name)


class _Labelled(Unlocked):
    """A file of a case, without the label before its init."""

    def __init__(self, inner: Unlocked) -> None:
        self.file, self._inner = inner.file, inner

    def chunk(self, number: int) -> bytes:
        chunk = self._inner.chunk(number)
        return chunk if number else label_of(chunk)[1]
