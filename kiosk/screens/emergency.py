"""During an alarm or a drill: the way out and the assembly point, in the colour that stands for nothing else."""

from typing import NamedTuple

from kiosk.layout import GRID, Box
from kiosk.screens.calling import or_call
from kiosk.screens.helping import CALLED, GO_THERE, SOMEBODY_COMES
from kiosk.screens.page import SECOND, Page
from kiosk.screens.parts import Press
from kiosk.screens.text import LINE_EM, line_count
from kiosk.theme import Role
from retention.base.translations import N_

RUNNING = "\uf46e"
SMALLEST_PICTURE, LEAST_SHARE = 20.0, 0.3
BESIDE, OVER = (0.3, 0.2), 0.22
"""How much of the width the picture takes beside the lines, or of the height over them: less where they need it."""
GO_OUT = N_("Go outside now.")
DRILL = N_("This is a drill.")
ASSEMBLY = N_("Assembly point")
PRINT_AT_THE_DESK = N_("Print at the desk.")
NO_ALARM = N_("No alarm after all")


class Line(NamedTuple):
    """A text, how large it is, and the height it takes."""

    text: str
    size: float
    bold: bool
    height: float


class EmergencyShown(Page):
    """ "Ga nu naar buiten." Nothing can be told here but that help is wanted."""

    goes_back = False

    def build(self) -> None:
        self.under_strip = Role.ALARM
        self.area(self.layout.page, self.look(Role.ALARM).ground)
        self.stop: list[Press] = []
        self.refresh()

    def refresh(self) -> None:
        self.offer_to_stop()
        self.instead(self.tell)

    def offer_to_stop(self) -> None:
        """An alarm that nobody took yet can still be taken back here."""
        untaken = self.flow.emergency.untaken and self.flow.emergency.unprinted
        if untaken and not self.stop:
            text, act = self._(NO_ALARM), self.flow.emergency.withdraw
            place, size = self.layout.wide_button, self.layout.body * 1.2
            around = self.look(Role.ALARM).ground
            self.stop = [self.button(place, text, act, SECOND, size=size, main=True, around=around)]
        elif not untaken:
            for press in self.stop:
                self.remove_widget(press.label)
                self.remove_widget(press)
            self.stop = []

    def tell(self) -> None:
        """From the top: what to do, which way, where to, and what else is true at this moment."""
        site, title, body = self.flow.config.site, self.layout.title_size, self.layout.body
        going = self.flow.emergency.going
        lines = [(self._(DRILL), body * 1.2, False)] if going and going.drill else []
        lines += [(self._(GO_OUT), title * 1.4, True)]
        lines += [(site.way_out, body * 1.2, False)] if site.way_out else []
        lines += [("", body * 0.6, False), (self._(ASSEMBLY), body, False), (site.assembly_point, title, True)]
        if more := self.more():
            lines += [("", body * 0.6, False), (more, body, False)]
        self.stack(lines)

    def more(self) -> str:
        """One sentence about this moment: the list that did not print, else the call for help."""
        helping = self.flow.helping
        if self.flow.emergency.unprinted:
            return self._(PRINT_AT_THE_DESK)
        if helping.calling:
            if helping.coming:
                return self._(SOMEBODY_COMES)
            return or_call(self, GO_THERE) if helping.waited_long else self._(CALLED)
        return ""

    def stack(self, lines: list[tuple[str, float, bool]]) -> None:
        """A picture with lines under it, together in the middle of what is free; in landscape beside them."""
        content = self.layout.content
        low = self.layout.wide_button.top + self.layout.gap if self.stop else content.y
        room = Box(content.x, low, content.w, content.top - low)
        for share in () if self.layout.portrait else BESIDE:
            side = min(room.w * share, room.h * 0.7)
            beside = room.right_part(room.w - side - 3 * GRID)
            if self.fits(found := self.heights(lines, beside), beside):
                self.glyph(RUNNING, Box(room.x, room.y, side, room.h), kind=Role.ALARM)
                self.write(found, beside, "left")
                return
        under = room.lower(room.h * (1 - OVER) - 2 * GRID)
        found = self.heights(lines, under)
        self.write_under(found if self.fits(found, under) else self.heights(lines, room), room)

    def write_under(self, found: list[Line], room: Box) -> None:
        """The picture over the lines, where there is room for one that can be made out."""
        used = sum(line.height for line in found)
        side = min(room.h - used - 2 * GRID, room.h * 0.36, room.w * 0.5)
        if side >= SMALLEST_PICTURE:
            top = room.top - max(room.h - used - side - 2 * GRID, 0) / 2
            self.glyph(RUNNING, Box(room.x, top - side, room.w, side), kind=Role.ALARM)
            room = room.lower(top - side - 2 * GRID - room.y)
            room = room.upper(min(used, room.h))
        self.write(found, room, "center")

    def heights(self, lines: list[tuple[str, float, bool]], room: Box) -> list[Line]:
        """The lines in this room: as large as asked, or together as much smaller as they must be."""
        share = 1.0
        while True:
            found = [self.line(text, size * share, bold, room) for text, size, bold in lines]
            if self.fits(found, room) or share < LEAST_SHARE:
                return found
            share -= 0.05

    def line(self, text: str, size: float, bold: bool, room: Box) -> Line:
        size = self.sized(text, size, bold, room)
        return Line(text, size, bold, size * LINE_EM * line_count(text, room.w - 0.5, size, bold=bold))

    def fits(self, found: list[Line], room: Box) -> bool:
        return sum(line.height for line in found) <= room.h

    def write(self, found: list[Line], room: Box, halign: str) -> None:
        """The lines from the top down, in the middle of the room."""
        top = room.top - max(room.h - sum(line.height for line in found), 0) / 2
        for line in found:
            top -= line.height
            if line.text:
                place = Box(room.x, top, room.w, line.height)
                self.words(line.text, place, line.size, kind=Role.ALARM, bold=line.bold, halign=halign)

    def sized(self, text: str, size: float, bold: bool, room: Box) -> float:
        """A blank line may be as low as it likes; a text is as large as asked, or as is broken in no word."""
        if not text:
            return size * 0.5 if size > self.layout.readable * 0.5 else 0.1
        return self.fitting(text, Box(0, 0, room.w, room.h), max(size, self.layout.readable), bold=bold)
