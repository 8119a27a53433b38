"""What retention does in a database and over the network: rows follow the keys, and heads of evidence are mailed.

The retention service does it in a thread of its own; where the database is on another machine it is a service of its
own, as the reaper has no network.
"""

import threading

from retention.base.command import Office
from retention.base.database import Database, open_database
from retention.base.health import Problem, Report, publish
from retention.base.service import Life
from retention.base.translations import N_
from retention.base.trusted import TrustedTime
from retention.evidence.mail import HeadPost
from retention.rows import delete_expired
from retention.wakes import Wakes

ROWS_EVERY = 30


class Chores:
    """One per site. `name` and `run` are the service's."""

    name = "rows"

    def __init__(self, office: Office) -> None:
        self._office = office
        self._trusted = TrustedTime(office.state, office.clock)
        self._database: Database | None = None
        self._to_scrub = True  # whoever ran before may have ended between deleting and scrubbing
        self.post = HeadPost(office)
        self.wakes = Wakes(office.clock, {"rows": (ROWS_EVERY, self.rows)})

    def run(self, life: Life) -> None:
        """The service."""
        post = threading.Thread(target=self.post.run, args=(life,), name="mail")
        post.start()
        self._office.state.prepare()
        reports = Wakes(self._office.clock, {"report": (ROWS_EVERY, self._report)})
        life.ready()
        self.wakes.run_all()
        reports.run_all()
        while not life.stop.wait(1):
            self.wakes.run_pending()
            reports.run_pending()
            life.alive()
        post.join(timeout=10)
        self.close()

    def rows(self) -> None:
        """Expired rows, batch by batch, until none remain."""
        self._database = self._database or open_database(self._office.config)
        more = True
        while more:
            deleted, more = delete_expired(self._database, self._trusted.for_destroying())
            self._to_scrub = self._to_scrub or deleted > 0
        if self._to_scrub:
            # Not while somebody still reads what was there before: then the next time.
            self._to_scrub = not self._database.scrub()

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def _report(self) -> None:
        problems = tuple(
            Problem("P2", N_("the job %(job)s fails (%(error)s): see the log"), {"job": name, "error": error})
            for name, error in self.wakes.failed.items()
        )
        problems += tuple(self.post.problems())
        publish(self._office.state, Report(self.name, self._office.clock.now(), problems))
