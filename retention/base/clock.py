"""The one place that reads a clock. Everything else is handed a `Clock`, or a moment.

`now` labels what is written down; `monotonic` and `boottime` measure how long. The linter bans
every other way to ask the time.
"""

import ctypes
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol


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

    def hardware(self) -> datetime | None:
        """What the clock shows that runs while the machine is off; None where there is none."""
        ...

    def hardware_at_boot(self) -> datetime | None:
        """What that clock showed when the machine was started, if it was read before anything could set it."""
        ...

    def synchronised(self) -> bool:
        """Whether something (NTP) set the system clock in this boot and keeps it right."""
        ...


@dataclass(frozen=True)
class Reading:
    """System clock and time since boot, read at one moment."""

    now: datetime
    boottime: float
    boot_id: str

    @property
    def offset(self) -> float:
        """What the system clock showed at boot, had it never been set since (unix seconds): only a step changes it."""
        return self.now.timestamp() - self.boottime


def read(clock: Clock) -> Reading:
    """Both clocks at one moment: a process that was stopped between the two looks again."""
    for _ in range(_LOOKS):
        before, now, after = clock.boottime(), clock.now(), clock.boottime()
        if after - before < _AT_ONCE:
            break
    return Reading(now, after, clock.boot_id())


_LOOKS: Final = 20
_AT_ONCE: Final = 0.1  # seconds
_STA_UNSYNC: Final = 0x0040
_SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
_AT_BOOT: Final = Path("/run/portier-clock")
_HARDWARE: Final = Path("/sys/class/rtc")


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

    def hardware(self) -> datetime | None:
        for folder in sorted(_HARDWARE.glob("rtc*"), key=_did_not_set_the_system_clock):
            with suppress(OSError, ValueError):  # a clock without a battery cannot be read
                return datetime.fromtimestamp(int((folder / "since_epoch").read_text()), UTC)
        return None

    def hardware_at_boot(self) -> datetime | None:
        # Copied by systemd-tmpfiles as the machine starts, long before there is a network (systemd/tmpfiles.d).
        with suppress(OSError, ValueError, IndexError, OverflowError):
            shown, uptime = ((_AT_BOOT / name).read_text().split()[0] for name in ("hardware", "uptime"))
            return datetime.fromtimestamp(int(shown) - float(uptime), UTC)
        return None

    def synchronised(self) -> bool:
        # The kernel's word for any NTP service; systemd's own also where a unit may not ask the kernel.
        return _SYNCHRONISED.exists() or _kernel_says_synchronised()


class _Timex(ctypes.Structure):
    """The beginning of the kernel's `struct timex`; what follows is left to it."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        *((name, ctypes.c_long) for name in ("offset", "freq", "maxerror", "esterror")),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def _kernel_says_synchronised() -> bool:
    timex = _Timex()  # modes 0: look, change nothing
    answer = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    return answer >= 0 and not timex.status & _STA_UNSYNC


def _did_not_set_the_system_clock(folder: Path) -> tuple[bool, str]:
    """Sorts the hardware clock that the kernel set the system clock from before any other."""
    with suppress(OSError):
        return (folder / "hctosys").read_text().strip() != "1", folder.name
    return True, folder.name


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exactly: how times stand in sealed files and slots."""
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def from_microseconds(value: int) -> datetime:
    """The moment `microseconds` was made of."""
    seconds, rest = divmod(value, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
