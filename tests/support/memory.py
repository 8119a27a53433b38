"""The memory of a running process, as somebody with root's rights would read it."""

import ctypes
import mmap
import re
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

ENCODINGS = ("utf-8", "utf-16-le", "utf-32-le")
PIECE = 1 << 24
OVERLAP = 256
PAGE = mmap.PAGESIZE


def holds(pid: int, secret: bytes) -> bool:
    """Whether these bytes stand anywhere in the memory of a process."""
    return any(secret in data for _, data in _pieces(pid))


def occurrences(pid: int, words: list[str]) -> dict[str, list[str]]:
    """Where these words stand in the memory of a process, by encoding and mapping."""
    needles = {word.encode(code): f"{word} in {code}" for word in words for code in ENCODINGS}
    found: dict[str, list[str]] = {}
    for name, data in _pieces(pid):
        for needle, what in needles.items():
            for match in re.finditer(re.escape(needle), data):
                around = data[max(match.start() - 96, 0) : match.end() + 48]
                found.setdefault(what, []).append(f"{name}: {around!r}")
    return found


class _Mallinfo(ctypes.Structure):
    """`struct mallinfo2` of the GNU C library."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def kilobytes_in_use() -> int:
    """What the C library has handed out in this process and not got back; gaps between it do not count."""
    library = ctypes.CDLL(None)
    library.mallinfo2.restype = _Mallinfo
    told = library.mallinfo2()
    return int(told.uordblks + told.hblkhd) // 1024


def kilobytes_resident() -> int:
    """What this process has of the machine's memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE // 1024


def _pieces(pid: int) -> Iterator[tuple[str, bytes]]:
    """All that can be read, in pieces that overlap a little."""
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            span, rights, *rest = line.split()
            name = rest[3] if len(rest) > 3 else "anonymous"
            if "r" not in rights or name.startswith("[v"):  # the kernel's own pages cannot be read this way
                continue
            place, end = (int(part, 16) for part in span.split("-"))
            while place < end:
                data = _read(memory, place, min(PIECE + OVERLAP, end - place))
                yield name, data
                # A short answer ends at a page that is not there: a device's, one beyond the end of its file, or gone.
                place += PIECE if len(data) > PIECE else len(data) or PAGE


def _read(memory: FileIO, place: int, size: int) -> bytes:
    """What stands at this place, up to the first page that cannot be read."""
    try:
        memory.seek(place)
        return memory.read(size) or b""
    except OSError:
        return b""
