"""The whole privacy statement, page by page: "Verder" and "Terug", nothing is scrolled."""

from kiosk.layout import GRID, Box
from kiosk.screens.page import PRIMARY, Page
from kiosk.screens.paging import Measure, Piece, pages
from kiosk.screens.text import LINE_EM, text_width


class StatementRead(Page):
    """One page of the text; the last one ends where the reading began."""

    def build(self) -> None:
        reading = self.flow.reading
        go_on = self.layout.wide_button
        room = self.layout.content.above(go_on, self.layout.gap)
        if not self.layout.portrait:
            self.band(Box(0, 0, self.layout.frame.right + GRID, self.layout.panel.height))
        count_line = self.layout.body * LINE_EM
        size = self.layout.body
        text = Box(room.x, room.y, room.w, room.h - count_line)
        measure = Measure(
            lambda words, bold: text_width(words, size, bold=bold), text.w - 1, text.h, size * LINE_EM, size * 0.7
        )
        statement = reading.statement
        set_pages = pages(statement.texts[statement.language_for(self.flow.language)], measure)
        reading.page = min(reading.page, len(set_pages) - 1)
        number = f"{reading.page + 1} / {len(set_pages)}"
        self.words(number, room.upper(count_line), size, halign="right")
        self.set(set_pages[reading.page], text, size, measure.gap)
        last = reading.page == len(set_pages) - 1
        act, word = (reading.end, self._("Done")) if last else (reading.turn, self._("Next"))
        self.button(go_on, word, act, PRIMARY, size=self.layout.title_size, main=True)

    def set(self, pieces: list[Piece], room: Box, size: float, gap: float) -> None:
        top = room.top
        for piece in pieces:
            height = len(piece.lines) * size * LINE_EM
            self.words("\n".join(piece.lines), Box(room.x, top - height, room.w, height), size, bold=piece.heading)
            top -= height + (0 if piece.heading else gap)

    def refresh(self) -> None:
        """Another page of the text."""
        self.clear_widgets()
        self.said.clear()
        self.build()
        self.frame()
