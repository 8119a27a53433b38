"""`portier calamity ...` as a responder types it, with everything else gone."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
import pytest

from kiosk.calamity.commands import STANDS_UNPRINTED
from kiosk.calamity.errors import ServiceAway
from kiosk.calamity.triggers import ask
from retention.base.clock import SystemClock
from retention.base.config import Config
from retention.base.readerkey import public_half
from retention.base.siteday import day_number, site_day
from retention.base.slots import SlotFile
from retention.base.state import VISITS, State
from retention.rules import visits_deadline
from tests.calamity.lobby import Lobby, arrival
from tests.support.cups import PrintServer
from tests.support.state import write_config

ROOT = Path(__file__).resolve().parents[2]


class Terminal:
    """Commands on one state directory, run as a person does: each a process of its own."""

    def __init__(self, state: State, config: Path) -> None:
        self.state, self.config = state, config
        self.more: dict[str, str] = {}

    def run(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        surroundings = {
            **os.environ,
            "PORTIER_STATE": str(self.state.directory),
            "CUPS_SERVER": "/nowhere",
            **self.more,
        }
        command = [sys.executable, "-m", "portier", "--config", str(self.config), "calamity", *words]
        done = subprocess.run(
            command, env=surroundings, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self.run(*words, code=code).stdout)


@pytest.fixture
def now() -> datetime:
    return SystemClock().now()


@pytest.fixture
def lobby(state: State, now: datetime) -> Lobby:
    """Today, with two visitors: commands read the machine's own clock."""
    config = Config()
    today = site_day(now, config.site.zone, config.visits.day_ends)
    deadline = visits_deadline(today, config.site, config.visits)
    SlotFile(state, VISITS).claim(day_number(today), deadline, public_half(state))
    lobby = Lobby(state, today)
    came = {"at": now - timedelta(minutes=5)}
    lobby.write(*(replace(record, **came) for record in (arrival("Noor de Vries", help=("stairs",)), arrival("Daan"))))
    lobby.close()
    return lobby


@pytest.fixture
def terminal(state: State, lobby: Lobby, tmp_path: Path) -> Terminal:
    config = write_config(tmp_path / "portier.toml", {"site": {"name": "Zuid"}, "calamity": {"printers": ["paper"]}})
    return Terminal(lobby.state, config)


def test_list_shows_who_is_in_with_no_other_service_and_no_database(terminal: Terminal) -> None:
    shown = terminal.run("list").stdout
    assert "Noor de Vries" in shown
    assert "> help op de trap" in shown
    assert not list(terminal.state.directory.glob("*.db"))


def test_list_as_json(terminal: Terminal) -> None:
    data = terminal.json("list", "--format", "json")
    assert [visitor["name"] for visitor in data["visitors"]] == ["Noor de Vries", "Daan"]
    assert data["site"] == "Zuid"


def test_list_as_pdf_into_a_file_only_its_owner_may_read(terminal: Terminal, tmp_path: Path) -> None:
    target = tmp_path / "list.pdf"
    terminal.run("list", "--output", str(target))
    assert "Noor de Vries" in pypdf.PdfReader(target).pages[0].extract_text().replace("\n", " ")
    assert target.stat().st_mode & 0o077 == 0


def test_a_list_is_not_written_where_it_would_outlive_its_term(terminal: Terminal) -> None:
    refused = terminal.run("list", "--output", str(terminal.state.directory / "list.txt"), code=64)
    assert "outside the state directory" in refused.stderr


def test_every_look_is_in_the_trail(terminal: Terminal) -> None:
    terminal.run("list", "--format", "json")
    (line,) = next(terminal.state.audit.glob("*.jsonl")).read_text().splitlines()
    entry = json.loads(line)
    assert (entry["act"], entry["about"]) == ("calamity.list", "json")
    assert entry["actor"].startswith("os:")


def test_list_works_when_the_trail_does_not_and_says_so(terminal: Terminal) -> None:
    terminal.state.audit.rmdir()
    terminal.state.audit.write_text("in the way")
    done = terminal.run("list")
    assert "Noor de Vries" in done.stdout
    assert "audit trail did not take this" in done.stderr


def test_list_works_with_a_refused_configuration(terminal: Terminal) -> None:
    terminal.run("list")
    terminal.config.write_text("[site]\nnane = 3\n")
    terminal.more["PORTIER_STATE"] = str(terminal.state.directory)
    done = terminal.run("list")
    assert "Noor de Vries" in done.stdout
    assert "nane" in done.stderr


