"""Places that erasing could miss: each is found on a staged machine, and each says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from retention.base.machine import Machine, NotSeen
from retention.base.remnants import MARKS, Site, Trace, look, mark
from retention.base.remnants.disk import file_system
from retention.base.remnants.trace import Trace as Found
from retention.base.state import State
from tests.support.loopfs import made, mounted, why_not

STATE = Path("/var/lib/portier")


class Staged:
    """A machine of files: an SSD with discard, ext4, nothing to find fault with, until a test changes it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.put("/proc/self/mounts", "/dev/sda1 / ext4 rw,relatime,discard 0 0\ntmpfs /tmp tmpfs rw 0 0\n")
        self.put("/proc/swaps", "Filename Type Size Used Priority\n/dev/zram0 partition 1 0 100\n")
        self.put("/proc/sys/kernel/core_pattern", "core\n")
        self.put("/proc/fs/ext4/sda1/options", "rw\ndata=ordered\n")
        self.put("/sys/block/sda/queue/rotational", "0\n")
        self.put("/sys/block/sda/queue/discard_max_bytes", "2147450880\n")
        self.put("/sys/block/sda/sda1/partition", "1\n")
        for name, place in (("sda", "../../block/sda"), ("sda1", "../../block/sda/sda1")):
            self.link(f"/sys/class/block/{name}", place)
        for name, text in MARKS.items():
            self.put(f"{STATE}/keys/{name}", text)

    def put(self, path: str, text: str) -> None:
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def link(self, path: str, target: str) -> None:
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)

    def mounted(self, line: str) -> None:
        self.put("/proc/self/mounts", f"{line}\ntmpfs /tmp tmpfs rw 0 0\n")

    def device(self, name: str, uuid: str, *below: str) -> None:
        """A device of the device mapper, on others."""
        self.put(f"/sys/block/{name}/dm/uuid", uuid + "\n")
        self.put(f"/sys/block/{name}/queue/discard_max_bytes", "2147450880\n")
        for one in below:
            self.put(f"/sys/block/{name}/slaves/{one}", "")
        self.link(f"/sys/class/block/{name}", f"../../block/{name}")

    def found(self) -> dict[str, Trace]:
        return look(Site(Machine(self.root), STATE))

    def problems(self) -> list[str]:
        return [what for what, trace in self.found().items() if trace.state == "problem"]


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    return Staged(tmp_path / "root")


def test_a_machine_set_up_as_the_manual_says_is_well(staged: Staged) -> None:
    assert {what: trace.said for what, trace in staged.found().items() if trace.state != "well"} == {}


@pytest.mark.parametrize("kind", ["btrfs", "zfs", "overlay", "f2fs", "nilfs2", "nfs4", "cifs", "fuse.sshfs", "exfat"])
def test_a_file_system_that_may_keep_what_is_overwritten_is_told(staged: Staged, kind: str) -> None:
    staged.mounted(f"data {STATE} {kind} rw 0 0")
    said = staged.found()["file system"]
    assert (said.state, kind in said.said) == ("problem", True)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "tmpfs"])
def test_a_file_system_that_overwrites_in_place_is_well(staged: Staged, kind: str) -> None:
    staged.mounted(f"/dev/sda1 /var {kind} rw,discard 0 0")
    assert staged.found()["file system"].state == "well"


def test_what_counts_is_the_mount_nearest_to_the_keys(staged: Staged) -> None:
    staged.mounted(
        f"/dev/sda1 / ext4 rw,discard 0 0\npool /var/lib/portier-old zfs rw 0 0\nx {STATE}/keys btrfs rw 0 0"
    )
    assert "btrfs" in staged.found()["file system"].said


def test_a_mount_point_with_a_blank_is_understood(staged: Staged) -> None:
    staged.mounted("/dev/sda1 / ext4 rw 0 0\npool /srv/my\\040portier zfs rw 0 0")
    found = look(Site(Machine(staged.root), Path("/srv/my portier")))
    assert found["file system"].state == "problem"


def test_a_journal_that_takes_data_is_told_by_mount_options(staged: Staged) -> None:
    staged.mounted("/dev/sda1 / ext4 rw,discard,data=journal 0 0")
    assert "tune2fs" in staged.found()["file system"].said


