"""The screen closed for today by staff: a small file, so that a restart does not open it; the next day does."""

import json
from contextlib import suppress
from datetime import date
from typing import Final

from retention.base.audit import Trail, system_actor
from retention.base.command import Office
from retention.base.errors import DiskRefused
from retention.base.files import replace_file
from retention.rules import visits_day

_NEVER: Final = ""


class DayShutter:
    """Whether the screen is closed today. A disk that takes nothing keeps nobody from closing it.

    Today is the day of visits as sign-ins have it: a system clock that is set back opens and closes nothing.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._path = office.state.run / "kiosk-closed.json"
        self._trail = Trail(office.state, office.clock)
        self._day = self._read()

    def is_closed(self) -> bool:
        return self._day != _NEVER and self._day == self._today().isoformat()

    def close(self) -> None:
        """Until the day of visits ends, or somebody opens it."""
        self._day = self._today().isoformat()
        self._keep("kiosk.close")

    def open(self) -> None:
        self._day = _NEVER
        self._keep("kiosk.open")

    def _keep(self, act: str) -> None:
        with suppress(DiskRefused):
            replace_file(self._path, json.dumps({"closed": self._day}).encode(), 0o660)
        with suppress(DiskRefused):
            self._trail.note(act, actor=system_actor(), about=self._office.config.kiosk.title)

    def _today(self) -> date:
        from retention.base.trusted import TrustedTime  # noqa: PLC0415 - the first screen does without

        config, time = self._office.config, TrustedTime(self._office.state, self._office.clock)
        return visits_day(time.latest(), config.site, config.visits)

    def _read(self) -> str:
        try:
            return str(json.loads(self._path.read_text())["closed"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return _NEVER
