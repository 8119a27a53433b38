"""Run as a process of its own: kiosks that sign visitors in, each killed (`kill -9`) at a moment that chance chooses.

    python -m tests.kiosk.killing STATE KILLS SEED

Everything is loaded once, so that a kiosk is there in milliseconds and most kills fall into a sign-in: into opening
what it stands on, writing, syncing, committing. A pass is told once a visitor would see it. The first free pass is
always taken, so that one given twice cannot hide behind chance.
"""

import os
import random
import secrets
import signal
import sys
import threading
from pathlib import Path
from time import perf_counter

from kiosk.commands import database_if_there
from kiosk.reception import Reception
from kiosk.visits import Details
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.database import Database
from tests.support.state import make_config

EACH = 3


def serve(office: Office) -> None:
    """One kiosk, and three visitors."""
    reception = Reception(office, Database(office.config.database_url()))
    for number in range(EACH):
        given = reception.sign_in(Details(f"Visitor {os.getpid()} {number}"))
        os.write(1, f"{given.visit} {given.pass_}\n".encode())


def fork(office: Office, *, then_wait: bool) -> int:
    """A kiosk in a process of its own; it ends when its visitors are served, or waits for its end."""
    child = os.fork()
    if child == 0:
        serve(office)
        if then_wait:
            signal.pause()
        os._exit(0)
    return child


def main(directory: str, kills: str, seed: str) -> None:
    secrets.choice = lambda free: free[0]
    config = make_config(Path(directory))
    office = Office(config, config.where(), SystemClock())
    database = database_if_there(office)
    assert database is not None
    database.close()
    # How long it takes on this machine at this hour: the first one makes the day's files, the second is as all others.
    for _ in range(2):
        begun = perf_counter()
        os.waitpid(fork(office, then_wait=False), 0)
        whole = perf_counter() - begun
    chance, pause = random.Random(int(seed)), threading.Event()
    for _ in range(int(kills)):
        child = fork(office, then_wait=True)
        pause.wait(chance.uniform(0, 1.5 * whole))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
