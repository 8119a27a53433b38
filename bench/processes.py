"""What a process and all its children cost: processor time and memory, as the kernel counts them."""

import os
from dataclasses import dataclass

from tests.support.processes import PROC, tree

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Processor seconds since the start, and memory now, each shared page counted once."""

    processor: float
    memory_bytes: int

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.processor + other.processor, self.memory_bytes + other.memory_bytes)


def tree_cost(root: int) -> Cost:
    """The cost of a process and its living descendants."""
    return sum((_cost(pid) for pid in tree(root)), Cost(0, 0))


def _cost(pid: int) -> Cost:
    # Behind the last bracket, because a process may have spaces in its name; utime and stime are fields 14 and 15.
    fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    rollup = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return Cost((int(fields[11]) + int(fields[12])) / _TICKS, kilobytes * 1024)
