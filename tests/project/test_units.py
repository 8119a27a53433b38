"""The unit files: systemd itself finds nothing wrong with them, and little that an intruder could do inside."""

import shutil
import subprocess
from pathlib import Path

import pytest

from retention.base.forgetful import forgetful
from retention.base.readerkey import private_half
from tests.project.house import ROOT
from tests.support.state import make_state

UNITS = sorted(path.name for path in (ROOT / "systemd/system").iterdir())
BEHIND_WALLS = ("recorder", "retention", "calamity", "desk")
# systemd's exposure in tenths: 0 is perfect, 100 open to everything.
THRESHOLD = 15


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root directory as `docs/install.md` leaves it: Debian's units and ours, the programs they start."""
    root = tmp_path_factory.mktemp("root")
    shutil.copytree("/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
    for unit in (ROOT / "systemd/system").iterdir():
        shutil.copy(unit, root / "usr/lib/systemd/system")
    for program in ("opt/portier/.venv/bin/portier", "usr/bin/cage", "usr/bin/test"):
        (root / program).parent.mkdir(parents=True, exist_ok=True)
        (root / program).write_text("#!/bin/sh\n")
        (root / program).chmod(0o755)
    return root


def verify(root: Path, unit: str) -> list[str]:
    """What systemd has to say about one of our units."""
    words = ["systemd-analyze", "verify", f"--root={root}", "--man=no", unit]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=root / "usr/lib/systemd/system")
    return [line for line in (done.stdout + done.stderr).splitlines() if "portier" in line]


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_nothing_wrong(staged: Path, unit: str) -> None:
    assert verify(staged, unit) == []


