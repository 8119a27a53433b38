"""A screen with more answers than it has room for: they come a few at a time, and "Meer" brings the next."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from kivy.uix.widget import Widget

from kiosk.layout import Box
from kiosk.screens.page import SECOND, Page
from kiosk.screens.setting import Setting

T = TypeVar("T")
MORE = "\uf1d8"


class Paged(Page):
    """One screen whose answers may need several pages; the last place of each page then leads on."""

    def __init__(self, setting: Setting) -> None:
        self._first = 0
        self._next: Callable[[], None] = lambda: None
        self._shown: list[Widget] = []
        super().__init__(setting)

    def show(
        self, items: Sequence[T], places: list[Box], draw: Callable[[T, Box], object], *, own: bool = True
    ) -> None:
        """Draw these answers on these places; `own` says that the last place leads on, and no button elsewhere."""
        for widget in self._shown:
            self.remove_widget(widget)
        before = set(self.children)
        paged = own and len(items) > len(places)
        room = places[:-1] if paged else places
        for item, place in zip(items[self._first :], room, strict=False):
            draw(item, place)
        if paged:
            self.tile(places[-1], MORE, self._("More"), self.turn, SECOND)
        self._shown = [widget for widget in self.children if widget not in before]
        self._next = partial(self._show_from, len(items), len(room), partial(self.show, items, places, draw, own=own))

    def turn(self) -> None:
        """The next answers; after the last the first again."""
        self._next()

    def turn_on(self) -> bool:
        """The next answers; whether there are more than those shown before, and these are not the first again."""
        self.turn()
        return self._first > 0

    def _show_from(self, count: int, step: int, show: Callable[[], None]) -> None:
        self._first = self._first + step if self._first + step < count else 0
        show()

    def shape(self, usual: tuple[int, int], least: tuple[float, float], **how: float) -> list[Box]:
        """The places of the usual grid of columns and rows; where they would be too small, of the largest that goes."""
        across, along = usual
        grids = [
            self.layout.choices(columns, rows, **how)
            for columns in range(across, 0, -1)
            for rows in range(along, 0, -1)
        ]
        fine = [places for places in grids if places[0].w >= least[0] and places[0].h >= least[1]]
        return max(fine or grids[-1:], key=len)
