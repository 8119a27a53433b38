"""What the processes of a recorder hold: taken now and then, compared early and late."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from tests.support.processes import PROC, tree


@dataclass(frozen=True)
class Vitals:
    """What one process holds; memory of its own making in MiB, each shared page counted once over all who share it.

    Files in memory are left out: how many others share a library's pages changes with every program that starts.
    """

    name: str
    memory: float
    handles: int
    threads: int


@dataclass(frozen=True)
class Change:
    """From the first quarter of a run to its last: memory by the peaks of both, the others by the medians.

    A decoder gives megabytes back between two pictures or does not, and so does the median; a peak only grows.
    """

    memory_per_hour: float
    handles: float
    threads: float


Sample = dict[int, Vitals]


def sample(root: int) -> Sample:
    """Every process of a tree by its number."""
    return {pid: _vitals(pid) for pid in tree(root)}


def change(samples: list[Sample], pid: int, seconds: float) -> Change:
    """How one process changed over samples taken evenly over so many seconds."""
    quarter = max(1, len(samples) // 4)
    first, last = ([sample[pid] for sample in part] for part in (samples[:quarter], samples[-quarter:]))
    hours = seconds * (len(samples) - quarter) / len(samples) / 3600  # between the middles of both
    return Change(
        (max(one.memory for one in last) - max(one.memory for one in first)) / hours,
        _median(one.handles for one in last) - _median(one.handles for one in first),
        _median(one.threads for one in last) - _median(one.threads for one in first),
    )


def _median(figures: Iterable[float]) -> float:
    return statistics.median(figures)


def _vitals(pid: int) -> Vitals:
    here = PROC / str(pid)
    rollup = (here / "smaps_rollup").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in rollup if line.startswith("Pss_Anon:"))
    threads, handles = (sum(1 for _ in (here / folder).iterdir()) for folder in ("task", "fd"))
    return Vitals((here / "comm").read_text().strip(), kilobytes / 1024, handles, threads)
