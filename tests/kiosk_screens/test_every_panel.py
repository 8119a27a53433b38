"""Signing in and out at the real window, by touch alone: every language and mode, on every panel."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, get_args

import pytest

from kiosk.commands import opened_register
from kiosk.passes import Pass
from kiosk.register import Register
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.config import KioskSection, Language
from retention.base.state import State
from tests.kiosk_screens.conftest import Frames
from tests.kiosk_screens.finger import SURELY_STILL, Finger
from tests.kiosk_screens.scenes import panel
from tests.kiosk_screens.test_five_keys import MODES
from tests.kiosk_screens.test_window import Door
from tests.support.bars import Bars
from tests.support.memory import occurrences

PANELS = {
    "15.6 portrait": panel(15.6, 1080, 1920),
    "15.6 landscape": panel(15.6, 1920, 1080),
    "21.5 portrait": panel(21.5, 1080, 1920),
    "21.5 landscape": panel(21.5, 1920, 1080),
    "24 portrait": panel(24, 1080, 1920),
    "24 landscape": panel(24, 1920, 1080),
    "15.6 portrait, 90 ppi": panel(15.6, 688, 1224),
    "15.6 landscape, 250 ppi": panel(15.6, 3400, 1912),
}
CANARY = "ظغث"  # no word holds this


class Visits:
    """Somebody at a door, in and out again and again; what the register then says of it."""

    def __init__(self, door: Door, register: Register, finger: Finger) -> None:
        self.door, self.finger = door, finger
        self._register, self._known = register, set[str]()
        self._rest = 0

    def goes_in_and_out(self, language: str, mode: dict[str, Any], name: str = "") -> None:
        """In, and out, each from the screen at rest, served so; the screen is then as every visitor leaves it."""
        finger = self.finger
        finger.speak(language)
        finger.be_served(**mode)
        name = finger.sign_in(name)
        finger.until(lambda: bool(self._new()), "the visit")
        finger.rest(SURELY_STILL)  # what says to wait may have stood still too
        visit = self._new()[0]
        assert (visit.name, visit.state) == (name, "on_site")
        finger.touch("Done")
        finger.speak(language)
        finger.be_served(**mode)
        finger.sign_out(Pass.parse(visit.pass_id or ""))
        finger.until(lambda: self._of(visit.visit) == "left", "the end of the visit")
        finger.rest(SURELY_STILL)
        finger.touch("Done")
        self._known.add(visit.visit)
        self._rest = self._rest or finger.rest()
        assert finger.rest() == self._rest

    def _new(self) -> list[Any]:
        return [seen for seen in self._register.visits() if seen.visit not in self._known]

    def _of(self, visit: str) -> str:
        return next(seen.state for seen in self._register.visits() if seen.visit == visit)


@pytest.fixture
def come_to(make_display, tmp_path: Path, frames: Frames) -> Iterator[Callable[[KioskSection], Visits]]:
    with ExitStack() as stack:

        def come(kiosk: KioskSection) -> Visits:
            display = make_display(kiosk.width, kiosk.height)
            door = Door(display, tmp_path, diagonal_inches=kiosk.diagonal_inches, fullscreen=True)
            stack.callback(door.process.wait, timeout=20)
            stack.callback(door.process.kill)
            office = Office(door.config, State(door.config.state.directory), SystemClock())
            register = stack.enter_context(opened_register(office))
            return Visits(door, register, Finger(display, door.config, tmp_path))

        yield come


def modes(kiosk: KioskSection) -> list[dict[str, Any]]:
    """Every way to be served; in landscape nothing goes lower."""
    return [mode for mode in MODES.values() if not mode.get("lower") or kiosk.height > kiosk.width]


@pytest.mark.timeout(300)
def test_a_visitor_signs_in_and_out_in_a_language_and_a_mode_of_their_own(come_to):
    visits = come_to(PANELS["15.6 landscape"])
    visits.goes_in_and_out("ar", {"larger": True}, CANARY)
    door = visits.door
    # Whatever was typed goes from the whole memory of the process, with the next sweep, and was never in its log.
    door.until(lambda: occurrences(door.process.pid, [CANARY]) == {}, "the end of the name in memory")
    assert door.stop() == 0
    assert CANARY not in door.log.read_text()


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("size", PANELS)
def test_in_every_mode_and_language(size: str, language: str, come_to, bars: Bars):
    visits, ways = come_to(PANELS[size]), modes(PANELS[size])
    done = 0
    for mode in ways:
        visits.goes_in_and_out(language, mode)
        done += 1
    assert visits.door.stop() == 0
    bars.at_least(f"visits by touch at the real window, {size}, {language}", done, len(ways), "visits")
