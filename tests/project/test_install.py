"""Installing what is missing: once, with one question for root, and with a clear sentence where nobody can."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.project.house import ROOT

TOOLS = ("sh", "sed", "awk", "grep", "env", "cat")


class Machine:
    """A machine of which only the commands named here exist; it notes what is asked of apt-get."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked = folder / "bin", folder / "asked"
        self.folder.mkdir()
        for tool in TOOLS:
            (self.folder / tool).symlink_to(shutil.which(tool) or tool)
        (folder / "packages.txt").write_text("present   # is there\nmissing   # is not\n\n# a remark\n")
        self.command("id", "echo ${AS:-1000}")
        self.command("dpkg-query", 'echo "present installed"; exit 1')
        self.command("apt-get", f'echo "apt-get $*" >> {self.asked}')

    def command(self, name: str, does: str) -> None:
        (self.folder / name).write_text(f"#!/bin/sh\n{does}\n")
        (self.folder / name).chmod(0o755)

    def install(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [ROOT / "scripts/install-packages", self.folder.parent / "packages.txt"],
            env={"PATH": str(self.folder), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def asked_of_apt(self) -> list[str]:
        return self.asked.read_text().splitlines() if self.asked.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_nothing_is_asked_when_nothing_is_missing(machine: Machine) -> None:
    machine.command("dpkg-query", 'printf "present installed\\nmissing installed\\n"')
    assert machine.install().returncode == 0
    assert machine.asked_of_apt() == []


def test_root_installs_only_what_is_missing(machine: Machine) -> None:
    assert machine.install(AS="0").returncode == 0
    installs = [line for line in machine.asked_of_apt() if " install " in line]
    assert len(installs) == 1
    assert installs[0].endswith(" missing")


def test_sudo_is_asked_once(machine: Machine, tmp_path: Path) -> None:
    machine.command("sudo", f'echo asked >> {tmp_path / "sudo"}\nAS=0 exec "$@"')
    assert machine.install().returncode == 0
    assert (tmp_path / "sudo").read_text() == "asked\n"
    assert any(" install " in line for line in machine.asked_of_apt())


def test_without_root_and_sudo_a_sentence_says_what_to_ask_for(machine: Machine) -> None:
    done = machine.install()
    assert done.returncode == 69
    assert "apt-get install --no-install-recommends missing" in done.stderr


def test_a_failing_apt_is_told_and_stops_the_run(machine: Machine) -> None:
    machine.command("apt-get", "echo no network >&2; exit 100")
    done = machine.install(AS="0")
    assert done.returncode == 69
    assert "no network" in done.stderr


def test_another_system_than_debian_is_trusted(machine: Machine) -> None:
    (machine.folder / "dpkg-query").unlink()
    done = machine.install()
    assert done.returncode == 0
    assert "no Debian" in done.stderr


def test_a_python_that_is_too_old_is_not_taken(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    environment = {**os.environ, "PYTHON": str(old)}
    done = subprocess.run([ROOT / "scripts/find-python"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 69
    assert "3.11 or newer" in done.stderr