def test_a_journal_that_takes_data_by_default_is_told(staged: Staged) -> None:
    staged.put("/proc/fs/ext4/sda1/options", "rw\ndata=journal\n")
    assert "file system" in staged.problems()


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_real_file_system_that_journals_data_is_found_out(tmp_path: Path) -> None:
    """By its default, which the table of mounts does not tell, and by a mark on the folder of keys."""
    image, machine, on = made(tmp_path / "image", megabytes=16), Machine(), tmp_path / "on"
    with mounted(image, on):
        (on / "keys").mkdir()
        assert file_system(machine, on / "keys").state == "well"
    # As `chattr +j` does, for which a test may lack the right: extents, and data in the journal.
    mark_it = ["debugfs", "-w", "-R", "set_inode_field /keys flags 0x84000", image]
    subprocess.run(mark_it, check=True, capture_output=True)
    with mounted(image, on):
        assert "chattr -R -j" in file_system(machine, on / "keys").said
    subprocess.run(["tune2fs", "-o", "journal_data", image], check=True, capture_output=True)
    with mounted(image, on):
        assert "tune2fs" in file_system(machine, on / "keys").said


def test_a_mapped_device_is_known_by_its_own_name(staged: Staged) -> None:
    staged.device("dm-0", "CRYPT-LUKS2-x", "sda1")
    staged.put("/dev/dm-0", "")
    staged.link("/dev/mapper/root", "../dm-0")
    staged.mounted("/dev/mapper/root / ext4 rw,discard 0 0")
    staged.put("/proc/fs/ext4/dm-0/options", "data=journal\n")
    assert "file system" in staged.problems()


def test_a_logical_volume_is_noted_and_a_snapshot_is_a_problem(staged: Staged) -> None:
    staged.device("dm-0", "LVM-abc", "sda1")
    staged.mounted("/dev/dm-0 / ext4 rw,discard 0 0")
    assert staged.found()["snapshots"].state == "note"
    staged.device("dm-1", "LVM-abc-cow", "sda1")
    assert staged.found()["snapshots"].state == "problem"


def test_a_virtual_machine_is_noted(staged: Staged) -> None:
    staged.put("/sys/class/dmi/id/sys_vendor", "VMware, Inc.\n")
    assert staged.found()["snapshots"].state == "note"


def test_flash_that_is_never_told_what_is_free_is_a_problem(staged: Staged) -> None:
    staged.mounted("/dev/sda1 / ext4 rw 0 0")
    assert "fstrim" in staged.found()["discard"].said
    staged.link("/etc/systemd/system/timers.target.wants/fstrim.timer", "/lib/systemd/system/fstrim.timer")
    assert staged.found()["discard"].state == "well"


def test_a_turning_disk_needs_no_discard(staged: Staged) -> None:
    staged.mounted("/dev/sda1 / ext4 rw 0 0")
    staged.put("/sys/block/sda/queue/rotational", "1\n")
    assert staged.found()["discard"].state == "well"


def test_discard_that_stops_at_the_encryption_is_told(staged: Staged) -> None:
    staged.device("dm-0", "CRYPT-LUKS2-x", "sda1")
    staged.put("/sys/block/dm-0/queue/discard_max_bytes", "0\n")
    staged.mounted("/dev/dm-0 / ext4 rw,discard 0 0")
    assert "crypttab" in staged.found()["discard"].said


@pytest.mark.parametrize(
    ("uuid", "well"), [("CRYPT-PLAIN-swap", True), ("LVM-swap", False)], ids=["encrypted", "a plain volume"]
)
def test_swap_must_be_encrypted(staged: Staged, uuid: str, well: bool) -> None:
    staged.device("dm-3", uuid, "sda1")
    staged.put("/proc/swaps", "Filename Type\n/dev/dm-3 partition 1 0 -2\n")
    assert (staged.found()["swap"].state == "well") is well


def test_a_volume_on_an_encrypted_disk_is_encrypted(staged: Staged) -> None:
    staged.device("dm-0", "CRYPT-LUKS2-x", "sda1")
    staged.device("dm-3", "LVM-swap", "dm-0")
    staged.put("/proc/swaps", "Filename Type\n/dev/dm-3 partition 1 0 -2\n")
    assert staged.found()["swap"].state == "well"


def test_a_partition_or_file_of_swap_in_the_clear_is_named(staged: Staged) -> None:
    for place in ("/dev/sda1", "/swap.img"):
        staged.put("/proc/swaps", f"Filename Type\n{place} file 1 0 -2\n")
        assert place in staged.found()["swap"].said


def test_zram_that_writes_to_a_disk_is_no_memory(staged: Staged) -> None:
    staged.put("/sys/block/zram0/backing_dev", "/dev/sda2\n")
    assert "swap" in staged.problems()


def test_what_a_service_may_not_see_is_not_called_well(staged: Staged) -> None:
    (staged.root / "proc/swaps").unlink()
    (staged.root / "proc/sys/kernel/core_pattern").unlink()
    found = staged.found()
    assert {found[what].state for what in ("swap", "core dumps")} == {"unseen"}


