"""The kiosk whole, but for the glass: real pages, real touches, the real reception, frames drawn by hand."""

import gc
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from kiosk.app import Counter, window_size
from kiosk.codes.code import Code
from kiosk.house import Going, Seen
from kiosk.layout import Box
from kiosk.steps import Step
from kiosk.visits import Details
from kiosk.ways.staff import Wanted
from retention.base.command import Office
from retention.base.config import KioskSection
from retention.base.health import reports
from retention.base.service import Life
from retention.base.state import State
from tests.kiosk_screens.conftest import Frames
from tests.kiosk_screens.places import colour_places, picture_places
from tests.support.clock import ManualClock
from tests.support.state import make_config

WIDTH, HEIGHT = 540, 960


@dataclass
class Glass:
    """The kiosk under a test's finger."""

    app: Any
    counter: Counter
    clock: ManualClock
    frames: Frames

    @property
    def flow(self):
        return self.counter.flow

    def pixels(self, box: Box) -> tuple[float, float]:
        density = self.app.page.layout.panel.density
        return (box.x + box.w / 2) * density, (box.y + box.h / 2) * density

    def press(self, box: Box) -> Any:
        """Put a finger down."""
        from kivy.tests.common import UnitTestTouch  # noqa: PLC0415

        touch = UnitTestTouch(*self.pixels(box))
        touch.touch_down()
        return touch

    def tap(self, box: Box) -> None:
        """Touch and lift, after a pause in which a second touch would not count."""
        self.clock.advance(seconds=0.5)
        self.press(box).touch_up()
        self.frames.advance(0.05)

    def until(self, reached: Callable[[], bool]) -> None:
        """Draw frames until the worker has answered."""
        for _ in range(1000):
            if reached():
                return
            self.frames.advance(0.01)
            threading.Event().wait(0.01)
        raise AssertionError(f"stays at {self.flow.step}")

    def sign_in(self, name: str) -> None:
        self.tap(self.app.page.layout.welcome_places()[0])
        self.flow.typing.enter(name)
        self.tap(self.app.page.layout.name_places().go_on)
        self.until(lambda: self.flow.step not in (Step.NAME, Step.WAIT))


@pytest.fixture
def office(state: State, clock: ManualClock) -> Office:
    return Office(make_config(state.directory, visits={"ask_help": False}), state, clock)


@contextmanager
def glass_of(office: Office, clock: ManualClock, frames: Frames) -> Iterator[Glass]:
    from kivy.base import ExceptionManager  # noqa: PLC0415
    from kivy.core.window import Window  # noqa: PLC0415

    from kiosk.screens.window import KioskApp  # noqa: PLC0415

    Window.size = (WIDTH, HEIGHT)
    frames.advance()
    counter = Counter(office, Life())
    app = KioskApp(counter)
    Window.add_widget(app.build())
    frames.advance()
    yield Glass(app, counter, clock, frames)
    counter.close()
    app.let_go()
    assert not ExceptionManager.handlers


@pytest.fixture
def glass(office: Office, clock: ManualClock, frames: Frames) -> Iterator[Glass]:
    with glass_of(office, clock, frames) as glass:
        yield glass


def test_a_visitor_signs_in_by_touch_and_out_by_their_pass(glass: Glass, office: Office):
    glass.sign_in("Zoë de Wit")
    given = glass.flow.visitor.given
    assert glass.flow.step is Step.PASS
    glass.tap(glass.app.page.layout.hero_of_two_buttons()[0].go_on)
    glass.tap(glass.app.page.layout.welcome_places()[1])
    from kiosk.passes import COLOURS, PICTURES  # noqa: PLC0415

    glass.tap(colour_places(glass.app.page.layout)[COLOURS.index(given.colour)])
    glass.tap(picture_places(glass.app.page.layout)[PICTURES.index(given.picture)])
    glass.until(lambda: glass.flow.step is Step.DONE)


def test_letters_are_typed_by_touch(glass: Glass):
    glass.tap(glass.app.page.layout.welcome_places()[0])
    for place in (glass.app.page.layout.name_places().keys[0], glass.app.page.layout.name_places().keys[11]):
        glass.tap(place)
    assert glass.flow.visitor.typed.text == "Al"


