"""What happens with a visitor's name: three short sentences, and then the terms as the rules table has them."""

from collections.abc import Sequence
from typing import Final

from kiosk.layout import GRID, Box
from kiosk.screens.qr import Qr
from kiosk.screens.sheets import Sheet, Sheets
from kiosk.screens.text import LINE_EM, fits, line_count
from kiosk.statement import Paragraph
from retention.base.translations import N_, translator
from retention.rules import explain, rules

TITLE: Final = N_("What do we do with your name?")
SENTENCES: Final = (
    N_("In an emergency we know who is inside."),
    N_("Are you done? Then this screen forgets your name."),
    N_("You may ask reception: delete my name."),
)
HOW_LONG: Final = N_("How long do we keep it?")
ON_THE_PHONE: Final = N_("Read it on your phone.")
# The lines of the rules table that are about whoever stands here, in words that are read at once.
LINES: Final = {
    "visit": N_("Your name"),
    "calamity": N_("After an alarm"),
    "footage": N_("Cameras"),
}
CODE_MM: Final = 44.0
"""How wide the QR code stands, its quiet edge included: it is read from half a metre."""


class Privacy(Sheets):
    """ "Wat doen we met uw naam?" """

    title = TITLE

    def sheets(self, room: Box) -> Sequence[Sheet]:
        sentences = [Paragraph(self._(sentence)) for sentence in SENTENCES]
        size = self.layout.body * 1.35
        while len(found := self.set(sentences, room, size)) > 1 and size > self.layout.body:
            size = max(size - 0.5, self.layout.body)
        return found


class Terms(Sheets):
    """How long, as the rules table has it; and a code that leads to the whole statement on a telephone.

    Where the letters are too large for a table, its lines follow one another, and the code has a sheet of its own.
    """

    title = HOW_LONG

    def sheets(self, room: Box) -> Sequence[Sheet]:
        address, size = self.flow.config.organisation.statement_url, self.layout.body
        say = translator(self.flow.language, "retention")
        terms = {rule.kind: explain(rule, say) for rule in rules(self.flow.config)}
        lines = [(self._(what), terms[kind]) for kind, what in LINES.items()]
        table, place, beside = self.split(room) if address else (room, None, room)
        said = self._(ON_THE_PHONE) if address else ""
        if self.table_fits(lines, table, size) and fits(said, beside, size):
            return [lambda _: self.table_and_code(lines, (table, place, beside), address or "", said)]
        text = [Paragraph(part, heading=not number) for line in lines for number, part in enumerate(line)]
        code: Sheet = lambda where: self.code(address or "", said, *self.code_alone(where))  # noqa: E731
        return [*self.set(text, room, size), *([code] if address else [])]

    def split(self, room: Box) -> tuple[Box, Box, Box]:
        """Where the table stands, the code, and the sentence about it."""
        side = CODE_MM * self.layout.growth
        if self.layout.portrait:
            low = room.lower(side)
            return room.above(low, self.layout.gap), low.left_part(side), low.right_part(room.w - side - 2 * GRID)
        right = room.right_part(side)
        under = Box(right.x, room.y, side, room.h - side - GRID)
        return room.left_part(room.w - side - 3 * GRID), right.upper(side), under

    def code_alone(self, room: Box) -> tuple[Box, Box]:
        side = min(room.h, room.w * 0.4)
        return room.left_part(side).upper(side), room.right_part(room.w - side - 2 * GRID)

    def row_height(self, room: Box, size: float) -> float:
        return min(room.h / len(LINES), size * LINE_EM * 2 + 1.5 * GRID)

    def table_fits(self, lines: Sequence[tuple[str, str]], room: Box, size: float) -> bool:
        row = room.lower(max(self.row_height(room, size), 0))
        what, term = row.left_part(row.w * 0.42), row.right_part(row.w * 0.56)
        return all(fits(left, what, size, bold=True) and fits(right, term, size) for left, right in lines)

    def table_and_code(
        self, lines: Sequence[tuple[str, str]], places: tuple[Box, Box | None, Box], address: str, said: str
    ) -> None:
        table, place, beside = places
        self.table(lines, table, self.layout.body)
        if place is not None:
            self.code(address, said, place, beside)

    def table(self, lines: Sequence[tuple[str, str]], room: Box, size: float) -> None:
        """What is kept and for how long, line by line."""
        height = self.row_height(room, size)
        for number, (what, term) in enumerate(lines):
            line = Box(room.x, room.top - (number + 1) * height, room.w, height)
            if number:
                self.area(Box(line.x, line.top - 0.6, line.w, 0.6), self.palette.line)
            self.words(what, line.left_part(line.w * 0.42), size, bold=True)
            self.words(term, line.right_part(line.w * 0.56), size)

    def code(self, address: str, said: str, place: Box, beside: Box) -> None:
        self.add_widget(Qr(address, **self.place(place)))
        size = self.layout.body
        lines = min(size * LINE_EM * line_count(said, beside.w, size), beside.h)
        top = beside.top - ((beside.h - lines) / 2 if self.layout.portrait else 0)
        self.words(said, Box(beside.x, top - lines, beside.w, lines), size)
