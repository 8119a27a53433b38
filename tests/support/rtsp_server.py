"""A camera: GStreamer's RTSP server sending one film over and over, told what to do on standard input.

Runs under Debian's Python, which has GStreamer's bindings; `tests.support.rtsp` starts it. Prints its port, then
obeys one line each: `stall` (send nothing, keep connections), `resume`, `drop` (cut every client), `end`, `show PATH`
(another film, from the next frame on), `password WORD` (another password; every client is cut).
"""

import argparse
import struct
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

BARE = "appsrc name=film format=time ! rtp{0}pay name=pay0 pt=96 config-interval=0"
IN_BAND = (
    "appsrc name=film format=time ! {0}parse config-interval=-1 "
    "! video/x-{0},stream-format=byte-stream,alignment=au ! rtp{0}pay name=pay0 pt=96 config-interval=-1"
)
SOUND = " audiotestsrc is-live=true ! audio/x-raw,rate=8000 ! alawenc ! rtppcmapay name=pay1 pt=8"
KINDS = {b"h264": ("h264", "avc"), b"hevc": ("h265", "hvc1")}  # as GStreamer names codec and framing


class Film:
    """The packets of a film, in order, without end."""

    def __init__(self, path: Path) -> None:
        content = path.read_bytes()
        codec, size = struct.unpack_from(">4sI", content)
        self.codec, self.framing = KINDS[codec]
        self.head, self.packets, at = content[8 : 8 + size], [], 8 + size
        while at < len(content):
            time, size = struct.unpack_from(">QI", content, at)
            self.packets.append((time, content[at + 12 : at + 12 + size]))
            at += 12 + size
        # A film lasts one average frame longer than its last picture's time.
        last = max(time for time, _ in self.packets)
        self.length = last * len(self.packets) // max(1, len(self.packets) - 1)

    @property
    def caps(self) -> Any:
        head = f"video/x-{self.codec},stream-format={self.framing},alignment=au,codec_data=(buffer){self.head.hex()}"
        return Gst.Caps.from_string(head)


class Camera:
    """The server, its one mount `/entree`, and whether it is sending."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.sending = not options.silent
        self.film = Film(Path(options.film))
        self.server = GstRtspServer.RTSPServer(address=options.address, service=str(options.port))
        self.factory = GstRtspServer.RTSPMediaFactory()
        # With config-interval 0 the parameter sets stand in the SDP alone, as many cameras have it.
        way = (BARE if options.config_interval == 0 else IN_BAND).format(self.film.codec)
        self.factory.set_launch(f"( {way}{SOUND if options.sound else ''} )")
        self.factory.set_shared(True)
        self.factory.connect("media-configure", self.configure)
        self.user = options.user
        if options.user:
            self.ask_password(sys.stdin.readline().rstrip("\n"))
        self.server.get_mount_points().add_factory("/entree", self.factory)
        self.server.attach(None)

    def ask_password(self, password: str) -> None:
        """Digest alone, as cameras do: the password never crosses the wire."""
        auth = GstRtspServer.RTSPAuth()
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "viewer")
        auth.add_digest(self.user, password, token)
        self.server.set_auth(auth)
        role = Gst.Structure.new_empty("viewer")
        role.set_value("media.factory.access", True)
        role.set_value("media.factory.construct", True)
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_role_from_structure(role)
        self.factory.set_permissions(permissions)

    def configure(self, _: Any, media: Any) -> None:
        source = media.get_element().get_by_name("film")
        buffers = self.buffers(source)
        source.set_property("max-bytes", 1)  # frames are asked for one by one, so that another film shows at once
        source.connect("need-data", lambda source, _: source.emit("push-buffer", next(buffers)))
        pay = media.get_element().get_by_name("pay0")
        pay.get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, self.pass_on)

    def buffers(self, source: Any) -> Iterator[Any]:
        """The film over and over; at once the other one, where it was changed."""
        began = 0
        while True:
            film, last = self.film, 0
            source.set_property("caps", film.caps)
            for time, packet in film.packets:
                if film is not self.film:
                    break
                buffer = Gst.Buffer.new_wrapped(packet)
                buffer.pts, last = began + time, time
                yield buffer
            began += film.length if film is self.film else last + film.length // len(film.packets)

    def pass_on(self, *_: Any) -> Any:
        return Gst.PadProbeReturn.OK if self.sending else Gst.PadProbeReturn.DROP

    def change_password(self, password: str) -> bool:
        self.ask_password(password)
        return self.drop()

    def drop(self) -> bool:
        self.server.client_filter(lambda *_: GstRtspServer.RTSPFilterResult.REMOVE)
        return False


def obey(camera: Camera, loop: Any) -> None:
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word in ("stall", "resume"):
            camera.sending = word == "resume"
        elif word == "drop":
            GLib.idle_add(camera.drop)
        elif word == "show":
            camera.film = Film(Path(rest))
        elif word == "password":
            GLib.idle_add(camera.change_password, rest)
        elif word == "end":
            break
        print(f"done {word}", flush=True)
    loop.quit()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("film")
    parser.add_argument("--config-interval", type=int, default=-1)
    parser.add_argument("--user", default="")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--sound", action="store_true")
    options = parser.parse_args()
    Gst.init(None)
    camera, loop = Camera(options), GLib.MainLoop()
    print(camera.server.get_bound_port(), flush=True)
    threading.Thread(target=obey, args=(camera, loop), daemon=True).start()
    loop.run()


main()
