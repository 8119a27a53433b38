"""The real window: `portier kiosk run` on a real X server, touched by X test events, in both orientations."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.keyboard import LETTERS, Page
from kiosk.layout import Box, Layout, Panel
from kiosk.passes import COLOURS, PICTURES, Pass
from retention.base.config import Config, KioskSection
from tests.kiosk_screens.places import colour_places, picture_places
from tests.support.memory import occurrences
from tests.support.state import write_config
from tests.support.xvfb import Display

CANARY = "Qhvzx"  # no word of any program holds this
BETWEEN_TOUCHES = 0.5  # a second touch within 400 ms does not count


class Door:
    """The kiosk in a process of its own, and somebody who stands before it."""

    def __init__(self, display: Display, folder: Path, **kiosk: object) -> None:
        kiosk = {"width": display.width, "height": display.height, **kiosk}
        self.display, self._pause = display, threading.Event()
        self.layout = Layout(Panel.of(KioskSection(**kiosk)))
        sections: dict[str, Any] = {
            "state": {"directory": str(folder / "state")},
            "kiosk": kiosk,
            "visits": {"ask_help": False},
        }
        self.config = Config.model_validate(sections)
        configuration = write_config(folder / "portier.toml", sections)
        self._environment = {**display.environment(), "PORTIER_CONFIG": str(configuration)}
        self._environment = {name: value for name, value in self._environment.items() if not name.startswith("KIVY")}
        self.log = folder / "kiosk.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self._words("kiosk", "run"), env=self._environment, stderr=log)
        self.until(lambda: display.colours() > 8, "the first screen")

    def visits(self) -> list[dict[str, str]]:
        done = subprocess.run(
            self._words("visit", "list", "--json"), env=self._environment, capture_output=True, check=True, timeout=60
        )
        return json.loads(done.stdout)

    def touch(self, box: Box) -> None:
        """Touch the middle of a place, and wait until the screen has answered and stands still."""
        before = self.display.pixels()
        self._pause.wait(BETWEEN_TOUCHES)
        self._tap(box)
        self.until(lambda: self.display.pixels() != before, "an answer to a touch")
        self.until(lambda: self.display.pixels() == self.display.pixels(), "rest after a touch")

    def write(self, name: str) -> None:
        places = self.layout.name_places()
        for letter in name:
            key = places.tools[2] if letter == " " else places.keys[LETTERS[Page.LETTERS].index(letter)]
            self.touch(key)

    def until(self, reached: Callable[[], bool], what: str) -> None:
        for _ in range(600):
            if reached():
                return
            self._pause.wait(0.05)
        raise AssertionError(f"{what} does not come:\n{self.log.read_text()}")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)

    def _tap(self, box: Box) -> None:
        density = self.layout.panel.density
        across, along = (box.x + box.w / 2) * density, (box.y + box.h / 2) * density
        self.display.tap(across, self.display.height - along)

    @staticmethod
    def _words(*command: str) -> list[str]:
        """The command as it is installed: `-m` would find modules in this folder that the command does not find."""
        return [str(Path(sys.executable).with_name("portier")), *command]


@pytest.fixture
def open_door(make_display, tmp_path: Path):
    doors: list[Door] = []

    def make(width: int, height: int) -> Door:
        doors.append(Door(make_display(width, height), tmp_path))
        return doors[-1]

    yield make
    for door in doors:
        door.process.kill()
        door.process.wait(timeout=20)


# Sooner and in more ways the same is shown by `test_every_panel`; here everything is as somebody who runs it sees it.
@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920)])
def test_a_visitor_signs_in_and_out_at_the_real_window(width: int, height: int, open_door):
    door = open_door(width, height)
    places = door.layout.welcome_places()
    door.touch(places[0])
    door.write(CANARY.lower())
    door.touch(door.layout.name_places().go_on)
    door.until(lambda: len(door.visits()) == 1, "the visit")
    visit = door.visits()[0]
    assert (visit["name"], visit["state"]) == (CANARY, "on_site")
    given = Pass.parse(visit["pass"])
    door.touch(door.layout.hero_of_two_buttons()[0].go_on)
    door.touch(places[1])
    door.touch(colour_places(door.layout)[COLOURS.index(given.colour)])
    door.touch(picture_places(door.layout)[PICTURES.index(given.picture)])
    door.until(lambda: door.visits()[0]["state"] == "left", "the end of the visit")
    # Whatever was typed goes from the whole memory of the process, with the next sweep, and was never in its log.
    door.until(lambda: occurrences(door.process.pid, [CANARY, CANARY[1:]]) == {}, "the end of the name in memory")
    assert door.stop() == 0
    assert CANARY not in door.log.read_text()


def test_without_a_display_the_kiosk_says_so_in_one_sentence(tmp_path: Path):
    configuration = write_config(tmp_path / "portier.toml", {"state": {"directory": str(tmp_path / "state")}})
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "KIVY_GL_BACKEND")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment["PORTIER_CONFIG"] = str(configuration)
    words = [sys.executable, "-m", "portier", "kiosk", "run"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 69
    assert "display" in done.stderr
    assert "Traceback" not in done.stderr
