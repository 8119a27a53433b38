"""Run as root, becomes the user `nobody`, then is a kiosk: signs visitors in and out as it is told, line by line.

    python -m tests.kiosk.kiosk_user WARM_UP STATE

`in NAME`, `code DIGITS` (of an invitation) and `out PASS` work as at the screen; `files` lists what this user can
read under the state directory; `list` tries to read the visits back.
"""

import gc
import os
import sys
from pathlib import Path

from kiosk.commands import database_if_there
from kiosk.invitation import Invitation, Invited
from kiosk.passes import Pass
from kiosk.reception import Reception
from kiosk.register import Register
from kiosk.visits import details
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.errors import PortierError
from retention.base.readerkey import private_half
from tests.support.state import make_config

NOBODY = 65534


def office_of(directory: str) -> Office:
    config = make_config(Path(directory))
    return Office(config, config.where(), SystemClock())


def become_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    os.umask(0o007)


def readable(directory: Path) -> list[str]:
    return [str(path) for path in sorted(directory.rglob("*")) if path.is_file() and os.access(path, os.R_OK)]


def read_back(office: Office) -> str:
    try:
        return str(Register(office, None, private_half(office.state)).visits())
    except PortierError as error:
        return type(error).__name__


def main(warm_up: str, directory: str) -> None:
    # What is imported only when it is needed must be in before this user can no longer read the library.
    first = office_of(warm_up)
    Reception(first, database_if_there(first)).sign_in(details({"name": "Warm-up"}))
    become_nobody()
    office = office_of(directory)
    reception = Reception(office, database_if_there(office))
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "in":
            print(reception.sign_in(details({"name": rest, "help": ["sight"]})).pass_)
        elif word == "code":
            invitation = Invitation.read(rest)
            assert invitation is not None
            print(reception.come([Invited(invitation)])[0].pass_)
        elif word == "out":
            print(reception.sign_out(Pass.parse(rest)))
        elif word == "files":
            print(" ".join(readable(office.state.directory)))
        elif word == "list":
            print(read_back(office))
        gc.collect()
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
