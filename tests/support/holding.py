"""A process that hangs while it holds a lock: a real one, stopped.

with hung_with(state.passes.with_suffix(".lock")): ...
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HOLD = """
import fcntl, os, sys
path = sys.argv[1]
file = os.open(path, os.O_RDONLY | (0 if os.path.isdir(path) else os.O_CREAT), 0o660)
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def hung_with(lock: Path) -> Iterator[None]:
    """Until the end of the block, where it dies and lets go."""
    words = [sys.executable, "-c", _HOLD, str(lock)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.kill(process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            process.kill()