def test_a_machine_that_can_hibernate_is_told(staged: Staged) -> None:
    staged.put("/sys/power/state", "freeze mem disk\n")
    staged.put("/sys/power/resume", "8:2\n")
    assert "hibernation" not in staged.problems()
    staged.put("/proc/swaps", "Filename Type\n/dev/sda2 partition 1 0 -2\n")
    assert "hibernation" in staged.problems()
    (staged.root / "dev").mkdir(exist_ok=True)
    staged.put("/dev/null", "")
    staged.link("/etc/systemd/system/hibernate.target", "../../../dev/null")
    assert "hibernation" not in staged.problems()


@pytest.mark.parametrize(
    ("pattern", "limit", "well"),
    [
        ("core", "0", True),
        ("core", "1", True),
        ("core", "unlimited", False),
        ("|/usr/share/apport/apport %p", "0", False),
        ("|/lib/systemd/systemd-coredump %P", "1", True),
    ],
)
def test_a_service_that_could_leave_its_memory_is_told(staged: Staged, pattern: str, limit: str, well: bool) -> None:
    staged.put("/proc/sys/kernel/core_pattern", pattern + "\n")
    staged.put("/proc/77/cmdline", "/usr/bin/python3\0/opt/portier/.venv/bin/portier\0desk\0run\0")
    staged.put("/proc/77/limits", f"Limit  Soft Limit  Hard Limit\nMax core file size        {limit}  {limit}  bytes\n")
    staged.put("/proc/78/cmdline", "/usr/bin/vim\0portier.py\0")
    staged.put("/proc/78/limits", "Max core file size        unlimited unlimited bytes\n")
    found = staged.found()["core dumps"]
    assert (found.state == "well", "77" in found.said) == (well, not well)


def test_a_process_that_leaves_no_core_really_leaves_none(tmp_path: Path) -> None:
    program = "from retention.base.service import leave_no_core as no; no(); import os; os.kill(os.getpid(), 11)"
    surroundings = os.environ | {"PYTHONPATH": str(Path.cwd())}
    shell = ["sh", "-c", 'ulimit -c unlimited; exec "$0" -c "$1"', sys.executable, program]
    died = subprocess.run(shell, cwd=tmp_path, check=False, env=surroundings)
    assert (died.returncode, list(tmp_path.iterdir())) == (-11, [])


def test_a_kernel_that_dumps_all_memory_is_told(staged: Staged) -> None:
    staged.put("/sys/kernel/kexec_crash_loaded", "1\n")
    assert "kernel dumps" in staged.problems()


def test_temporary_files_on_a_disk_are_told(staged: Staged) -> None:
    staged.put("/proc/self/mounts", "/dev/sda1 / ext4 rw,discard 0 0\n")
    assert "temporary files" in staged.problems()


def cups(staged: Staged, settings: str) -> Found:
    staged.put("/etc/cups/cups-files.conf", "# comment\nRequestRoot /tmp/spool\n")
    staged.put("/etc/cups/cupsd.conf", settings)
    return staged.found()["spool"]


def test_cups_as_the_manual_sets_it_up_is_well(staged: Staged) -> None:
    assert cups(staged, "PreserveJobFiles No\nPreserveJobHistory No\n").state == "well"


@pytest.mark.parametrize(
    ("settings", "remedy"),
    [
        ("PreserveJobHistory No\n", "PreserveJobFiles No"),
        ("PreserveJobFiles No\n", "PreserveJobHistory No"),
        ("PreserveJobFiles No\nPreserveJobHistory No\nLogLevel debug2\n", "LogLevel warn"),
    ],
)
def test_each_habit_of_cups_has_its_remedy(staged: Staged, settings: str, remedy: str) -> None:
    assert remedy in cups(staged, settings).said


def test_a_spool_on_a_disk_is_told(staged: Staged) -> None:
    staged.put("/var/spool/cups/d00001", "")
    assert "in memory" in staged.found()["spool"].said


TAKES = {
    "/etc/borgmatic/config.yaml": "source_directories:\n    - /etc\n    - /var\nexclude_patterns:\n    - /var/cache\n",
    "/etc/borgmatic.d/all.yaml": "location:\n  source_directories: ['/']\n",
    "/etc/cron.d/night": "0 3 * * * root rsync -a --delete / backup:/srv/copy\n",
    "/etc/cron.daily/restic": "#!/bin/sh\nrestic backup /home /var/lib --exclude /var/lib/docker\n",
    "/etc/rsnapshot.conf": "backup\t/srv/\tmy/\nbackup\t/var/lib/portier/\tmy/\nexclude\t/var/lib/portier/run\n",
    "/etc/systemd/system/save.service": "[Service]\nExecStart=/usr/bin/duplicity /var/lib/portier file:///mnt\n",
    "/etc/timeshift/timeshift.json": '{\n "schedule_daily" : "true",\n "exclude" : [\n  "/srv/**"\n ]\n}\n',
    "/var/spool/cron/crontabs/root": "5 4 * * * tar czf /mnt/keys.tgz /var/lib/portier/keys\n",
}


