"""Nothing but the kiosk is reachable: every key there is, alone and with modifiers, at the real window."""

import subprocess
import threading
from pathlib import Path

import pytest

from tests.kiosk_screens.test_window import Door
from tests.support.every_key import EveryKey
from tests.support.processes import tree

# The keys that work the screen by design (`kiosk.keys`): what they do is the kiosk, and tested with the voice.
WORK_THE_SCREEN = ("Up", "Down", "Return", "Escape", "F1", "F8", "KP_Up", "KP_Down")


def windows(door: Door) -> str:
    """Every window of the display with its size."""
    words = ["xwininfo", "-root", "-tree"]
    told = subprocess.run(words, env=door.display.environment(), capture_output=True, text=True, check=True, timeout=60)
    return "\n".join(line for line in told.stdout.splitlines() if " 0x" in line)


@pytest.fixture
def door(make_display, tmp_path: Path):
    door = Door(make_display(720, 1280), tmp_path)
    yield door
    door.process.kill()
    door.process.wait(timeout=20)


def still(door: Door) -> bytes:
    """What the screen shows once it stands still."""
    seen = [b"", door.display.pixels()]
    for _ in range(100):
        if seen[-1] == seen[-2]:
            return seen[-1]
        threading.Event().wait(0.2)
        seen.append(door.display.pixels())
    raise AssertionError("the screen does not stand still")


def test_no_key_leads_anywhere_but_to_the_kiosk(door: Door, tmp_path: Path):
    keys = EveryKey(door.display.name)
    first, before, children = still(door), windows(door), len(tree(door.process.pid))
    assert keys.press_all(without=WORK_THE_SCREEN) > 1500
    assert still(door) == first
    # Where a name is asked a person may type; so fast nobody does, so nothing of it is kept.
    door.touch(door.layout.welcome_places()[0])
    keys.press_all(without=(*WORK_THE_SCREEN, "BackSpace"))
    keys.close()
    assert door.process.poll() is None
    assert windows(door) == before
    assert len(tree(door.process.pid)) == children
    assert {path.suffix for path in tmp_path.rglob("*.png")} == set()
    threading.Event().wait(2)  # what the server still had in store is handed over by now
    still(door)
    door.write("jan")
    still(door)
    door.touch(door.layout.name_places().go_on)
    still(door)
    assert [visit["name"] for visit in door.visits()] == ["Jan"]
