"""The same question in small: minutes of footage through one camera process leave nothing behind in it."""

import gc
import tracemalloc
from pathlib import Path

from retention.base.state import State
from tests.recorder.cameras import FakeCamera, Stage, looped, packets_of
from tests.support.clock import ManualClock
from tests.support.processes import PROC
from tests.support.video import make_video

FPS = 2
GROWTH = 16 * 1024  # bytes over ten minutes. Slots seen are remembered, half a kilobyte each, 8,192 at most: 5 KB


def test_ten_minutes_of_footage_leave_nothing_behind(state: State, clock: ManualClock, tmp_path: Path) -> None:
    film = make_video(tmp_path / "film.mp4", seconds=4, size=(320, 180), fps=FPS, gop=FPS)
    stage, held = Stage(state, clock), list[tuple[int, int]]()
    stage.said = _Nothing()

    def look(number: int) -> None:
        if number % (60 * FPS) == 30 * FPS:  # in the middle of each minute
            gc.collect()
            held.append((tracemalloc.get_traced_memory()[0], sum(1 for _ in (PROC / "self/fd").iterdir())))

    packets = looped(packets_of(film), 15 * 60, FPS)
    tracemalloc.start()
    try:
        stage.capture(FakeCamera(clock, packets, before=look))
    finally:
        tracemalloc.stop()

    early, late = held[4], held[14]
    assert late[0] - early[0] < GROWTH
    assert late[1] == early[1]


class _Nothing(list[dict[str, object]]):
    """Keeps none of what a camera says."""

    def append(self, _: dict[str, object], /) -> None:
        pass
