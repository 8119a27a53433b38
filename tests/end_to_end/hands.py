"""A visitor's hands at the touch screen: where a finger goes follows from the panel's layout, as it does on screen."""

import threading

from kiosk.keyboard import LETTERS, Page
from kiosk.layout import Box, Layout, Panel
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
        panel = self._layout.panel
        # In portrait nothing is touched in the upper part: what changes there is another screen, not a pressed button.
        self._question = Box(0, panel.height * 0.62, panel.width, panel.height * 0.38)
        self._pause = threading.Event()
        self._welcome = self._main = b""

    def sign_in(self, name: str) -> None:
        """From the welcome screen to the pass, which stays on screen."""
        coming, _ = self._choices()
        self.settle()
        self._welcome, self._main = self._rows(self._question), self._colour(coming)
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
        # At first with "Toch niet" low on it.
        until(lambda: self._rows(self._question) == self._welcome, "the welcome screen comes back")

    def sign_out(self, given: Pass) -> None:
        """Two touches after "Ik ga weg", and the farewell stays on screen."""
        _, leaving = self._choices()
        self.touch(leaving)
        self.touch(self._layout.choices(2, 4, tallest=44)[COLOURS.index(given.colour)])
        self.touch(self._layout.choices(4, 6, gap=3.0, tallest=42)[PICTURES.index(given.picture)])

    def write(self, name: str) -> None:
        """Letter by letter, looking whether each has come."""
        places = self._layout.name_places()
        for letter in name.lower():
            self._pause.wait(BETWEEN_TOUCHES)
            at = places.tools[2] if letter == " " else places.keys[LETTERS[Page.LETTERS].index(letter)]
            before = self._rows(places.field)
            self._display.tap(*self._pixels(at))
            if letter != " ":  # a space behind the last letter is not to be seen
                until(lambda before=before: self._rows(places.field) != before, "a letter is written")  # type: ignore[misc]

    def touch(self, box: Box) -> None:
        """Touch the middle of a place, and wait until another screen has come."""
        self.settle()
        self._pause.wait(BETWEEN_TOUCHES)
        before = self._rows(self._question)
        self._display.tap(*self._pixels(box))
        until(lambda: self._rows(self._question) != before, "the screen answers a touch")
        self.settle()

    def settle(self) -> bytes:
        """What the screen shows once it stands still."""
        seen = [self._display.pixels()]

        def still() -> bool:
            seen.append(self._display.pixels())
            return seen[-1] == seen[-2]

        until(still, "the screen stands still", 20)
        return seen[-1]

    def _rows(self, box: Box) -> bytes:
        """What stands at the height of a place, over the whole width."""
        _, top = self._pixels(Box(box.x, box.top, 0, 0))
        _, bottom = self._pixels(Box(box.x, box.y, 0, 0))
        line = 3 * self._display.width
        return self._display.pixels()[round(top) * line : round(bottom) * line]

    def _colour(self, box: Box) -> bytes:
        """The colour of a place, near its lower left corner, where no letters stand."""
        x, y = self._pixels(Box(box.x + 4, box.y + 4, 0, 0))
        at = 3 * (round(y) * self._display.width + round(x))
        return self._display.pixels()[at : at + 3]

    def _choices(self) -> list[Box]:
        return self._layout.welcome_places()

    def _pixels(self, box: Box) -> tuple[float, float]:
        # Millimetres from the lower left corner become pixels from the upper left one.
        density = self._layout.panel.density
        return (box.x + box.w / 2) * density, self._display.height - (box.y + box.h / 2) * density
