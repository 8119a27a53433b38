"""A visitor takes their own name back at the screen, right after it was written.

The kiosk cannot open what it wrote, but knows where that stands: it says so in the roll, as any deletion does, and
overwrites those records itself. Whoever reads the roll finishes what is left half done (`kiosk.calamity.wipe`).
"""

import logging

from kiosk.calamity.record import Entry, Whereabouts
from kiosk.calamity.wipe import wipe
from kiosk.errors import VisitUnknown
from kiosk.passes import Pass
from kiosk.reception import Reception
from kiosk.rows import AWAY
from retention.base.database import Database
from retention.base.siteday import day_number
from retention.base.state import VISITS, State

log = logging.getLogger("portier.visits")


def take_back(state: State, reception: Reception, database: Database | None, visit: str, pass_: Pass) -> None:
    """Delete a visit that this process wrote lately, for the visitor; it is gone for every reader once this returns.

    Who is inside keeps a line without a name, and the pass. Raises VisitUnknown where nothing of the visit is known
    here any more, DiskRefused when the roll cannot say that it is deleted: then nothing has changed.
    """
    written = reception.written(visit)
    if not written:
        raise VisitUnknown("this visit was not written here lately: reception can delete it")
    places = {day: [record.place for record in records] for day, records in written.items()}
    known = sorted((record for records in written.values() for record in records), key=lambda record: record.at)
    together = next((record.together for record in known if record.together), None)
    waits = any(record.waits for record in known)
    told = Entry(visit, str(pass_), Whereabouts.ON_SITE, known[0].at, together=together, waits=waits)
    reception.delete(visit, (told, max(written)), lambda: places, by="visitor")
    try:
        for day, frames in places.items():
            for path in state.data_of(VISITS, day_number(day)):
                wipe(path, frames)
        if database is not None:
            database.scrub()  # where somebody reads meanwhile, the desk does it again
    except AWAY as error:
        log.warning("a deletion is finished by whoever reads the roll next: %s", error)
