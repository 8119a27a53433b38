"""A real X server without a screen: windows open in it, hands touch them, pictures are taken of it.

    with Display(1080, 1920) as display:
        window = subprocess.Popen([...], env=display.environment())
        display.wait_for_window("Portier")
        display.tap(540, 900)
        display.screenshot(Path("welcome.png"))

Touches are X test events (xdotool): the server cannot tell them from a finger on a panel that acts as a pointer.
"""

import mmap
import os
import subprocess
import tempfile
import zlib
from pathlib import Path
from typing import Self


class Display:
    """One X server on a free number."""

    def __init__(self, width: int = 1080, height: int = 1920) -> None:
        self.width, self.height = width, height
        read, write = os.pipe()
        self._memory = tempfile.TemporaryDirectory(prefix="xvfb-")
        screen = ["-screen", "0", f"{width}x{height}x24", "-fbdir", self._memory.name]
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), *screen, "-nolisten", "tcp", "-noreset"],
            pass_fds=[write],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        if not number:
            self.close()
            raise RuntimeError("Xvfb did not start: `make test` installs what it needs")
        self.name = f":{number}"

    def environment(self) -> dict[str, str]:
        """The variables of a program that opens its window here, drawn by Mesa in software."""
        # Tests that draw nothing set Kivy's mock of a graphics card for themselves; a real window needs a real one.
        kept = {name: value for name, value in os.environ.items() if name != "KIVY_GL_BACKEND"}
        return {**kept, "DISPLAY": self.name, "SDL_VIDEODRIVER": "x11", "LIBGL_ALWAYS_SOFTWARE": "1"}

    def wait_for_window(self, title: str, seconds: float = 30) -> str:
        """The number of the first visible window with this in its title."""
        words = ["timeout", str(seconds), "xdotool", "search", "--sync", "--onlyvisible", "--name", title]
        return self._run(words).split()[0]

    def tap(self, x: float, y: float, hold: float = 0.06) -> None:
        """Touch a point for a moment, as a finger does."""
        self._xdotool("mousemove", round(x), round(y), "mousedown", 1, "sleep", hold, "mouseup", 1)

    def press(self, x: float, y: float) -> None:
        """Put a finger down and leave it."""
        self._xdotool("mousemove", round(x), round(y), "mousedown", 1)

    def slide(self, x: float, y: float) -> None:
        self._xdotool("mousemove", round(x), round(y))

    def lift(self) -> None:
        self._xdotool("mouseup", 1)

    def key(self, name: str) -> None:
        """Press a key by its X name: `Return`, `Up`, `a`."""
        self._xdotool("key", name)

    def enter(self, text: str) -> None:
        self._xdotool("type", "--delay", 20, text)

    def screenshot(self, path: Path) -> Path:
        """Take a PNG of the whole screen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._run(["import", "-window", "root", str(path)])
        return path

    def pixels(self) -> bytes:
        """What the screen shows now, three bytes a point."""
        words = ["import", "-silent", "-window", "root", "-depth", "8", "rgb:-"]
        return subprocess.run(words, env=self.environment(), capture_output=True, check=True, timeout=60).stdout

    def glance(self) -> int:
        """A number for what the screen shows now, the pointer included: read from the server's own memory, at once."""
        memory = Path(self._memory.name, "Xvfb_screen0")
        with memory.open("rb") as screen, mmap.mmap(screen.fileno(), 0, access=mmap.ACCESS_READ) as shown:
            return zlib.crc32(shown)

    def colours(self) -> int:
        """How many colours the screen shows: one or two before anything is drawn."""
        pixels = self.pixels()
        return len({pixels[at : at + 3] for at in range(0, len(pixels), 3 * 29)})

    def close(self) -> None:
        if self._server.poll() is None:
            self._server.terminate()
        self._server.wait(timeout=10)
        self._memory.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _xdotool(self, *words: object) -> None:
        self._run(["xdotool", *map(str, words)])

    def _run(self, words: list[str]) -> str:
        done = subprocess.run(words, env=self.environment(), capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: exit {done.returncode} {done.stderr.strip()}")
        return done.stdout
