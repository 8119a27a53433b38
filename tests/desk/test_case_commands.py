"""`portier case ...`, as an operator types it; the second person proves who they are by the desk's password."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from desk import accounts
from desk.case_commands import case
from desk.errors import AccountRefused
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.config import Config
from retention.base.database import open_database
from retention.base.errors import ReaderKeyMissing, UsageRefused
from retention.base.state import State
from retention.cases.errors import CaseRefused, NoSuchCase
from tests.desk.site import NAME, PASSWORD, kept_password, record
from tests.support.clock import ManualClock
from tests.support.video import make_video

Run = Callable[..., Result]
SECOND = {"account": NAME, "password": PASSWORD}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("film") / "film.mp4", seconds=4, size=(320, 180), gop=25)


@pytest.fixture
def begin(config: Config, clock: ManualClock, film: Path) -> datetime:
    """When the footage of the entrance begins: sixteen seconds, five minutes ago."""
    begin = clock.now() - timedelta(minutes=5)
    record(config, clock, "entree", film, begin, turns=4)
    return begin


@pytest.fixture
def run(config: Config, state: State, clock: ManualClock) -> Run:
    office = Office(config, state, clock)
    database = open_database(config)
    with database.write() as session:
        accounts.add(session, NAME, kept_password(), now=clock.now())
    database.close()

    def run(*words: str, given: dict[str, str] | None = None) -> Any:
        result = CliRunner().invoke(case, words, obj=office, input=json.dumps(given or {}), standalone_mode=False)
        if result.exception is not None:
            raise result.exception
        return json.loads(result.stdout) if "--json" in words else result.stdout

    return run


def place(run: Run, begin: datetime) -> dict[str, Any]:
    span = ("--from", begin.isoformat(), "--to", (begin + timedelta(seconds=16)).isoformat())
    note = {"note": "a fall at the door"}
    told: Any = run("place", "--camera", "entree", *span, "--reason", "incident", "--json", given=note)
    return dict(told)


def test_a_case_is_placed_confirmed_listed_taken_out_and_released(run: Run, begin: datetime, tmp_path: Path) -> None:
    placed = place(run, begin)
    assert (placed["state"], placed["placed_by"][:3], placed["missing"]) == ("proposed", "os:", [])
    assert datetime.fromisoformat(placed["confirm_before"]) == begin + timedelta(minutes=5, hours=24, seconds=-60)

    run("confirm", "--case", placed["case"], given=SECOND)
    (row,) = run("list", "--json")  # type: ignore[misc]
    assert (row["state"], row["confirmed_by"], row["renewals_left"]) == ("kept", f"staff:{NAME}", 2)

    film = tmp_path / "case.mp4"
    run("export", "--case", placed["case"], "--reason", "incident", "--output", str(film))
    assert json.loads(film.with_suffix(".json").read_text())["frames"] == 400

    run("release", "--case", placed["case"], given={"note": "it was nothing"})
    assert run("list", "--json") == []
    with pytest.raises(NoSuchCase):
        run("export", "--case", placed["case"], "--reason", "incident", "--output", str(tmp_path / "again.mp4"))


def test_without_the_reader_key_nothing_is_placed(run: Run, begin: datetime, state: State) -> None:
    (state.keys / "reader.key").unlink()
    with pytest.raises(ReaderKeyMissing):
        place(run, begin)
    assert not list(state.cases.glob("[0-9]*"))


def test_a_wrong_password_confirms_nothing(run: Run, begin: datetime) -> None:
    number = place(run, begin)["case"]
    with pytest.raises(AccountRefused):
        run("confirm", "--case", number, given=SECOND | {"password": "not the one at all"})
    with pytest.raises(UsageRefused, match="lacks password"):
        run("confirm", "--case", number, given={"account": NAME})
    assert run("list", "--json")[0]["state"] == "proposed"  # type: ignore[index]


def test_only_the_privacy_officer_renews(run: Run, begin: datetime, config: Config, clock: ManualClock) -> None:
    number = place(run, begin)["case"]
    run("confirm", "--case", number, given=SECOND)
    with pytest.raises(UsageRefused, match="not the privacy officer"):
        run("renew", "--case", number, given=SECOND | {"note": "more time"})
    database = open_database(config)
    with database.write() as session:
        accounts.appoint(session, NAME, accounts.OFFICER)
    database.close()

    run("renew", "--case", number, given=SECOND | {"note": "more time"})

    assert run("list", "--json")[0]["renewals_left"] == 1  # type: ignore[index]
    acts = [(one.act, one.actor, one.category[:3]) for one in Trail(config.where(), clock).entries()]
    assert acts[-1] == ("case.renew", f"staff:{NAME}", "os:")


def test_what_people_read_says_until_when_to_confirm(run: Run, begin: datetime) -> None:
    span = ("--from", begin.isoformat(), "--to", (begin + timedelta(seconds=20)).isoformat())
    said = run("place", "--camera", "entree", *span, "--reason", "incident", given={"note": "a fall"})
    assert "unless somebody else confirms it before 2027-03-03T09:59:00+01:00:\n  portier case confirm --case" in str(
        said
    )
    (told,) = run("list", "--json")
    assert told["ends"] == told["confirm_before"] == "2027-03-03T09:59:00+01:00"
    assert set(re.findall(r"2027-03-03T[^ :]+:[^ :]+", said + str(run("list")))) == {"2027-03-03T09:59"}
    assert "missing: entree, " in str(said)


def test_the_help_says_whose_time_a_bare_time_is(run: Run) -> None:
    assert "local time at the site" in " ".join(str(run("place", "--help")).split())


def test_the_list_reminds_of_what_waits_or_ends_soon(run: Run, begin: datetime, clock: ManualClock) -> None:
    assert run("list") == "there is no case\n"
    number = place(run, begin)["case"]
    assert f"case {number} waits for a second person until 2027-03-03T09:59" in str(run("list"))
    run("confirm", "--case", number, given=SECOND)
    assert "soon" not in str(run("list"))
    clock.advance(days=26)
    assert f"case {number} ends soon, on 2027-03-30T11:00:00+02:00" in str(run("list"))


def test_a_case_without_a_note_is_refused(run: Run, begin: datetime) -> None:
    span = ("--from", begin.isoformat(), "--to", (begin + timedelta(seconds=16)).isoformat())
    with pytest.raises((CaseRefused, UsageRefused)):
        run("place", "--camera", "entree", *span, "--reason", "incident", given={"note": " "})