def test_systemd_would_have_found_a_missing_program(staged: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    shutil.copytree(staged, root, symlinks=True)
    (root / "opt/portier/.venv/bin/portier").unlink()
    assert verify(root, "portier-desk.service") != []


@pytest.mark.parametrize("service", [*BEHIND_WALLS, "rows"])
def test_an_intruder_in_a_service_is_walled_in(staged: Path, service: str) -> None:
    words = ["systemd-analyze", "security", "--offline=yes", f"--threshold={THRESHOLD}", f"--root={staged}"]
    done = subprocess.run([*words, f"portier-{service}.service"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout.splitlines()[-1:]


@pytest.mark.parametrize("service", [*BEHIND_WALLS, "kiosk", "rows"])
def test_only_readers_are_handed_the_reader_key(service: str) -> None:
    text = (ROOT / f"systemd/system/portier-{service}.service").read_text(encoding="utf-8")
    assert ("LoadCredential=reader.key:" in text) is (service in ("calamity", "desk"))


def test_the_reaper_has_no_network() -> None:
    assert "PrivateNetwork=yes" in (ROOT / "systemd/system/portier-retention.service").read_text(encoding="utf-8")


@pytest.mark.parametrize("service", [*BEHIND_WALLS, "kiosk"])
def test_every_service_has_a_user_of_its_own(service: str) -> None:
    user = f"portier-{service}"
    assert f"User={user}\n" in (ROOT / f"systemd/system/{user}.service").read_text(encoding="utf-8")
    assert f"u {user} " in (ROOT / "systemd/sysusers.d/portier.conf").read_text(encoding="utf-8")


def test_sysusers_makes_every_user(tmp_path: Path) -> None:
    folder = tmp_path / "usr/lib/sysusers.d"
    folder.mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    shutil.copy(ROOT / "systemd/sysusers.d/portier.conf", folder)
    subprocess.run(["systemd-sysusers", f"--root={tmp_path}", "portier.conf"], check=True, capture_output=True)
    made = (tmp_path / "etc/passwd").read_text()
    assert {f"portier-{name}" for name in (*BEHIND_WALLS, "kiosk")} <= {
        line.split(":")[0] for line in made.splitlines()
    }


def test_a_wrongly_configured_service_waits_for_a_person() -> None:
    for service in (*BEHIND_WALLS, "kiosk"):
        text = (ROOT / f"systemd/system/portier-{service}.service").read_text(encoding="utf-8")
        assert "RestartPreventExitStatus=78" in text


def test_every_folder_of_the_state_directory_is_shared_by_the_services(tmp_path: Path) -> None:
    made = make_state(tmp_path / "portier").directory
    shared = (ROOT / "systemd/tmpfiles.d/portier.conf").read_text(encoding="utf-8")
    folders = [f"/var/lib/portier/{path.name}" for path in made.iterdir() if path.is_dir()]
    assert [folder for folder in folders if f"d {folder} " not in shared] == []


@pytest.mark.parametrize("service", [*BEHIND_WALLS, "rows"])
def test_every_service_sees_the_time_since_boot(service: str) -> None:
    text = (ROOT / f"systemd/system/portier-{service}.service").read_text(encoding="utf-8")
    assert "ProcSubset=all" in text  # `pid` hides /proc/uptime and the name of the boot


def test_retention_may_ask_whether_the_clock_is_synchronised_and_not_set_it() -> None:
    text = (ROOT / "systemd/system/portier-retention.service").read_text(encoding="utf-8")
    assert "SystemCallFilter=adjtimex" in text
    assert "CapabilityBoundingSet=\n" in text


@pytest.mark.parametrize("service", ["kiosk", "calamity"])
def test_who_holds_names_for_days_overwrites_what_it_frees_and_never_swaps_it_out(service: str) -> None:
    unit = (ROOT / f"systemd/system/portier-{service}.service").read_text(encoding="utf-8")
    assert "Environment=" + " ".join(f"{name}={value}" for name, value in forgetful({}).items()) in unit
    assert "MemorySwapMax=0" in unit
    assert "LimitCORE=1" in unit


def test_a_dark_or_frozen_screen_is_started_again_within_seconds_however_often() -> None:
    text = (ROOT / "systemd/system/portier-kiosk.service").read_text(encoding="utf-8")
    for line in (
        "WatchdogSec=8s",
        "WatchdogSignal=SIGKILL",
        "Restart=always",
        "RestartSec=100ms",
        "StartLimitIntervalSec=0",
    ):
        assert f"\n{line}\n" in text


def test_a_state_disk_that_comes_off_does_not_stop_the_list() -> None:
    unit = (ROOT / "systemd/system/portier-calamity.service").read_text(encoding="utf-8")
    assert [line for line in unit.splitlines() if line.startswith(("Requires", "BindsTo", "Requisite"))] == []


def test_on_an_empty_folder_in_the_disks_place_no_list_says_that_nobody_is_inside(tmp_path: Path) -> None:
    unit = (ROOT / "systemd/system/portier-calamity.service").read_text(encoding="utf-8")
    state = make_state(tmp_path / "state")
    condition = next(line.partition("=")[2] for line in unit.splitlines() if line.startswith("ExecStartPre="))
    words = condition.replace("/var/lib/portier", str(state.directory)).split()

    def begins() -> bool:
        return subprocess.run(words, check=False).returncode == 0

    assert not begins()
    private_half(state)  # what the first start does
    assert begins()
    (state.keys / "reader.pub").unlink()  # as docs/formats.md says where it is damaged
    assert begins()


def test_the_manual_opens_every_wall_between_the_list_and_a_printer_with_an_address() -> None:
    unit = (ROOT / "systemd/system/portier-calamity.service").read_text(encoding="utf-8")
    manual = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    door = manual.partition("# systemctl edit portier-calamity portier-desk\n")[2].partition("```")[0].splitlines()
    walls = {"PrivateNetwork=yes": "PrivateNetwork=no", "IPAddressDeny=any": "IPAddressAllow=192.0.2.7"}
    walls["RestrictAddressFamilies=AF_UNIX"] = "RestrictAddressFamilies=AF_INET AF_INET6"
    assert [wall for wall in walls if wall in unit.splitlines()] == list(walls)
    assert set(walls.values()) <= set(door)


def test_cage_lets_nobody_switch_to_another_terminal() -> None:
    text = (ROOT / "systemd/system/portier-kiosk.service").read_text(encoding="utf-8")
    assert "ExecStart=/usr/bin/cage -d -- " in text  # `-s` would let Ctrl-Alt-F2 through
    assert "Conflicts=getty@tty1.service" in text


def test_logind_knows_every_setting_that_closes_the_keyboards_ways_out(tmp_path: Path) -> None:
    told = (ROOT / "systemd/logind.conf.d/portier.conf").read_text(encoding="utf-8")
    known = Path("/lib/systemd/systemd-logind").read_bytes()
    names = [line.partition("=")[0] for line in told.splitlines() if "=" in line and not line.startswith("#")]
    assert [name for name in names if name.encode() not in known] == []
