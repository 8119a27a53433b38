"""What a process and all its children cost, as the kernel counts it: processor time, memory, wake-ups."""

import time
from contextlib import suppress
from dataclasses import dataclass

from tests.support.processes import PROC, tree


@dataclass(frozen=True)
class Cost:
    """Processor seconds and wake-ups since the start, and memory now, each shared page counted once."""

    processor: float = 0.0
    memory_bytes: int = 0
    wakeups: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.processor + other.processor, self.memory_bytes + other.memory_bytes, self.wakeups + other.wakeups
        )


def tree_cost(root: int, word: bytes = b"") -> Cost:
    """The cost of a process and its living descendants; of those alone whose command line holds a word."""
    return sum((_cost(pid, word) for pid in tree(root)), Cost())


def _cost(pid: int, word: bytes) -> Cost:
    here = PROC / str(pid)
    with suppress(FileNotFoundError, ProcessLookupError):  # it ended while we looked
        if word not in (here / "cmdline").read_bytes():
            return Cost()
        memory = _field((here / "smaps_rollup").read_text(), "Pss") * 1024
        threads = [(task / "status").read_text() for task in (here / "task").iterdir()]
        wakeups = sum(_field(thread, "voluntary_ctxt_switches") for thread in threads)
        # The kernel's own clock of another process (see clock_getcpuclockid): /proc tells hundredths of a second.
        return Cost(time.clock_gettime(~pid << 3 | 2), memory, wakeups)
    return Cost()


def _field(text: str, name: str) -> int:
    line = next(line for line in text.splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])
