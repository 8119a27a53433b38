"""Run as a process of its own, where there is a display: touches the real window, and tells how long each answer took.

    python -m bench.touches CONFIG VISITS

One line of JSON: milliseconds from lifting the finger to the changed screen being drawn, by the clock and of the
processor (which tells the same on a crowded machine), by kind of touch.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from kiosk import display
from kiosk.app import REST_SECONDS, Counter, tame_kivy, window_size
from kiosk.steps import Step
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.config import load
from retention.base.service import Life

FRAMES = 60  # a second, as Kivy has them
NAMES = ("noor", "mehmet", "anna", "jan")


class Finger:
    """Touches what it is told, and takes the time."""

    def __init__(self, counter: Counter, app: Any) -> None:
        self._counter, self._app = counter, app
        self.times: dict[str, list[tuple[float, float]]] = defaultdict(list)

    def press(self, kind: str, fits: Callable[[Any], bool]) -> None:
        """Touch the first thing that fits, lift, and wait for the frame that shows what came of it."""
        from kivy.base import EventLoop  # noqa: PLC0415
        from kivy.clock import Clock  # noqa: PLC0415
        from kivy.tests.common import UnitTestTouch  # noqa: PLC0415

        from kiosk.screens.parts import Press  # noqa: PLC0415

        part = next(one for one in self._app.page.children if isinstance(one, Press) and fits(one))
        self._counter.taps._at = float("-inf")  # this finger does not tremble
        touch = UnitTestTouch(*part.center)
        touch.touch_down()
        EventLoop.idle()
        begun, busy = perf_counter(), process_time()
        touch.touch_up()
        EventLoop.idle()
        # While others work for the screen it does not go round without rest: that would keep them from working.
        Clock._max_fps = FRAMES
        self.until(lambda: self._counter.flow.step is not Step.WAIT)
        Clock._max_fps = 0
        self.times[kind].append((1000 * (perf_counter() - begun), 1000 * (process_time() - busy)))
        for _ in range(3):
            EventLoop.idle()
        if self._app.page.shows[0] in (Step.WELCOME, Step.PASS, Step.DONE):
            self._rest()

    def _rest(self) -> None:
        """Stand a moment, as people do before a pass or the first screen: what was typed is swept out meanwhile."""
        begun = perf_counter()
        self.until(lambda: perf_counter() - begun > REST_SECONDS + 0.2)

    def until(self, reached: Callable[[], bool]) -> None:
        from kivy.base import EventLoop  # noqa: PLC0415

        while not reached():
            EventLoop.idle()

    def act(self, kind: str, act: Callable[..., object]) -> None:
        self.press(kind, lambda part: part.act == act)

    def word(self, kind: str, word: str) -> None:
        self.press(kind, lambda part: part.label is not None and part.label.text.casefold() == word)


def visit(finger: Finger, counter: Counter, name: str) -> None:
    """One visitor comes and goes."""
    flow = counter.flow
    finger.act("another screen", flow.coming.begin)
    for letter in name:
        finger.word("a letter", letter)
    finger.act("another screen", flow.coming.go_on)
    finger.act("sign-in", flow.coming.go_on)
    given = flow.visitor.given
    assert given is not None
    finger.word("another screen", "klaar")
    finger.act("another screen", flow.leaving.begin)
    finger.press("another screen", lambda part: getattr(part.act, "args", None) == (given.colour,))
    finger.press("sign-out", lambda part: getattr(part.act, "args", None) == (given.picture,))
    if flow.step is Step.DIGIT:  # with so many inside there are passes with a digit
        finger.press("sign-out", lambda part: getattr(part.act, "args", None) == (given.digit,))
    finger.word("another screen", "klaar")


def main(path: str, visits: str) -> None:
    config = load(Path(path))
    office = Office(config, config.where(), SystemClock())
    office.state.prepare()
    tame_kivy(str(office.state.run / "kivy"), config.kiosk, window_size(config.kiosk, display.display_size()))
    from kiosk.screens.window import KioskApp  # noqa: PLC0415 - after Kivy is tamed

    counter = Counter(office, Life())
    try:
        times = _touched(counter, KioskApp(counter), int(visits))
    finally:
        counter.close()
    print(json.dumps(times))  # noqa: T201 - this is what it is for


def _touched(counter: Counter, app: Any, visits: int) -> dict[str, list[tuple[float, float]]]:
    from kivy.base import EventLoop, runTouchApp  # noqa: PLC0415 - after it is tamed
    from kivy.clock import Clock  # noqa: PLC0415

    app._run_prepare()
    runTouchApp(embedded=True)
    Clock._max_fps = 0
    finger, ready = Finger(counter, app), list[bool]()
    counter.work(lambda: True, ready.append, lambda: None)
    finger.until(lambda: bool(ready))
    for number in range(visits):
        visit(finger, counter, NAMES[number % len(NAMES)])
    EventLoop.close()
    return finger.times


if __name__ == "__main__":
    main(*sys.argv[1:])
