"""Footage that is there: what sealing adds, what syncing takes, and how soon any moment of it is found again."""

import os
import statistics
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from bench.table import Row
from recorder.eyes.sidecar import SPAN, Glance, Look, Sidecar
from recorder.footage import Footage
from recorder.index import Index
from recorder.room.tally import Tally
from recorder.segments import MINUTE, Segments, epoch_of
from recorder.video.parts import Cutter, Part
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.database import open_database
from retention.base.readerkey import private_half, public_half
from retention.base.sealed import SealedWriter
from retention.base.slots import SlotFile
from retention.base.state import camera_stream
from retention.rules import footage_deadline
from tests.recorder.cameras import looped, packets_of
from tests.support.state import make_config
from tests.support.video import make_video

CAMERA = "entree"
MINUTES = 5
CAMERAS, DAYS = 8, 4
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own in it; many files, whose making is not what is measured


class Bench:
    """A site whose footage lies in the past of this very moment."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(make_config(folder), make_config(folder).where(), SystemClock())
        self.state = self.office.state
        self.state.prepare()
        self.reader, self.public = private_half(self.state), public_half(self.state)

    def deadline(self, epoch: int) -> datetime:
        return footage_deadline(epoch, self.office.config.retention)

    def footage(self) -> Footage:
        return Footage(self.office, self.reader)


def measure(folder: Path) -> Iterator[Row]:
    film = make_video(folder / "lobby.mp4", seconds=20, size=(1920, 1080), bitrate=4_000_000)
    site = Bench(folder / "state")
    yield from _storing(site, film)
    yield from _seeking(site)
    yield from _motion(site)
    with TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None, prefix="portier-bench-") as many:
        yield from _rows(Bench(Path(many)))


def _storing(site: Bench, film: Path) -> Iterator[Row]:
    """Minutes of a real film, sealed part by part as they are while capturing."""
    segments, cutter, times = Segments(site.state, CAMERA, site.public, site.deadline), Cutter(), list[float]()
    begin, bytes_in = _begin(MINUTES), 0
    for packet in looped(packets_of(film), MINUTES * MINUTE):
        part = cutter.take(packet)
        if part is not None:
            bytes_in += sum(map(len, part.samples))
            times.append(_timed(lambda part=part, key=packet.key: _store(segments, part, begin, key)))  # type: ignore[misc]
    segments.close()
    stored = sum(path.stat().st_size for path in (site.state.footage / CAMERA).rglob("*.seg"))
    yield Row("footage: bytes on disk beyond the camera's own", 100 * (stored / bytes_in - 1), "%", goal="< 1 %")
    yield Row("footage: sealing and syncing a part, median", 1000 * statistics.median(times), "ms")
    yield Row("footage: the same, 99 of 100", 1000 * statistics.quantiles(times, n=100)[98], "ms")


def _store(segments: Segments, part: Part, begin: datetime, next_is_key: bool) -> None:
    first, last = (begin + timedelta(seconds=ticks / 90_000) for ticks in (part.start, part.end))
    segments.store(part, first, last, next_is_key=next_is_key)


def _seeking(site: Bench) -> Iterator[Row]:
    begin = _begin(MINUTES)
    moments = [begin + timedelta(seconds=7.3 * number) for number in range(40)]
    cold = [_timed(lambda at=at: site.footage().fragment(CAMERA, at)) for at in moments]  # type: ignore[misc]
    footage = site.footage()
    warm = [_timed(lambda at=at: footage.fragment(CAMERA, at)) for at in moments]  # type: ignore[misc]
    yield Row("footage: any instant to its pictures, new reader", 1000 * statistics.median(cold), "ms", goal="< 100 ms")
    yield Row("footage: the same, reader that has read before", 1000 * statistics.median(warm), "ms")


def _motion(site: Bench) -> Iterator[Row]:
    sidecar = Sidecar(site.state, CAMERA, site.public, site.deadline)
    begin, picture = _begin(24 * 60), os.urandom(11_000)
    for number in range(24 * 3600 // SPAN):
        at = begin + timedelta(seconds=SPAN * number)
        sidecar.add(Look(Glance(at, number % 100 / 100, None), at + timedelta(seconds=SPAN), picture))
    sidecar.close()
    footage, end = site.footage(), begin + timedelta(days=1)
    cold = _timed(lambda: footage.glances(CAMERA, begin, end))
    warm = _timed(lambda: footage.glances(CAMERA, begin, end))
    assert len(footage.glances(CAMERA, begin, end)) == 24 * 3600 // SPAN
    yield Row("footage: how much moved in a day, first reading", 1000 * cold, "ms")
    yield Row("footage: the same, second reading", 1000 * warm, "ms")


def _rows(site: Bench) -> Iterator[Row]:
    """Four days of eight cameras, files of the right number and shape with next to nothing in them."""
    minutes = DAYS * 24 * 60 - 10  # the oldest ones are about to go
    for number in range(CAMERAS):
        _fill(site, f"camera-{number}", minutes)
    index, files = Index(site.office.config, site.state, site.office.clock), CAMERAS * minutes
    database = open_database(site.office.config)
    try:
        first, _, again = (_timed(lambda: index.step(database), process_time) for _ in range(3))
        restart = Index(site.office.config, site.state, site.office.clock)
        restarted = _timed(lambda: restart.step(database), process_time)
        tally = Tally(site.state)
        counts = [_timed(lambda: tally.look(site.office.clock.now().timestamp()), process_time) for _ in range(2)]
    finally:
        database.close()
    yield Row(f"rows: {files} files, none known yet: processor", first, "s")
    yield Row("rows: the same after a restart, all known: processor", restarted, "s")
    yield Row("rows: the pass every 15 s: processor", 1000 * again, "ms")
    yield Row("room: their bytes, counted first: processor", 1000 * counts[0], "ms")
    yield Row("room: the count every minute: processor", 1000 * counts[1], "ms")


def _fill(site: Bench, camera: str, minutes: int) -> None:
    slots = SlotFile(site.state, camera_stream(camera))
    first = epoch_of(_begin(minutes))
    for epoch in range(first, first + minutes * MINUTE, MINUTE):
        slot = slots.claim(epoch, site.deadline(epoch), site.public)
        writer = SealedWriter(site.state.segments(camera, epoch) / f"{epoch}-{epoch:016x}.seg", slot)
        begin = datetime.fromtimestamp(epoch, UTC)
        writer.append(b"", begin, begin)
        for second in range(MINUTE):
            last = begin + timedelta(seconds=second + 1)
            writer.append(b"", begin + timedelta(seconds=second), last, final=second == MINUTE - 1)
    slots.close()


def _begin(minutes: int) -> datetime:
    """So many whole minutes ago."""
    return datetime.fromtimestamp(epoch_of(SystemClock().now()) - minutes * MINUTE, UTC)


def _timed(act: Callable[[], object], clock: Callable[[], float] = perf_counter) -> float:
    start = clock()
    act()
    return clock() - start
