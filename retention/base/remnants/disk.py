"""Remnants on the disk: file systems that keep what is overwritten, snapshots, flash that is not told what is free."""

from pathlib import Path
from typing import Final

from retention.base.machine import Machine
from retention.base.remnants.trace import Trace, note, problem, well
from retention.base.translations import N_

# Copy on write, logs, and layers: an overwritten block goes elsewhere, the old one stays.
KEEPS_OLD: Final = ("btrfs", "zfs", "bcachefs", "f2fs", "nilfs2", "ubifs", "jffs2", "overlay", "aufs", "unionfs")
ELSEWHERE: Final = ("nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "9p", "virtiofs")
IN_PLACE: Final = ("ext2", "ext3", "ext4", "xfs")
IN_MEMORY: Final = ("tmpfs", "ramfs")
_VIRTUAL: Final = ("QEMU", "KVM", "VMware", "VirtualBox", "innotek", "Xen", "Virtual Machine", "Google", "Amazon EC2")


def file_system(machine: Machine, keys: Path) -> Trace:
    """Whether what is overwritten under `keys` is gone."""
    on = machine.mount(keys)
    values = {"kind": on.kind, "keys": str(keys)}
    if on.kind in KEEPS_OLD:
        return problem(
            N_("%(kind)s under %(keys)s keeps what is overwritten, also erased keys: put it on ext4 or xfs"), **values
        )
    if on.kind in ELSEWHERE:
        return problem(
            N_("%(kind)s: another machine keeps what stands under %(keys)s: put it on a disk of this machine"), **values
        )
    if on.kind not in IN_PLACE + IN_MEMORY:
        return problem(
            N_("nobody knows whether %(kind)s under %(keys)s overwrites in place: put it on ext4 or xfs"), **values
        )
    options = {*on.options, *machine.lines(f"/proc/fs/{on.kind}/{machine.real(on.device)}/options")}
    if "data=journal" in options:
        return problem(
            N_(
                "%(kind)s with data=journal writes keys into its journal too: take it out of the mount options, and "
                "`tune2fs -o ^journal_data` takes it out of the defaults"
            ),
            **values,
        )
    if machine.journals(keys) or any(machine.journals(path) for path in machine.within(keys) if path.endswith("slots")):
        return problem(N_("%(keys)s is marked for the journal, which keeps keys: run `chattr -R -j` on it"), **values)
    return well(N_("%(kind)s: what is overwritten is gone"), **values)


def snapshots(machine: Machine, keys: Path) -> Trace:
    """Whether somebody below may keep an older image of the disk."""
    block = machine.real(machine.mount(keys).device)
    volumes = [machine.text(f"{path}/dm/uuid").strip() for path in machine.within("/sys/block")]
    if any(volume.startswith("LVM-") and volume.endswith("-cow") for volume in volumes):
        return problem(
            N_("there is an LVM snapshot, which keeps erased keys: see `lvs`, and remove it with `lvremove`"),
        )
    if machine.text(f"/sys/class/block/{block}/dm/uuid").startswith("LVM-"):
        return note(N_("this disk is a logical volume: a snapshot of it keeps erased keys, so make none"))
    maker = f"{machine.text('/sys/class/dmi/id/sys_vendor')} {machine.text('/sys/class/dmi/id/product_name')}"
    virtual = machine.has("/sys/hypervisor/type") or any(name in maker for name in _VIRTUAL)
    if virtual:
        return note(
            N_("this is a virtual machine: its host's snapshots and images keep erased keys, so have none made of it")
        )
    return well(N_("none that can be seen from here"))


def discard(machine: Machine, keys: Path) -> Trace:
    """Whether flash is told what is free; otherwise it may keep sealed bytes, which nothing opens."""
    on = machine.mount(keys)
    block = machine.real(on.device)
    if on.kind in IN_MEMORY or not machine.has(f"/sys/class/block/{block}"):
        return well(N_("no flash disk is seen under %(keys)s"), keys=str(keys))
    flash = [
        disk for disk in machine.disks(block) if machine.text(f"/sys/block/{disk}/queue/rotational").strip() == "0"
    ]
    if not flash:
        return well(N_("no flash disk is seen under %(keys)s"), keys=str(keys))
    trimmed = any(
        machine.has(f"{folder}/timers.target.wants/fstrim.timer")
        for folder in ("/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system")
    )
    if "discard" not in on.options and not trimmed:
        return problem(
            N_("the disk is flash and is never told what is free: run `systemctl enable --now fstrim.timer`"),
        )
    top = block if machine.has(f"/sys/class/block/{block}/queue") else machine.disks(block).pop()
    if machine.text(f"/sys/class/block/{top}/queue/discard_max_bytes").strip() == "0":
        return problem(
            N_("discard does not reach the flash disk: write `discard` in /etc/crypttab, or see what lies between"),
        )
    return well(N_("flash, and it is told what is free"))
