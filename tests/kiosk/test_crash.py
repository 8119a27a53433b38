"""A power cut in the middle of a sign-in, and two kiosks at once.

Nobody who saw a pass is lost, and no pass is out twice.
"""

import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from retention.base.clock import SystemClock
from retention.base.config import Config
from retention.base.database import open_database
from retention.base.state import State
from tests.kiosk.lobby import make_lobby
from tests.support.bars import Bars
from tests.support.postgres import PostgreSQL
from tests.support.state import make_config

ROOT = Path(__file__).parents[2]


def open_door(config: Config, count: int, *places: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.kiosk.doorway", str(config.where().directory), str(count), *places]
    url = {"DATABASE_URL": config.database.url} if config.database.url else {}
    surroundings = {**os.environ, **url, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True)


def output_of(door: subprocess.Popen[str]) -> str:
    output, _ = door.communicate(timeout=120)
    assert door.returncode == 0
    return output


def told(output: str) -> dict[str, str]:
    """The visits whose pass a visitor saw, with that pass."""
    whole = [line.split() for line in output.splitlines(keepends=True) if line.endswith("\n")]
    return {line[0]: line[1] for line in whole if len(line) == 2}


def the_rest(door: subprocess.Popen[str]) -> str:
    """What it said before it was killed; `communicate` would leave out what was read ahead of a line."""
    assert door.stdout is not None
    with door:
        return door.stdout.read()


def check(config: Config, seen: dict[str, str]) -> None:
    """Whoever saw a pass is on the roll and in the table with it, and no pass is out twice."""
    with make_lobby(config, SystemClock()) as lobby:  # type: ignore[arg-type]
        rolled = {entry.visit: entry.pass_id for entry in lobby.roll().on_site}
        listed = {visit.visit: visit.pass_id for visit in lobby.register.visits()}
    assert seen.items() <= rolled.items()
    assert rolled == listed
    assert [pass_id for pass_id, times in Counter(rolled.values()).items() if times > 1] == []


PLACES = [f"{number}{when}" for number in range(1, 16) for when in "-+"]


def test_killed_between_any_two_steps_of_a_sign_in(config: Config) -> None:
    open_database(config).close()
    # The steps are the same; a server's part is to give up the turn of whoever died.
    places = PLACES if config.database.embedded else PLACES[::3]
    seen = told(output_of(open_door(config, 5, *places)))
    seen |= told(output_of(open_door(config, 5)))
    check(config, seen)


@pytest.mark.parametrize("database_url", [None])
def test_killed_between_the_records_of_two_who_come_together_leaves_nobody_with_a_pass_off_the_list(
    config: Config, database_url: None
) -> None:
    open_database(config).close()
    places = [f"{number}{when}" for number in range(1, 13, 3) for when in "-+"]
    seen = told(output_of(open_door(config, 1, "two", *places)))
    assert seen == {}  # nobody saw a pass before both stood on the list
    seen = told(output_of(open_door(config, 2, "two")))
    assert len(seen) == 4
    check(config, seen)
    with make_lobby(config, SystemClock()) as lobby:  # type: ignore[arg-type]
        entries = lobby.roll().on_site
    firsts = {entry.visit for entry in entries if entry.name.startswith("Visitor")}
    companions = [entry for entry in entries if entry.name.startswith("Companion")]
    # Whatever the moment: both, the first of the two alone, or neither; never the other without the first.
    assert {entry.together for entry in companions} <= firsts
    assert len(firsts) > len(companions) >= 2


@pytest.mark.parametrize("database_url", [None])
def test_killed_between_any_two_steps_of_a_sign_in_with_the_database_away(
    config: Config, state: State, database_url: None
) -> None:
    open_database(config).close()
    aside = state.directory / "aside"
    state.database_file.rename(aside)
    state.database_file.mkdir()
    seen = told(output_of(open_door(config, 5, *PLACES[1::2])))
    seen |= told(output_of(open_door(config, 5)))
    state.database_file.rmdir()
    aside.rename(state.database_file)
    check(config, seen)


@pytest.mark.parametrize("database_url", [None])
def test_killed_at_any_moment(config: Config, database_url: None) -> None:
    """Six kills at moments that chance chooses, each time with a kiosk that goes on where the last one fell."""
    chance, seen = random.Random(20270302), dict[str, str]()
    for _ in range(6):
        door = open_door(config, 1000)
        assert door.stdout is not None
        lines = [door.stdout.readline() for _ in range(chance.randrange(2, 12))]
        door.kill()
        rest = the_rest(door)
        seen |= told("".join(lines) + rest)
    check(config, seen)


def kill_kiosks(config: Config, kills: int, seed: int) -> tuple[int, int, int]:
    """How many passes were seen; how many who saw one are lost, and how many passes are out twice."""
    words = [sys.executable, "-m", "tests.kiosk.killing", str(config.where().directory), str(kills), str(seed)]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True, timeout=600, check=True)
    seen = told(done.stdout)
    with make_lobby(config, SystemClock()) as lobby:  # type: ignore[arg-type]
        rolled = {entry.visit: entry.pass_id for entry in lobby.roll().on_site}
        listed = {visit.visit: visit.pass_id for visit in lobby.register.visits()}
    lost = [visit for visit, given in seen.items() if rolled.get(visit) != given or listed.get(visit) != given]
    twice = [pass_id for pass_id, times in Counter(rolled.values()).items() if times > 1]
    return len(seen), len(lost), len(twice)


