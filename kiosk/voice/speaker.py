"""Speaks one saying after another in a thread of its own; whatever comes next cuts it off at once.

The screen's thread only leaves sayings here and never waits. What is personal stops the moment the headphone goes.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition, Thread, Timer
from typing import Final

from kiosk.errors import VoiceSilent
from kiosk.voice.engine import Running, Voices
from kiosk.voice.saying import Saying

log = logging.getLogger("portier.kiosk.voice")

LONGEST_SECONDS: Final = 60.0


class Speaker:
    """One for the life of the kiosk. `private` tells whether only the visitor hears (a headphone is plugged in)."""

    def __init__(self, voices: Voices, private: Callable[[], bool]) -> None:
        self._voices, self._private = voices, private
        self._changed = Condition()
        self._waiting: deque[tuple[Saying, int]] = deque()
        self._now: tuple[Saying, Running] | None = None
        self._turn, self._open, self._starting = 0, True, False
        self.trouble = ""  # the program that fails
        self._thread = Thread(target=self._serve, name="kiosk-voice")
        self._thread.start()

    @property
    def speaking(self) -> bool:
        """Whether anything is being said, or waits to be."""
        with self._changed:
            return bool(self._waiting) or self._now is not None or self._starting

    def say(self, sayings: Iterable[Saying], volume: int) -> None:
        """Say these after what is being said."""
        with self._changed:
            self._waiting.extend((saying, volume) for saying in sayings if saying.text.strip())
            self._changed.notify_all()

    def probe(self, language: str) -> None:
        """Try whether anything can be heard, without a sound; `trouble` tells."""
        self.say([Saying("a", language)], 0)

    def hush(self) -> None:
        """Be silent at once, and forget what waited to be said."""
        with self._changed:
            self._turn += 1
            self._waiting.clear()
            if self._now is not None:
                self._now[1].kill()

    def look(self) -> None:
        """Cut off what is personal where others would hear it from now on. Called often."""
        with self._changed:
            if self._now is not None and not self._may_be_heard(self._now[0]):
                self._now[1].kill()

    def close(self) -> None:
        """Be silent, and end."""
        self.hush()
        with self._changed:
            self._open = False
            self._changed.notify_all()
        self._thread.join()

    def _may_be_heard(self, saying: Saying) -> bool:
        return not saying.personal or saying.allowed or self._private()

    def _serve(self) -> None:
        while self._serve_one():
            pass

    def _serve_one(self) -> bool:
        """Say what comes next; False when it is time to end. Nothing of it is kept: it may be a name."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or not self._open)
            if not self._open:
                return False
            (saying, volume), turn = self._waiting.popleft(), self._turn
            self._starting = True
        try:
            if self._may_be_heard(saying):
                self._speak(saying, volume, turn)
        finally:
            with self._changed:
                self._starting = False
        return True

    def _speak(self, saying: Saying, volume: int, turn: int) -> None:
        try:
            speech = self._voices.start(saying, volume, headphone=self._private())
            with self._changed:
                self._now = (saying, speech)
                if turn != self._turn:
                    speech.kill()
            hung = Timer(LONGEST_SECONDS, speech.kill)  # a sound card that takes nothing any more
            hung.start()
            try:
                speech.finish()
                self._well()
            finally:
                hung.cancel()
        except VoiceSilent as error:
            if turn == self._turn and self._may_be_heard(saying):
                self._unwell(error)
        finally:
            with self._changed:
                self._now = None

    def _well(self) -> None:
        if self.trouble:
            log.info("the kiosk speaks again")
        self.trouble = ""

    def _unwell(self, error: VoiceSilent) -> None:
        if error.program != self.trouble:
            log.warning("the kiosk cannot speak: %s", error)
        self.trouble = error.program
        with self._changed:
            self._waiting.clear()
