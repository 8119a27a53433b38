"""The process that forks the cameras: how they begin and end, and what becomes of them when it is gone."""

import os
import signal
from collections.abc import Iterator
from tempfile import TemporaryFile

import pytest

from recorder.nursery import PLACES, Forked, Nursery
from tests.support.lobby import until
from tests.support.processes import PROC

PATIENCE = 20.0


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


def parent(pid: int) -> int:
    """The nursery that forked a process."""
    fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return int(fields[1])


def ended(child: Forked) -> int | None:
    assert child.wait(PATIENCE)
    status = child.poll()
    child.close()
    return status


def test_it_is_told_how_each_process_ended(nursery: Nursery) -> None:
    killed, without_orders = nursery.fork(), nursery.fork()
    assert killed.poll() is None

    killed.kill()
    without_orders.stdin.close()

    assert ended(without_orders) == 64
    assert ended(killed) == -signal.SIGKILL


def test_processes_live_on_without_their_nursery_and_the_next_one_has_another(nursery: Nursery) -> None:
    first = nursery.fork()
    os.kill(parent(first.pid), signal.SIGKILL)
    second = nursery.fork()

    assert first.poll() is None
    first.stdin.close()
    assert ended(first) is not None  # how, nobody is left to tell
    assert second.poll() is None
    second.stdin.close()
    assert ended(second) == 64


def test_nothing_runs_beside_the_thread_that_forks(nursery: Nursery) -> None:
    child = nursery.fork()

    assert len(list((PROC / str(parent(child.pid)) / "task").iterdir())) == 1

    child.kill()
    ended(child)


def test_what_a_process_says_ends_with_it_though_others_were_forked_after_it(nursery: Nursery) -> None:
    first, second = nursery.fork(), nursery.fork()
    first.kill()
    assert first.wait(PATIENCE)
    os.set_blocking(first.stdout.fileno(), False)

    assert first.stdout.read() == b""

    second.kill()
    assert [ended(first), ended(second)] == [-signal.SIGKILL] * 2


def test_a_descriptor_can_be_passed_to_a_process(nursery: Nursery) -> None:
    with TemporaryFile() as file:
        child = nursery.fork(file.fileno())
        place = PROC / str(child.pid) / "fd" / str(PLACES[2])
        wanted = (PROC / "self/fd" / str(file.fileno())).readlink()

        until(lambda: (place.is_symlink() and place.readlink() == wanted) or None, "the descriptor is in its place")

        child.kill()
        ended(child)


def test_a_nursery_that_hangs_is_given_up_and_another_one_forks(nursery: Nursery) -> None:
    first = nursery.fork()
    hanging = parent(first.pid)
    os.kill(hanging, signal.SIGSTOP)
    first.kill()

    assert ended(first) is not None
    second = nursery.fork()

    assert parent(second.pid) != hanging
    second.kill()
    assert ended(second) == -signal.SIGKILL
