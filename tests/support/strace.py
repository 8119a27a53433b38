"""System calls of a running process that fail, as the kernel would let them: strace's injection.

with refused([pid], "fdatasync", "EIO"):
    ...
"""

import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


@contextmanager
def refused(pids: Iterable[int], calls: str, error: str) -> Iterator[None]:
    """Every one of these calls (`"pwrite64,fdatasync"`), in all threads of these processes, ends in this error."""
    words = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:error={error}"]
    wanted = [str(pid) for pid in pids]
    assert wanted, "there is nobody to refuse anything to"
    tracer = subprocess.Popen([*words, "-p", ",".join(wanted)], stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    try:
        attached: set[str] = set()
        while not attached.issuperset(wanted):
            line = tracer.stderr.readline()
            if not line:
                raise RuntimeError("strace attached to none: is somebody else tracing it?")
            attached |= {pid for pid in wanted if f"Process {pid} attached" in line}
        # What it goes on to say is read on, or it would wait for a reader while the process waits for it.
        reader = threading.Thread(target=tracer.stderr.read, daemon=True)
        reader.start()
        yield
    finally:
        tracer.terminate()
        tracer.wait(timeout=30)
        if "reader" in locals():
            reader.join(timeout=10)
        tracer.stderr.close()