def test_a_button_acts_when_the_finger_is_lifted(glass: Glass):
    touch = glass.press(glass.app.page.layout.welcome_places()[0])
    assert glass.flow.step is Step.WELCOME
    touch.touch_up()
    assert glass.flow.step is Step.NAME


def test_sliding_off_cancels(glass: Glass):
    touch = glass.press(glass.app.page.layout.welcome_places()[0])
    touch.touch_move(5, 5)
    touch.touch_up()
    assert glass.flow.step is Step.WELCOME


def test_the_second_touch_of_a_double_tap_does_nothing(glass: Glass):
    coming = glass.app.page.layout.welcome_places()[0]
    glass.tap(coming)
    glass.clock.advance(seconds=0.2)
    glass.press(coming).touch_up()
    assert glass.flow.visitor.typed.text == ""


def test_a_finger_that_stays_while_the_page_goes_does_not_lock_the_screen(glass: Glass):
    touch = glass.press(glass.app.page.layout.welcome_places()[0])
    glass.flow.leaving.begin()
    gc.collect()
    touch.touch_up()
    assert glass.flow.step is Step.COLOUR
    glass.tap(colour_places(glass.app.page.layout)[0])
    assert glass.flow.step is Step.PICTURE


def test_a_finger_on_a_page_that_has_gone_does_nothing_when_it_is_lifted(glass: Glass):
    touch = glass.press(glass.app.page.layout.welcome_places()[0])
    glass.flow.look_round(Seen(calamity=Going(drill=False)))
    touch.touch_up()
    assert glass.flow.step is Step.EMERGENCY


def test_what_lies_on_the_glass_for_long_keeps_nobody_from_touching(glass: Glass):
    places = glass.app.page.layout.welcome_places()
    stuck = glass.press(places[0])
    glass.clock.advance(seconds=5)
    glass.press(places[1]).touch_up()
    assert glass.flow.step is Step.WELCOME
    glass.clock.advance(seconds=5)
    other = glass.press(places[1])
    stuck.touch_up()
    assert glass.flow.step is Step.WELCOME
    other.touch_up()
    assert glass.flow.step is Step.COLOUR


def test_a_touched_button_changes_tone(glass: Glass):
    from kiosk.screens.parts import Press  # noqa: PLC0415

    coming = next(part for part in glass.app.page.children if isinstance(part, Press) and part.main)
    place = glass.app.page.layout.welcome_places()[1]
    before = list(coming.paint)
    touch = glass.press(place)
    assert list(coming.paint) != before
    touch.touch_up()


def test_the_machines_keyboard_writes_a_name_and_nothing_else(glass: Glass):
    from kivy.core.window import Window  # noqa: PLC0415

    for key in (27, 283, 292):  # escape, F2, F11
        Window.dispatch("on_keyboard", key, 0, "", [])
    assert not glass.counter.life.stop.is_set()
    glass.tap(glass.app.page.layout.welcome_places()[0])
    Window.dispatch("on_textinput", "Анна")
    Window.dispatch("on_keyboard", 8, 0, "", [])
    assert glass.flow.visitor.typed.text == "Анн"


def test_a_code_before_a_scanner_that_types_leaves_nothing_where_the_pin_is_asked(glass: Glass):
    from kivy.core.window import Window  # noqa: PLC0415

    glass.flow.staff.begin()
    glass.flow.staff.ask_pin(Wanted.PRINT)
    for digit in "47" + Code.new().text:
        Window.dispatch("on_textinput", digit)
    Window.dispatch("on_keyboard", 13, 0, "", [])
    assert (glass.flow.step, glass.flow.visitor.pin) == (Step.PIN, "")
    glass.clock.advance(seconds=1)
    for digit in "4711":
        Window.dispatch("on_textinput", digit)
        glass.clock.advance(seconds=0.3)
    glass.frames.advance()
    assert glass.flow.visitor.pin == "4711"


