"""The machine underneath, as files tell of it: /proc, /sys, /etc. A device door: tests stage a root of their own."""

import fcntl
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# FS_IOC_GETFLAGS and FS_JOURNAL_DATA_FL of linux/fs.h.
_GET_FLAGS: Final = 0x80086601
_JOURNALS: Final = 0x4000


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

    def is_folder(self, path: str | Path) -> bool:
        """Whether it is a folder itself; a link to one is not."""
        place = self.at(path)
        return place.is_dir() and not place.is_symlink()

    def within(self, folder: str | Path) -> list[str]:
        """What stands in a folder, as absolute paths of the machine, by name."""
        try:
            names = sorted(path.name for path in self.at(folder).iterdir())
        except PermissionError:
            raise NotSeen(str(folder)) from None
        except OSError:
            return []
        return [str(Path("/") / str(folder).lstrip("/") / name) for name in names]

    def journals(self, path: str | Path) -> bool:
        """Whether ext4 was told to write this file, or what is made in this folder, into its journal (`chattr +j`)."""
        try:
            descriptor = os.open(self.at(path), os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            flags = fcntl.ioctl(descriptor, _GET_FLAGS, bytes(8))
        except OSError:  # a file system without such flags
            return False
        finally:
            os.close(descriptor)
        return bool(int.from_bytes(flags[:4], sys.byteorder) & _JOURNALS)

    def real(self, path: str | Path) -> str:
        """The name of what a path ends at, links followed: `/dev/mapper/root` may be `dm-0`."""
        return self.at(path).resolve().name

    def mount(self, path: str | Path) -> "Mount":
        """What a path stands on: the longest mount point that leads to it, the latest of equals."""
        found = [_mount(line) for line in self.lines("/proc/self/mounts")]
        holding = [
            (len(one.place), number, one) for number, one in enumerate(found) if Path(path).is_relative_to(one.place)
        ]
        return max(holding)[2] if holding else Mount("none", "/", "unknown", ())

    def is_encrypted(self, block: str) -> bool:
        """Whether a block device is dm-crypt, or stands on nothing but such."""
        if self.text(f"/sys/class/block/{block}/dm/uuid").startswith("CRYPT-"):
            return True
        below = [Path(path).name for path in self.within(f"/sys/class/block/{block}/slaves")]
        return bool(below) and all(self.is_encrypted(name) for name in below)

    def disks(self, block: str) -> set[str]:
        """The disks that a block device stands on at last."""
        below = [Path(path).name for path in self.within(f"/sys/class/block/{block}/slaves")]
        if below:
            return {disk for name in below for disk in self.disks(name)}
        if self.has(f"/sys/class/block/{block}/partition"):
            return {self.at(f"/sys/class/block/{block}").resolve().parent.name}
        return {block}


@dataclass(frozen=True, order=True)
class Mount:
    """One line of the table of mounts."""

    device: str
    place: str
    kind: str
    options: tuple[str, ...]


def _mount(line: str) -> Mount:
    device, place, kind, options = [*line.split(), "", "", "", ""][:4]
    for code, letter in (("\\040", " "), ("\\011", "\t"), ("\\134", "\\")):
        place = place.replace(code, letter)
    return Mount(device, place, kind, tuple(options.split(",")))
