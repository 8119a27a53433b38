"""The retention service: what wakes it, what it says of itself, what stops it from nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from retention.base import audit, trusted
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.config import load_in_force
from retention.base.errors import ConfigurationRefused
from retention.base.health import reports
from retention.base.machine import Machine
from retention.base.slot import SLOT_BYTES
from retention.base.slots import SlotFile
from retention.base.trusted import TrustedTime
from retention.service import Retention
from retention.wakes import Wakes
from tests.retention.conftest import Store
from tests.support.clock import ManualClock
from tests.support.holding import hung_with


def test_a_job_that_raises_starves_no_other(clock: ManualClock) -> None:
    ran: list[str] = []

    def bad() -> None:
        ran.append("bad")
        raise ValueError

    wakes = Wakes(clock, {"bad": (1, bad), "good": (1, lambda: ran.append("good"))})
    wakes.run_all()
    wakes.run_all()
    assert ran == ["bad", "good", "bad", "good"]
    assert wakes.failed == {"bad": "ValueError"}


def test_a_job_that_recovers_is_no_longer_told_of(clock: ManualClock) -> None:
    outcomes = [ValueError(), None]

    def sometimes() -> None:
        if outcome := outcomes.pop(0):
            raise outcome

    wakes = Wakes(clock, {"sometimes": (1, sometimes)})
    wakes.run_all()
    wakes.run_all()
    assert wakes.failed == {}


@pytest.mark.parametrize("days", [5, -5])
def test_setting_the_clock_wakes_every_job_instead_of_silencing_it(clock: ManualClock, days: int) -> None:
    ran: list[str] = []
    wakes = Wakes(clock, {"reap": (15, lambda: ran.append("reap"))})
    wakes.run_pending()
    assert ran == []
    clock.step(days=days)
    wakes.run_pending()
    assert ran == ["reap"]


def test_rows_and_files_and_keys_go_in_one_round_of_jobs(store: Store, office: Office, clock: ManualClock) -> None:
    path = store.minute(clock.now())
    service = Retention(office)
    service.wakes.run_all()
    assert path.exists()
    clock.advance(hours=96)
    service.wakes.run_all()
    assert not path.exists()
    assert service.wakes.failed == {}


def test_a_doubtful_clock_destroys_nothing_and_is_told(store: Store, office: Office, clock: ManualClock) -> None:
    path = store.minute(clock.now())
    service = Retention(office)
    service.wakes.run_all()
    clock.step(days=5)
    service.wakes.run_all()
    assert path.exists()
    (report,) = reports(office.state)
    assert report.figures["clock_doubt_seconds"] == timedelta(days=5).total_seconds()
    assert "the clock is 5 days" in report.problems[0].message


@pytest.mark.parametrize("held", ["floor", "trail"])
def test_whoever_hangs_with_the_floor_or_the_trail_delays_no_erasure(
    store: Store, office: Office, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    monkeypatch.setattr(trusted, "TURN", 0.05)
    monkeypatch.setattr(audit, "PATIENCE", 0.05)
    path = store.minute(clock.now())
    service = Retention(office)
    service.wakes.run_all()
    clock.advance(hours=96)
    clock.step(seconds=10)  # which the trail is to be told
    with hung_with(office.state.directory if held == "floor" else office.state.audit / ".turn"):
        service.wakes.run("time", "reap")
    assert not path.exists()


def test_a_wake_that_was_missed_for_a_week_costs_nothing(store: Store, office: Office, clock: ManualClock) -> None:
    paths = [store.minute(clock.now() + timedelta(minutes=n)) for n in range(5)]
    service = Retention(office)
    service.wakes.run_all()
    clock.advance(days=7)
    service.wakes.run_all()
    assert not any(path.exists() for path in paths)


def test_a_refused_configuration_does_not_stop_it(tmp_path: Path) -> None:
    path = tmp_path / "portier.toml"
    path.write_text(f'[state]\ndirectory = "{tmp_path}"\n[site]\nname = "Zuid"\n')
    load_in_force(path)
    path.write_text(f'[state]\ndirectory = "{tmp_path}"\n[site]\nnaam = "Zuid"\n')
    config, refused = load_in_force(path)
    assert config.site.name == "Zuid"
    assert refused is not None


def test_a_configuration_that_was_never_valid_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "portier.toml"
    path.write_text(f'[state]\ndirectory = "{tmp_path}"\n[site]\nnaam = "Zuid"\n')
    with pytest.raises(ConfigurationRefused):
        load_in_force(path)


def test_a_damaged_copy_of_a_slot_is_mended_and_an_erased_one_is_not(
    store: Store, office: Office, clock: ManualClock
) -> None:
    store.minute(clock.now())
    slots = SlotFile(office.state, "camera-entree")
    (slot,) = slots.live()
    offset = (slot.index + 1) * SLOT_BYTES
    with slots.paths[1].open("r+b") as copy:
        copy.seek(offset)
        copy.write(bytes(300))
    service = Retention(office)
    service.wakes.run_all()
    first, second = (path.read_bytes()[offset : offset + SLOT_BYTES] for path in slots.paths)
    assert first == second
    slots.erase(slot.epoch, clock.now())
    service.sweep()
    assert slots.live() == []


def test_a_place_that_erasing_could_miss_is_a_problem_until_it_is_mended(office: Office, tmp_path: Path) -> None:
    mounts = tmp_path / "root/proc/self/mounts"
    mounts.parent.mkdir(parents=True)
    mounts.write_text("pool / btrfs rw 0 0\n")
    TrustedTime(office.state, office.clock).advance()
    service = Retention(office, rows=False, machine=Machine(tmp_path / "root"))
    service.look_for_remnants()
    assert ("P2", "btrfs") in {(one.promise, one.values.get("kind")) for one in service.report().problems}
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n")
    service.look_for_remnants()
    assert service.report().problems == ()
    assert (office.state.keys / ".nobackup").exists()


def test_a_month_that_nobody_signs_off_is_a_problem(office: Office, clock: ManualClock) -> None:
    Trail(office.state, clock).note("visit.list", actor="staff:jan")
    clock.advance(days=40)
    service = Retention(office, rows=False)
    service.look_at_reviews()
    assert [problem.promise for problem in service.report().problems if problem.promise == "P6"] == ["P6"]
