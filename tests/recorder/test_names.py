"""Cameras by their names: looked up anew at each try, and a name server that is away holds nobody up."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from recorder.sources.capture import CONNECT
from tests.support.rtsp import RtspCamera

# Connects each time a line comes in, and tells how long it took and how wide the picture is, or the cause.
CALLER = """
import sys, threading
from recorder.sources.capture import open_source
from recorder.errors import CaptureFailed
from retention.base.clock import SystemClock
from retention.base.config import CameraSection
clock = SystemClock()
for url in sys.stdin:
    began = clock.monotonic()
    try:
        source = open_source(CameraSection(name="entree", url=url.strip()), clock, threading.Event())
        said = next(source.packets()).format.width
        source.close()
    except CaptureFailed as error:
        said = error.cause
    print(round(clock.monotonic() - began, 1), said, flush=True)
"""


class Caller:
    """A process that sees files of the test's in place of those in /etc."""

    def __init__(self, **files: Path) -> None:
        mounts = " && ".join(f"mount --bind {path} /etc/{name}" for name, path in files.items())
        words = ["unshare", "--mount", "sh", "-c", f'{mounts} && exec "$@"', "sh", sys.executable, "-c", CALLER]
        self._process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        )

    def call(self, url: str) -> tuple[float, str]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{url}\n")
        self._process.stdin.flush()
        seconds, said = self._process.stdout.readline().split()
        return float(seconds), said

    def end(self) -> None:
        self._process.communicate(timeout=10)


def test_a_camera_that_moved_to_another_address_is_found_there(
    tmp_path: Path, small_film: Path, large_film: Path
) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.2 entree.example\n")
    with RtspCamera(small_film, address="127.0.0.2") as camera:
        caller = Caller(hosts=hosts)
        url = f"rtsp://entree.example:{camera.port}/entree"
        assert caller.call(url)[1] == "320"
        with RtspCamera(large_film, address="127.0.0.3", port=camera.port):
            hosts.write_text("127.0.0.3 entree.example\n")
            assert caller.call(url)[1] == "640"
        caller.end()


def test_name_servers_that_are_away_hold_a_camera_up_no_longer_than_it_may_take_to_connect(tmp_path: Path) -> None:
    servers = tmp_path / "resolv.conf"
    servers.write_text("nameserver 127.0.0.53\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.53", 53))
        caller = Caller(**{"resolv.conf": servers})
        seconds, cause = caller.call("rtsp://entree.example:554/entree")
        caller.end()

    assert cause == "unreachable"
    assert seconds <= CONNECT
