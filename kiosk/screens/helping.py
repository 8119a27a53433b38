""" "Hulp": what is true of the call at this moment, and the number of reception where nobody answers."""

from kiosk.layout import GRID
from kiosk.screens.calling import or_call
from kiosk.screens.page import PRIMARY, SECOND, TONED, Page
from kiosk.screens.telling import telling_room
from retention.base.translations import N_

CALLING, COMING = "\uf09e", "\uf583"
CALLED = N_("We are calling somebody.")
SOMEBODY_COMES = N_("Somebody is coming to you.")
GO_THERE = N_("Or go to reception.")


class HelpCalled(Page):
    """ "Wij roepen iemand." Nobody is promised before somebody has said that they come."""

    goes_back = False

    def build(self) -> None:
        self.room = telling_room(self, TONED)
        gap, shares = (GRID, (4, 3)) if self.layout.larger else (2 * GRID, (1, 1))  # the longer words have more room
        left, right = self.layout.wide_button.split(shares, gap)
        self.button(
            left, self._("Not needed"), self.flow.helping.withdraw, SECOND, size=self.layout.body * 1.2, main=True
        )
        self.button(right, self._("Next"), self.flow.helping.go_on, PRIMARY, size=self.layout.body * 1.4, main=True)
        self.refresh()

    def refresh(self) -> None:
        self.instead(self.tell)

    def tell(self) -> None:
        """The sentences of this moment."""
        helping = self.flow.helping
        if helping.coming:
            self.picture_title(COMING, self._(SOMEBODY_COMES), "", self.room, TONED)
        else:
            self.picture_title(
                CALLING, self._(CALLED), or_call(self, GO_THERE) if helping.waited_long else "", self.room, TONED
            )
