"""What ends with the day beside its key, in the calamity service: copies of the list, the board, and its own memory."""

import gc
import logging
from datetime import date, datetime

from kiosk.calamity.copies import Copies
from kiosk.passboard import PassBoard
from retention.base.command import Office
from retention.base.errors import DiskRefused, TryAgain
from retention.base.forgetful import give_back
from retention.base.health import Problem
from retention.base.trusted import TrustedTime
from retention.rules import LEAD, visits_day

log = logging.getLogger("portier.calamity")


class DayEnd:
    """For one service; `step` is called every few seconds, by one thread."""

    def __init__(self, office: Office, copies: Copies) -> None:
        """`copies` are those of this process: of some it alone knows."""
        self._office, self._copies = office, copies
        self._time = TrustedTime(office.state, office.clock)
        self._board = PassBoard(office.state)
        self._day: date | None = None

    def step(self) -> list[Problem]:
        """Destroy what is over; what would not go, as problems. Never raises."""
        problems = self._copies.sweep(self._time.for_destroying())
        config, now = self._office.config, self._time.latest()
        today = visits_day(now, config.site, config.visits)
        if today != self._day:
            self._day = today
            gc.collect()
            give_back()
        self._tidy_board(now)
        return problems

    def _tidy_board(self, now: datetime) -> None:
        """Passes of a day that is over are free, and whose they were is forgotten; one that rests still rests."""
        over = now + LEAD  # as the day's key is
        if all(holder.keeps(over) for holder in self._board.seen().holders.values()):
            return
        try:
            with self._board.held() as board:
                board.holders = {pass_id: held for pass_id, held in board.holders.items() if held.keeps(over)}
                board.save(now)
        except (DiskRefused, TryAgain) as error:
            log.warning("%s", error)
