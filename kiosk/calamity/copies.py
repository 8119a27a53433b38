"""Copies of the list that left the roll, kept track of so that they end with its day: print jobs, and files.

What is noted are names of jobs and paths, never a visitor's. A note that cannot be written is kept in this process:
paper never waits for the disk.
"""

import json
import logging
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from kiosk.calamity import cups
from kiosk.calamity.record import moment
from retention.base.errors import DiskRefused, TryAgain
from retention.base.files import locked, replace_file, sync_folder, write_all
from retention.base.health import Problem
from retention.base.state import State
from retention.base.translations import N_
from retention.rules import LEAD

log = logging.getLogger("portier.calamity")
PATIENCE: Final = 2.0
_PIECE: Final = 1 << 20
_JOB: Final = re.compile(r"[^-/\s][^/\s]*-\d+")  # it becomes a word of a command


@dataclass(frozen=True)
class Copy:
    """A print job or a file. A file is known by what the system calls it, so that no other is taken for it."""

    ends: str
    job: str = ""
    path: str = ""
    file: list[int] = field(default_factory=list)
    folder: list[int] = field(default_factory=list)

    @classmethod
    def noted(cls, raw: dict[str, Any]) -> Self:
        """A copy as it stands in a note, which another user may have written; TypeError or ValueError for none."""
        copy = cls(**raw)
        if not (isinstance(copy.path, str) and isinstance(copy.job, str)) or "\0" in copy.path:
            raise TypeError("a copy that is neither a job nor a file")
        if copy.job and not _JOB.fullmatch(copy.job):
            raise ValueError("a job as no print service names one")
        moment(copy.ends)
        return copy

    def is_due(self, trusted: datetime) -> bool:
        return datetime.fromisoformat(self.ends) <= trusted + LEAD


class Copies:
    """The copies of one office. Each system user keeps a note of their own, which others may read and not change."""

    def __init__(self, state: State) -> None:
        self._folder, self._user = state.roll, os.geteuid()
        self._path = state.roll / f"copies-{self._user}.json"
        self._unsaved: list[Copy] = []
        self._gone: set[str] = set()  # of others, whose notes are not ours to change

    def printed(self, job: str, ends: datetime) -> None:
        """A print service took the list, as this job; never raises."""
        self._change(lambda copies: [*copies, Copy(ends.isoformat(), job=job)])

    def written(self, path: Path, ends: datetime) -> None:
        """The list stands in this file; never raises. What is no plain file (a pipe, a terminal) keeps nothing."""
        with suppress(OSError):
            found = path.stat()
            if stat.S_ISREG(found.st_mode):
                whole = path.resolve()
                known = [found.st_dev, found.st_ino]
                copy = Copy(ends.isoformat(), path=str(whole), file=known, folder=_known(whole.parent))
                self._change(lambda copies: [*copies, copy])

    def sweep(self, trusted: datetime) -> list[Problem]:
        """Destroy what is over: jobs that came out, jobs and files of days that end. What would not go, as problems.

        Never raises: what fails is tried again the next time.
        """
        problems: list[Problem] = []
        own = self._own()
        if gone := [copy for copy in own if _destroyed(copy, copy.is_due(trusted), problems)]:
            self._change(lambda copies: [copy for copy in copies if copy not in gone])
        for copy in self._of_others():
            if str(copy) not in self._gone and _destroyed(copy, copy.is_due(trusted), problems):
                self._gone.add(str(copy))
        return problems

    def _change(self, change: Callable[[list[Copy]], list[Copy]]) -> None:
        try:
            with locked(self._path.with_suffix(".lock"), 0o640, patience=PATIENCE):
                copies = change(self._own())
                replace_file(self._path, json.dumps([asdict(copy) for copy in copies]).encode(), 0o640)
            self._unsaved = []
        except (DiskRefused, TryAgain) as error:
            log.warning("which copies of the list there are is known in memory only: %s", error)
            self._unsaved = change(self._unsaved)

    def _own(self) -> list[Copy]:
        stored = _noted(self._path, self._user)
        return stored + [copy for copy in self._unsaved if copy not in stored]

    def _of_others(self) -> list[Copy]:
        """What others noted. To root a note of theirs must not name a file: it could be any."""
        found = (copy for path in self._folder.glob("copies-*.json") if path != self._path for copy in _noted(path))
        return [copy for copy in found if copy.job or self._user != 0]


def _noted(path: Path, owner: int | None = None) -> list[Copy]:
    """The copies in a note; none where it is not whole, or not the owner's."""
    try:
        with path.open("rb") as file:
            if owner is not None and os.fstat(file.fileno()).st_uid != owner:
                return []
            return [Copy.noted(entry) for entry in json.load(file)]
    except (OSError, ValueError, TypeError):
        return []


def _destroyed(copy: Copy, due: bool, problems: list[Problem]) -> bool:
    """Whether nothing of it is left to see to."""
    return _job_destroyed(copy, due, problems) if copy.job else _file_destroyed(copy, due, problems)


def _job_destroyed(copy: Copy, due: bool, problems: list[Problem]) -> bool:
    try:
        if not due and cups.waiting(copy.job.rpartition("-")[0], copy.job):
            return False
    except cups.Silent:
        return False
    # Also one that came out: a print service keeps the document for a day unless told otherwise.
    if cups.purge(copy.job):
        return True
    if due:
        sentence = N_("print job %(job)s still holds a list whose day is over: see to its service, or empty its spool")
        problems.append(Problem("P2", sentence, {"job": copy.job}))
    return False


def _file_destroyed(copy: Copy, due: bool, problems: list[Problem]) -> bool:
    path = Path(copy.path)
    try:
        if _known(path) != copy.file:
            return True  # another file by now
        if not due:
            return False
        _overwrite(path)
        path.unlink()
        sync_folder(path.parent)
    except FileNotFoundError:
        with suppress(OSError):
            if _known(path.parent) == copy.folder:
                return True
        reason = N_("it is out of this service's sight")
    except OSError as error:
        reason = error.strerror or "?"
    else:
        return True
    if due:
        sentence = N_("a list that was written to %(path)s has outlived its day (%(reason)s): destroy that file")
        problems.append(Problem("P2", sentence, {"path": copy.path, "reason": reason}))
    return False


def _overwrite(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        size = os.fstat(descriptor).st_size
        for place in range(0, size, _PIECE):
            write_all(descriptor, bytes(min(_PIECE, size - place)), place)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _known(path: Path) -> list[int]:
    found = path.lstat()
    return [found.st_dev, found.st_ino]
