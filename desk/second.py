"""The second person on a command line: an account of the desk and its password.

An operating-system user proves nothing here, for root can be anybody. Root can make an account, too, or reset one:
that is on record, as this is.
"""

import sys
from collections.abc import Mapping
from typing import Any

import click

from desk import accounts
from desk.accounts import Staff
from desk.errors import AccountRefused
from retention.base.command import Office, asked, read_object
from retention.base.database import open_database
from retention.base.errors import UsageRefused
from retention.base.translations import N_

OFFICER = {"account": "Log-in name of the privacy officer", "password": "Password"}
NOT_SO = N_("This name and password do not belong together.")


def answers(questions: Mapping[str, str]) -> dict[str, str]:
    """The object on standard input, or the answers on a terminal; a password is asked for unseen."""
    if not sys.stdin.isatty():
        found: dict[str, Any] = read_object()
    else:
        found = asked({key: question for key, question in questions.items() if key != "password"})
        if "password" in questions:
            found["password"] = click.prompt(questions["password"], hide_input=True)
    missing = [key for key in questions if not isinstance(found.get(key), str) or not found[key].strip()]
    if missing:
        wanted = ", ".join(f'"{key}": "..."' for key in questions)
        raise UsageRefused(f"standard input lacks {', '.join(missing)}: give one JSON object, {{{wanted}}}")
    return {key: str(found[key]) for key in questions}


def officer_in(office: Office, given: dict[str, Any]) -> Staff:
    """The privacy officer, whose "account" and "password" are taken out of what was given.

    Raises UsageRefused, AccountRefused.
    """
    name, password = given.pop("account", None), given.pop("password", None)
    if not isinstance(name, str) or not isinstance(password, str):
        raise UsageRefused('standard input lacks "account" and "password": those of the privacy officer at the desk')
    officer = proven(office, name, password)
    if not officer.is_officer:
        raise UsageRefused(f"{officer.name} is not the privacy officer: see `portier account role`")
    return officer


def proven(office: Office, name: str, password: str) -> Staff:
    """The account that a name and password belong to. Raises AccountRefused."""
    database = open_database(office.config)
    try:
        with database.read() as session:
            found = accounts.may_try(session, name, now=office.clock.now())
    finally:
        database.close()
    if not accounts.matches(found[1] if found else None, password) or found is None:
        raise AccountRefused(NOT_SO)
    return found[0]
