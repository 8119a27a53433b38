"""`portier desk run` as a process: its address, the one-time link, a taken port, its end, what it leaves behind."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import httpx
import pytest

from desk.server import problems
from tests.desk.site import PASSWORD, Site
from tests.support.state import write_config

SAME = {"Sec-Fetch-Site": "same-origin"}


class Terminal:
    """Starts desks and keeps what they print."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.config = write_config(folder / "portier.toml", {"state": {"directory": self.state}, "desk": {"port": 0}})
        self.running: list[subprocess.Popen[str]] = []

    def start(self, **more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "portier", "--config", str(self.config), "desk", "run"]
        environment = {key: value for key, value in os.environ.items() if key != "JOURNAL_STREAM"} | more
        desk = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
        self.running.append(desk)
        return desk

    def end(self) -> None:
        for desk in self.running:
            if desk.poll() is None:
                desk.send_signal(signal.SIGTERM)
            desk.communicate(timeout=30)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path)
    yield terminal
    terminal.end()


def line(desk: subprocess.Popen[str]) -> str:
    assert desk.stdout
    return desk.stdout.readline()


def test_the_first_start_shows_a_link_that_makes_the_first_account(terminal: Terminal) -> None:
    desk = terminal.start()
    address = re.findall(r"http://127\.0\.0\.1:\d+/", line(desk))[0]
    link = line(desk).strip().rpartition("#")[2]
    form = {"link": link, "name": "jan", "password": PASSWORD, "again": PASSWORD}
    assert httpx.get(address + "first").status_code == 200
    assert httpx.post(address + "first", data=form, headers=SAME, timeout=30).status_code == 303
    assert httpx.post(address + "first", data=form, headers=SAME, timeout=30).status_code == 403
    assert link.encode() not in b"".join(path.read_bytes() for path in terminal.state.rglob("*") if path.is_file())
    desk.send_signal(signal.SIGTERM)
    rest, _ = desk.communicate(timeout=30)
    assert (desk.returncode, rest) == (0, "")


def test_the_second_start_shows_no_link(terminal: Terminal) -> None:
    command = [sys.executable, "-m", "portier", "--config", str(terminal.config), "account", "add", "jan"]
    subprocess.run(command, input=PASSWORD + "\n", text=True, check=True, capture_output=True)
    desk = terminal.start()
    assert "The desk is at" in line(desk)
    desk.send_signal(signal.SIGTERM)
    assert desk.communicate(timeout=30)[0] == ""


def test_under_systemd_the_link_stays_out_of_the_journal(terminal: Terminal) -> None:
    desk = terminal.start(JOURNAL_STREAM="8:1")
    assert "The desk is at" in line(desk)
    assert "portier account add" in line(desk)
    desk.send_signal(signal.SIGTERM)
    assert "#" not in desk.communicate(timeout=30)[0]


def test_a_taken_port_is_said_in_one_sentence(terminal: Terminal) -> None:
    desk = terminal.start()
    port = re.findall(r":(\d+)/", line(desk))[0]
    write_config(terminal.config, {"state": {"directory": terminal.state}, "desk": {"port": int(port)}})
    second = terminal.start()
    said, _ = second.communicate(timeout=30)
    assert second.returncode == 69
    assert "end what listens there, or set [desk] port" in said
    assert "Traceback" not in said


def test_the_desk_tells_when_nobody_can_look(site: Site) -> None:
    assert problems(site.parts) == ()
    site.state.audit.rmdir() if not any(site.state.audit.iterdir()) else None
    assert [problem.promise for problem in problems(site.parts)] == ["P6"]


def test_rows_follow_the_roll_when_nobody_looks(terminal: Terminal) -> None:
    command = [sys.executable, "-m", "portier", "--config", str(terminal.config), "visit", "sign-in"]
    subprocess.run(command, input='{"name": "Jan"}', text=True, check=True, capture_output=True)
    with closing(sqlite3.connect(terminal.state / "portier.db")) as database, database:
        database.execute("delete from visit")
    desk = terminal.start()
    assert "The desk is at" in line(desk)
    with closing(sqlite3.connect(terminal.state / "portier.db")) as database:
        waited = Event()
        for _ in range(200):
            if found := database.execute("select state from visit").fetchall():
                break
            waited.wait(0.1)
    assert found == [("on_site",)]
