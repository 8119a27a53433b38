"""Accounts and the front door: who comes in, who does not, and that a refusal tells nothing."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import extract_parameters
from argon2.exceptions import VerifyMismatchError

from desk import accounts
from desk.accounts import Staff
from desk.errors import AccountRefused, NoSuchAccount
from desk.frontdoor import FrontDoor, Refused
from retention.base.config import Config
from retention.base.database import Database, open_database
from tests.support.clock import ManualClock
from tests.support.databases import database_url  # noqa: F401 - every test here on both

PASSWORD = "vier losse woorden"


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    database = open_database(config)
    yield database
    database.close()


@pytest.fixture
def door(database: Database, clock: ManualClock) -> FrontDoor:
    return FrontDoor(database, clock)


@pytest.fixture
def jan(database: Database, clock: ManualClock) -> Staff:
    with database.write() as session:
        return accounts.add(session, "jan", accounts.hashed("jan", PASSWORD), now=clock.now())


def test_the_right_password_opens(door: FrontDoor, jan: Staff) -> None:
    token = door.log_in("jan", PASSWORD)
    assert isinstance(token, str)
    found = door.who(token)
    assert found is not None
    assert found.actor == "staff:jan"


def test_the_name_may_be_typed_with_capitals_and_blanks(door: FrontDoor, jan: Staff) -> None:
    assert isinstance(door.log_in(" Jan ", PASSWORD), str)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("jan", "vier losse woordem"),
        ("piet", PASSWORD),
        ("", ""),
        ("jan", ""),
        ("jan\0", PASSWORD),
        ("j" * 99, PASSWORD),
    ],
)
def test_every_refusal_is_the_same(door: FrontDoor, jan: Staff, name: str, password: str) -> None:
    assert door.log_in(name, password) == Refused(0.0)


def test_a_disabled_account_is_refused_and_logged_out(door: FrontDoor, jan: Staff, database: Database) -> None:
    token = door.log_in("jan", PASSWORD)
    assert isinstance(token, str)
    with database.write() as session:
        accounts.disable(session, "jan")
    assert door.who(token) is None
    assert door.log_in("jan", PASSWORD) == Refused(0.0)


def test_an_account_lapses_a_year_after_the_last_log_in(door: FrontDoor, jan: Staff, clock: ManualClock) -> None:
    clock.advance(days=364)
    assert isinstance(door.log_in("jan", PASSWORD), str)
    clock.advance(days=364)
    assert isinstance(door.log_in("jan", PASSWORD), str)
    clock.advance(days=365)
    assert door.log_in("jan", PASSWORD) == Refused(0.0)


def test_a_log_in_ends_after_a_working_day(door: FrontDoor, jan: Staff, clock: ManualClock) -> None:
    token = door.log_in("jan", PASSWORD)
    assert isinstance(token, str)
    clock.advance(hours=12)
    assert door.who(token) is None


def test_logging_out_ends_this_log_in_alone(door: FrontDoor, jan: Staff) -> None:
    one, other = door.log_in("jan", PASSWORD), door.log_in("jan", PASSWORD)
    assert isinstance(one, str)
    assert isinstance(other, str)
    door.log_out(one)
    assert (door.who(one), door.who(other) is None) == (None, False)


def test_a_reset_logs_out_everywhere_and_only_the_new_password_opens(
    door: FrontDoor, jan: Staff, database: Database, clock: ManualClock
) -> None:
    token = door.log_in("jan", PASSWORD)
    with database.write() as session:
        accounts.reset(session, "jan", accounts.hashed("jan", "een ander wachtwoord"), now=clock.now())
    assert isinstance(token, str)
    assert door.who(token) is None
    assert isinstance(door.log_in("jan", PASSWORD), Refused)
    assert isinstance(door.log_in("jan", "een ander wachtwoord"), str)


@pytest.mark.parametrize("database_url", [None])
@pytest.mark.parametrize("name", ["jan", "nobody-here"])
def test_guessing_is_slowed_down_whether_or_not_there_is_such_an_account(
    database_url: None,  # noqa: F811 - hashing is slow
    door: FrontDoor,
    jan: Staff,
    clock: ManualClock,
    name: str,
) -> None:
    for _ in range(4):
        assert door.log_in(name, "niet het wachtwoord") == Refused(0.0)
    assert door.log_in(name, "niet het wachtwoord") == Refused(5.0)
    clock.advance(seconds=4)
    assert door.log_in(name, PASSWORD) == Refused(1.0)  # not even tried
    clock.advance(seconds=1)
    assert door.log_in(name, "niet het wachtwoord") == Refused(10.0)


@pytest.mark.parametrize("database_url", [None])
def test_after_waiting_the_right_password_opens_and_clears_the_count(
    database_url: None,  # noqa: F811 - hashing is slow
    door: FrontDoor,
    jan: Staff,
    clock: ManualClock,
) -> None:
    for _ in range(5):
        door.log_in("jan", "niet het wachtwoord")
    clock.advance(seconds=5)
    assert isinstance(door.log_in("jan", PASSWORD), str)
    assert door.log_in("jan", "niet het wachtwoord") == Refused(0.0)


def test_many_names_with_one_password_each_are_slowed_down_too(door: FrontDoor, clock: ManualClock) -> None:
    from desk import throttle  # noqa: PLC0415 - its own bounds

    guard = throttle.Throttle(clock)
    for number in range(throttle.ALL_TRIES):
        assert guard.wait(f"name{number}") == 0
        guard.failed(f"name{number}")
    assert guard.wait("yet another") > 0


@pytest.mark.parametrize(
    ("name", "password", "sentence"),
    [
        ("j", PASSWORD, accounts.NAME_RULE),
        ("jan smit", PASSWORD, accounts.NAME_RULE),
        ("jan'--", PASSWORD, accounts.NAME_RULE),
        ("jan", "kort", accounts.SHORT),
        ("jan", "x" * 201, accounts.LONG),
        ("jan.van.der.smit", "Jan.van.der.Smit", accounts.SAME),
    ],
)
def test_a_name_or_password_that_will_not_do_is_told_why(
    database: Database, clock: ManualClock, name: str, password: str, sentence: str
) -> None:
    with pytest.raises(AccountRefused) as refused, database.write() as session:
        accounts.add(session, name, accounts.hashed(name, password), now=clock.now())
    assert str(refused.value) == sentence


def test_a_name_is_given_once(database: Database, jan: Staff, clock: ManualClock) -> None:
    with pytest.raises(AccountRefused, match="already"), database.write() as session:
        accounts.add(session, "JAN", accounts.hashed("jan", PASSWORD), now=clock.now())


def test_an_account_nobody_has_cannot_be_reset(database: Database, clock: ManualClock) -> None:
    with pytest.raises(NoSuchAccount), database.write() as session:
        accounts.reset(session, "piet", "hash", now=clock.now())


def test_the_link_makes_the_first_account_once(door: FrontDoor) -> None:
    link = door.invitation.issue()
    token = door.make_first(link, "jan", PASSWORD)
    assert door.who(token) is not None
    with pytest.raises(AccountRefused):
        door.make_first(link, "piet", PASSWORD)


def test_the_link_ends_after_an_hour(door: FrontDoor, clock: ManualClock) -> None:
    link = door.invitation.issue()
    clock.advance(hours=1)
    with pytest.raises(AccountRefused):
        door.make_first(link, "jan", PASSWORD)


def test_the_link_is_worth_nothing_once_there_is_an_account(door: FrontDoor, jan: Staff) -> None:
    link = door.invitation.issue()
    with pytest.raises(AccountRefused, match="There is an account already"):
        door.make_first(link, "piet", PASSWORD)


def test_a_refused_first_account_leaves_the_link_usable(door: FrontDoor) -> None:
    link = door.invitation.issue()
    with pytest.raises(AccountRefused, match="12 characters"):
        door.make_first(link, "jan", "kort")
    assert door.make_first(link, "jan", PASSWORD)


@pytest.mark.parametrize("database_url", [None])
def test_neither_password_nor_token_is_in_the_database_file(
    database_url: None,  # noqa: F811 - SQLite alone has a file
    door: FrontDoor,
    jan: Staff,
    config: Config,
    database: Database,
) -> None:
    token = door.log_in("jan", PASSWORD)
    assert isinstance(token, str)
    database.scrub()
    everything = b"".join(path.read_bytes() for path in Path(config.where().directory).glob("portier.db*"))
    assert token.encode() not in everything
    assert PASSWORD.encode() not in everything
    with sqlite3.connect(config.where().directory / "portier.db") as raw:
        assert raw.execute("select password_hash from staff_account").fetchone()[0].startswith("$argon2id$")
    raw.close()


def test_an_unknown_account_costs_the_same_work_and_no_password_opens_it() -> None:
    kept = accounts.hashed("jan", PASSWORD)
    assert extract_parameters(accounts._NOBODY) == extract_parameters(kept)
    assert not accounts._HASHER.check_needs_rehash(accounts._NOBODY)
    for password in ("", "\0" * 32, PASSWORD):
        with pytest.raises(VerifyMismatchError):  # read as a hash and calculated, and not refused as something else
            accounts._HASHER.verify(accounts._NOBODY, password)
        assert not accounts.matches(None, password)
