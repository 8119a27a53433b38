"""An office with a roll and nothing else: no database, desk or kiosk; printers only where the test names them."""

from pathlib import Path
from typing import Any

from kiosk.calamity.post import CalamityPost
from retention.base.command import Office
from retention.base.state import State
from tests.support.clock import ManualClock
from tests.support.state import make_config


def make_office(state: State, clock: ManualClock, *printers: str, **sections: Any) -> Office:
    """The office over this state directory; its CUPS is nowhere unless CUPS_SERVER says otherwise."""
    named = {"printers": printers or ("nowhere",)}
    return Office(make_config(Path(state.directory), calamity=named, **sections), state, clock)


def make_post(state: State, clock: ManualClock, *printers: str, **sections: Any) -> CalamityPost:
    return CalamityPost(make_office(state, clock, *printers, **sections))
