"""`portier account ...`, as an operator types it; passwords come by standard input and nowhere else."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from desk.commands import account
from desk.errors import AccountRefused, NoSuchAccount
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.config import Config
from retention.base.errors import UsageRefused
from retention.base.state import State
from tests.support.clock import ManualClock


@pytest.fixture
def office(config: Config, state: State, clock: ManualClock) -> Office:
    return Office(config, state, clock)


def portier(office: Office, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(account, [*arguments], obj=office, input=typed)


def test_an_account_is_made_reset_disabled_and_listed(office: Office) -> None:
    assert portier(office, "add", "jan", typed="vier losse woorden\n").exit_code == 0
    assert portier(office, "reset", "jan", typed="vier andere woorden\n").exit_code == 0
    assert portier(office, "disable", "jan").exit_code == 0
    rows = json.loads(portier(office, "list", "--json").output)
    assert [(row["name"], row["state"], row["last_login"]) for row in rows] == [("jan", "disabled", None)]


def test_every_change_of_an_account_is_in_the_trail(office: Office) -> None:
    portier(office, "add", "jan", typed="vier losse woorden\n")
    portier(office, "disable", "jan")
    found = [(entry.act, entry.about, entry.actor[:3]) for entry in Trail(office.state, office.clock).entries()]
    assert found == [("account.add", "jan", "os:"), ("account.disable", "jan", "os:")]


def test_without_a_password_nothing_is_made(office: Office) -> None:
    assert isinstance(portier(office, "add", "jan").exception, UsageRefused)


def test_a_short_password_is_refused(office: Office) -> None:
    assert isinstance(portier(office, "add", "jan", typed="kort\n").exception, AccountRefused)


def test_nobody_is_reset_who_is_not_there(office: Office) -> None:
    assert isinstance(portier(office, "reset", "piet", typed="vier losse woorden\n").exception, NoSuchAccount)


def test_an_empty_list_says_what_to_do(office: Office) -> None:
    assert "portier account add" in portier(office, "list").output


def test_the_password_is_never_shown(office: Office, tmp_path: Path) -> None:
    assert "losse" not in portier(office, "add", "jan", typed="vier losse woorden\n").output


def test_somebody_is_made_privacy_officer_on_record(office: Office) -> None:
    portier(office, "add", "fatima", typed="vier losse woorden\n")
    assert portier(office, "role", "fatima", "privacy_officer").exit_code == 0
    (row,) = json.loads(portier(office, "list", "--json").output)
    assert row["role"] == "privacy_officer"
    *_, last = Trail(office.state, office.clock).entries()
    assert (last.act, last.about, last.category) == ("account.role", "fatima", "privacy_officer")


def test_there_is_no_role_but_the_known_ones(office: Office) -> None:
    portier(office, "add", "fatima", typed="vier losse woorden\n")
    assert portier(office, "role", "fatima", "king").exit_code != 0
