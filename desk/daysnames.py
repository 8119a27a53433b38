"""Whether the names of a day that is over are destroyed yet, or only hidden: what the first page may say of them."""

from dataclasses import dataclass
from datetime import date

from retention.base.command import Office
from retention.base.siteday import day_number
from retention.base.slots import SlotFile
from retention.base.state import VISITS
from retention.base.trusted import TrustedTime
from retention.rules import visits_day


@dataclass(frozen=True)
class DaysNames:
    """`hidden`: only a doubtful clock ends the day, so people may be inside. `erased`: the key of a day is gone."""

    hidden: bool
    erased: bool

    @classmethod
    def of(cls, office: Office, day: date) -> "DaysNames":
        """As it is now; `day` is the one before today."""
        time, config = TrustedTime(office.state, office.clock), office.config
        surely, perhaps = (
            visits_day(moment, config.site, config.visits) for moment in (time.for_destroying(), time.latest())
        )
        erased = SlotFile(office.state, VISITS).find(day_number(day)) is None
        return cls(bool(time.doubt()) and surely < perhaps, erased)
