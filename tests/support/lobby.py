"""The whole of Portier as one machine runs it: `portier run` in a process of its own, and its command beside it."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.support.processes import kill_tree
from tests.support.state import write_config

T = TypeVar("T")


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


# What this process shows itself on is no business of the lobby's: a display comes in `surroundings`.
NOT_INHERITED = ("DISPLAY", "WAYLAND_DISPLAY", "KIVY_GL_BACKEND", "SDL_VIDEODRIVER")


class Lobby:
    """One installation: its configuration, its state directory, its processes.

    `surroundings` are environment variables its processes get: a display, a print server.
    """

    def __init__(self, folder: Path, sections: Mapping[str, Any], surroundings: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.directory = Path(sections.get("state", {}).get("directory", folder / "state"))
        self.port = free_port()
        settings = {"state": {"directory": self.directory}, "desk": {"port": self.port}, **sections}
        self.config = write_config(folder / "portier.toml", settings)
        self.log = folder / "portier.log"
        kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        self._environment = {**kept, **surroundings, "PORTIER_CONFIG": str(self.config)}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def desk(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start every service; returns at once."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "portier", "run"], env=self._environment, stdout=log, stderr=log
            )

    def stop(self) -> int:
        """Ctrl-C, and the exit code."""
        assert self._process
        self._process.terminate()
        return self._process.wait(timeout=60)

    def kill(self) -> None:
        """The power goes."""
        assert self._process
        kill_tree(self._process.pid)
        self._process.wait()

    def command(self, *words: str, stdin: object = None, days_on: float = 0) -> Done:
        """Run `portier WORDS` with JSON on its standard input, perhaps on a later day."""
        later = ["faketime", "-f", f"+{days_on}d"] if days_on else []
        # Files keep their real times, and waiting takes as long as it takes: only the calendar moves.
        still = {"NO_FAKE_STAT": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"} if days_on else {}
        done = subprocess.run(
            [*later, sys.executable, "-m", "portier", *words],
            env={**self._environment, **still},
            input="" if stdin is None else json.dumps(stdin),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def told(self, pattern: str) -> str:
        """The last thing the services' log says that fits a pattern, once it does."""

        def found() -> str | None:
            hits: list[str] = re.findall(pattern, self.log.read_text(errors="replace"))
            return hits[-1] if hits else None

        return until(found, f"the log says {pattern}: {self.log}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.poll() is None:
            self.kill()


def until(look: Callable[[], T | None], what: str, seconds: float = 120) -> T:
    """What `look` sees, once it sees something."""
    pause = threading.Event()
    for _ in range(round(seconds * 10)):
        seen = look()
        if seen:
            return seen
        pause.wait(0.1)
    raise TimeoutError(f"waited {seconds} s in vain: {what}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
