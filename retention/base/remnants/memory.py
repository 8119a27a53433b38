"""Remnants of memory: swap, hibernation, dumps of programs and of the kernel, temporary files."""

import re
from pathlib import Path
from typing import Final

from retention.base.machine import Machine, NotSeen
from retention.base.remnants.disk import IN_MEMORY
from retention.base.remnants.trace import Trace, problem, well
from retention.base.translations import N_

_UNITS: Final = ("/etc/systemd/system", "/run/systemd/system")
_LIMIT = re.compile(r"Max core file size\s+(\S+)")


def swap(machine: Machine) -> Trace:
    if not machine.has("/proc/swaps"):  # hidden from services with ProcSubset=pid
        raise NotSeen("/proc/swaps")
    if plain := _plain_swaps(machine):
        return problem(
            N_("this machine swaps to %(places)s: encrypt it or switch it off, names may reach it"),
            places=", ".join(plain),
        )
    return well(N_("no swap on a disk, or encrypted"))


def _swaps(machine: Machine) -> list[str]:
    return [line.split()[0] for line in machine.lines("/proc/swaps")[1:]]


def _plain_swaps(machine: Machine) -> list[str]:
    return [place for place in _swaps(machine) if not _is_safe(machine, place)]


def _is_safe(machine: Machine, place: str) -> bool:
    block = machine.real(place)
    if block.startswith("zram"):
        return not machine.text(f"/sys/block/{block}/backing_dev").strip().startswith("/")
    if not machine.has(f"/sys/class/block/{block}"):  # a swap file stands on a file system's device
        block = machine.real(machine.mount(place).device)
    return machine.is_encrypted(block)


def hibernation(machine: Machine) -> Trace:
    """A machine that hibernates writes its whole memory, with keys, to the disk."""
    can = "disk" in machine.text("/sys/power/state").split()
    where = machine.text("/sys/power/resume").strip()
    resumes = where not in ("", "0:0") or "resume=" in machine.text("/proc/cmdline")
    if not (can and resumes and any("zram" not in place for place in _swaps(machine))):
        return well(N_("this machine does not hibernate"))
    masked = any(machine.real(f"{folder}/hibernate.target") == "null" for folder in _UNITS)
    if masked or "AllowHibernation=no" in machine.lines("/etc/systemd/sleep.conf"):
        return well(N_("this machine does not hibernate"))
    return problem(
        N_("a hibernating machine writes its memory, with keys, to the disk: run `systemctl mask hibernate.target`")
    )


def core_dumps(machine: Machine) -> Trace:
    """Whether a crash of a service could leave its memory somewhere; behind a pipe only a limit of 1 is heeded."""
    if not machine.has("/proc/sys/kernel/core_pattern"):
        raise NotSeen("/proc/sys/kernel/core_pattern")
    piped = machine.text("/proc/sys/kernel/core_pattern").startswith("|")
    heeded = {"1"} if piped else {"0", "1"}
    open_to_it = [pid for pid, limit in _services(machine) if limit not in heeded]
    if open_to_it:
        return problem(
            N_(
                "a crash of process %(pid)s would leave its memory on the disk: write `LimitCORE=1` in its unit, and "
                "restart it"
            ),
            pid=", ".join(open_to_it),
        )
    return well(N_("services leave none"))


def _services(machine: Machine) -> list[tuple[str, str]]:
    """Portier's services that run, with their limit for core dumps."""
    found = []
    for path in machine.within("/proc"):
        pid = Path(path).name
        if not pid.isdecimal():
            continue
        words = machine.raw(f"{path}/cmdline").split(b"\0")
        if b"run" in words and any(word.endswith(b"portier") for word in words):
            match = _LIMIT.search(machine.text(f"{path}/limits"))
            if match:
                found.append((pid, match[1]))
    return found


def kernel_dumps(machine: Machine) -> Trace:
    if machine.text("/sys/kernel/kexec_crash_loaded").strip() == "1":
        return problem(
            N_("a crash of the kernel would write all memory to the disk: run `systemctl disable --now kdump-tools`")
        )
    return well(N_("the kernel leaves none"))


def temporary(machine: Machine, folder: Path) -> Trace:
    """Exports wait there until they are fetched."""
    if machine.mount(folder).kind in IN_MEMORY:
        return well(N_("%(folder)s is in memory"), folder=str(folder))
    return problem(
        N_("%(folder)s is on a disk, and exports wait there to be fetched: put it in memory (docs/install.md)"),
        folder=str(folder),
    )
