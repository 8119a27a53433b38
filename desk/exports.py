"""Exports made at the desk: one after the other in the background, kept for a quarter of an hour outside the state
directory, then gone. Whoever asked for one, and nobody else, can fetch it.
"""

import fcntl
import logging
import os
import secrets
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from desk.accounts import Staff
from recorder.blur.plan import Plan
from recorder.casefootage import CaseFootage
from recorder.clips import Manifest
from recorder.errors import Cancelled, FootageErased
from recorder.footage import Footage
from retention.base.clock import Clock
from retention.base.errors import PortierError
from retention.base.translations import N_

_log = logging.getLogger(__name__)
PREFIX = "portier-exports-"
LONGEST = timedelta(hours=4)
KEPT_SECONDS = 900.0
FAILED = N_("The export failed. Nothing was kept. Try again, or take a shorter piece.")
NOTHING = N_("There is no footage of that time any more. The timeline says why.")


@dataclass
class Export:
    """One piece of footage on its way out."""

    id: str
    staff: Staff
    camera: str
    start: datetime
    end: datetime
    reason: str
    folder: Path
    as_h264: bool = False
    plan: Plan | None = None  # how people are made unrecognisable, where they are
    destroy_by: datetime | None = None
    case: str = ""  # the number of the case it is taken from
    state: str = "busy"
    # How far it is, 0 to 1.
    share: float = 0.0
    ended_at: float | None = None

    @property
    def film(self) -> Path:
        blurred = "-blurred" if self.plan is not None else ""
        return self.folder / f"{self.camera}-{self.start:%Y%m%dT%H%M%SZ}{blurred}.mp4"

    @property
    def files(self) -> list[Path]:
        """What there is to fetch: the film, in several parts where the camera changed its format, and the manifest."""
        return sorted(self.folder.iterdir(), key=lambda path: (path.suffix != ".mp4", path.name))


class ExportRoom:
    """The exports of one desk."""

    def __init__(self, footage: Footage, clock: Clock) -> None:
        self._footage = footage
        self._clock = clock
        self._lock = Lock()
        self._exports: dict[str, Export] = {}
        _sweep()
        self._folder, self._held = _own_folder()
        self._hand = ThreadPoolExecutor(1, "export")
        self._closing = False

    def ask(
        self,
        staff: Staff,
        camera: str,
        start: datetime,
        end: datetime,
        *,
        reason: str,
        as_h264: bool = False,
        plan: Plan | None = None,
        case: CaseFootage | None = None,
    ) -> Export:
        """Begin an export, of a case where one is given; the same person sees it grow by its id."""
        self.tidy()
        id = secrets.token_urlsafe(16)
        folder = self._folder / id
        folder.mkdir(mode=0o700)
        export = Export(
            id, staff, camera, start, end, reason, folder, as_h264, plan, case=case.case.number if case else ""
        )
        with self._lock:
            self._exports[id] = export
        self._hand.submit(self._make, export, case or self._footage)
        return export

    def find(self, staff: Staff, id: str) -> Export | None:
        """This person's export, while it is kept."""
        self.tidy()
        with self._lock:
            export = self._exports.get(id)
        return export if export and export.staff.id == staff.id else None

    def tidy(self) -> None:
        """Take away what was kept long enough."""
        now = self._clock.monotonic()
        with self._lock:
            ended = [one for one in self._exports.values() if one.ended_at is not None]
            old = [one for one in ended if now - (one.ended_at or now) > KEPT_SECONDS]
            for export in old:
                del self._exports[export.id]
        for export in old:
            shutil.rmtree(export.folder, ignore_errors=True)

    def close(self) -> None:
        """Leave nothing behind; an export that is being made is given up."""
        self._closing = True
        self._hand.shutdown(cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._held)

    def _went_on(self, export: Export, share: float) -> None:
        if self._closing:
            raise Cancelled("the desk ends")
        export.share = share

    def _made(self, export: Export, footage: Footage) -> Manifest:
        place = (export.camera, export.start, export.end, export.film)
        who, why = export.staff.actor, export.reason

        def progress(share: float) -> None:
            self._went_on(export, share)

        if export.plan is not None:
            from recorder.blur.copy import blur_footage  # noqa: PLC0415 - OpenCV loads where a copy is made

            return blur_footage(footage, *place, plan=export.plan, reason=why, actor=who, progress=progress)
        return footage.export(*place, reason=why, actor=who, as_h264=export.as_h264, progress=progress)

    def _make(self, export: Export, footage: Footage) -> None:
        try:
            export.destroy_by = self._made(export, footage).destroy_by
            export.state = "done"
        except FootageErased:
            export.state = "nothing"
        except (PortierError, OSError) as error:
            _log.warning("an export failed: %s", type(error).__name__)
            shutil.rmtree(export.folder, ignore_errors=True)
            export.state = "failed"
        finally:
            export.ended_at = self._clock.monotonic()


def _own_folder() -> tuple[Path, int]:
    """A new folder and its lock; it gets the name that desks sweep once it is held, so that none takes a new one."""
    made = Path(tempfile.mkdtemp(prefix=f"new-{PREFIX}"))
    held = _hold(made)
    return made.rename(made.with_name(made.name.removeprefix("new-"))), held


def _hold(folder: Path) -> int:
    """A lock that ends with this process, however that ends."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _sweep() -> None:
    """Take away what a desk that was killed left behind: footage that no key protects any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # another user's, or held by a desk that runs
            if folder.lstat().st_uid == os.getuid():
                held = _hold(folder)
                shutil.rmtree(folder, ignore_errors=True)
                os.close(held)
