"""What happens with a visitor's name: three short sentences, and then the terms as the rules table has them."""

from typing import Final

from kiosk.layout import GRID, Box
from kiosk.screens.page import PLAIN, PRIMARY, TONED, Look, Page
from kiosk.screens.qr import Qr
from kiosk.screens.text import LINE_EM, line_count
from retention.base.translations import N_, translator
from retention.rules import explain, rules

TITLE: Final = N_("What do we do with your name?")
SENTENCES: Final = (
    N_("In an emergency we know who is inside."),
    N_("Nobody sees your name on this screen."),
    N_("You may ask: delete my name."),
)
HOW_LONG: Final = N_("How long do we keep it?")
# The lines of the rules table that are about whoever stands here, in words that are read at once.
LINES: Final = {
    "visit": N_("Your name"),
    "calamity": N_("After an alarm"),
    "footage": N_("Cameras"),
}
CODE_MM: Final = 44.0
"""How wide the QR code stands, its quiet edge included: it is read from half a metre."""


class Aside(Page):
    """A page of sentences under a title; "Verder" leads one layer deeper."""

    title = TITLE

    def build(self) -> None:
        go_on, gap = self.layout.wide_button, self.layout.gap
        room = self.layout.content.above(go_on, gap)
        size = self.fitting(self._(self.title), room.upper(room.h * 0.3), self.layout.title_size, bold=True)
        low = self.heading(room, size) - gap
        self.tell(Box(room.x, room.y, room.w, low - room.y))
        size = self.layout.title_size
        self.button(go_on, self._("Next"), self.flow.reading.go_on, PRIMARY, size=size, main=True)

    def tell(self, room: Box) -> None:
        """What stands under the title."""
        raise NotImplementedError

    def heading(self, room: Box, size: float) -> float:
        """The title on its tone, over everything; where that ends."""
        said = self._translate(self.title)
        height = size * LINE_EM * line_count(said, room.w, size, bold=True)
        low = room.top - height
        if self.layout.portrait:
            self.band(Box(0, low - 2 * GRID, self.layout.panel.width, self.layout.panel.height - low + 2 * GRID))
        else:
            self.band(Box(0, 0, self.layout.frame.right + GRID, self.layout.panel.height))
        kind = TONED if self.layout.portrait else PLAIN
        self.words(said, Box(room.x, low, room.w, height), size, kind=kind, bold=True)
        return low - (2 * GRID if self.layout.portrait else 0)

    def paragraph(self, text: str, room: Box, top: float, size: float, kind: Look = PLAIN) -> float:
        """A sentence from `top` down; where it ends."""
        said = self._(text)
        height = size * LINE_EM * line_count(said, room.w, size)
        self.words(said, Box(room.x, top - height, room.w, height), size, kind=kind)
        return top - height


class Privacy(Aside):
    """ "Wat doen we met uw naam?" """

    def tell(self, room: Box) -> None:
        size = self.layout.body * 1.35
        while size > self.layout.body and self.taken(room, size) > room.h:
            size -= 0.5
        top, between = room.top, min(3 * GRID, (room.h - self.taken(room, size, 0)) / 3)
        for sentence in SENTENCES:
            top = self.paragraph(sentence, room, top, size) - max(between, 0)

    def taken(self, room: Box, size: float, between: float = 2 * GRID) -> float:
        lines = sum(line_count(self._translate(sentence), room.w, size) for sentence in SENTENCES)
        return lines * size * LINE_EM + between * (len(SENTENCES) - 1)


class Terms(Aside):
    """How long, as the rules table has it; and a code that leads to the whole statement on a telephone."""

    title = HOW_LONG

    def tell(self, room: Box) -> None:
        address, size = self.flow.config.organisation.statement_url, self.layout.body
        side = CODE_MM * self.layout.growth
        if not address:
            self.table(room, size)
        elif self.layout.portrait:
            self.table(room.above(room.lower(side), self.layout.gap), size)
            self.code(address, Box(room.x, room.y, side, side), room.lower(side).right_part(room.w - side - 2 * GRID))
        else:
            right = room.right_part(side)
            self.table(room.left_part(room.w - side - 3 * GRID), size)
            under = Box(right.x, room.y, side, room.h - side - GRID)
            self.code(address, right.upper(side), under)

    def code(self, address: str, place: Box, beside: Box) -> None:
        self.add_widget(Qr(address, **self.place(place)))
        size, said = self.layout.body, self._("Read it on your phone.")
        lines = min(size * LINE_EM * line_count(said, beside.w, size), beside.h)
        top = beside.top - ((beside.h - lines) / 2 if self.layout.portrait else 0)
        self.words(said, Box(beside.x, top - lines, beside.w, lines), size)

    def table(self, room: Box, size: float) -> None:
        """What is kept and for how long, line by line."""
        say = translator(self.flow.language, "retention")
        terms = {rule.kind: explain(rule, say) for rule in rules(self.flow.config)}
        height = min(room.h / len(LINES), size * LINE_EM * 2 + 1.5 * GRID)
        for number, (kind, what) in enumerate(LINES.items()):
            line = Box(room.x, room.top - (number + 1) * height, room.w, height)
            if number:
                self.area(Box(line.x, line.top - 0.6, line.w, 0.6), self.palette.line)
            self.words(self._(what), line.left_part(line.w * 0.42), size, bold=True)
            self.words(terms[kind], line.right_part(line.w * 0.56), size)
