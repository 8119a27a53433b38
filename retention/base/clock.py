"""The one place that reads a clock. Everything else is handed a `Clock`, or a moment.

`now` labels what is written down; `monotonic` and `boottime` measure how long. The linter bans
every other way to ask the time.
"""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Time as the machine tells it; see `retention.base.trusted` for time that may be acted upon."""

    def now(self) -> datetime:
        """The system clock, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds, for durations within one process."""
        ...

    def boottime(self) -> float:
        """Seconds since the machine was started, sleep included (CLOCK_BOOTTIME)."""
        ...

    def boot_id(self) -> str:
        """Names this boot of the machine; another boot, another name."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def boottime(self) -> float:
        # The kernel's own CLOCK_BOOTTIME; unlike clock_gettime() no preloaded library can move it.
        return float(Path("/proc/uptime").read_text().split()[0])

    def boot_id(self) -> str:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exactly: how times stand in sealed files and slots."""
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def from_microseconds(value: int) -> datetime:
    """The moment `microseconds` was made of."""
    seconds, rest = divmod(value, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
