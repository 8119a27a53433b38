"""Files under footage/ that are not where or what Portier put there: ours go to their place, others out of the way.

A segment that was renamed or moved is adopted: it stands where readers, erasing and rows find it. Whatever else there
is may show people too, so it gets a deadline: four days after it was last changed, or found, and never later than the
minute its name tells. It waits in footage/.quarantine, its deadline in its name, and retention takes it away.
Nothing that can be read is unlinked here.
"""

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from recorder.footprints import EYES, SUFFIX, epoch_in, is_coherent, minute_of, names_in, of_day, place_of
from retention.base.clock import Clock
from retention.base.errors import PortierError, SealBroken
from retention.base.files import changed_at, sync_folder
from retention.base.health import Problem
from retention.base.sealed import SealedFile
from retention.base.slots import SlotFile
from retention.base.state import State, camera_stream, is_camera, is_footage
from retention.base.translations import N_
from retention.base.trusted import TrustedTime
from retention.rules import FOOTAGE_CEILING

EVERY = 600.0  # seconds
_LOGS = ("gaps.log", "damaged.log", "holds.json")
_GRACE = timedelta(minutes=10)  # somebody may still be copying it
_WAITING = N_(
    "%(count)s files under footage are none of Portier's and wait in footage/.quarantine: take out what you need; "
    "each is destroyed within four days"
)
_LONGEST = 80  # of a foreign name


@dataclass
class Tidied:
    """What one pass did, and sentences on what it could not do."""

    adopted: int = 0
    put_away: int = 0
    failures: tuple[str, ...] = ()


class Quarantine:
    """Looks through footage/ at the start and now and then; remembers nothing that matters."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state, self._clock = state, clock
        self._trusted = TrustedTime(state, clock)
        self._looked = -EVERY

    def step(self) -> Tidied | None:
        """One pass, if it is time for one."""
        if self._clock.monotonic() - self._looked < EVERY:
            return None
        self._looked = self._clock.monotonic()
        tidied = Tidied()
        for path in [*strangers(self._state), *self._misfiled()]:
            try:
                self._see_to(path, tidied)
            except FileNotFoundError:  # gone meanwhile, as things go
                continue
            except (OSError, PortierError) as error:
                tidied.failures += (f"a file under {self._state.footage} cannot be moved ({error}): see to its rights",)
        return tidied

    def _misfiled(self) -> Iterator[Path]:
        """Files under a name that nothing opens: whose head tells otherwise stands there by mistake."""
        now = self._trusted.latest()
        for camera in self._state.cameras():
            slots = SlotFile(self._state, camera_stream(camera))
            live = {slot.epoch for slot in slots.live()}
            slots.close()
            for folder in (self._state.footage / camera).glob("*-*-*"):
                dead = (name for name in names_in(folder, (SUFFIX, EYES)) if epoch_in(name) not in live)
                yield from (
                    folder / name for name in dead if self._place(folder / name, now) not in {None, folder / name}
                )

    def _see_to(self, path: Path, tidied: Tidied) -> None:
        now, changed = self._trusted.latest(), changed_at(path)
        if timedelta() <= now - changed < _GRACE:
            return
        place = self._place(path, now)
        if place is not None and not place.exists():
            _move(path, place)
            tidied.adopted += 1
            return
        named = minute_of(path) if is_footage(path.name) else None
        deadline = min(now, changed, named or now) + FOOTAGE_CEILING
        name = re.sub(r"[^\w.-]", "_", path.name)[-_LONGEST:]
        _move(path, self._state.quarantine / f"{int(deadline.timestamp())}-{secrets.token_hex(4)}-{name}")
        tidied.put_away += 1

    def _place(self, path: Path, now: datetime) -> Path | None:
        """Where a file of ours belongs; None for one that nothing opens any more, or that is none of ours."""
        try:
            file = SealedFile(path) if path.is_file() and not path.is_symlink() else None
        except SealBroken:
            return None
        if file is None or not is_coherent(file):
            return None
        slots = SlotFile(self._state, file.stream)
        try:
            slot = slots.find(file.epoch)
        finally:
            slots.close()
        return place_of(self._state, file, path) if slot is not None and now < slot.deadline else None


def strangers(state: State) -> Iterator[Path]:
    """Every file under footage/ that has a name or a place that nothing of Portier has there."""
    for folder, folders, names in os.walk(state.footage):
        here = Path(folder)
        parts = here.relative_to(state.footage).parts
        if not parts:
            folders[:] = [name for name in folders if here / name != state.quarantine]
        known = _known_in(parts, names)
        yield from (here / name for name in names if name not in known)
        yield from (here / name for name in folders if (here / name).is_symlink())


def waiting(state: State) -> int:
    """How many files are in quarantine."""
    try:
        return len(os.listdir(state.quarantine))  # noqa: PTH208 - a count
    except FileNotFoundError:
        return 0


def quarantine_problems(state: State, tidied: Tidied) -> list[Problem]:
    """What health says of it."""
    problems = [Problem("P2", sentence) for sentence in tidied.failures[:3]]
    if count := waiting(state):
        problems.append(Problem("P2", _WAITING, {"count": str(count)}))
    return problems


def _known_in(parts: tuple[str, ...], names: list[str]) -> set[str]:
    """Those names that Portier puts into a folder under footage/."""
    if len(parts) == 1 and is_camera(parts[0]):  # what begins with a dot is a lock, or a log in the making
        return {name for name in names if name in _LOGS or name.startswith(".")}
    if len(parts) == 2 and is_camera(parts[0]):
        return {name for name in of_day(parts[1], names, (SUFFIX, EYES)) if is_footage(name)}
    return set()


def _move(path: Path, place: Path) -> None:
    place.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
    path.rename(place)
    for folder in {place.parent, path.parent}:
        sync_folder(folder)
