"""`portier visit ...` as a script or a person drives it: exit codes, one sentence, names on standard input only."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from retention.base.audit import Trail
from retention.base.clock import SystemClock
from retention.base.state import State

ANN = {"name": "Ann de Vries", "host": "Bo", "help": ["stairs"]}


def portier(state: State, *arguments: str, said: Any = None, **environment: str) -> subprocess.CompletedProcess[str]:
    given = said if isinstance(said, str) else json.dumps(said) if said is not None else ""
    surroundings = {**os.environ, "PORTIER_STATE": str(state.directory), **environment}
    return subprocess.run(
        [sys.executable, "-m", "portier", *arguments],
        input=given,
        capture_output=True,
        text=True,
        env=surroundings,
        timeout=120,
        check=False,
        cwd=Path(__file__).parents[2],
    )


def answer(state: State, *arguments: str, said: Any = None) -> Any:
    done = portier(state, *arguments, "--json", said=said)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_visitor_signs_in_is_listed_and_signs_out(state: State) -> None:
    given = answer(state, "visit", "sign-in", said=ANN)
    assert set(given) == {"visit", "pass"}
    (seen,) = answer(state, "visit", "list")
    assert list(seen) == ["visit", "pass", "state", "name", "host", "help", "arrived", "left"]
    assert (seen["visit"], seen["pass"], seen["state"]) == (given["visit"], given["pass"], "on_site")
    assert (seen["name"], seen["host"], seen["help"]) == ("Ann de Vries", "Bo", ["stairs"])
    assert portier(state, "visit", "sign-out", "--pass", given["pass"]).returncode == 0
    assert answer(state, "visit", "list")[0]["state"] == "left"


def test_expected_corrected_arrived_staying_over(state: State) -> None:
    visit = answer(state, "visit", "expect", said={"name": "Zoe"})["visit"]
    assert answer(state, "visit", "list")[0]["state"] == "expected"
    assert portier(state, "visit", "correct", "--visit", visit, said={"name": "Zoë"}).returncode == 0
    assert answer(state, "visit", "sign-in", "--visit", visit)["visit"] == visit
    given = answer(state, "visit", "list")[0]
    assert (given["name"], given["state"]) == ("Zoë", "on_site")
    assert portier(state, "visit", "stay", "--pass", given["pass"]).returncode == 0
    assert portier(state, "visit", "sign-out", "--visit", visit).returncode == 0


def test_for_people_the_list_is_a_table(state: State) -> None:
    assert portier(state, "visit", "list").stdout == "nobody today\n"
    portier(state, "visit", "sign-in", said=ANN)
    head, row = portier(state, "visit", "list").stdout.splitlines()
    assert head.split()[:3] == ["visit", "pass", "state"]
    assert "Ann de Vries" in row


def test_a_look_at_the_list_is_in_the_trail(state: State) -> None:
    answer(state, "visit", "list")
    assert [entry.act for entry in Trail(state, SystemClock()).entries()] == ["visit.list"]


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
    state: State, arguments: list[str], said: Any
) -> None:
    done = portier(state, *arguments, said=said)
    assert (done.returncode, done.stdout) == (64, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_a_refused_name_is_not_told_again(state: State) -> None:
    done = portier(state, "visit", "sign-in", said={"name": "Rumpelstiltskin" * 20})
    assert done.returncode == 64
    assert "Rumpel" not in done.stderr


def test_a_wrong_configuration_ends_with_78_and_every_problem(state: State, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[site]\ntimezone = "Atlantis"\n[visits]\nask_helpp = true\n[kiosk]\ndiagonal_inches = 3\n')
    done = portier(state, "--config", str(wrong), "visit", "list")
    assert done.returncode == 78
    assert all(key in done.stderr for key in ("site.timezone", "visits.ask_helpp", "kiosk.diagonal_inches"))


def test_a_state_directory_that_cannot_be_written_ends_with_69_and_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    done = portier(State(tmp_path / "state"), "visit", "sign-in", said=ANN)
    assert done.returncode == 69
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_newer_versions_database_ends_with_78_and_one_sentence(state: State) -> None:
    import sqlite3  # noqa: PLC0415

    answer(state, "visit", "list")
    connection = sqlite3.connect(state.database_file)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    done = portier(state, "visit", "list")
    assert done.returncode == 78
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_database_that_is_away_stops_nobody_at_the_door(state: State, tmp_path: Path) -> None:
    config = tmp_path / "portier.toml"
    config.write_text('[database]\nurl = "postgresql://portier:hunter2@127.0.0.1:1/portier"\n')
    done = portier(state, "--config", str(config), "visit", "sign-in", "--json", said=ANN)
    assert done.returncode == 0
    assert "hunter2" not in done.stderr
    (seen,) = json.loads(portier(state, "--config", str(config), "visit", "list", "--json").stdout)
    assert (seen["name"], seen["pass"]) == ("Ann de Vries", json.loads(done.stdout)["pass"])


def test_help_lists_every_command_without_loading_a_room(state: State) -> None:
    done = portier(state, "--help")
    assert done.returncode == 0
    assert all(f"\n  {name} " in done.stdout for name in ("run", "doctor", "visit", "calamity", "footage", "desk"))


def test_the_doctor_tells_of_every_thing_whether_it_is_well(state: State) -> None:
    done = portier(state, "doctor", "--json", DISPLAY="")
    lines = {line["what"]: line for line in json.loads(done.stdout)}
    assert lines["database"]["ok"]
    assert lines["reader key"]["ok"]
    assert not lines["display"]["ok"]
    assert done.returncode == 69
