"""The memory of a running process, as somebody with root's rights would read it."""

import re
from collections.abc import Iterator
from pathlib import Path

ENCODINGS = ("utf-8", "utf-16-le", "utf-32-le")
PIECE = 1 << 24


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


def resident_kilobytes(pid: int) -> int:
    """How much memory a process holds."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])  # type: ignore[index]


def _pieces(pid: int) -> Iterator[tuple[str, bytes]]:
    """All that can be read, in pieces that overlap a little."""
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            (
                span,
                rights,
                *_,
            ) = line.split()
            name = line.split()[5] if len(line.split()) > 5 else "anonymous"
            if "r" not in rights or name in ("[vvar]", "[vsyscall]"):
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            for place in range(start, end, PIECE):
                try:
                    memory.seek(place)
                    yield name, memory.read(min(PIECE + 256, end - place))
                except OSError:
                    continue  # gone meanwhile, or a device's
