"""A whole desk for a test: the real application on a real port and state directory, with footage sealed for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from threading import Thread

import av
import httpx

from desk import logins
from desk.accounts import add, everyone, hashed
from desk.app import create_app
from desk.assemble import assemble
from desk.parts import LOGIN_COOKIE, Parts
from desk.server import _Server, listen, settings
from recorder.causes import Cause
from recorder.eyes.sidecar import Glance, Look, Sidecar
from recorder.journal import Journal
from recorder.segments import Segments
from recorder.sources.capture import Packet
from recorder.video import h264, h265
from recorder.video.boxes import TIMESCALE
from recorder.video.parts import Cutter
from retention.base.clock import Clock
from retention.base.command import Office
from retention.base.config import Config
from retention.base.readerkey import public_half
from retention.base.state import State
from retention.rules import footage_deadline
from tests.support.databases import lay_out

NAME, PASSWORD = "jan", "vier losse woorden"


# Nothing here speaks TLS, and a client of its own accord reads all certificate authorities anew: a third of a test.
NO_AUTHORITIES = SSLContext(PROTOCOL_TLS_CLIENT)


@dataclass
class Site:
    """A desk that runs; `address` is where."""

    parts: Parts
    address: str

    @property
    def state(self) -> State:
        return self.parts.office.state

    def token(self) -> str:
        """A log-in, without the slow work of checking a password."""
        with self.parts.database.write() as session:
            staff = next(one for one in everyone(session) if one.name == NAME)
            return logins.log_in(session, staff, now=self.parts.office.clock.now())

    def client(self) -> httpx.Client:
        """A browser without a screen, logged in."""
        return httpx.Client(
            base_url=self.address,
            headers={"Sec-Fetch-Site": "same-origin"},
            cookies={LOGIN_COOKIE: self.token()},
            timeout=30,
            verify=NO_AUTHORITIES,
        )


@contextmanager
def desk_running(config: Config, clock: Clock) -> Iterator[Site]:
    """The desk as `portier desk run` serves it, with one account; a second one beside it shares that."""
    anywhere = config.model_copy(update={"desk": config.desk.model_copy(update={"port": 0})})
    office = Office(anywhere, config.where(), clock)
    lay_out(anywhere)
    parts = assemble(office)
    with parts.database.write() as session:
        if not everyone(session):
            add(session, NAME, kept_password(), now=clock.now())
    listener = listen(office)
    server = _Server(settings(create_app(parts)))
    thread = Thread(target=server.run, args=([listener],), name="desk-under-test")
    thread.start()
    try:
        yield Site(parts, f"http://127.0.0.1:{listener.getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
        parts.close()


@cache
def kept_password() -> str:
    return hashed(NAME, PASSWORD)


def record(config: Config, clock: Clock, camera: str, film: Path, start: datetime, *, turns: int = 1) -> datetime:
    """Seal the film as the recorder would, `turns` times in a row from `start`; where it ends."""
    state = config.where()
    segments = Segments(state, camera, public_half(state), lambda epoch: footage_deadline(epoch, config.retention))
    journal = Journal(state.gaps(camera), clock)
    journal.note(start, None)
    cutter, at = Cutter(), start
    parts = []
    for packet in _packets(film, turns):
        if (part := cutter.take(packet)) is not None:
            parts.append(part)
    if (part := cutter.flush()) is not None:
        parts.append(part)
    for index, part in enumerate(parts):
        first, last = (start + timedelta(seconds=ticks / TIMESCALE) for ticks in (part.start, part.end))
        segments.store(part, first, last, next_is_key=index + 1 < len(parts) and parts[index + 1].key)
        at = last
    segments.close()
    return at


def missing(config: Config, clock: Clock, camera: str, at: datetime, cause: Cause) -> None:
    """From `at` on there is no footage, because of `cause`."""
    Journal(config.where().gaps(camera), clock).note(at, cause)


def _packets(film: Path, turns: int) -> Iterator[Packet]:
    for turn in range(turns):
        with av.open(str(film)) as container:
            stream = container.streams.video[0]
            shaper = (h265 if stream.codec_context.name == "hevc" else h264).Shaper(stream.codec_context.extradata)
            length = int(stream.duration * stream.time_base * TIMESCALE)
            for packet in container.demux(stream):
                if packet.pts is None:
                    continue
                data = shaper.shape(bytes(packet), packet.is_keyframe)
                assert shaper.format is not None
                ticks = int(packet.pts * packet.time_base * TIMESCALE)
                yield Packet(turn * length + ticks, packet.is_keyframe, data, shaper.format)


def watch(
    config: Config,
    camera: str,
    start: datetime,
    shares: list[float],
    *,
    blind: str | None = None,
    picture: Callable[[int], bytes] = lambda number: b"\xff\xd8picture %d" % number,
) -> None:
    """Seal what the eyes would have seen: how much moved, every ten seconds from `start`."""
    state = config.where()
    sidecar = Sidecar(state, camera, public_half(state), lambda epoch: footage_deadline(epoch, config.retention))
    for number, share in enumerate(shares):
        at = start + timedelta(seconds=10 * number)
        sidecar.add(Look(Glance(at, share, blind), at + timedelta(seconds=8), picture(number)))
    sidecar.close()
