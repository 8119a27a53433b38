"""Somebody with one switch: before the real screens, and reckoned page by page, for every letter there is."""

from collections.abc import Iterator
from typing import Any

from kiosk.keyboard import GROUPS, LETTERS
from kiosk.steering import Steering
from kiosk.told import Target, Told
from retention.base.config import KioskSection
from retention.base.translations import translator
from tests.kiosk_screens.keypad import Keypad, names
from tests.kiosk_screens.scenes import setting

TICK = 0.25
PRESS = 0.5
"""Seconds from the moment the ring comes to the press."""
PACE = 1.0
TICKS = 400
AROUND_THE_NAME = (
    ("pace", "1 second"),
    ("welcome", "I am visiting"),
    ("name", "Next"),
    ("host", "Next"),
    ("help", "Next"),
)


class Switch:
    """Looks at the ring and presses half a second after it came."""

    def __init__(self, keypad: Keypad) -> None:
        self.keypad, self.begun = keypad, keypad.clock.monotonic()

    @property
    def seconds(self) -> float:
        return self.keypad.clock.monotonic() - self.begun

    def take(self, word: str) -> None:
        """Wait for the row it is in, if it stands in one, and for itself."""
        for _ in range(TICKS):
            self._tick()
            if word in names(self.keypad.focus):
                alone = isinstance(self.keypad.focus, Target)
                self.keypad.press("switch")
                if alone:
                    return
        raise AssertionError(f"the ring never comes to {word}")

    def letter(self, letter: str) -> None:
        """A letter of the page that is shown, first its tile where there are tiles."""
        for word in way(self.keypad.app.page, letter):
            self.take(word)

    def begin(self, language: str = "nl") -> None:
        """The first press starts it, and asks for the pace."""
        self.keypad.press("switch")
        self.take(translator(language, "kiosk")("1 second"))

    def _tick(self) -> None:
        self.keypad.clock.advance(seconds=TICK)
        self.keypad.counter.tick()


def way(page: Any, letter: str) -> list[str]:
    """What is chosen for a letter, one after the other: its tile, where letters stand on tiles, and itself."""
    typed = page.flow.visitor.typed
    if not page.layout.name_places().grouped:
        return [typed.face(letter)]
    tile = next(place for place, group in enumerate(GROUPS[typed.page]) if letter in group)
    return [page.board._tiles[tile].spoken, typed.face(letter)]


class Reckoned:
    """How long one switch takes on this panel for whoever is served so; the pages are real, time is reckoned."""

    def __init__(self, kiosk: KioskSection, language: str = "nl", **mode: Any) -> None:
        self._kiosk, self._language, self._mode = kiosk, language, mode
        self._say = translator(language, "kiosk")
        self._name = self._page("name, empty")

    def worst_name(self) -> tuple[float, str]:
        """Seconds from the first press to the pass, with six times the letter that takes longest."""
        slowest, letter = max(self._letters())
        around = sum(_seconds(_told(self._page(scene)), self._say(word)) for scene, word in AROUND_THE_NAME)
        return PRESS + around + 6 * slowest, letter

    def _letters(self) -> Iterator[tuple[float, str]]:
        """What each letter of the visitor's own page takes."""
        page, typed = _told(self._name), self._name.flow.visitor.typed
        if not self._name.layout.name_places().grouped:
            yield from ((_seconds(page, typed.face(letter)), letter) for letter in LETTERS[typed.page])
            return
        for number, group in enumerate(GROUPS[typed.page]):
            opening = _seconds(page, way(self._name, group[0])[0])
            self._open(number)
            opened = _told(self._name)
            self._open(None)
            yield from ((opening + _seconds(opened, typed.face(letter)), letter) for letter in group)

    def _open(self, group: int | None) -> None:
        self._name.flow.typing.open(group)
        self._name.refresh()

    def _page(self, scene: str) -> Any:
        from kiosk.screens.all import page_for  # noqa: PLC0415 - Kivy is loaded by these tests alone

        return page_for(setting(scene, self._kiosk, self._language, scanning=True, **self._mode))


def _told(page: Any) -> Told:
    from kiosk.screens.reading import told  # noqa: PLC0415 - as above

    return told(page)


def _seconds(told: Told, word: str) -> float:
    """From the moment a page comes to the press that takes this."""
    steering, now = Steering(), 0.0
    steering.show(told, now, scanning=True, again=None)
    for _ in range(TICKS):
        now += TICK
        steering.tick(now, PACE)
        if word in names(steering.current):
            now += PRESS
            if steering.take(now) is not None:
                return now
    raise AssertionError(f"the ring never comes to {word}")
