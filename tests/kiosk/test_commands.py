"""`portier visit ...` as a script or a person drives it: exit codes, one sentence, names on standard input only."""

import io
import json
import os
import pty
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from portier import main
from retention.base.audit import Trail
from retention.base.clock import SystemClock
from retention.base.state import State

ROOT = Path(__file__).parents[2]
ANN = {"name": "Ann de Vries", "host": "Bo", "help": ["stairs"]}


@dataclass
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@dataclass
class Command:
    """The command `portier` on one state directory, in this process: its own main, its own streams."""

    state: State
    monkeypatch: pytest.MonkeyPatch
    streams: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, said: Any = None) -> Done:
        given = said if isinstance(said, str) else json.dumps(said) if said is not None else ""
        self.monkeypatch.setenv("PORTIER_STATE", str(self.state.directory))
        self.monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        self.streams.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        streams = self.streams.readouterr()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, streams.out, streams.err)

    def answer(self, *arguments: str, said: Any = None) -> Any:
        """What a command that goes well prints as JSON."""
        done = self(*arguments, "--json", said=said)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def portier(state: State, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(state, monkeypatch, capsys)


def test_a_visitor_signs_in_is_listed_and_signs_out(portier: Command) -> None:
    given = portier.answer("visit", "sign-in", said=ANN)
    assert set(given) == {"visit", "pass"}
    (seen,) = portier.answer("visit", "list")
    assert list(seen) == ["visit", "pass", "state", "name", "host", "help", "arrived", "left"]
    assert (seen["visit"], seen["pass"], seen["state"]) == (given["visit"], given["pass"], "on_site")
    assert (seen["name"], seen["host"], seen["help"]) == ("Ann de Vries", "Bo", ["stairs"])
    assert portier("visit", "sign-out", "--pass", given["pass"]).returncode == 0
    assert portier.answer("visit", "list")[0]["state"] == "left"


def test_expected_corrected_arrived_staying_over(portier: Command) -> None:
    visit = portier.answer("visit", "expect", said={"name": "Zoe"})["visit"]
    assert portier.answer("visit", "list")[0]["state"] == "expected"
    assert portier("visit", "correct", "--visit", visit, said={"name": "Zoë"}).returncode == 0
    assert portier.answer("visit", "sign-in", "--visit", visit)["visit"] == visit
    given = portier.answer("visit", "list")[0]
    assert (given["name"], given["state"]) == ("Zoë", "on_site")
    assert portier("visit", "stay", "--pass", given["pass"]).returncode == 0
    assert portier("visit", "sign-out", "--visit", visit).returncode == 0


def test_a_command_gives_back_the_room_it_kept_for_records(portier: Command) -> None:
    visit = portier.answer("visit", "sign-in", said=ANN)["visit"]
    assert portier("visit", "correct", "--visit", visit, said={"name": "Anna"}).returncode == 0
    assert portier("visit", "stay", "--visit", visit).returncode == 0
    assert max(path.stat().st_size for path in portier.state.roll.glob("*.roll")) < 10_000


def test_a_visit_is_deleted_and_the_answer_says_what_becomes_of_copies(portier: Command) -> None:
    given = portier.answer("visit", "sign-in", said=ANN)
    said = portier("visit", "delete", "--visit", given["visit"]).stdout
    assert "become unreadable on" in said
    assert "a line with the pass and without a name stays" in said
    (seen,) = portier.answer("visit", "list")
    assert (seen["name"], seen["deleted"], seen["state"]) == (None, True, "on_site")
    assert portier("visit", "sign-out", "--pass", given["pass"]).returncode == 0
    answer = portier.answer("visit", "delete", "--visit", given["visit"])
    assert (answer["deleted"], answer["inside"], answer["frozen"]) == (given["visit"], False, False)


def test_for_people_the_list_is_a_table(portier: Command) -> None:
    assert portier("visit", "list").stdout == "nobody today\n"
    portier("visit", "sign-in", said=ANN)
    head, row, *closing = portier("visit", "list").stdout.splitlines()
    assert head.split()[:3] == ["visit", "pass", "state"]
    assert "Ann de Vries" in row
    assert all("reception closes" in line for line in closing)  # said from half past five until the day ends


def test_a_look_at_the_list_is_in_the_trail(portier: Command) -> None:
    portier.answer("visit", "list")
    assert [entry.act for entry in Trail(portier.state, SystemClock()).entries()] == ["visit.list"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["visit", "sign-in"], ""),
        (["visit", "sign-in"], "no json"),
        (["visit", "sign-in"], "[1]"),
        (["visit", "sign-in"], "[" * 100_000),
        (["visit", "sign-in"], {"name": ""}),
        (["visit", "sign-in"], {"name": "x" * 10_000}),
        (["visit", "sign-in"], {"name": "Ann", "diagnosis": "none of our business"}),
        (["visit", "sign-in"], '{"name": "\\ud800"}'),
        (["visit", "sign-out"], None),
        (["visit", "sign-out", "--pass", "purple-cow"], None),
        (["visit", "sign-out", "--pass", "'; DROP TABLE visit;--"], None),
        (["visit", "sign-out", "--visit", "0"], None),
        (["visit", "stay"], None),
        (["visit", "stay", "--pass", "blue-owl"], None),
        (["visit", "correct", "--visit", "0"], {"name": "Ann"}),
        (["visit", "expect"], {"name": "Ann", "day": "tomorrow"}),
        (["visit", "expect"], {"name": "Ann", "day": 7}),
        (["visit", "expect", "--day", "1999-01-01"], {"name": "Ann"}),
        (["visit", "expect"], {"name": "Ann", "help": ["stairs"]}),
        (["visit", "dance"], None),
        (["dance"], None),
        (["--config"], None),
    ],
)
def test_what_cannot_be_meant_ends_with_64_and_a_sentence_and_no_traceback(
    portier: Command, arguments: list[str], said: Any
) -> None:
    done = portier(*arguments, said=said)
    assert (done.returncode, done.stdout) == (64, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_a_refused_name_is_not_told_again(portier: Command) -> None:
    done = portier("visit", "sign-in", said={"name": "Rumpelstiltskin" * 20})
    assert done.returncode == 64
    assert "Rumpel" not in done.stderr


def test_a_wrong_configuration_ends_with_78_and_every_problem(portier: Command, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[site]\ntimezone = "Atlantis"\n[visits]\nask_helpp = true\n[kiosk]\ndiagonal_inches = 3\n')
    done = portier("--config", str(wrong), "visit", "list")
    assert done.returncode == 78
    assert all(key in done.stderr for key in ("site.timezone", "visits.ask_helpp", "kiosk.diagonal_inches"))


def test_a_state_directory_that_cannot_be_written_ends_with_69_and_one_sentence(
    portier: Command, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    portier.state = State(tmp_path / "file")
    done = portier("visit", "sign-in", said=ANN)
    assert done.returncode == 69
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_newer_versions_database_ends_with_78_and_one_sentence(portier: Command) -> None:
    portier.answer("visit", "list")
    connection = sqlite3.connect(portier.state.database_file)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    done = portier("visit", "list")
    assert done.returncode == 78
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_database_that_is_away_stops_nobody_at_the_door(portier: Command, tmp_path: Path) -> None:
    config = tmp_path / "portier.toml"
    config.write_text('[database]\nurl = "postgresql://portier:hunter2@127.0.0.1:1/portier"\n')
    done = portier("--config", str(config), "visit", "sign-in", "--json", said=ANN)
    assert done.returncode == 0
    assert "hunter2" not in done.stderr
    (seen,) = json.loads(portier("--config", str(config), "visit", "list", "--json").stdout)
    assert (seen["name"], seen["pass"]) == ("Ann de Vries", json.loads(done.stdout)["pass"])


def test_a_database_server_named_in_a_file_of_its_own_serves_the_commands(
    portier: Command, tmp_path: Path, postgresql: str
) -> None:
    config, secret = tmp_path / "portier.toml", tmp_path / "database-url"
    secret.write_text(postgresql + "\n")
    config.write_text(f'[database]\nurl_file = "{secret}"\n')
    given = portier.answer("--config", str(config), "visit", "sign-in", said=ANN)
    (seen,) = portier.answer("--config", str(config), "visit", "list")
    assert (seen["name"], seen["pass"]) == ("Ann de Vries", given["pass"])
    assert not portier.state.database_file.exists()


def test_help_lists_every_command_without_loading_a_room(portier: Command) -> None:
    done = portier("--help")
    assert done.returncode == 0
    assert all(f"\n  {name} " in done.stdout for name in ("run", "doctor", "visit", "calamity", "footage", "desk"))


def test_the_doctor_tells_of_every_thing_whether_it_is_well(portier: Command) -> None:
    portier.monkeypatch.delenv("DISPLAY", raising=False)
    done = portier("doctor", "--json")
    lines = {line["what"]: line for line in json.loads(done.stdout)}
    assert lines["database"]["ok"]
    assert lines["reader key"]["ok"]
    assert not lines["display"]["ok"]
    assert done.returncode == 69


def test_the_doctor_says_it_in_lines_for_people(portier: Command) -> None:
    lines = portier("doctor").stdout.splitlines()
    assert any(line.startswith("ok   database") for line in lines)


@pytest.mark.parametrize("rest", [["visit", "list"], ["dance"]])
def test_the_installed_command_is_the_same(state: State, rest: list[str]) -> None:
    surroundings = {**os.environ, "PORTIER_STATE": str(state.directory)}
    command = [sys.executable, "-m", "portier", *rest]
    done = subprocess.run(command, capture_output=True, text=True, env=surroundings, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == (64 if rest == ["dance"] else 0)
    assert "Traceback" not in done.stderr


def test_on_a_terminal_the_name_is_asked_for(state: State, portier: Command) -> None:
    keyboard, terminal = pty.openpty()
    surroundings = {**os.environ, "PORTIER_STATE": str(state.directory)}
    command = [sys.executable, "-m", "portier", "visit", "sign-in", "--json"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=terminal, stdout=pipe, stderr=pipe, text=True, env=surroundings, cwd=ROOT
    ) as asked:
        os.write(keyboard, b"Ann de Vries\n\n")
        asked.communicate(timeout=60)
    os.close(keyboard)
    os.close(terminal)
    assert asked.returncode == 0
    (seen,) = portier.answer("visit", "list")
    assert (seen["name"], seen["host"]) == ("Ann de Vries", None)