@pytest.mark.parametrize("fullscreen", [True, False])
def test_a_window_can_be_closed_on_a_developers_display_alone(glass: Glass, office: Office, fullscreen: bool):
    from kivy.core.window import Window  # noqa: PLC0415

    kiosk = office.config.kiosk.model_copy(update={"fullscreen": fullscreen})
    glass.counter.office = replace(office, config=office.config.model_copy(update={"kiosk": kiosk}))
    assert Window.dispatch("on_request_close")
    assert glass.counter.life.stop.is_set() is not fullscreen


def test_when_the_roll_cannot_be_written_the_visitor_is_sent_to_reception(glass: Glass, state: State, caplog):
    state.roll.rmdir()
    state.roll.write_text("in the way")
    glass.sign_in("Quetzalcoatl")
    assert glass.flow.step is Step.ATTENTION
    assert "Quetzalcoatl" not in caplog.text
    glass.counter.tick()
    glass.until(lambda: any(report.problems for report in reports(state)))


def test_guessing_is_told_to_staff_while_the_screen_stays_the_same(glass: Glass, state: State):
    for picture in range(6):
        glass.tap(glass.app.page.layout.welcome_places()[1])
        glass.tap(colour_places(glass.app.page.layout)[0])
        glass.tap(picture_places(glass.app.page.layout)[picture])
        glass.until(lambda: glass.flow.step is Step.DONE)
        glass.tap(glass.app.page.layout.wide_button)
    glass.counter.tick()
    glass.clock.advance(seconds=20)
    glass.counter.tick()
    glass.until(lambda: any(problem.promise == "P3" for report in reports(state) for problem in report.problems))


def test_a_fault_on_the_screens_thread_ends_at_reception_too(glass: Glass, caplog):
    from kivy.base import ExceptionManager  # noqa: PLC0415

    glass.tap(glass.app.page.layout.welcome_places()[0])
    answer = ExceptionManager.handle_exception(ValueError("Quetzalcoatl"))
    assert (answer, glass.flow.step) == (ExceptionManager.PASS, Step.ATTENTION)
    assert "ValueError" in caplog.text
    assert "Quetzalcoatl" not in caplog.text


def test_nothing_on_the_screen_keeps_the_name(glass: Glass):
    from kiosk.screens.parts import Words  # noqa: PLC0415

    glass.sign_in("Quetzalcoatl")
    glass.tap(glass.app.page.layout.hero_of_two_buttons()[0].go_on)
    assert glass.flow.step is Step.WELCOME
    glass.frames.advance(1)
    assert [words for words in gc.get_objects() if type(words) is Words and "Quetzal" in words.text] == []


def test_nothing_keeps_a_name_that_was_typed_before_all_was_loaded(glass: Glass):
    from kiosk.screens.parts import Words  # noqa: PLC0415

    glass.tap(glass.app.page.layout.welcome_places()[0])
    glass.flow.typing.enter("Xipetotec")
    glass.frames.advance(0.05)
    opened, frozen = threading.Event(), gc.get_freeze_count()
    glass.counter.begin()
    glass.counter.work(lambda: None, lambda _: opened.set(), lambda: None)
    glass.until(opened.is_set)
    glass.flow.begin_again()
    for _ in range(2):
        glass.clock.advance(seconds=20)
        glass.frames.advance(1)
        glass.counter.tick()
    assert gc.get_freeze_count() > frozen
    gc.unfreeze()  # what was left out of collecting is looked at too
    assert [words for words in gc.get_objects() if type(words) is Words and "Xipe" in words.text] == []


def test_the_name_is_hidden_while_the_screen_asks_whether_anybody_is_there(glass: Glass):
    glass.tap(glass.app.page.layout.welcome_places()[0])
    glass.flow.typing.enter("Quetzalcoatl")
    glass.clock.advance(seconds=120)
    glass.counter.tick()
    assert glass.flow.step is Step.STILL_THERE
    assert not any("Quetzal" in getattr(part, "text", "") for part in glass.app.root.walk())
    glass.tap(glass.app.page.layout.stage()[1])
    assert any("Quetzal" in getattr(part, "text", "") for part in glass.app.root.walk())


