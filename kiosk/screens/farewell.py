"""The screens after a sign-out: the farewell, the first screen with the way back still open, and what was taken back.

Each is the same whether or not anybody had the pass.
"""

from collections.abc import Callable

from kiosk.layout import GRID, Box
from kiosk.screens.page import BACK, CHECK, PRIMARY, SECOND, TONED, Page
from kiosk.screens.telling import telling_room
from kiosk.screens.welcome import Welcome
from retention.base.translations import N_

DONE = "\uf5e0"
NOT_LEAVING, UNDO = N_("Do not sign out"), N_("Not yet")


class Farewell(Page):
    """ "Tot ziens", and a second button for who tapped the wrong pass, or stays after all."""

    goes_back = False

    def build(self) -> None:
        back, done = self.two_buttons()
        room = telling_room(self, TONED, max(back.top, done.top) + self.layout.gap)
        self.picture_title(DONE, self._("Goodbye!"), self._("You are signed out."), room, TONED)
        size, act = self.layout.title_size, self.flow.leaving.finish
        self.button(done, self._("Done"), act, PRIMARY, size=size, main=True)
        self.button(
            back, self._(NOT_LEAVING), self.flow.leaving.take_back, SECOND, size=self.layout.body * 1.2, main=True
        )

    def two_buttons(self) -> tuple[Box, Box]:
        """One above the other, or side by side; the one that ends is where it is on every screen."""
        done = self.layout.wide_button
        if self.layout.portrait:
            return Box(done.x, done.top + self.layout.gap, done.w, done.h), done
        return done.left_part(done.w * 0.4), done.right_part(done.w * 0.6 - 2 * GRID)


class JustLeft(Welcome):
    """The first screen, with the way back where "Terug" stands on others."""

    def aside(self) -> None:
        if self.flow.leaving.can_be_taken_back():
            self.strip(self.layout.back, BACK, self._(UNDO), self.flow.leaving.take_back)
        else:
            super().aside()


class TakenBack(Page):
    """ "Goed": true also where nobody had the pass."""

    goes_back = False

    def build(self) -> None:
        room = telling_room(self, TONED)
        self.picture_title(CHECK, self._("All right."), self._("Nobody is signed out."), room, TONED)
        self.end(self.flow.begin_again)

    def end(self, act: Callable[[], None]) -> None:
        size, place = self.layout.title_size, self.layout.wide_button
        self.button(place, self._("Done"), act, PRIMARY, size=size, main=True)
