"""A visitor's hands at the touch screen: where a finger goes follows from the panel's layout, as it does on screen."""

import itertools
import threading

from kiosk.keyboard import LETTERS, Page
from kiosk.layout import GRID, Box, Layout, Panel
from kiosk.passes import COLOURS, PICTURES, Pass
from retention.base.config import KioskSection
from tests.support.lobby import until
from tests.support.xvfb import Display

# A second touch of the same place within 400 ms does not count: people's fingers tremble.
BETWEEN_TOUCHES = 0.5


class Visitor:
    """Somebody who stands before the screen and looks before each touch."""

    def __init__(self, display: Display) -> None:
        kiosk = KioskSection(width=display.width, height=display.height)
        self._display = display
        self._layout = Layout(Panel.of(kiosk))
        self._pause = threading.Event()
        self._welcome = self._main = b""

    def sign_in(self, name: str) -> None:
        """From the welcome screen to the pass, which stays on screen."""
        coming, _ = self._choices()
        self._welcome, self._main = self.settle(), self._colour(coming)
        self.touch(coming)
        self.write(name)
        self.touch(self._layout.name_places().go_on)
        self.touch(self._layout.wide_button)  # no help wanted
        # "Een moment" may come in between; the pass has a button to end with.
        until(lambda: self._colour(self._layout.hero().go_on) == self._main, "the pass is shown")
        self.settle()

    def done(self) -> None:
        """Away from the pass, back to the welcome screen."""
        self.touch(self._layout.hero().go_on)

    def walk_away(self) -> None:
        """Leave the farewell as it is: the welcome screen comes back by itself."""
        until(lambda: self._display.pixels() == self._welcome, "the welcome screen comes back")

    def sign_out(self, given: Pass) -> None:
        """Two touches after "Ik ga weg", and the farewell stays on screen."""
        _, leaving = self._choices()
        self.touch(leaving)
        self.touch(self._layout.choices(2, 4, tallest=44)[COLOURS.index(given.colour)])
        self.touch(self._layout.choices(4, 6, gap=3.0, tallest=42)[PICTURES.index(given.picture)])

    def write(self, name: str) -> None:
        places = self._layout.name_places()
        self._pause.wait(BETWEEN_TOUCHES)
        last, seen = "", self.settle()
        for letter in name.lower():
            if letter == last:
                # Who writes a letter twice looks whether the first one has come.
                until(lambda before=seen: self.settle() != before, "a letter is written")  # type: ignore[misc]
                self._pause.wait(BETWEEN_TOUCHES)
            at = places.tools[2] if letter == " " else places.keys[LETTERS[Page.LETTERS].index(letter)]
            if letter in _doubled(name):
                seen = self.settle()
            self._display.tap(*self._pixels(at))
            last = letter

    def touch(self, box: Box) -> None:
        """Touch the middle of a place until another screen has come, as people do."""
        before = self.settle()

        def answers() -> bool:
            self._pause.wait(BETWEEN_TOUCHES)
            self._display.tap(*self._pixels(box))
            return self._another(before)

        until(answers, "the screen answers a touch")

    def settle(self) -> bytes:
        """What the screen shows once it stands still."""
        seen = [self._display.pixels()]

        def still() -> bool:
            seen.append(self._display.pixels())
            return seen[-1] == seen[-2]

        until(still, "the screen stands still", 20)
        return seen[-1]

    def _another(self, before: bytes) -> bool:
        # A button that looks pressed is not an answer yet: only what stays is.
        try:
            return until(lambda: self.settle() != before, "a change", 5)
        except TimeoutError:
            return False

    def _colour(self, box: Box) -> bytes:
        """The colour of a place, near its lower left corner, where no letters stand."""
        x, y = self._pixels(Box(box.x + 4, box.y + 4, 0, 0))
        at = 3 * (round(y) * self._display.width + round(x))
        return self._display.pixels()[at : at + 3]

    def _choices(self) -> list[Box]:
        return self._layout.stage()[1].grid(1, 2, 2 * GRID)

    def _pixels(self, box: Box) -> tuple[float, float]:
        # Millimetres from the lower left corner become pixels from the upper left one.
        density = self._layout.panel.density
        return (box.x + box.w / 2) * density, self._display.height - (box.y + box.h / 2) * density


def _doubled(name: str) -> set[str]:
    """The letters that stand twice in a row somewhere in a name."""
    return {letter for letter, following in itertools.pairwise(name.lower()) if letter == following}
