"""A network of a test's own: cameras in a name space behind one cable, in which packets can be lost on purpose.

with Network() as net:
    camera = RtspCamera(film, address=net.there, within=net.within)
    net.lose(camera.port)      # nftables drops every packet from and to that port
    net.carry(camera.port)
"""

import os
import subprocess
from contextlib import suppress
from functools import cache
from typing import Self

_TABLE = """
table inet lost {
    set ports { type inet_service; }
    chain out { type filter hook output priority 0; tcp sport @ports drop; }
    chain in { type filter hook input priority 0; tcp dport @ports drop; }
}
"""


@cache
def why_not() -> str:
    """Why there can be no such network here; empty where there can."""
    try:
        with Network():
            return ""
    except (OSError, subprocess.SubprocessError) as error:
        return f"this machine makes no network name spaces with nftables in them ({error})"


class Network:
    """Two machines: `here`, where the recorder is, and `there`, where the cameras are."""

    def __init__(self) -> None:
        number = os.getpid()
        self._name, self._cable = f"portier-{number}", f"ptr{number}"
        self.here, self.there = (f"10.{200 + number % 50}.{number // 50 % 250}.{end}" for end in (1, 2))
        self.within = ["ip", "netns", "exec", self._name]
        self._run("ip", "netns", "add", self._name)
        try:
            self._run("ip", "link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", self._name)
            self._run("ip", "address", "add", f"{self.here}/30", "dev", self._cable)
            self._run("ip", "link", "set", self._cable, "up")
            self._run(*self.within, "ip", "address", "add", f"{self.there}/30", "dev", "eth0")
            self._run(*self.within, "ip", "link", "set", "eth0", "up")
            self._run(*self.within, "nft", "-f", "-", said=_TABLE)
        except BaseException:
            self.close()
            raise

    def lose(self, port: int) -> None:
        """From now on no packet from or to this port of a camera arrives."""
        self._run(*self.within, "nft", "add", "element", "inet", "lost", "ports", f"{{ {port} }}")

    def carry(self, port: int) -> None:
        self._run(*self.within, "nft", "delete", "element", "inet", "lost", "ports", f"{{ {port} }}")

    def close(self) -> None:
        """The cable first: the name space may live for as long as a process in it takes to end."""
        with suppress(OSError):  # where it was never laid
            self._run("ip", "link", "delete", self._cable)
        self._run("ip", "netns", "delete", self._name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, *words: str, said: str = "") -> None:
        done = subprocess.run(words, input=said, capture_output=True, text=True, timeout=30, check=False)
        if done.returncode:
            raise OSError(f"{' '.join(words)}: {done.stderr.strip()}")
