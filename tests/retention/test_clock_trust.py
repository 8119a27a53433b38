"""How trusted time finds the truth again: after being off, from an image, by two people; and what it tells of it."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from retention.base.audit import Trail
from retention.base.slots import SlotFile
from retention.base.trusted import BUILT
from retention.service import Retention
from retention.timekeeping.clamp import clamp
from retention.timekeeping.confirmation import Confirmations
from tests.retention.machine import Machine

DAY = timedelta(days=1)


# The machine itself.


def test_a_machine_that_was_off_is_believed_when_network_and_hardware_clock_agree(machine: Machine) -> None:
    machine.clock.rtc = machine.true
    machine.switch_off(3 * DAY)
    machine.run(minutes=5)
    assert machine.trusted.doubt() >= timedelta(days=2, hours=23)
    machine.clock.synchronise(machine.true + timedelta(seconds=2))
    machine.run(minutes=1)
    assert machine.trusted.doubt() == timedelta(0)
    assert machine.won <= timedelta(seconds=2)
    assert machine.acts().count("clock.trusted") == 1


def test_the_reading_of_early_boot_counts_also_where_the_service_starts_after_the_network(machine: Machine) -> None:
    machine.clock.rtc = machine.true
    machine.clock.reboot(3 * DAY)
    machine.true += 3 * DAY
    machine.clock.early = machine.true
    machine.clock.synchronise(machine.true)
    machine.run(minutes=1)
    assert abs(machine.won) < timedelta(seconds=2)


def test_a_machine_that_was_off_twice_before_it_found_the_network_is_believed(machine: Machine) -> None:
    machine.clock.rtc = machine.true
    machine.switch_off(3 * DAY)
    machine.run(minutes=5)
    machine.switch_off(2 * DAY)
    machine.clock.synchronise(machine.true)
    machine.run(minutes=1)
    assert abs(machine.won) < timedelta(minutes=1)


def test_a_machine_without_a_hardware_clock_waits_a_day(machine: Machine) -> None:
    machine.switch_off(3 * DAY)
    machine.clock.synced = True
    machine.run(hours=23)
    assert machine.trusted.doubt() > timedelta(days=2)
    machine.run(hours=1, minutes=2)
    assert machine.trusted.doubt() == timedelta(0)


@pytest.mark.parametrize("away", [timedelta(minutes=10), -5 * DAY, 5 * DAY])
def test_a_hardware_clock_that_disagrees_with_the_network_vouches_for_nothing(
    machine: Machine, away: timedelta
) -> None:
    machine.clock.rtc = machine.true
    machine.run(minutes=1)
    machine.clock.rtc += away
    machine.switch_off(3 * DAY)
    machine.clock.at, machine.clock.synced = machine.true, True
    machine.run(minutes=5)
    assert machine.won <= timedelta(minutes=-10)


def test_a_restored_image_is_hidden_at_once_and_destroyed_when_the_clock_is_trusted(
    machine: Machine, tmp_path: Path
) -> None:
    path = machine.store.minute(machine.true)
    image = tmp_path / "image"
    shutil.copytree(machine.office.state.directory, image)
    machine.clock.rtc = machine.true
    machine.clock.reboot(5 * DAY)
    shutil.rmtree(machine.office.state.directory)
    shutil.copytree(image, machine.office.state.directory)
    (slot,) = SlotFile(machine.office.state, "camera-entree").live()
    assert machine.trusted.latest() > slot.deadline  # no reader opens it, retention or not
    service = Retention(machine.office, rows=False)
    service.wakes.run_all()
    assert path.exists()
    machine.clock.synced = True
    service.wakes.run_all()
    assert not path.exists()


def test_every_step_is_in_the_trail_once(machine: Machine) -> None:
    machine.run(minutes=3)
    machine.step(days=5)
    machine.run(minutes=5)
    machine.step(days=-5)
    machine.run(minutes=5)
    machine.step(hours=2)
    machine.run(hours=24, minutes=2)
    assert machine.acts() == [
        "clock.floor_made",
        "clock.stepped_forward",
        "clock.stepped_back",
        "clock.stepped_forward",
        "clock.trusted",
    ]


def test_a_step_that_the_trail_could_not_take_is_told_later(machine: Machine) -> None:
    audit = machine.office.state.audit
    aside = audit.rename(audit.with_name("aside"))
    audit.write_text("no room")
    with pytest.raises(Exception, match="audit trail"):
        machine.step(days=5)
    machine.clock.advance(minutes=1)
    audit.unlink()
    aside.rename(audit)
    machine.keeper.wake()
    assert machine.acts() == ["clock.floor_made", "clock.stepped_forward"]


# What was claimed while the clock was ahead.


def test_deadlines_of_a_clock_that_ran_ahead_are_brought_back_once_no_doubt_is_left(machine: Machine) -> None:
    machine.step(days=40)
    future = machine.store.minute(machine.clock.now())
    roll = machine.store.day(machine.clock.now())
    service = Retention(machine.office, rows=False)
    service.wakes.run_all()
    assert {slot.deadline - machine.clock.now() for slot in SlotFile(machine.office.state, "camera-entree").live()} == {
        timedelta(hours=96)
    }
    machine.step(days=-40)
    sound = machine.store.minute(machine.true)
    service.wakes.run_all()
    (of_now, of_then) = SlotFile(machine.office.state, "camera-entree").live()
    assert of_now.deadline == machine.true + timedelta(hours=96)
    assert of_then.deadline <= machine.true + timedelta(hours=96) + timedelta(seconds=1)
    (day,) = SlotFile(machine.office.state, "visits").live()
    assert day.deadline <= machine.true + DAY
    assert machine.acts().count("clock.clamped") == 2
    machine.let_run(hours=97)
    service.wakes.run_all()
    assert not any(path.exists() for path in (future, roll, sound))


def test_what_was_made_in_time_is_not_clamped(machine: Machine) -> None:
    for days in range(15):
        machine.store.day(machine.true + days * DAY)
    machine.store.minute(machine.true + timedelta(minutes=1))
    before = [
        slot.deadline for name in ("visits", "camera-entree") for slot in SlotFile(machine.office.state, name).live()
    ]
    assert clamp(machine.office, machine.true) == []
    after = [
        slot.deadline for name in ("visits", "camera-entree") for slot in SlotFile(machine.office.state, name).live()
    ]
    assert before == after


# Two people.


def test_two_people_move_trusted_time(machine: Machine) -> None:
    machine.step(days=5)
    people, offset = Confirmations(machine.office.state, machine.clock), machine.clock.at.timestamp()
    seen = offset - machine.clock.boottime()
    people.propose("staff:jan", seen)
    people.confirm("staff:fatima", seen)
    machine.run(minutes=1)
    assert machine.trusted.doubt() == timedelta(0)
    assert machine.acts()[-3:] == ["clock.proposed", "clock.confirmed", "clock.trusted"]


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        ({"actors": ["staff:jan", "staff:jan"]}, "one_account"),
        ({"actors": ["staff:jan"]}, "unreadable"),
        ({"actors": ["staff:a", "staff:b"]}, "not_in_the_trail"),
        ({"offset": 0.0}, "clock_set_or_late"),
        ({"offset": float("nan")}, "clock_set_or_late"),
        ({"boot_id": "another"}, "clock_set_or_late"),
        ({"boottime": -5e9}, "clock_set_or_late"),
        ({"boottime": "x"}, "unreadable"),
        ({"more": 1}, "unreadable"),
    ],
)
def test_a_forged_confirmation_moves_nothing(machine: Machine, forged: dict[str, object], why: str) -> None:
    machine.step(days=5)
    people = Confirmations(machine.office.state, machine.clock)
    seen = machine.clock.at.timestamp() - machine.clock.boottime()
    people.propose("staff:jan", seen)
    people.confirm("staff:fatima", seen)
    path = machine.office.state.run / "clock-confirmed.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | forged))
    machine.run(minutes=1)
    assert machine.won < timedelta(minutes=1)
    assert not path.exists()
    (refused,) = [e for e in Trail(machine.office.state, machine.clock).entries() if e.act.endswith("refused")]
    assert refused.category == why


def test_a_clock_set_after_two_people_confirmed_it_is_not_the_one_they_confirmed(machine: Machine) -> None:
    machine.step(hours=1)
    people = Confirmations(machine.office.state, machine.clock)
    seen = machine.clock.at.timestamp() - machine.clock.boottime()
    people.propose("staff:jan", seen)
    people.confirm("staff:fatima", seen)
    machine.step(days=5)
    machine.run(minutes=1)
    assert machine.won < timedelta(minutes=1)


def test_summer_time_and_leap_seconds_are_no_steps(machine: Machine) -> None:
    for moment in (datetime(2027, 3, 28, 0, 58, tzinfo=UTC), datetime(2027, 10, 31, 0, 58, tzinfo=UTC)):
        machine.clock.at = machine.true = moment
        machine.trusted.repair()
        acts = machine.acts()
        machine.run(minutes=5)
        machine.step(seconds=-1)
        machine.run(minutes=5)
        machine.step(seconds=1)
        assert machine.acts() == acts
        assert abs(machine.won) < timedelta(seconds=2)


def test_trusted_time_never_runs_back_but_for_its_half_minute(machine: Machine) -> None:
    seen = [machine.trusted.for_destroying()]
    for step in (5, -5, -3_500, 3_500, 0.0001):
        machine.step(days=step)
        machine.run(minutes=1)
        seen.append(machine.trusted.for_destroying())
    assert all(later > earlier for earlier, later in pairwise(seen))
    assert seen[0] >= BUILT
