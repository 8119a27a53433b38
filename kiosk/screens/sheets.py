"""A page that is read sheet by sheet: a title, what stands under it, "Verder"; nothing is scrolled, nothing cut off."""

from collections.abc import Callable, Sequence

from kiosk.layout import GRID, Box
from kiosk.screens.page import PLAIN, PRIMARY, TONED, Page
from kiosk.screens.paging import Measure, Piece, pages
from kiosk.screens.text import LINE_EM, line_count, text_width
from kiosk.statement import Paragraph

Sheet = Callable[[Box], None]
BETWEEN_EM = 0.7


class Sheets(Page):
    """Subclasses give the sheets for a room; the last one leads on or ends."""

    title = ""

    def build(self) -> None:
        go_on, reading = self.layout.wide_button, self.flow.reading
        room = self.heading(self.layout.content.above(go_on, self.layout.gap))
        sheets = self.sheets(room)
        reading.page = min(reading.page, len(sheets) - 1)
        sheets[reading.page](room)
        act, word = (reading.turn, "Next") if reading.page + 1 < len(sheets) else self.after()
        self.button(go_on, self._(word), act, PRIMARY, size=self.layout.title_size, main=True)

    def sheets(self, room: Box) -> Sequence[Sheet]:
        """What draws each sheet."""
        raise NotImplementedError

    def after(self) -> tuple[Callable[[], None], str]:
        """What follows the last sheet, and the word for it."""
        return self.flow.reading.go_on, "Next"

    def heading(self, room: Box) -> Box:
        """The title on its tone; the room that it leaves."""
        if not self.layout.portrait:
            self.band(Box(0, 0, self.layout.frame.right + GRID, self.layout.panel.height))
        if not self.title:
            return room
        said = self._(self.title)
        size = self.fitting(said, room.upper(room.h * 0.3), self.layout.title_size, bold=True)
        height = size * LINE_EM * line_count(said, room.w, size, bold=True)
        low = room.top - height
        if self.layout.portrait:
            self.band(Box(0, low - 2 * GRID, self.layout.panel.width, self.layout.panel.height - low + 2 * GRID))
        kind = TONED if self.layout.portrait else PLAIN
        self.words(said, Box(room.x, low, room.w, height), size, kind=kind, bold=True)
        low -= (2 * GRID if self.layout.portrait else 0) + self.layout.gap
        return Box(room.x, room.y, room.w, low - room.y)

    def set(self, paragraphs: Sequence[Paragraph], room: Box, size: float) -> list[Sheet]:
        """Running text as sheets."""

        def wide(text: str, bold: bool) -> float:
            return text_width(text, size, bold=bold)

        measure = Measure(wide, room.w - 1, room.h, size * LINE_EM, size * BETWEEN_EM)
        return [lambda where, pieces=pieces: self.draw(pieces, where, size) for pieces in pages(paragraphs, measure)]  # type: ignore[misc]

    def draw(self, pieces: Sequence[Piece], room: Box, size: float) -> None:
        top = room.top
        for piece in pieces:
            height = len(piece.lines) * size * LINE_EM
            self.words(" ".join(piece.lines), Box(room.x, top - height, room.w, height), size, bold=piece.heading)
            top -= height + (0 if piece.heading else size * BETWEEN_EM)

    def refresh(self) -> None:
        """Another sheet."""
        self.clear_widgets()
        self.said.clear()
        self.build()
        self.frame()