def test_waiting_is_shown_only_once_it_is_felt(glass: Glass):
    from kiosk.screens.telling import Waiting  # noqa: PLC0415

    held = threading.Event()
    glass.counter.work(held.wait, lambda _: None, lambda: None)
    glass.tap(glass.app.page.layout.welcome_places()[0])
    glass.flow.typing.enter("Ali")
    glass.tap(glass.app.page.layout.name_places().go_on)
    shown = [type(glass.app.page)]
    glass.frames.advance(0.5)
    shown.append(type(glass.app.page))
    held.set()  # first of all: whatever failed, the worker is not kept waiting
    assert [page is Waiting for page in shown] == [False, True]
    glass.until(lambda: glass.flow.step is Step.PASS)


def test_taps_while_the_work_is_done_change_nothing(glass: Glass):
    held = threading.Event()
    glass.counter.work(held.wait, lambda _: None, lambda: None)
    glass.tap(glass.app.page.layout.welcome_places()[0])
    glass.flow.typing.enter("Ali")
    place = glass.app.page.layout.name_places().go_on
    glass.tap(place)
    glass.tap(place)
    held.set()
    glass.until(lambda: glass.flow.step is Step.PASS)


def test_on_a_smaller_display_the_window_keeps_the_panels_proportions():
    kiosk = KioskSection(width=1080, height=1920)
    assert window_size(kiosk, None) == (1080, 1920)
    assert window_size(kiosk, (1080, 1920)) == (1080, 1920)
    width, height = window_size(kiosk, (1920, 1080))
    assert height < 1080
    assert width / height == pytest.approx(1080 / 1920, rel=0.01)


def test_a_scanned_slip_signs_out_from_the_first_screen(office: Office, clock: ManualClock, frames: Frames):
    ours, theirs = os.openpty()
    kiosk = office.config.kiosk.model_copy(update={"scanner": os.ttyname(theirs)})
    scanned = replace(office, config=office.config.model_copy(update={"kiosk": kiosk}))
    with glass_of(scanned, clock, frames) as glass:
        glass.counter.begin()
        glass.until(lambda: glass.counter.readers._scanner is not None and not glass.counter.readers._scanner.problem)
        code = Code.new()
        glass.counter._reception.open()
        glass.counter._reception._real.sign_in(Details("Zoë"), code=code)
        os.write(ours, code.text.encode() + b"\r")
        glass.until(lambda: glass.flow.step is Step.DONE)
        glass.tap(glass.app.page.two_buttons()[0])
        glass.until(lambda: glass.flow.step is Step.TAKEN_BACK)
    os.close(ours)
    os.close(theirs)


def test_what_is_scanned_is_never_typed(glass: Glass):
    glass.tap(glass.app.page.layout.welcome_places()[0])
    glass.counter._read(Code.new().text)
    glass.counter._read("Wielewaal")
    glass.frames.advance(0.05)
    assert (glass.flow.step, glass.flow.visitor.typed.text) == (Step.NAME, "")


def test_a_sign_out_is_taken_back_by_touch_from_the_first_screen(glass: Glass):
    glass.sign_in("Zoë")
    given = glass.flow.visitor.given
    glass.flow.begin_again()
    glass.flow.leaving.begin()
    glass.flow.leaving.choose_colour(given.colour)
    glass.flow.leaving.choose_picture(given.picture)
    glass.until(lambda: glass.flow.step is Step.DONE)
    glass.tap(glass.app.page.two_buttons()[1])
    assert glass.flow.step is Step.JUST_LEFT
    glass.tap(glass.app.page.layout.back)
    glass.until(lambda: glass.flow.step is Step.TAKEN_BACK)
    glass.tap(glass.app.page.layout.wide_button)
    assert glass.flow.step is Step.WELCOME


def test_a_label_printer_that_is_missing_delays_nobody_and_is_told(
    office: Office, clock: ManualClock, frames: Frames, monkeypatch: pytest.MonkeyPatch, tmp_path
):
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "nothing"))
    kiosk = office.config.kiosk.model_copy(update={"label_printer": "labels"})
    printing = replace(office, config=office.config.model_copy(update={"kiosk": kiosk}))
    with glass_of(printing, clock, frames) as glass:
        glass.sign_in("Zoë")
        assert glass.flow.step is Step.PASS
        glass.until(lambda: any(glass.counter.labels.problems()))
