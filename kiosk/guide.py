"""Leads whoever does not touch or does not see: reads each page, moves the focus by keys or by itself, and acts.

The window gives it pages, keys and time; it answers with where the focus is. Nothing here knows Kivy.
"""

from collections.abc import Callable
from typing import Final

from kiosk.flow import Flow
from kiosk.keys import Key, Keys
from kiosk.layout import Box
from kiosk.steering import Steering
from kiosk.steps import Step
from kiosk.told import Target, Told
from kiosk.voice.jack import Jack
from kiosk.voice.narrator import Narrator
from kiosk.voice.speaker import Speaker

REPEAT_SECONDS: Final = 10.0
"""Of silence, in an emergency, before the way out is said again."""
STEPS: Final = {Key.UP: -1, Key.DOWN: 1}


class Guide:
    """One for the life of the kiosk."""

    def __init__(self, flow: Flow, keys: Keys, speaker: Speaker, jack: Jack) -> None:
        self._flow, self._keys, self._speaker, self._jack = flow, keys, speaker, jack
        self._narrator, self._steering = Narrator(flow, speaker), Steering()
        self._read: Callable[[], Told] = Told
        self._pages = 0
        self._quiet_since = 0.0
        self.moved: Callable[[], None] = lambda: None

    @property
    def focus(self) -> Box | None:
        """Where the ring stands; nowhere for whoever touches."""
        current = self._steering.current
        return current.place if current is not None and self._steers else None

    @property
    def _steers(self) -> bool:
        return self._flow.choices.keys or self._flow.choices.scanning

    @property
    def _serves(self) -> bool:
        return self._steers or self._flow.listening.speaks

    # What the window tells

    def page(self, read: Callable[[], Told]) -> None:
        """Another page is shown; `read` tells what is on it, and is asked only where somebody needs it."""
        self._read = read
        self._pages += 1
        told = read() if self._serves else Told()
        now = self._flow.monotonic()
        self._steering.show(told, now, scanning=self._flow.choices.scanning, again=self._question(told))
        self._narrator.page(told)
        self._warn(told)
        self.moved()

    def refreshed(self) -> None:
        """Something changed on the page that is shown."""
        if self._serves:
            told = self._read()
            self._steering.refresh(told, self._question(told))
            self._narrator.changed(told)
            self.moved()

    def touched(self) -> bool:
        """A finger: what is being said ends. True where the screen was dark, and only becomes light."""
        self._narrator.hush()
        if not self._flow.choices.dark:
            return False
        was_dark = not self._flow.listening.must_be_heard  # in an emergency it stays light
        self._flow.listening.lighten()
        return was_dark

    def acted(self) -> None:
        """A finger was lifted: a page may have turned to its next answers, of which the flow knows nothing."""
        self.refreshed()

    def pressed(self, code: int) -> bool:
        """A key went down; whether it works the screen. Without a focus OK ends what is typed, as Enter does."""
        typed = self._flow.step in (Step.NAME, Step.PIN)
        if typed and not self._flow.choices.keys and self._keys.meant(code) is Key.OK:
            return False
        key = self._keys.pressed(code)
        if key is not None and self._flow.step is not Step.WAIT:
            self._flow.touched()
            self._narrator.hush()
            self._act(key)
        return self._keys.meant(code) is not None

    def wrote(self, text: str) -> bool:
        """Whether a text from the machine's keyboard is the trace of a key that works the screen."""
        return self._keys.wrote(text)

    def released(self, code: int) -> None:
        self._keys.released(code)

    def tick(self) -> None:
        """Called several times a second: the jack, and the focus that goes on by itself."""
        listening = self._flow.listening
        listening.silent = bool(self._speaker.trouble)
        plugged = self._jack.plugged()
        if plugged != listening.plugged:
            listening.plug(plugged)
            self._narrator.hush()
            self.page(self._read)
        self._speaker.look()
        self._repeat(self._flow.monotonic())
        waits = listening.speaks and self._speaker.speaking
        if not waits and self._steering.tick(self._flow.monotonic(), self._flow.choices.pace):
            self._narrator.at(self._steering.current)
            self.moved()

    def _repeat(self, now: float) -> None:
        """What must be heard is said again and again."""
        if not self._flow.listening.must_be_heard or self._speaker.speaking:
            self._quiet_since = now
        elif now - self._quiet_since >= REPEAT_SECONDS:
            self._narrator.again()

    def probe(self) -> None:
        """Try, without a sound, whether the kiosk can speak; the speaker knows afterwards."""
        if self._flow.listening.offered and not self._speaker.speaking:
            self._speaker.probe(self._flow.language)

    # Keys

    def _act(self, key: Key) -> None:
        if key is Key.HELP:
            self._help()
        elif key is Key.SWITCH:
            self._switch()
        elif not self._flow.choices.keys:
            if key is not Key.BACK:
                self._flow.listening.use_keys()
        elif key in STEPS:
            self._steering.step(STEPS[key])
            self._show_focus()
        elif key is Key.OK:
            self._take()
        elif self._steering.leave():
            self._show_focus()
        else:
            self._back()

    def _show_focus(self) -> None:
        self._narrator.at(self._steering.current)
        self.moved()

    def _take(self) -> None:
        """Do what has the focus; where it only led into a row, or back to it, say where the focus is now."""
        before, pages = self._steering.place, self._pages
        chosen = self._steering.take(self._flow.monotonic())
        if chosen is not None:
            chosen.act()
            self._follow(pages)
        if pages == self._pages and self._steering.place != before:
            self._show_focus()

    def _follow(self, pages: int) -> None:
        if pages == self._pages:
            self.refreshed()

    def _switch(self) -> None:
        if self._flow.choices.scanning:
            self._take()
        else:
            self._flow.listening.scan()

    def _back(self) -> None:
        """As "Terug" on the screen, wherever that stands."""
        target = self._named("back")
        if target is not None:
            target.act()

    def _help(self) -> None:
        """As "Hulp" on the screen."""
        target = self._named("help")
        if target is not None:
            target.act()

    def _named(self, role: str) -> Target | None:
        return next((target for target in self._read().targets if target.role == role), None)

    def _question(self, told: Told) -> Target | None:
        if told.heading is None:
            return None
        return Target("", self._narrator.again, told.heading, question=True)

    def _warn(self, told: Told) -> None:
        """Before anything personal is said aloud, the visitor is told that everybody hears it."""
        personal = told.personal or any(target.letter or target.told for target in told.targets)
        if personal and not told.secret and self._flow.listening.must_warn:
            self._flow.listening.warn()
