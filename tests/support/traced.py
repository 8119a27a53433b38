"""A piece of work done in a child of its own, under strace: every system call it makes, or one of them failing.

The child is a copy of this process as it stands, so that whatever it holds open and remembers is real.
"""

import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_CALL = re.compile(r"(\w+)\(")
_WAIT = "read"  # the first one is the child's wait for its tracer


@dataclass(frozen=True)
class Call:
    """The n-th call of a name, counted from 1."""

    name: str
    number: int


def calls_of(act: Callable[[], object], log: Path) -> list[Call]:
    """Every call that takes a file or a descriptor, in order."""
    _run(act, ["-o", str(log), "-e", "trace=%file,%desc"])
    names = [match[1] for line in log.read_text().splitlines() if (match := _CALL.match(line))]
    counted, calls = Counter[str](), list[Call]()
    for name in names:
        counted[name] += 1
        calls.append(Call(name, counted[name]))
    return [call for call in calls if call.name != "mmap" and call != Call(_WAIT, 1)]


def fails_at(act: Callable[[], object], call: Call, fault: str) -> int:
    """Do it while that one call ends in this error, or (`KILL`) kills; how the child ended."""
    kind = f"signal={fault}" if fault == "KILL" else f"error={fault}"
    return _run(
        act, ["-o", "/dev/null", "-e", f"trace={call.name}", "-e", f"inject={call.name}:{kind}:when={call.number}"]
    )


def _run(act: Callable[[], object], words: list[str]) -> int:
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        _act(act, ready)
    os.close(ready)
    tracer = subprocess.Popen(["strace", *words, "-p", str(child)], stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    line = tracer.stderr.readline()
    if "attached" in line:
        os.write(go, b"!")  # which is what the child waits for
    else:
        os.kill(child, signal.SIGKILL)
    os.close(go)
    _, status = os.waitpid(child, 0)
    tracer.communicate()
    assert "attached" in line, line
    return os.waitstatus_to_exitcode(status)


def _act(act: Callable[[], object], ready: int) -> None:
    """What the child does, and nothing after it: it must not go on as the test. Its one call of its own is the wait."""
    os.read(ready, 1)
    try:
        act()
    except BaseException:  # noqa: BLE001 - told by how it ends
        os._exit(1)
    os._exit(0)
