"""What wakes retention: the library `schedule`, with its traps walled in. It only wakes; slots and rows decide.

`schedule` 1.2.2 never runs the jobs behind one that raises, and computes in naive local time: so every job is
guarded, intervals are short, units run in UTC, and a clock that was set, or a summer time that ends, makes a new
scheduler.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import schedule

from retention.base.clock import Clock

log = logging.getLogger("portier.retention")
STEP: Final = timedelta(seconds=5)


class Wakes:
    """Jobs and their intervals; `run_pending` runs those whose time has come, each guarded."""

    def __init__(self, clock: Clock, jobs: dict[str, tuple[int, Callable[[], None]]]) -> None:
        """`jobs`: a name to (seconds between runs, what to do)."""
        self._clock = clock
        self._jobs = jobs
        self.failed: dict[str, str] = {}
        self._arm()

    def run_pending(self) -> None:
        """Run what is pending; a clock that was set in the meantime arms every job anew, to run at once."""
        if abs(self._offset() - self._armed_at) > STEP:
            log.warning("the system clock was set: every job is woken anew")
            self._arm()
            self.run_all()
        self._scheduler.run_pending()

    def run_all(self) -> None:
        """Run every job now, as at the start."""
        self.run(*self._jobs)

    def run(self, *names: str) -> None:
        """Run some of the jobs now, in this order."""
        for name in names:
            self._guarded(name)

    def _arm(self) -> None:
        self._scheduler = schedule.Scheduler()
        self._armed_at = self._offset()
        for name, (seconds, _) in self._jobs.items():
            self._scheduler.every(seconds).seconds.do(self._guarded, name)

    def _offset(self) -> timedelta:
        """How far the clock that `schedule` looks at, the naive local one, is ahead of that which nobody sets."""
        now = self._clock.now()
        local = now.astimezone().utcoffset() or timedelta()
        return timedelta(seconds=now.timestamp() - self._clock.monotonic()) + local

    def _guarded(self, name: str) -> None:
        """The one broad except of retention: a job that fails is told of, and keeps no other from running."""
        try:
            self._jobs[name][1]()
            self.failed.pop(name, None)
        except Exception as error:
            log.exception("retention job %s failed", name)
            self.failed[name] = type(error).__name__