@pytest.mark.parametrize("database_url", [None])
def test_killed_at_random_moments_of_signing_in(config: Config, database_url: None) -> None:
    seen, lost, twice = kill_kiosks(config, 8, 20270302)
    assert seen > 0
    assert (lost, twice) == (0, 0)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("batch", range(10))
@pytest.mark.parametrize("database_url", [None])
def test_killed_fifty_times_at_random_moments_of_signing_in(
    config: Config, database_url: None, batch: int, bars: Bars
) -> None:
    """Ten times fifty: 500 `kill -9`."""
    seen, lost, twice = kill_kiosks(config, 50, 20270303 + batch)
    bars.at_least(f"kill -9 while signing in, {batch + 1} of 10: passes seen", seen, 25)
    bars.at_most(f"kill -9 while signing in, {batch + 1} of 10: lost", lost, 0)
    bars.at_most(f"kill -9 while signing in, {batch + 1} of 10: passes twice", twice, 0)


def test_two_kiosks_at_once_give_no_pass_twice(config: Config) -> None:
    doors = [open_door(config, 50), open_door(config, 50)]
    outputs = [output_of(door) for door in doors]
    seen = told(outputs[0]) | told(outputs[1])
    assert len(seen) == 100
    check(config, seen)


@pytest.mark.parametrize("database_url", [None])
def test_two_kiosks_at_once_give_no_pass_twice_with_the_database_away(
    config: Config, state: State, database_url: None
) -> None:
    state.database_file.mkdir()
    doors = [open_door(config, 50), open_door(config, 50)]
    outputs = [output_of(door) for door in doors]
    state.database_file.rmdir()
    seen = told(outputs[0]) | told(outputs[1])
    assert len(seen) == 100
    check(config, seen)


def test_two_kiosks_of_hosts_that_share_only_the_database_give_no_pass_twice(postgresql: str, tmp_path: Path) -> None:
    hosts = [make_config(tmp_path / name, database={"url": postgresql}) for name in ("here", "there")]
    for host in hosts:
        host.where().prepare()
    outputs = [output_of(door) for door in [open_door(host, 90) for host in hosts]]
    given = [pass_id for output in outputs for pass_id in told(output).values()]
    assert (len(given), len(set(given))) == (180, 180)


def test_a_server_killed_while_visitors_sign_in_loses_nobody(own_server: PostgreSQL, state: State) -> None:
    """The kiosk goes on from the roll alone while it is away, and uses it again."""
    config = make_config(state.directory, database={"url": own_server.create("lobby")})
    open_database(config).close()
    door = open_door(config, 1000)
    assert door.stdout is not None
    lines = [door.stdout.readline() for _ in range(20)]
    for _ in range(2):
        own_server.kill()
        lines += [door.stdout.readline() for _ in range(20)]
        own_server.start()
        lines += [door.stdout.readline() for _ in range(20)]
    door.kill()
    rest = the_rest(door)
    check(config, told("".join(lines) + rest))