def test_an_empty_state_directory_gives_an_empty_list(tmp_path: Path) -> None:
    config = write_config(tmp_path / "portier.toml", {"site": {"name": "Zuid"}})
    shown = Terminal(State(tmp_path / "fresh"), config).run("list").stdout
    assert "Er is geen bezoek aangemeld." in shown


def test_print_puts_the_list_on_paper(terminal: Terminal, print_server: PrintServer) -> None:
    terminal.more["CUPS_SERVER"] = print_server.server
    assert terminal.json("print", "--json") == {"printer": "paper", "form": "pdf", "confirmed": True}
    assert print_server.wait_for_paper().read_bytes().startswith(b"%PDF")


def test_print_without_a_printer_says_what_to_do(terminal: Terminal) -> None:
    assert "portier calamity list" in terminal.run("print", code=69).stderr


def test_alarm_and_end_without_the_service(terminal: Terminal, print_server: PrintServer) -> None:
    terminal.more["CUPS_SERVER"] = print_server.server
    started = terminal.json("start", "--json")
    assert started["printed"]["printer"] == "paper"
    assert terminal.json("list", "--format", "json")["triggered"] == started["calamity"]["triggered"]
    assert terminal.json("end", "--json")["ended"] is not None
    assert terminal.json("list", "--format", "json")["triggered"] is None
    assert terminal.json("list", "--frozen", "--format", "json")["counts"]["inside"] == 2


def test_an_alarm_stands_though_nothing_prints(terminal: Terminal) -> None:
    done = terminal.run("start", "--drill", code=STANDS_UNPRINTED)
    assert "the drill stands, raised on" in done.stdout
    assert "the list is not printed" in done.stdout
    assert "fetch the list another way" in done.stdout
    assert terminal.json("list", "--format", "json")["drill"] is True


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [((), (), "its list is destroyed on"), ((), ("--cancel",), "was a mistake"), (("--drill",), (), "nothing is kept")],
)
def test_the_end_is_told_in_words_and_the_sites_own_time(
    terminal: Terminal, start: tuple[str, ...], end: tuple[str, ...], said: str
) -> None:
    raised = terminal.json("start", *start, "--json", code=STANDS_UNPRINTED)["calamity"]["triggered"]
    local = datetime.fromisoformat(raised).astimezone(ZoneInfo("Europe/Amsterdam"))
    told = terminal.run("end", *end).stdout
    assert f"{local:raised on %Y-%m-%d at %H:%M:%S CE}" in told
    assert said in told
    assert "+00:00" not in told


def test_end_without_a_calamity_says_so(terminal: Terminal) -> None:
    assert "no calamity is open" in terminal.run("end", code=69).stderr


def test_no_name_stands_in_arguments_or_in_what_printing_leaves_behind(
    terminal: Terminal, print_server: PrintServer
) -> None:
    terminal.more["CUPS_SERVER"] = print_server.server
    terminal.run("print")
    print_server.wait_for_paper()
    for path in (*terminal.state.directory.rglob("*"), *print_server.spool.rglob("*")):
        assert path.is_dir() or b"Noor" not in path.read_bytes()


def test_the_time_of_the_list_is_now(terminal: Terminal, now: datetime) -> None:
    shown = datetime.fromisoformat(terminal.json("list", "--format", "json")["as_of"])
    assert shown.astimezone(UTC) - now < timedelta(minutes=2)


@pytest.fixture
def service(terminal: Terminal) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts the service as systemd does, and waits until it hears."""
    running: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "portier", "--config", str(terminal.config), "calamity", "run"]
        surroundings = {**os.environ, "PORTIER_STATE": str(terminal.state.directory), "CUPS_SERVER": "/nowhere"}
        running.append(subprocess.Popen(command, env=surroundings, cwd=ROOT, stderr=subprocess.DEVNULL))
        for _ in range(600):
            with suppress(ServiceAway):
                ask(terminal.state, {"do": "ping"})
                return running[-1]
            threading.Event().wait(0.05)
        raise AssertionError("the service does not answer")

    yield begin
    for process in running:
        process.kill()
        process.wait()


def test_an_alarm_survives_the_service_that_heard_it(
    terminal: Terminal, service: Callable[[], subprocess.Popen[bytes]]
) -> None:
    first = service()
    started = terminal.json("start", "--json", code=STANDS_UNPRINTED)["calamity"]
    first.kill()
    first.wait()
    assert terminal.json("list", "--format", "json")["triggered"] == started["triggered"]
    second = service()
    assert ask(terminal.state, {"do": "status"})["calamity"] == started
    second.terminate()
    assert second.wait(30) == 0
