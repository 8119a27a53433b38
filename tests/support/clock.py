"""A clock that moves only when the test says so."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class ManualClock:
    """A `retention.base.clock.Clock` in the test's hand. `at` is aware; whatever it is, it is told in UTC."""

    at: datetime = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
    uptime: float = 1_000.0
    boot: str = "boot-1"

    def now(self) -> datetime:
        return self.at.astimezone(UTC)

    def monotonic(self) -> float:
        return self.uptime

    def boottime(self) -> float:
        return self.uptime

    def boot_id(self) -> str:
        return self.boot

    def advance(self, span: timedelta | None = None, **parts: float) -> None:
        """Let time pass, on every clock of the machine: `advance(minutes=5)`."""
        span = (span or timedelta()) + timedelta(**parts)
        self.at += span
        self.uptime += span.total_seconds()

    def step(self, span: timedelta | None = None, **parts: float) -> None:
        """Set the system clock alone forward or back, as a person or NTP would."""
        self.at += (span or timedelta()) + timedelta(**parts)

    def reboot(self, off: timedelta = timedelta()) -> None:
        """Start the machine anew after it was off for a while; the system clock went on meanwhile."""
        self.at += off
        self.uptime = 0.0
        self.boot = f"boot-{int(self.boot.rpartition('-')[2]) + 1}"
