"""A real RTSP camera on loopback (GStreamer's server), and one that takes the call and never answers.

    with RtspCamera(film) as camera:
        capture(camera.url)
        camera.stall()

The film is an MP4 of `tests.support.video`, sent over and over in real time.
"""

import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.support.video import write_packets

SCRIPT = Path(__file__).with_name("rtsp_server.py")
DEBIAN_PYTHON = "/usr/bin/python3"


class RtspCamera:
    """One camera, with the manners a test chooses.

    `config_interval=0`: parameter sets in the SDP alone; -1: before every key frame. `user` and `password`: digest
    log-in. `silent`: takes every request and sends no picture beyond the first. `sound`: offers sound as well.
    `within`: words before the command, as a network name space has them.
    """

    def __init__(
        self,
        film: Path,
        *,
        config_interval: int = -1,
        user: str = "",
        password: str = "",
        silent: bool = False,
        sound: bool = False,
        address: str = "127.0.0.1",
        port: int = 0,
        within: Sequence[str] = (),
    ) -> None:
        self.user, self.password, self._address = user, password, address
        words = [*within, DEBIAN_PYTHON, str(SCRIPT), str(_packets_of(film))]
        words += ["--config-interval", str(config_interval), "--address", address, "--port", str(port)]
        words += ["--user", user] if user else []
        words += ["--silent"] if silent else []
        words += ["--sound"] if sound else []
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if user:
            self._write(password)
        self.port = int(self._read() or 0)
        if not self.port:
            self.close()
            raise RuntimeError("GStreamer's RTSP server did not start: `make test` installs what it needs")

    @property
    def url(self) -> str:
        """Without user and password: those come apart, as in the configuration."""
        return f"rtsp://{self._address}:{self.port}/entree"

    def stall(self) -> None:
        """Send nothing more, and keep every connection."""
        self._do("stall")

    def resume(self) -> None:
        self._do("resume")

    def drop(self) -> None:
        """Cut every client off."""
        self._do("drop")

    def show(self, film: Path) -> None:
        """Send another film from the next frame on, perhaps of another size."""
        self._do("show", str(_packets_of(film)))

    def password_becomes(self, password: str) -> None:
        """Somebody changes the password at the camera, which cuts every client off."""
        self._do("password", password)

    def hang(self) -> None:
        """The firmware hangs: connections are taken and nothing is answered."""
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Pull the plug."""
        self._process.kill()
        self._process.communicate()

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        self._process.communicate(timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.stdout and not self._process.stdout.closed:
            self.close()

    def _do(self, word: str, rest: str = "") -> None:
        self._write(f"{word} {rest}".rstrip())
        assert self._read() == f"done {word}"

    def _write(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _read(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


def _packets_of(film: Path) -> Path:
    stream = film.with_suffix(".packets")
    return stream if stream.exists() else write_packets(film, stream)


class MuteCamera:
    """A camera whose port takes connections and whose firmware hangs: no answer to anything."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.url = f"rtsp://127.0.0.1:{self._socket.getsockname()[1]}/entree"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
