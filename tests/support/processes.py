"""Processes of a test and their children: who they are, and how they end."""

import os
import signal
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def tree(root: int) -> list[int]:
    """A process and its living descendants, parents first."""
    found = [root]
    for pid in found:
        with suppress(FileNotFoundError, ProcessLookupError):
            for task in (PROC / str(pid) / "task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def kill_tree(root: int) -> None:
    """The power goes: a process and all its descendants, at once and without a word."""
    pids = tree(root)
    # Stopped first, so that nobody sees another die and acts on it.
    for action in (signal.SIGSTOP, signal.SIGKILL):
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, action)
