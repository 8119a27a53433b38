"""A visitor whose hands tremble, before real pages: each touch lands beside its aim, slides, and may come twice.

They look before each touch and put right what went wrong, as people do. Time is the test's own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from types import SimpleNamespace
from typing import Any

from kiosk.flow import Flow
from kiosk.keyboard import LETTERS
from kiosk.layout import Layout, Panel
from kiosk.screens.setting import Setting
from kiosk.steps import Step
from kiosk.taps import Taps
from kiosk.theme import Theme
from retention.base.config import KioskSection
from tests.kiosk_screens.scenes import OpenReception, at_once, config

TWICE = 0.15
PATIENCE = 400
"""Touches after which somebody gives up."""


class Door:
    """One kiosk: every page built once, shown as the flow says."""

    def __init__(self, kiosk: KioskSection) -> None:
        from kivy.core.window import Window  # noqa: PLC0415 - Kivy is loaded by these tests alone

        from kiosk.screens.window import Root  # noqa: PLC0415

        self.now = 0.0
        self.reception = OpenReception()
        self.flow = Flow(config(ask_host="off"), self.reception, at_once, lambda: self.now)
        self.taps = Taps(lambda: self.now)
        layout = Layout(Panel.of(kiosk))
        self.density = layout.panel.density
        self._setting = Setting(self.flow, layout, Theme("Onze organisatie"), self.taps)
        self._pages: dict[object, Any] = {}
        nobody_listens = SimpleNamespace(touched=lambda: False, acted=lambda: None)
        self._root: Any = Root(SimpleNamespace(flow=self.flow, taps=self.taps, guide=nobody_listens))  # type: ignore[arg-type]
        Window.size = (round(layout.panel.width * self.density), round(layout.panel.height * self.density))
        Window.add_widget(self._root)
        self.flow.changed = self.show
        self.show()

    @property
    def page(self) -> Any:
        return self._root.children[0]

    def show(self) -> None:
        """The page of this moment, as the window does."""
        from kiosk.screens.all import page_for  # noqa: PLC0415

        shows = self.flow.step, self.flow.choices, self.flow.visitor.given
        if shows not in self._pages:
            self._pages[shows] = page_for(self._setting)
        page = self._pages[shows]
        if not self._root.children or self.page is not page:
            self._root.clear_widgets()
            self._root.add_widget(page)
        page.refresh()

    def press(self, where: Callable[[], tuple[float, float]], slide: Callable[[], float], hold: float) -> None:
        """One finger, down and up, with what it does in between."""
        from kivy.tests.common import UnitTestTouch  # noqa: PLC0415

        x, y = where()
        touch = UnitTestTouch(x, y)
        touch.touch_down()
        self.now += hold
        touch.touch_move(x + slide(), y + slide())
        touch.touch_up()


@dataclass
class Visit:
    """How one visit went."""

    reached: bool
    touches: int
    name: str


@dataclass
class Trembling:
    """A visitor with tremor: `sigma` in millimetres, `TWICE` of the touches doubled."""

    door: Door
    sigma: float
    chance: Random
    touches: int = field(default=0, init=False)

    def visit(self, name: str) -> Visit:
        """From the first screen to the pass; then "Klaar"."""
        door, flow = self.door, self.door.flow
        self.touches = 0
        door.reception.came.clear()
        while flow.step is not Step.PASS and self.touches < PATIENCE:
            self._act(name)
        told = door.reception.came[-1].name if door.reception.came else ""
        seen = flow.step is Step.PASS and flow.visitor.given is not None
        flow.begin_again()
        return Visit(seen and told.casefold() == name.casefold(), self.touches, told)

    def _act(self, name: str) -> None:
        """Look at the screen, and touch what leads on."""
        flow, page = self.door.flow, self.door.page
        if flow.step is Step.WELCOME:
            self._touch(self._of(flow.coming.begin))
        elif flow.step is Step.NAME:
            self._write(name)
        elif flow.step is Step.HELP and flow.visitor.typed.text.casefold() == name.casefold():
            # Help that nobody asked for is taken off again by the same tap.
            wrong = next((page.tiles[wish] for wish in flow.visitor.help), None)
            self._touch(wrong or self._of(flow.coming.go_on))
        elif flow.step in (Step.HELP_CALLED, Step.ALARM):
            # Nobody meant that: a stray finger did.
            stop = flow.helping.withdraw if flow.step is Step.HELP_CALLED else flow.staff.stop_alarm
            self._touch(self._of(stop))
        else:
            self._touch(self._of(flow.back))

    def _write(self, name: str) -> None:
        flow = self.door.flow
        text = flow.visitor.typed.text
        if text.casefold() == name.casefold():
            self._touch(self._of(flow.coming.go_on))
        elif not name.casefold().startswith(text.casefold()):
            self._touch(self._of(flow.typing.erase))
        else:
            typed, letter = flow.visitor.typed, name[len(text)].lower()
            shown = typed.page
            wanted = next((one for one in (typed.home, *typed.further) if letter in LETTERS[one]), shown)
            if letter == " ":
                self._touch(self._of(flow.typing.space))
            elif shown is wanted:
                self._touch(self._of(flow.typing.letter, letter))
            else:
                self._touch(self._of(flow.typing.turn, shown if wanted is typed.home else wanted))

    def _of(self, act: Callable[..., object], *what: object) -> Any:
        """What on the page does this."""
        for part in self.door.page.children:
            does = getattr(part, "act", None)
            if does == act or (isinstance(does, partial) and does.func == act and does.args == what):
                return part
        raise AssertionError(f"nothing on {self.door.flow.step} does {act} {what}")

    def _touch(self, target: Any) -> None:
        at, out = target.center, self.sigma * self.door.density
        self.touches += 1
        # People whose hands tremble wait for the screen, and take their time.
        self.door.now += self.chance.uniform(0.6, 1.6)
        for again in range(1 + (self.chance.random() < TWICE)):
            if again:
                self.door.now += self.chance.uniform(0.05, 0.35)
            self.door.press(
                lambda: (self.chance.gauss(at[0], out), self.chance.gauss(at[1], out)),
                lambda: self.chance.gauss(0, out / 4),
                self.chance.uniform(0.05, 0.4),
            )
