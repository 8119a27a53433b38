"""A clock that ran ahead: the list for responders alone still names everybody, and says at its head what to doubt."""

import io
from datetime import timedelta

import pypdf
import pytest

from kiosk.calamity.post import make_pdf
from kiosk.calamity.text import text
from kiosk.calamity.unsigned import Unsigned
from retention.base.errors import EpochErased
from retention.base.readerkey import private_half
from retention.base.siteday import day_number
from retention.base.slots import SlotFile
from retention.base.state import VISITS
from retention.base.trusted import TrustedTime
from tests.calamity.lobby import DAY, Lobby, arrival
from tests.calamity.office import make_post
from tests.support.clock import ManualClock


@pytest.mark.parametrize("ahead", [timedelta(hours=20), timedelta(days=5), timedelta(days=3_500)])
def test_the_paper_is_headed_klok_onzeker_and_names_whom_no_other_reader_may_see(
    lobby: Lobby, clock: ManualClock, ahead: timedelta
) -> None:
    lobby.write(arrival("Noor"))
    trusted = TrustedTime(lobby.state, clock)
    trusted.advance()
    clock.step(ahead)
    the_list = make_post(lobby.state, clock).the_list()
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(make_pdf(the_list))).pages]
    for form in ("".join(pages), text(the_list)):
        assert "Klok onzeker" in form
        assert "Noor" in form
        assert form.index("Klok onzeker") < form.index("Noor")
    with pytest.raises(EpochErased):
        SlotFile(lobby.state, VISITS).open(day_number(DAY), private_half(lobby.state), trusted.latest())


def test_once_the_clock_is_trusted_nobody_of_then_is_on_the_list(lobby: Lobby, clock: ManualClock) -> None:
    lobby.write(arrival("Noor"))
    TrustedTime(lobby.state, clock).advance()
    clock.step(days=5)
    TrustedTime(lobby.state, clock).confirm()
    the_list = make_post(lobby.state, clock).the_list()
    assert ([*the_list.lines], "Klok onzeker" in text(the_list)) == ([], False)


def test_a_day_far_ahead_takes_no_count_of_a_true_day_along_for_ever(lobby: Lobby) -> None:
    unsigned = Unsigned(lobby.state)
    unsigned.note(DAY + timedelta(days=3_500), 7)
    unsigned.note(DAY, 2)
    assert unsigned.before(DAY + timedelta(days=1)) == (DAY, 2)
    assert unsigned.before(DAY + timedelta(days=3_501))[1] == 0
