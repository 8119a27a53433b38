"""The kiosk worked by five keys or one switch, and heard: a window without glass, with the doors of sound in hand."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from kiosk.app import Counter
from kiosk.keys import CODES
from kiosk.steps import Step
from kiosk.told import Group, Item
from retention.base.command import Office
from retention.base.service import Life
from tests.kiosk_screens.conftest import Frames
from tests.support.clock import ManualClock
from tests.support.sound import Ear, Socket


@dataclass
class Keypad:
    """A kiosk under a test's keys."""

    app: Any
    counter: Counter
    clock: ManualClock
    frames: Frames
    ear: Ear
    socket: Socket
    mark: int = 0

    @property
    def flow(self) -> Any:
        return self.counter.flow

    @property
    def focus(self) -> Item | None:
        """What the ring stands round, for whoever looks."""
        return self.counter.guide._steering.current if self.counter.guide.focus is not None else None

    def press(self, name: str) -> list[str]:
        """Press and let go of one of the keys; all that is heard until it is quiet again."""
        from kivy.core.window import Window  # noqa: PLC0415 - Kivy is loaded by these tests alone

        code = CODES[getattr(self.counter.office.config.kiosk.keys, name)]
        self.clock.advance(seconds=0.5)
        self.mark = len(self.ear.sayings)
        Window.dispatch("on_keyboard", code, 0, "", [])
        Window.dispatch("on_key_up", code, 0)
        return self.heard()

    def heard(self) -> list[str]:
        """What is heard since the last press, once the kiosk has nothing more to say."""
        self.until(lambda: self.flow.step is not Step.WAIT)
        self.until(lambda: not self.counter._speaker.speaking)
        return self.ear.since(self.mark)

    def wait(self, seconds: float) -> list[str]:
        """Let time pass as the window's ticks do."""
        self.mark = len(self.ear.sayings)
        for _ in range(round(seconds * 4)):
            self.clock.advance(seconds=0.25)
            self.counter.tick()
        return self.heard()

    def until(self, reached: Callable[[], bool]) -> None:
        for _ in range(2000):
            if reached():
                return
            self.frames.advance(0.01)
            threading.Event().wait(0.002)
        raise AssertionError(f"stays at {self.flow.step}")


@contextmanager
def opened(office: Office, frames: Frames, *, plugged: bool = False, **ear: bool) -> Iterator[Keypad]:
    """The kiosk's window, without glass."""
    from kivy.clock import Clock  # noqa: PLC0415
    from kivy.core.window import Window  # noqa: PLC0415

    from kiosk.screens.window import KioskApp  # noqa: PLC0415

    Window.size = (office.config.kiosk.width // 2, office.config.kiosk.height // 2)
    frames.advance()
    hearing, socket = Ear(**ear), Socket(inside=plugged)
    counter = Counter(office, Life(), hearing, socket)
    app = KioskApp(counter)
    Window.add_widget(app.build())
    frames.advance()
    counter.tick()
    try:
        yield Keypad(app, counter, cast("ManualClock", office.clock), frames, hearing, socket)
    finally:
        Clock.unschedule(app.tick)
        Window.remove_widget(app.root)
        counter.close()
        app.let_go()


def names(item: Item | None) -> list[str]:
    """What stands inside the ring."""
    if item is None:
        return []
    return [target.name for target in item.targets] if isinstance(item, Group) else [item.name]
