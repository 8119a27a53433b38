"""A few hours at the door, in a process of its own that may be killed at any moment."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from signal import SIGKILL

from kiosk.passes import Pass
from kiosk.reception import Reception
from kiosk.visits import Details, Help
from retention.base.command import Office
from retention.base.config import load
from retention.base.database import open_database
from tests.forgetting import canaries
from tests.support.clock import ManualClock


@dataclass(frozen=True)
class Shift:
    """What is to be done: who came earlier leaves by their passes, then the names come, and all but `stay` leave."""

    config: Path
    at: datetime
    uptime: float
    leaving: list[str]
    names: list[str]
    stay: int

    @property
    def steps(self) -> int:
        return len(self.leaving) + 2 * len(self.names) - self.stay


@dataclass
class Worked:
    """The passes of who was shown one and of who handed it in; and whether it was killed before the end."""

    came: list[str]
    left: list[str]
    killed: bool


def worked(shift: Shift, last: int) -> Worked:
    """Let somebody do it, and kill them at step `last`, if there are so many."""
    # Forked from a process that has loaded everything: a fresh one would take longer than the shift.
    processes = get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    ours, theirs = processes.Pipe(duplex=False)
    process = processes.Process(target=_work, args=(shift, theirs))
    process.start()
    theirs.close()
    done: dict[str, list[str]] = {"in": [], "out": []}
    with ours:
        for number, (how, pass_) in enumerate(_told(ours), 1):
            done[how].append(pass_)
            if number == last:
                process.kill()
    process.join()
    assert process.exitcode in (0, -SIGKILL), "the shift broke off by itself: see what it wrote"
    return Worked(done["in"], done["out"], process.exitcode != 0)


def _told(ours: Connection) -> Iterator[tuple[str, str]]:
    while True:
        try:
            yield ours.recv()
        except (EOFError, ConnectionResetError):
            return


def _work(shift: Shift, theirs: Connection) -> None:
    with _door(shift) as door:
        for pass_ in shift.leaving:
            door.sign_out(Pass.parse(pass_))
            theirs.send(("out", pass_))
        given = []
        for number, name in enumerate(shift.names):
            helped = frozenset({Help.STAIRS} if number % 7 == 0 else ())
            given.append(door.sign_in(Details(name, None, helped), code=canaries.code(number)).pass_)
            theirs.send(("in", str(given[-1])))
        for signed_in in given[: len(given) - shift.stay]:
            door.put_back(door.sign_out(signed_in))
            door.sign_out(signed_in)
            theirs.send(("out", str(signed_in)))


@contextmanager
def _door(shift: Shift) -> Iterator[Reception]:
    config = load(shift.config)
    office = Office(config, config.where(), ManualClock(shift.at, shift.uptime))
    with closing(open_database(config)) as database, closing(Reception(office, database)) as door:
        yield door
