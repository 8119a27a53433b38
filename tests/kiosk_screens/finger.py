"""A visitor before the real window, in any language and mode: touches what says so, and waits for what comes of it.

Where things stand is known from a twin: the same pages, built of the same configuration in the test's own process.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from kiosk import fonts
from kiosk.flow import Flow
from kiosk.languages import OWN_NAME
from kiosk.layout import Layout, Panel
from kiosk.passes import Pass, colour_name
from kiosk.screens.setting import Setting
from kiosk.statement import load
from kiosk.steps import Step
from kiosk.taps import PAUSE_SECONDS, Taps
from kiosk.theme import Contrast
from kiosk.themefile import read_theme
from kiosk.told import Target
from retention.base.config import Config
from retention.base.translations import translator
from tests.kiosk_screens.scenes import OpenReception, at_once
from tests.kiosk_screens.switch import way
from tests.support.xvfb import Display

GLANCE = 0.03
STILL, SURELY_STILL = 4, 12
"""So many glances show the same where nothing moves any more, and where something may come by itself."""
ANSWER_SECONDS = 40.0
CONTRASTS = {Contrast.YELLOW_ON_BLACK: "black screen", Contrast.BLACK_ON_YELLOW: "yellow screen"}
NAMES = {"uk": "ян", "ar": "لي", "fa": "لی"}
SEVERAL = ", "  # between the languages of one button, as it is called


class Twin:
    """What stands on the real screen now, if it does what it should."""

    def __init__(self, config: Config) -> None:
        self._config, self._theme = config, read_theme(config)
        statement = load(config.organisation, fonts.drawable)
        self.flow = Flow(config, OpenReception(), at_once, time.monotonic, fonts.drawable, statement=statement)
        self.flow.changed = self._changed
        self._show()
        self._read()

    def find(self, word: str) -> Target | None:
        """What says so."""
        return next((target for target in self._targets if target.name == word), None)

    def words(self) -> list[str]:
        return [target.name for target in self._targets]

    def act(self, target: Target) -> None:
        target.act()
        self._read()

    def _changed(self) -> None:
        if self.page.shows == self.flow.shown:
            self.page.refresh()
        elif self.flow.step is not Step.WAIT:
            self._show()

    def _read(self) -> None:
        from kiosk.screens.reading import told  # noqa: PLC0415 - Kivy is loaded by these tests alone

        self._targets = told(self.page).targets

    def _show(self) -> None:
        from kiosk.screens.all import page_for  # noqa: PLC0415 - as above

        chosen = self.flow.choices
        layout = Layout(Panel.of(self._config.kiosk), larger=chosen.larger, lower=chosen.lower)
        self.page = page_for(Setting(self.flow, layout, self._theme, Taps(time.monotonic)))


class Finger:
    """Touches the real window, one thing after another."""

    def __init__(self, display: Display, config: Config, pictures: Path) -> None:
        self.display, self.twin, self._pictures = display, Twin(config), pictures
        self._density = Panel.of(config.kiosk).density
        self._pause, self._lifted = threading.Event(), 0.0
        self.touches = 0

    @property
    def language(self) -> str:
        return self.twin.flow.language

    def touch(self, sentence: str) -> None:
        """What bears this sentence in the visitor's language."""
        self.touch_as_said(translator(self.language, "kiosk")(sentence))

    def touch_as_said(self, word: str) -> None:
        """What says so, on a later page of the answers where it does not stand on this one."""
        more = translator(self.language, "kiosk")("More")
        for _ in range(12):
            if word in self.twin.words() or more not in self.twin.words():
                break
            self._touch(more)
        self._touch(word)

    def speak(self, language: str) -> None:
        """Choose a language by its own name: on the first screen, or where that leads to all of them."""
        if language == self.language:
            return
        own, words = OWN_NAME[language], self.twin.words()
        if own not in words:
            several = next((word for word in words if own in word.split(SEVERAL)), None)
            if several is not None:
                self._touch(several)
            else:
                self.touch("Other")
                self.touch("language")
        self.touch_as_said(own)

    def be_served(self, *, larger: bool = False, lower: bool = False, contrast: Contrast = Contrast.PAPER) -> None:
        """Choose how the screen is to be."""
        wanted = [word for word, asked in (("larger", larger), ("lower", lower)) if asked]
        wanted += [CONTRASTS[contrast]] if contrast in CONTRASTS else []
        if wanted:
            for word in ("Other", *wanted, "Next"):
                self.touch(word)

    def write(self, name: str) -> None:
        for letter in name:
            for word in way(self.twin.page, letter):
                self._touch(word)

    def sign_in(self, name: str = "") -> str:
        """From the first screen to the pass; the name that was written."""
        self.touch("I am visiting")
        self.write(name or NAMES.get(self.language, "bo"))
        name = self.twin.flow.visitor.typed.text
        self.touch("Next")
        return name

    def sign_out(self, given: Pass) -> None:
        self.touch("I am leaving")
        self.touch_as_said(colour_name(given.colour, self.language))
        self.touch_as_said(given.spoken(self.language))

    def rest(self, glances: int = STILL) -> int:
        """What the screen shows once it stands still."""
        seen = [self.display.glance()]
        end = time.monotonic() + ANSWER_SECONDS
        while len(seen) < glances or len(set(seen[-glances:])) > 1:
            self._wait(end, "rest")
            seen.append(self.display.glance())
        return seen[-1]

    def until(self, reached: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + ANSWER_SECONDS
        while not reached():
            self._wait(end, what)

    def _touch(self, word: str) -> None:
        target = self.twin.find(word)
        if target is None:
            self._fail(f"{word!r} does not stand on the screen of {self.twin.flow.step}: {self.twin.words()}")
        before, place = self.display.glance(), target.place
        self._pause.wait(max(self._lifted + PAUSE_SECONDS + 0.05 - time.monotonic(), 0))
        across, along = ((low + wide / 2) * self._density for low, wide in ((place.x, place.w), (place.y, place.h)))
        self.display.press(across, self.display.height - along)
        self.until(lambda: self.display.glance() != before, f"an answer to the finger on {word!r}")
        pressed = self.rest(2)
        self.display.lift()
        self.until(lambda: self.display.glance() not in (before, pressed), f"an answer to {word!r}")
        # Only now it has surely been noticed: on a busy machine the pause between touches begins late.
        self._lifted = time.monotonic()
        self.rest()
        self.twin.act(target)
        self.touches += 1

    def _wait(self, end: float, what: str) -> None:
        if time.monotonic() > end:
            self._fail(f"{what} does not come")
        self._pause.wait(GLANCE)

    def _fail(self, what: str) -> NoReturn:
        picture = self.display.screenshot(self._pictures / "stuck.png")
        chosen, step = self.twin.flow.choices, self.twin.flow.step
        raise AssertionError(f"{what}; at {step}, touch {self.touches}, {chosen}; see {picture}")
