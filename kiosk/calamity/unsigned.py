"""How many visitors a day ended with: the only thing kept of those who were not signed out. A number, no names."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from retention.base.files import replace_file
from retention.base.state import State

_REMEMBERED: Final = timedelta(days=3)


class Unsigned:
    """Who was still in, counted for each of the last days."""

    def __init__(self, state: State) -> None:
        self._path: Path = state.roll / "not-signed-out.json"

    def note(self, day: date, count: int) -> None:
        """Keep the count of a day; DiskRefused when that cannot be. Nothing is written when it is known already."""
        counts = self._load()
        if counts.get(day) == count:
            return
        # A day far ahead was noted by a clock that ran ahead, and tells of nobody.
        recent = {known: value for known, value in counts.items() if abs(day - known) <= _REMEMBERED} | {day: count}
        content = {known.isoformat(): value for known, value in sorted(recent.items())}
        replace_file(self._path, json.dumps(content).encode(), 0o660)

    def before(self, today: date) -> tuple[date, int]:
        """The last day before `today` and how many it ended with; 0 where that is unknown or long ago."""
        earlier = {day: count for day, count in self._load().items() if timedelta(0) < today - day <= _REMEMBERED}
        day = max(earlier, default=today - timedelta(days=1))
        return day, earlier.get(day, 0)

    def _load(self) -> dict[date, int]:
        try:
            raw = json.loads(self._path.read_text())
            return {date.fromisoformat(day): int(count) for day, count in raw.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}
