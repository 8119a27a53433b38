"""Who signed in while the clock ran ahead stays on the list when it is set right."""

from datetime import timedelta

from retention.base.state import State
from tests.calamity.lobby import DAY, Lobby, arrival
from tests.calamity.office import make_post
from tests.support.clock import ManualClock


def test_who_signed_in_under_a_date_to_come_is_on_the_list_when_the_clock_is_set_back(
    state: State, clock: ManualClock
) -> None:
    ahead = Lobby(state, DAY + timedelta(days=1))
    ahead.write(arrival("Noor", visit="v-noor"))
    assert [line.entry.name for line in make_post(state, clock).the_list().lines] == ["Noor"]
    ahead.close()


def test_who_is_carried_over_to_tomorrow_stands_on_the_list_once(
    lobby: Lobby, state: State, clock: ManualClock
) -> None:
    came = arrival("Noor", visit="v-noor")
    stays = arrival("Noor", visit="v-noor", version=2, since=came.at)
    tomorrow = Lobby(state, DAY + timedelta(days=1))
    lobby.write(came, stays)
    tomorrow.write(stays)
    assert [line.entry.name for line in make_post(state, clock).the_list().lines] == ["Noor"]
    tomorrow.close()
