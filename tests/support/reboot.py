"""A machine that was started anew, as a process and the clock of a test see it: another boot id, a young uptime."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from retention.base.clock import SystemClock


@dataclass
class Reboot(SystemClock):
    """A clock of the run of the machine after this one; `words` stand before a command that is to run in it."""

    folder: Path
    boot: str = field(default_factory=lambda: str(uuid4()))

    def boot_id(self) -> str:
        return self.boot

    @property
    def words(self) -> list[str]:
        """A mount name space with another boot id, and a time name space that began a moment ago."""
        told = self.folder / "boot-id"
        told.write_text(self.boot + "\n")
        younger = 30 - int(self.boottime())
        script = f'mount --bind "{told}" /proc/sys/kernel/random/boot_id && exec "$@"'
        spaces = ["unshare", "--mount", "--time", "--boottime", str(min(0, younger)), "--fork", "--kill-child"]
        return [*spaces, "sh", "-c", script, "sh"]


def can_reboot() -> bool:
    """Whether this machine lets a process live in a time of its own."""
    return os.geteuid() == 0 and Path("/proc/self/ns/time").exists()
