"""The machine underneath, as files tell of it: /proc, /sys, /etc. A device door: tests stage a root of their own."""

import stat
from dataclasses import dataclass
from pathlib import Path


class NotSeen(Exception):
    """This user may not look there, so nothing can be said of it."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True)
class Machine:
    """One machine under a root directory. What is not there reads as empty; what may not be read raises NotSeen."""

    root: Path = Path("/")

    def at(self, path: str | Path) -> Path:
        """Where an absolute path of the machine stands."""
        return self.root / str(path).lstrip("/")

    def text(self, path: str | Path) -> str:
        return self.raw(path).decode("utf-8", "replace")

    def raw(self, path: str | Path) -> bytes:
        try:
            return self.at(path).read_bytes()
        except PermissionError:
            raise NotSeen(str(path)) from None
        except OSError:  # not there, a folder, or a file of the kernel that has nothing to say
            return b""

    def lines(self, path: str | Path, comment: str = "#") -> list[str]:
        """The lines that say something."""
        found = (line.strip() for line in self.text(path).splitlines())
        return [line for line in found if line and not line.startswith(comment)]

    def has(self, path: str | Path) -> bool:
        """Whether something is there; a link counts, wherever it points."""
        try:
            self.at(path).lstat()
        except PermissionError:
            raise NotSeen(str(path)) from None
        except OSError:
            return False
        return True

    def is_socket(self, path: str | Path) -> bool:
        try:
            return stat.S_ISSOCK(self.at(path).stat().st_mode)
        except OSError:
            return False

    def within(self, folder: str | Path) -> list[str]:
        """What stands in a folder, as absolute paths of the machine, by name."""
        try:
            names = sorted(path.name for path in self.at(folder).iterdir())
        except PermissionError:
            raise NotSeen(str(folder)) from None
        except OSError:
            return []
        return [str(Path("/") / str(folder).lstrip("/") / name) for name in names]
