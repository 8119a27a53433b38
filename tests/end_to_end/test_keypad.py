"""The real kiosk in a real window, worked by key events of the X server and heard by what its engine is handed."""

import subprocess
import sys
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.passes import Pass
from tests.kiosk_screens.listener import Listener
from tests.support.bars import Bars
from tests.support.lobby import until
from tests.support.state import write_config
from tests.support.xvfb import Display

X_NAMES = {"up": "Up", "down": "Down", "ok": "Return", "back": "Escape", "help": "F1"}
QUIET = 0.6  # nobody reads on after so long a silence
ENGINE = '#!/bin/sh\nread -r text\nprintf "%s\\n" "$text" >>"$0.heard"\nexec cat "$0.wav"\n'


class RealKeypad:
    """Five keys on a real display, and the transcript of the engine."""

    def __init__(self, display: Display, folder: Path) -> None:
        self._display, self._pause = display, threading.Event()
        engine = folder / "engine"
        engine.write_text(ENGINE)
        engine.chmod(0o755)
        with wave.open(str(folder / "engine.wav"), "wb") as sound:
            sound.setparams((1, 2, 22_050, 0, "NONE", ""))
            sound.writeframes(bytes(100))
        self._heard = folder / "engine.heard"
        self._heard.touch()
        voice = {"command": [str(engine)], "player": ["dd", "status=none", "of=/dev/null"], "jack": "none"}
        sections = {
            "state": {"directory": str(folder / "state")},
            "visits": {"ask_help": False},
            "kiosk": {"languages": ["nl", "en"], "voice": voice, "width": display.width, "height": display.height},
        }
        config = write_config(folder / "portier.toml", sections)
        words = [sys.executable, "-m", "portier", "--config", str(config)]
        environment = {name: value for name, value in display.environment().items() if not name.startswith("KIVY")}
        self.log = folder / "kiosk.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([*words, "kiosk", "run"], env=environment, stdout=log, stderr=log)
        until(lambda: display.colours() > 8, "the first screen", 60)
        self._list = [*words, "visit", "list", "--json"]

    def press(self, name: str) -> list[str]:
        mark = len(self._lines())
        self._pause.wait(0.45)  # a key struck twice counts once
        self._display.key(X_NAMES[name])
        for _ in range(80):  # the first screen after a visitor says nothing
            if len(self._lines()) > mark:
                return self._settled()[mark:]
            self._pause.wait(0.1)
        return []

    def visits(self) -> str:
        return subprocess.run(self._list, capture_output=True, text=True, check=True, timeout=60).stdout

    def _settled(self) -> list[str]:
        while True:
            before = self._lines()
            self._pause.wait(QUIET)
            if (now := self._lines()) == before:
                return now

    def _lines(self) -> list[str]:
        return self._heard.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def keypad(display: Display, tmp_path: Path) -> Iterator[RealKeypad]:
    keypad = RealKeypad(display, tmp_path)
    yield keypad
    keypad.process.terminate()
    keypad.process.wait(timeout=30)


@pytest.mark.slow
def test_a_visit_by_key_events_and_ear_alone(keypad: RealKeypad, bars: Bars):
    listener = Listener(keypad, "nl")
    listener.wake()
    given: Pass = listener.known_pass(listener.sign_in("jan"))
    assert f'"pass": "{given}"' in keypad.visits()
    listener.take("Done")
    listener.wake()
    listener.sign_out(given)
    until(lambda: '"left"' in keypad.visits(), "the end of the visit", 30)
    assert "Jan" not in keypad.log.read_text()
    bars.at_least("visits at the real window by five keys and ear alone", 1, 1)
