"""The command `portier`: finds the room a command belongs to and loads no other; `run` keeps all services running."""

import logging
import os
import sys
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

import click

from retention.base.clock import SystemClock
from retention.base.command import Office, emit, json_option, pass_office
from retention.base.config import find, load, load_in_force
from retention.base.errors import PortierError
from retention.base.service import leave_no_core
from retention.base.supervise import Supervisor, Trade

# Command, where it is, and what the list of commands says of it (so that listing them loads no room).
ROOMS = {
    "visit": ("kiosk.people_commands:visit", "Visitors: sign in and out, who is inside."),
    "kiosk": ("kiosk.run:kiosk", "The touch screen at the door."),
    "calamity": ("kiosk.calamity.commands:calamity", "The list for responders: show, print, alarm."),
    "recorder": ("recorder.commands:recorder", "The cameras."),
    "footage": ("recorder.commands:footage", "Timeline and export of footage."),
    "retention": ("retention.commands:retention", "What is destroyed, when, and proof of it."),
    "clock": ("retention.timekeeping.commands:clock", "Trusted time, and whether the system clock is believed."),
    "request": ("desk.request_commands:request", "What people ask about their own data."),
    "desk": ("desk.commands:desk", "The staff's console in the browser."),
    "case": ("desk.case_commands:case", "Footage of an incident, kept longer by two people."),
    "account": ("desk.commands:account", "Accounts of staff."),
    "audit": ("retention.audit_commands:audit", "The audit trail: who looked at what."),
}

# A wrong configuration stops neither erasure nor the list for responders: these go on with the last valid copy.
NEVER_STOPPED = ("retention", "calamity", "run", "doctor")

SERVICES = ("retention", "calamity", "recorder", "desk")


# What rooms add to `portier doctor`.
LOOKS = (
    "recorder.doctor:look_at_cameras",
    "kiosk.doctor:look_at_the_door",
    "kiosk.voice.doctor:look_at_voice",
    "kiosk.locked:look_at_kiosk",
    "retention.evidence.doctor:look_at_evidence",
)


class Rooms(click.Group):
    """Commands that are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *ROOMS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ROOMS:
            return super().get_command(ctx, cmd_name)
        command = _load(ROOMS[cmd_name][0])
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = {name: command.get_short_help_str(limit=100) for name, command in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl(list((own | {name: said for name, (_, said) in ROOMS.items()}).items()))


@click.group(cls=Rooms)
@click.version_option(package_name="portier")
@click.option("--config", "path", type=click.Path(path_type=Path), help="The configuration, a TOML file.")
@click.pass_context
def cli(ctx: click.Context, path: Path | None) -> None:
    """Portier notes your name, watches the door, and forgets you on time."""
    refused = None
    if ctx.invoked_subcommand in NEVER_STOPPED:
        config, refused = load_in_force(path or find())
        if refused:
            click.echo(f"portier: {refused}\nportier: the last valid configuration is in force meanwhile", err=True)
    else:
        config = load(path or find())
    ctx.obj = Office(config, config.where(), SystemClock(), refused)


@cli.command()
@pass_office
def run(office: Office) -> int:
    """All services in this terminal, and the kiosk window if there is a display."""
    office.state.prepare()
    names = [*SERVICES]
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        names.append("kiosk")
    else:
        _say("kiosk", "no display here, so no kiosk window; `portier kiosk run` opens it where there is one")
    _say("portier", f"state directory {office.state.directory}; Ctrl-C ends all services")
    supervisor = Supervisor([_trade(name) for name in names], office.clock, _say)
    code = supervisor.run(_surroundings(office))
    _say("portier", "all services have ended")
    return code


@cli.command()
@json_option
@pass_office
def doctor(office: Office, as_json: bool) -> int:
    """Look at everything Portier stands on: each line is ok, or says what to do."""
    from retention.base.doctor import Line, examine  # noqa: PLC0415 - the other commands do without

    lines: list[Line] = []
    for line in chain(examine(office), *(_load(place)(office) for place in LOOKS)):
        lines.append(line)
        if not as_json:
            click.echo(f"{'ok  ' if line.ok else 'DO  '} {line.what:<16} {line.said}")
    if as_json:
        emit([{"what": line.what, "ok": line.ok, "said": line.said} for line in lines], as_json)
    return 0 if all(line.ok for line in lines) else 69


def _load(place: str) -> Any:
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)


def _trade(name: str) -> Trade:
    """The screen by the door is looked at by people: it is missed within seconds, the others within minutes.

    What it and the calamity service free is overwritten: both hold names, and run for days.
    """
    if name == "kiosk":
        return Trade(name, _command(name), silence=8.0, readiness=60.0, first_wait=0.1, forgets=True)
    return Trade(name, _command(name), forgets=name == "calamity")


def _command(name: str) -> list[str]:
    return [sys.executable, "-m", "portier", name, "run"]


def _surroundings(office: Office) -> dict[str, str]:
    """The children find the same configuration and state directory, however this process found them."""
    ctx = click.get_current_context().find_root()
    path = ctx.params.get("path") or find()
    found = {"PORTIER_CONFIG": str(Path(path).absolute())} if path else {}
    return dict(os.environ) | found | {"PORTIER_STATE": str(office.state.directory)}


_WIDTH = max(len(name) for name in (*SERVICES, "portier"))


def _say(name: str, line: str) -> None:
    for part in line.splitlines():
        click.echo(f"{name:<{_WIDTH}} | {part}")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> None:
    """Run one command; its errors end as one sentence and an exit code."""
    leave_no_core()
    os.umask(0o007)  # as the units have it: what root's command makes first, the services' group must be able to write
    try:
        result: Any = cli.main(arguments, prog_name="portier", standalone_mode=False)
    except PortierError as error:
        _end(str(error), error.exit_code)
    except click.UsageError as error:
        error.show()
        sys.exit(64)
    except click.ClickException as error:
        _end(error.format_message(), 69)
    except (click.Abort, KeyboardInterrupt):
        _end("stopped", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on, as in `| head`
        sys.exit(0)
    except PermissionError as error:
        _end(f"{error.filename} is not for this user: run the command as root, or as the user of that service", 69)
    except Exception:
        logging.getLogger("portier").exception("a fault of ours; please report it with the lines above")
        sys.exit(70)
    sys.exit(result if isinstance(result, int) else 0)


def _end(sentence: str, code: int) -> None:
    click.echo(f"portier: {sentence}", err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
