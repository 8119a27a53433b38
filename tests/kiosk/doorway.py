"""Run as a process of its own: signs visitors in, and tells each pass once a visitor would see it.

    python -m tests.kiosk.doorway STATE COUNT [two] [DIE_AT ...]

Each DIE_AT kills a kiosk, one after the other, like a power cut at its so-manieth write to the disk: before it for
`12-`, after it for `12+`. The database is `$DATABASE_URL`, or the embedded one. The first free
pass is always taken, so that one given twice cannot hide behind chance. With `two`, visitors come two by two.
"""

import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.commands import database_if_there
from kiosk.reception import Reception
from kiosk.visits import Details
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.database import Database
from tests.support.state import make_config


def die_at(place: str) -> None:
    """A disk that takes the process with it: the fake at that door."""
    number, when = int(place[:-1]), place[-1]
    seen = 0

    def deadly(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal seen
            seen += 1
            if (seen, when) == (number, "-"):
                os._exit(9)
            answer = real(*arguments, **named)
            if (seen, when) == (number, "+"):
                os._exit(9)
            return answer

        return call

    for name in ("pwrite", "fsync", "fdatasync", "replace", "rename"):
        setattr(os, name, deadly(getattr(os, name)))


def serve(office: Office, count: int, *, away: bool, place: str = "", two: bool = False) -> None:
    reception = Reception(office, None if away else Database(office.config.database_url()))
    if place:
        die_at(place)
    for number in range(count):
        names = [f"Visitor {os.getpid()} {number}", *[f"Companion {os.getpid()} {number}"] * two]
        for given in reception.come([Details(name) for name in names]):
            os.write(1, f"{given.visit} {given.pass_}\n".encode())


def main(directory: str, count: str, *places: str) -> None:
    two, places = "two" in places, tuple(place for place in places if place != "two")
    secrets.choice = lambda free: free[0]
    config = make_config(Path(directory), database={"url": os.environ.get("DATABASE_URL")})
    office = Office(config, config.where(), SystemClock())
    database = database_if_there(office)
    away = database is None
    if database is not None:
        database.close()
    if not places:
        serve(office, int(count), away=away, two=two)
    for place in places:
        child = os.fork()
        if child == 0:
            serve(office, int(count), away=away, place=place, two=two)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 9, f"nothing was written at {place}"


if __name__ == "__main__":
    main(*sys.argv[1:])
