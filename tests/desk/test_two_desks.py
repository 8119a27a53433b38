"""Two desks of one site, each a process of its own, asked for the same at the same moment."""

import multiprocessing
from multiprocessing.synchronize import Barrier

from retention.base.config import Config
from tests.desk.site import Site, desk_running
from tests.support.clock import ManualClock

UNIT = "a" * 32
NAMES = ("Anna", "Bas", "Carla", "Dirk", "Els", "Fien")


def send_the_list(site: Site, together: Barrier) -> None:
    """Sign the group in once the other desk is ready to do the same."""
    with site.client() as client:
        together.wait(60)
        client.post("/groups/new", data={"to": UNIT, "lines": "\n".join(NAMES)})


def another_desk(config: Config, together: Barrier) -> None:
    with desk_running(config, ManualClock()) as site:
        send_the_list(site, together)


def test_a_list_sent_through_two_desks_at_once_brings_nobody_twice(site: Site, config: Config) -> None:
    apart = multiprocessing.get_context("spawn")
    together = apart.Barrier(2)
    other = apart.Process(target=another_desk, args=(config, together))
    other.start()
    send_the_list(site, together)
    other.join(60)
    assert other.exitcode == 0
    assert sorted(seen.name or "" for seen in site.parts.register.visits()) == sorted(NAMES)
