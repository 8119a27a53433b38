"""What happens with a visitor's name: three short sentences, and the terms as the rules table has them."""

from typing import Final

from kiosk.layout import GRID, Box
from kiosk.screens.page import PLAIN, TONED, Look, Page
from kiosk.screens.text import LINE_EM, line_count
from retention.base.translations import N_, translator
from retention.rules import explain, rules

TITLE: Final = N_("What do we do with your name?")
SENTENCES: Final = (
    N_("In an emergency we know who is inside."),
    N_("Nobody sees your name on this screen."),
    N_("You may ask: delete my name."),
)
# The lines of the rules table that are about whoever stands here, in words that are read at once.
LINES: Final = {
    "visit": N_("Your name"),
    "calamity": N_("After an alarm"),
    "footage": N_("Cameras"),
}


class Privacy(Page):
    """ "Wat doen we met uw naam?" """

    def build(self) -> None:
        room = self.room()
        body = self.layout.body
        upper = room.upper(room.h * 0.25)
        title = self.fitting(self._translate(TITLE), upper, self.layout.title_size, bold=True)
        kind = TONED if self.layout.portrait else PLAIN
        if self.layout.portrait:
            height = title * LINE_EM * line_count(self._translate(TITLE), room.w, title, bold=True)
            low = room.top - height - 2 * GRID
            self.band(Box(0, low, self.layout.panel.width, self.layout.panel.height - low))
        top = (
            self.paragraph(TITLE, room, room.top, title, kind=kind, bold=True)
            - (2 if self.layout.portrait else 1) * self.layout.gap
        )
        for sentence in SENTENCES:
            top = self.paragraph(sentence, room, top, body) - (2 * GRID if self.layout.portrait else 0)
        self.table(Box(room.x, room.y, room.w, top - self.layout.gap - room.y), body)

    def room(self) -> Box:
        """All above the strip; in landscape beside it, where the strip is toned."""
        content = self.layout.content
        if not self.layout.portrait:
            rail = Box(0, 0, self.layout.frame.right + GRID, self.layout.panel.height)
            self.band(rail)
        return content

    def paragraph(
        self, text: str, room: Box, top: float, size: float, *, kind: Look = PLAIN, bold: bool = False
    ) -> float:
        """A sentence from `top` down; where it ends."""
        said = self._(text)
        height = size * LINE_EM * line_count(said, room.w, size, bold=bold)
        self.words(said, Box(room.x, top - height, room.w, height), size, kind=kind, bold=bold)
        return top - height

    def table(self, room: Box, size: float) -> None:
        """What is kept and for how long, line by line."""
        say = translator(self.flow.language, "retention")
        terms = {rule.kind: explain(rule, say) for rule in rules(self.flow.config)}
        height = min(room.h / len(LINES), size * LINE_EM * 2 + 1.5 * GRID)
        for number, (kind, what) in enumerate(LINES.items()):
            line = Box(room.x, room.top - (number + 1) * height, room.w, height)
            self.area(Box(line.x, line.top - 0.6, line.w, 0.6), self.palette.line)
            left = line.left_part(line.w * 0.42)
            self.words(self._(what), left, size, bold=True)
            self.words(terms[kind], line.right_part(line.w * 0.56), size)
