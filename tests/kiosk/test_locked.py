"""What doctor says of the screen by the door: a keyboard that leads out of the kiosk, a PIN that is not set."""

from pathlib import Path

import pytest

from kiosk.locked import keyboard, pin
from kiosk.pin import pin_path
from retention.base.command import Office
from retention.base.state import State
from tests.support.clock import ManualClock
from tests.support.state import make_config


@pytest.fixture
def office(state: State, clock: ManualClock) -> Office:
    return Office(make_config(state.directory, kiosk={"fullscreen": True}), state, clock)


@pytest.mark.parametrize(("value", "ok"), [("0\n", True), ("438\n", False), ("1\n", False)])
def test_the_kernels_own_key_must_be_off_at_the_door(office: Office, tmp_path: Path, value: str, ok: bool) -> None:
    (tmp_path / "sysrq").write_text(value)
    found, said = keyboard(office, tmp_path / "sysrq")
    assert found is ok
    assert ok or "sysctl.d/portier.conf" in said


def test_a_developers_machine_may_keep_it(state: State, clock: ManualClock, tmp_path: Path) -> None:
    (tmp_path / "sysrq").write_text("1")
    assert keyboard(Office(make_config(state.directory), state, clock), tmp_path / "sysrq")[0]


def test_a_missing_pin_is_told_and_is_no_fault(office: Office) -> None:
    assert "account pin" in pin(office)[1]
    pin_path(office.config.kiosk, office.state).write_text("hash")
    assert "hash" in pin(office)[1]
