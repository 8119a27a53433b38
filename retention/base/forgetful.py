"""Memory that forgets: whatever a process lets go of is overwritten at once, by the allocator itself.

Python cannot wipe a string, and its own allocator leaves freed text where it stood until the place is used again. So a
process that holds names takes the C library's allocator for everything, told to overwrite what is freed (GNU libc:
`perturb`), without the small cache of freed pieces that escapes that (`tcache`). Both are read when a process begins.
"""

import ctypes
import os
import sys
from collections.abc import Mapping
from typing import Final

_PR_SET_DUMPABLE: Final = 4  # linux/prctl.h
_TUNABLES: Final = ("glibc.malloc.tcache_count=0", "glibc.malloc.perturb=165")


def forgetful(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process whose memory forgets."""
    told = [part for part in environment.get("GLIBC_TUNABLES", "").split(":") if part and part not in _TUNABLES]
    return {**environment, "PYTHONMALLOC": "malloc_debug", "GLIBC_TUNABLES": ":".join([*told, *_TUNABLES])}


def forgets() -> bool:
    """Whether this process was begun that way."""
    told = os.environ.get("GLIBC_TUNABLES", "").split(":")
    return os.environ.get("PYTHONMALLOC") == "malloc_debug" and set(_TUNABLES) <= set(told)


def keep_to_itself() -> None:
    """Let no other process of this user look into this one's memory, and no crash write it down."""
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)


def give_back() -> None:
    """Hand freed memory back to the system, which clears it; some 2 ms for a kiosk.

    As far as whole pages of it are free: what shares a page with something alive stays until the process ends. Without
    this a process that runs all day grows by the gaps between what it keeps.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's; elsewhere the page stays
    if trim is not None:
        trim(0)


def begin_forgetful() -> None:
    """Begin this process anew, as the same process, where its memory would not forget; call it before anything else."""
    if not forgets() and sys.executable:
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], forgetful(os.environ))  # noqa: S606 - no shell