@pytest.mark.parametrize("place", TAKES)
def test_a_back_up_that_takes_the_keys_along_is_named(staged: Staged, place: str) -> None:
    staged.put(place, TAKES[place])
    found = staged.found()["back-ups"]
    assert (found.state, place in found.said) == ("problem", True)


LEAVES = {
    "/etc/borgmatic/config.yaml": "source_directories:\n    - /var\nexclude_patterns:\n    - /var/lib/portier/keys\n",
    "/etc/borgmatic.d/b.yaml": "source_directories:\n    - /\nexclude_caches: true\n",
    "/etc/borgmatic.d/c.yaml": "source_directories: [/var]\nexclude_if_present:\n    - .nobackup\n",
    "/etc/cron.d/night": "0 3 * * * root rsync -a --exclude=/var/lib/portier/keys / backup:/srv/copy\n",
    "/etc/cron.d/other": "0 3 * * * root rsync -a --exclude '/var/lib/portier/' /var backup:/srv/copy\n",
    "/etc/cron.daily/restic": "#!/bin/sh\n# was: restic backup /var\nrestic backup --exclude-caches / \\\n  /var\n",
    "/etc/cron.daily/home": "#!/bin/sh\n/usr/bin/rsync -a /home /var/backups/home\n",
    "/etc/rsnapshot.conf": "backup\t/var/lib/\tlocalhost/\nexclude\t/var/lib/portier/keys/\n",
    "/etc/timeshift/timeshift.json": '{\n "schedule_daily" : "true",\n "exclude" : [\n  "/var/lib/portier/**"\n ]\n}\n',
    "/etc/cron.d/php": "09,39 * * * * root [ -x / ] && /usr/lib/php/sessionclean\n",
    "/etc/systemd/system/portier-desk.service": "[Service]\nReadWritePaths=/var/lib/portier\n",
}


@pytest.mark.parametrize("place", LEAVES)
def test_a_back_up_that_leaves_the_keys_out_is_well(staged: Staged, place: str) -> None:
    staged.put(place, LEAVES[place])
    assert staged.found()["back-ups"].said.startswith("none")


class Hiding(Machine):
    """A machine on which some places are closed to this user."""

    def raw(self, path: str | Path) -> bytes:
        if "borgmatic" in str(path):
            raise NotSeen(str(path))
        return super().raw(path)

    def within(self, folder: str | Path) -> list[str]:
        if "crontabs" in str(folder):
            raise NotSeen(str(folder))
        return super().within(folder)


def test_a_closed_place_is_told_and_hides_no_other(staged: Staged) -> None:
    staged.put("/etc/borgmatic/config.yaml", "source_directories: [/]\n")
    found = look(Site(Hiding(staged.root), STATE))["back-ups"]
    assert (found.state, "borgmatic" in found.said, "crontabs" in found.said) == ("unseen", True, True)
    staged.put("/etc/systemd/system/save.service.d/more.conf", "ExecStart=/usr/bin/restic backup /var\n")
    staged.put("/etc/systemd/system/save.service", TAKES["/etc/systemd/system/save.service"])
    assert look(Site(Hiding(staged.root), STATE))["back-ups"].state == "problem"


def test_marks_that_are_missing_help_no_back_up(staged: Staged) -> None:
    staged.put("/etc/borgmatic.d/b.yaml", LEAVES["/etc/borgmatic.d/b.yaml"])
    (staged.root / "var/lib/portier/keys/CACHEDIR.TAG").unlink()
    assert "back-ups" in staged.problems()


def test_a_list_of_what_is_left_out_is_read(staged: Staged) -> None:
    staged.put("/etc/cron.d/n", "0 3 * * * root restic backup / --exclude-from=/etc/left-out\n")
    assert "back-ups" in staged.problems()
    staged.put("/etc/left-out", "/var/lib/portier/keys/*\n")
    assert "back-ups" not in staged.problems()


def test_marks_are_put_into_the_folder_of_keys_once(state: State) -> None:
    mark(state)
    (state.keys / ".nobackup").write_text("mine")
    mark(state)
    assert (state.keys / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert (state.keys / ".nobackup").read_text() == "mine"


def test_tar_heeds_the_mark(state: State, tmp_path: Path) -> None:
    mark(state)
    (state.keys / "visits.slots").write_text("slot")
    out = tmp_path / "all.tar"
    subprocess.run(["tar", "--exclude-caches", "-cf", out, state.directory], check=True, capture_output=True)
    listed = subprocess.run(["tar", "-tf", out], check=True, capture_output=True, text=True).stdout
    assert "visits.slots" not in listed
