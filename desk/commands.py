"""`portier desk run` and `portier account ...`.

Passwords are asked for on a terminal, or come as one line of standard input; never as an argument.
"""

import sys

import click

from desk import accounts
from kiosk.pin import pin_path, set_pin
from retention.base.audit import Trail, system_actor
from retention.base.command import Office, emit, json_option, pass_office
from retention.base.database import Database, open_database
from retention.base.errors import UsageRefused


@click.group()
def desk() -> None:
    """The staff's console in the browser."""


@desk.command()
@pass_office
def run(office: Office) -> int:
    """Serve the console; on the first start it shows a one-time link for the first account."""
    from desk.server import DeskService  # noqa: PLC0415 - the web framework loads for the service alone
    from retention.base.service import serve  # noqa: PLC0415

    return serve(DeskService(office))


@click.group()
def account() -> None:
    """Staff who may log in to the desk."""


@account.command()
@click.argument("name")
@pass_office
def add(office: Office, name: str) -> None:
    """Make an account; the password comes from the terminal or standard input."""
    kept = accounts.hashed(name, _password())
    with _database(office).write() as session:
        staff = accounts.add(session, name, kept, now=office.clock.now())
    _note(office, "account.add", staff.name)
    click.echo(f"{staff.name} may log in.")


@account.command()
@click.argument("name")
@pass_office
def reset(office: Office, name: str) -> None:
    """Set another password, enable the account again, and log it out everywhere."""
    kept = accounts.hashed(name, _password())
    with _database(office).write() as session:
        accounts.reset(session, name, kept, now=office.clock.now())
    _note(office, "account.reset", accounts.login_name(name))
    click.echo(f"{accounts.login_name(name)} may log in with the new password.")


@account.command()
@click.argument("name")
@pass_office
def disable(office: Office, name: str) -> None:
    """Let nobody in under this name any more, and log it out everywhere."""
    with _database(office).write() as session:
        accounts.disable(session, name)
    _note(office, "account.disable", accounts.login_name(name))
    click.echo(f"{accounts.login_name(name)} may not log in any more.")


@account.command()
@click.argument("name")
@click.argument("role", type=click.Choice(accounts.ROLES))
@pass_office
def role(office: Office, name: str, role: str) -> None:
    """Make somebody privacy officer, or staff again."""
    with _database(office).write() as session:
        accounts.appoint(session, name, role)
    _note(office, "account.role", accounts.login_name(name), role)
    click.echo(f"{accounts.login_name(name)} is {role.replace('_', ' ')} now.")


@account.command()
@pass_office
def pin(office: Office) -> None:
    """Set the PIN of staff at the touch screen; its digits come from the terminal or standard input."""
    path = pin_path(office.config.kiosk, office.state)
    office.state.prepare()
    set_pin(path, _secret("PIN", longest=100))
    _note(office, "kiosk.pin", office.config.kiosk.title)
    click.echo(f"The PIN is set: {path} holds its hash. The screen takes it from now on.")


@account.command(name="list")
@json_option
@pass_office
def list_accounts(office: Office, as_json: bool) -> None:
    """All accounts, with their last log-in and the day they end."""
    with _database(office).read() as session:
        everyone = accounts.everyone(session)
    rows = [
        {
            "name": staff.name,
            "state": "disabled" if staff.disabled else "open",
            "role": staff.role,
            "last_login": staff.last_login_at.isoformat(timespec="seconds") if staff.last_login_at else None,
            "ends": staff.expires_at.date().isoformat(),
        }
        for staff in everyone
    ]
    if not rows and not as_json:
        click.echo("There is no account yet: portier account add NAME")
        return
    emit(rows, as_json)


def _database(office: Office) -> Database:
    return open_database(office.config)


def _note(office: Office, act: str, name: str, category: str = "") -> None:
    Trail(office.state, office.clock).note(act, actor=system_actor(), about=name, category=category)


def _password() -> str:
    return _secret("Password")


def _secret(what: str, longest: int = 1_000) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(what, hide_input=True, confirmation_prompt=True))
    line = sys.stdin.readline(longest).rstrip("\r\n")
    if not line:
        raise UsageRefused(f"give the {what.lower()} as one line of standard input, or run this in a terminal")
    return line
