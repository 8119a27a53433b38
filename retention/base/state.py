"""Where things stand under the state directory. No other module builds a path of its own."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from retention.base.errors import DiskRefused, UsageRefused
from retention.base.siteday import day_number, day_of_number

_EPOCH_NAME = re.compile(r"(\d{1,12})-")
_FOOTAGE_NAME = re.compile(r"\d{1,12}-[0-9a-f]+\.(seg|eyes)")
_DAY_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-")
_CAMERA = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class State:
    """The state directory and the names of what stands in it."""

    directory: Path

    @property
    def keys(self) -> Path:
        """Slots and reader key; left out of every backup."""
        return self.directory / "keys"

    @property
    def footage(self) -> Path:
        return self.directory / "footage"

    @property
    def quarantine(self) -> Path:
        """Files found under footage that are none of Portier's, each with its deadline (unix seconds) in its name."""
        return self.footage / ".quarantine"

    @property
    def roll(self) -> Path:
        return self.directory / "roll"

    @property
    def calamities(self) -> Path:
        """Frozen lists of real calamities."""
        return self.directory / CALAMITIES

    @property
    def texts(self) -> Path:
        """Free texts of staff, each sealed under the day it was written on."""
        return self.directory / TEXTS

    @property
    def cases(self) -> Path:
        """Footage that is kept longer, sealed anew under the key of its case."""
        return self.directory / CASES

    @property
    def requests(self) -> Path:
        """What people asked about their own data, sealed under a key of its own each."""
        return self.directory / REQUESTS

    @property
    def evidence(self) -> Path:
        """Proof of every erasure, without names."""
        return self.directory / "evidence"

    @property
    def audit(self) -> Path:
        return self.directory / "audit"

    @property
    def run(self) -> Path:
        """Sockets, locks and health reports: nothing that must survive."""
        return self.directory / "run"

    @property
    def passes(self) -> Path:
        """The board of passes that are out: without it the next sign-ins find it in the database."""
        return self.run / "passes.json"

    def view(self, camera: str) -> Path:
        """Where a camera looks, as the eyes learned it: no picture; without it they learn anew."""
        return self.run / f"view-{camera}.json"

    @property
    def clock(self) -> Path:
        """The floor of trusted time, written by retention alone."""
        return self.directory / "clock.json"

    @property
    def database_file(self) -> Path:
        """The embedded database, where none is configured."""
        return self.directory / "portier.db"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.database_file}"

    def slots(self, stream: str) -> Path:
        """The first copy of a stream's slot file; the second has `.copy` behind it."""
        return self.keys / f"{stream}.slots"

    def segments(self, camera: str, epoch: int) -> Path:
        """The folder of the UTC day in which the minute `epoch` (unix seconds) begins."""
        day = datetime.fromtimestamp(epoch, UTC).date()
        return self.footage / camera / day.isoformat()

    def gaps(self, camera: str) -> Path:
        """Why there is no footage of a camera, line by line."""
        return self.footage / camera / "gaps.log"

    def damaged(self, camera: str) -> Path:
        """What of a camera's footage was found damaged, line by line."""
        return self.footage / camera / "damaged.log"

    def roll_file(self, day: date, file_id: str) -> Path:
        return self.roll / f"{day.isoformat()}-{file_id}.roll"

    def cameras(self) -> list[str]:
        """Every camera that has footage or a journal, also those no longer configured."""
        return sorted(path.name for path in self.footage.glob("*") if is_camera(path.name) and path.is_dir())

    def data_of(self, stream: str, epoch: int) -> list[Path]:
        """The files that an epoch's key opens: what goes with it when it is erased."""
        try:
            folder, start, end = self._place_of(stream, epoch)
        except (ValueError, OverflowError, OSError):  # a moment that no calendar has: nothing is named after it
            return []
        return [path for path in _beginning(folder, start) if path.name.endswith(end)]

    def data_files(self) -> list[tuple[str, int, Path]]:
        """Every sealed file as (stream, epoch, path), by its name; files named otherwise are not among them.

        Raises OSError where a folder cannot be looked into: that does not mean that it is empty.
        """
        others = (
            (stream, int(name[1]), path)
            for stream in NUMBERED
            for path in _beginning(self.directory / stream)
            if (name := _EPOCH_NAME.match(path.name))
        )
        rolls = ((_day_in(path.name), path) for path in _beginning(self.roll) if path.suffix == ".roll")
        days = ((VISITS, day_number(day), path) for day, path in rolls if day)
        return [*self._footage_files(), *others, *days]

    def days_on_roll(self) -> set[date]:
        """The site days that have a roll."""
        return {day for path in self.roll.glob("*.roll") if (day := _day_in(path.name))}

    def _place_of(self, stream: str, epoch: int) -> tuple[Path, str, str]:
        """The folder of an epoch's files, and how their names begin and end."""
        if stream.startswith(CAMERA_STREAM):
            return self.segments(stream.removeprefix(CAMERA_STREAM), epoch), f"{epoch}-", ""
        if stream == VISITS:
            return self.roll, f"{day_of_number(epoch).isoformat()}-", ".roll"
        return self.directory / stream, f"{epoch}-", ""

    def _footage_files(self) -> Iterator[tuple[str, int, Path]]:
        for camera in _beginning(self.footage):
            if is_camera(camera.name):
                files = (path for day in _beginning(camera) for path in _beginning(day) if is_footage(path.name))
                stream = camera_stream(camera.name)
                yield from ((stream, int(path.name.partition("-")[0]), path) for path in files)

    def prepare(self) -> None:
        """Make the folders, private to this user; a second call changes nothing."""
        try:
            for folder in (self.directory, *(self.directory / name for name in FOLDERS)):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = self.run / f".writable-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise DiskRefused(
                f"the state directory {self.directory} cannot be written ({error.strerror}): "
                "give this user the right to write there, or set [state] directory"
            ) from error


def _beginning(folder: Path, start: str = "") -> list[Path]:
    """What stands in a folder under such names, in order; nothing where there is no such folder."""
    try:
        return sorted((path for path in folder.iterdir() if path.name.startswith(start)), key=lambda path: path.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _day_in(name: str) -> date | None:
    """The day that a file's name begins with; None where there is none, or no calendar has it."""
    try:
        return date.fromisoformat(match[1]) if (match := _DAY_NAME.match(name)) else None
    except ValueError:
        return None


def is_camera(name: str) -> bool:
    """Whether a camera may bear that name."""
    return _CAMERA.fullmatch(name) is not None


def is_footage(name: str) -> bool:
    """Whether a file under footage is named as Portier names them: `<epoch>-<id>.seg` or `.eyes`."""
    return _FOOTAGE_NAME.fullmatch(name) is not None


def camera_stream(camera: str) -> str:
    """The name of a camera's stream of slots."""
    if not is_camera(camera):
        raise UsageRefused(f"{camera!r} is no camera name: use a-z, 0-9 and -, at most 40 characters")
    return CAMERA_STREAM + camera


CAMERA_STREAM = "camera-"


VISITS = "visits"
TEXTS = "texts"
CALAMITIES = "calamities"
CASES = "cases"
REQUESTS = "requests"
# Streams whose files are named `<epoch>-...` in a folder of the stream's name.
NUMBERED = (CALAMITIES, TEXTS, CASES, REQUESTS)
FOLDERS = ("keys", "footage", "roll", *NUMBERED, "audit", "evidence", "run")
