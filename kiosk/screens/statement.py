"""The whole privacy statement, sheet by sheet."""

from collections.abc import Callable, Sequence

from kiosk.layout import Box
from kiosk.screens.sheets import Sheet, Sheets
from kiosk.screens.text import LINE_EM


class StatementRead(Sheets):
    """The organisation's own text, or ours; the last sheet ends where the reading began."""

    def sheets(self, room: Box) -> Sequence[Sheet]:
        statement, size = self.flow.reading.statement, self.layout.body
        below = room.lower(room.h - size * LINE_EM)
        found = self.set(statement.texts[statement.language_for(self.flow.language)], below, size)

        def numbered(number: int, sheet: Sheet) -> Sheet:
            def draw(where: Box) -> None:
                sheet(below)
                self.words(f"{number} / {len(found)}", where.upper(size * LINE_EM), size, halign="right")

            return draw

        return [numbered(number, sheet) for number, sheet in enumerate(found, 1)]

    def after(self) -> tuple[Callable[[], None], str]:
        return self.flow.reading.end, "Done"
