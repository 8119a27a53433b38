"""A system clock that somebody sets while processes run: libfaketime, for them alone.

    time = FakeTime(folder)
    process = Popen(words, env=os.environ | time.environment)
    time.step(hours=1)

Monotonic clocks go on undisturbed, as the kernel's do when its clock is set.
"""

from datetime import timedelta
from functools import cache
from pathlib import Path

_LIBRARIES = "/usr/lib/*/faketime/libfaketimeMT.so.1"


@cache
def library() -> Path | None:
    """Where libfaketime is; None where it is not."""
    return next(iter(sorted(Path("/").glob(_LIBRARIES.lstrip("/")))), None)


class FakeTime:
    """The offset of a system clock, read anew at every look at it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "offset"
        self.step()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def step(self, **parts: float) -> None:
        """Set the clock that much beside the true time: `step(hours=-1)`; `step()` sets it right."""
        offset = timedelta(**parts).total_seconds()
        aside = self._file.with_suffix(".new")
        aside.write_text(f"{offset:+.0f}\n")
        aside.replace(self._file)
