"""A clock that moves only when the test says so."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class ManualClock:
    """A `retention.base.clock.Clock` in the test's hand. `at` is aware; whatever it is, it is told in UTC."""

    at: datetime = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
    uptime: float = 1_000.0
    boot: str = "boot-1"
    rtc: datetime | None = None  # the hardware clock; this machine has none unless a test gives it one
    synced: bool = False
    early: datetime | None = None  # the hardware clock as read at boot; a test gives it

    def now(self) -> datetime:
        return self.at.astimezone(UTC)

    def monotonic(self) -> float:
        return self.uptime

    def boottime(self) -> float:
        return self.uptime

    def boot_id(self) -> str:
        return self.boot

    def hardware(self) -> datetime | None:
        return self.rtc

    def hardware_at_boot(self) -> datetime | None:
        return self.early

    def synchronised(self) -> bool:
        return self.synced

    def advance(self, span: timedelta | None = None, **parts: float) -> None:
        """Let time pass, on every clock of the machine: `advance(minutes=5)`."""
        span = (span or timedelta()) + timedelta(**parts)
        self.at += span
        self.uptime += span.total_seconds()
        self._tick(span)

    def step(self, span: timedelta | None = None, **parts: float) -> None:
        """Set the system clock alone forward or back, as a person or NTP would."""
        self.at += (span or timedelta()) + timedelta(**parts)

    def synchronise(self, at: datetime) -> None:
        """NTP sets the system clock; and the kernel then writes it into the hardware clock."""
        self.at, self.synced = at, True
        if self.rtc is not None:
            self.rtc = at

    def reboot(self, off: timedelta = timedelta()) -> None:
        """Start the machine anew after it was off for a while; the system clock went on meanwhile.

        With a hardware clock the kernel sets the system clock from it; without one the test's word stands.
        """
        self.at += off
        self._tick(off)
        self.at = self.rtc or self.at
        self.uptime, self.synced, self.early = 0.0, False, None
        self.boot = f"boot-{int(self.boot.rpartition('-')[2]) + 1}"

    def _tick(self, span: timedelta) -> None:
        if self.rtc is not None:
            self.rtc += span
