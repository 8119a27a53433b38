"""The corner of staff: the alarm, and behind a PIN the list and closing the screen. Digits are shown as dots."""

from functools import partial

from kiosk.layout import GRID, Box
from kiosk.screens.calling import or_call
from kiosk.screens.name import draw_erase
from kiosk.screens.page import ATTENTION, KEY, LOCK, PLAIN, PRIMARY, QUIET, SECOND, TONED, Page
from kiosk.screens.parts import Card
from kiosk.screens.reading import SILENT
from kiosk.screens.telling import telling_room
from kiosk.screens.text import LINE_EM
from kiosk.screens.welcome import STAFF
from kiosk.theme import Role
from kiosk.ways.staff import NOT_PRINTED, WAIT, Wanted
from retention.base.translations import N_

ALERT, PRINTER = "\uf026", "\uf42a"
ALARMING = Role.ALARM
DOT = "•"


class StaffCorner(Page):
    """ "Medewerkers": the alarm by one more tap; the rest asks the PIN."""

    def build(self) -> None:
        staff, closed = self.flow.staff, self.flow.is_closed
        low = self.layout.main_button.h
        below = self.layout.content.lower(low)
        reach = self.layout.choices(1, 1, below=low if staff.has_pin else 0, tallest=90)[0]
        self.header(self._(STAFF), reach.top)
        press = self.surface(reach, staff.alarm, ALARMING, main=True)
        across = min(reach.h * 0.5, reach.w * 0.25)
        self.glyph(ALERT, Box(reach.x + 2 * GRID, reach.y, across, reach.h), kind=ALARMING)
        words = Box(reach.x + across + 4 * GRID, reach.y, reach.w - across - 6 * GRID, reach.h)
        press.label = self.words(self._("Alarm"), words, self.layout.title_size * 1.3, kind=ALARMING, bold=True)
        if not staff.has_pin:
            return
        left, right = below.grid(2, 1)
        size = self.layout.body * 1.1
        self.button(left, self._("Print list"), partial(staff.ask_pin, Wanted.PRINT), SECOND, size=size, main=True)
        text, wanted = (N_("Open the screen"), Wanted.OPEN) if closed else (N_("Close the screen"), Wanted.CLOSE)
        self.button(right, self._(text), partial(staff.ask_pin, wanted), SECOND, size=size, main=True)


class AlarmSoon(Page):
    """Five seconds in which the alarm can be stopped, by one large button."""

    goes_back = False

    def build(self) -> None:
        panel, layout = self.layout.panel, self.layout
        # Without a strip beside it, in landscape the button has its room too.
        tall = layout.stage()[1] if layout.portrait else layout.inner.lower(layout.inner.h * 0.45)
        low = tall.top + layout.gap
        self.area(Box(0, low, panel.width, panel.height - low), self.look(ALARMING).ground)
        room = Box(tall.x, low, tall.w, layout.inner.top - low)
        title = room.upper(layout.title_size * LINE_EM)
        self.words(self._("Alarm in"), title, layout.title_size, kind=ALARMING, bold=True, halign="center")
        self.count = Box(room.x, room.y, room.w, title.y - room.y)
        self.button(tall, self._("Stop"), self.flow.staff.stop_alarm, SECOND, size=layout.title_size * 1.6, main=True)
        self.refresh()

    def frame(self) -> None:
        """One thing to tap, and nothing beside it."""

    def refresh(self) -> None:
        self.instead(self.tell)

    def tell(self) -> None:
        """The seconds that are left, as large as there is room."""
        size = min(self.count.h / LINE_EM, self.count.w / 2)
        left = str(self.flow.staff.seconds_left)
        self.words(left, self.count, size, kind=ALARMING, bold=True, halign="center")


class PinAsked(Page):
    """ "Pincode": the digits in the order of a telephone, shown as dots."""

    secret = True  # what is typed here is neither shown nor spoken

    def build(self) -> None:
        layout = self.layout
        title = layout.title_size * LINE_EM
        if layout.portrait:
            go_on, column = layout.wide_button, layout.content
            room = layout.content.above(go_on, layout.gap)
            # Where there is room for no more, question and dots stand on one line, and what is to be said over them.
            whole = 2 * title + layout.body * LINE_EM + 3 * GRID + layout.gap
            self.one_line = room.h - whole < 4 * (layout.target + 0.5) + 3 * GRID
            head = title + 2 * GRID + layout.gap if self.one_line else whole
            tall = min(room.h - head, 4 * 34 * layout.growth * layout.enlarged, layout.reach - room.y)
            self.squat = tall < 4 * layout.target + 3 * GRID  # then four keys in a row
            keys = room.lower(tall).grid(*(4, 3) if self.squat else (3, 4))
            top = keys[0].top
        else:
            self.squat, left = False, layout.content.left_part(layout.content.w * 0.44)
            go_on = column = left.lower(layout.main_button.h)
            keys, top, self.one_line = layout.content.right_part(layout.content.w * 0.5).grid(3, 4), go_on.top, False
        self.kind = TONED if layout.portrait else PLAIN
        self.header("", top)
        self.heads(column, top + layout.gap + GRID, title)
        self.keys(keys)
        self.button(go_on, self._("Next"), self.flow.staff.enter, PRIMARY, size=layout.title_size, main=True)
        self.refresh()

    def heads(self, column: Box, low: float, title: float) -> None:
        """From `low` up: what is to be said, the dots, and the question."""
        beside = GRID if self.layout.portrait else 0  # in portrait the strip is a little wider than what is over it
        height = title if self.one_line else self.layout.body * LINE_EM * (1 if self.layout.portrait else 2)
        self.note = Box(column.x - beside, low, column.w + 2 * beside, height)
        if self.one_line:
            line = Box(column.x, low, column.w, title)
            self.question, self.dots = line.left_part(line.w * 0.5), line.right_part(line.w * 0.46)
        else:
            self.dots = Box(column.x, self.note.top + GRID / 2, column.w, title)
            self.question = Box(column.x, self.dots.top, column.w, title)

    def keys(self, places: list[Box]) -> None:
        """One to nine, then nought in the middle and erase at its right."""
        staff, size = self.flow.staff, self.layout.title_size
        for digit, place in zip("123456789", places, strict=False):
            self.button(place, digit, partial(staff.digit, digit), KEY, size=size, letter=True, key=True)
        self.button(
            places[9 if self.squat else 10], "0", partial(staff.digit, "0"), KEY, size=size, letter=True, key=True
        )
        draw_erase(self, places[11], staff.erase, letter=True)

    def refresh(self) -> None:
        self.instead(self.tell)

    def tell(self) -> None:
        """A dot for each digit; and what to do, if there is anything to say."""
        notice, title = self.flow.notice, self.layout.title_size
        if not (notice and self.one_line):
            self.words(self._("PIN"), self.question, title, kind=self.kind, bold=True)
            dots = " ".join(DOT * len(self.flow.visitor.pin))
            size = title * (1.0 if self.one_line else 1.3)
            self.words(dots, self.dots, size, kind=self.kind, bold=True).spoken = SILENT
        if notice:
            corner = GRID * self.layout.panel.density
            self.add_widget(Card(ground=self.look(ATTENTION).ground, corner=corner, **self.place(self.note)))
            seconds = self.flow.staff.waits if notice == WAIT else 0
            said = self._(notice).format(seconds=seconds)
            self.words(said, self.note.inset(GRID, 0), self.layout.body, kind=ATTENTION)


class StaffTold(Page):
    """What became of the list."""

    goes_back = False

    def build(self) -> None:
        self.room = telling_room(self, TONED)
        size, place = self.layout.title_size, self.layout.wide_button
        self.button(place, self._("Done"), self.flow.begin_again, PRIMARY, size=size, main=True)
        self.refresh()

    def refresh(self) -> None:
        self.instead(self.tell)

    def tell(self) -> None:
        sentence, values = self.flow.staff.told
        picture = ALERT if sentence == NOT_PRINTED else PRINTER
        self.picture_title(picture, self._(sentence).format(**values), "", self.room, TONED)


class Closed(Page):
    """ "Dit scherm is gesloten." How reception is reached; staff may open it again."""

    goes_back = False

    def build(self) -> None:
        room = telling_room(self, TONED, self.layout.staff.top + self.layout.gap)
        self.picture_title(LOCK, self._("Please go to reception."), or_call(self), room, TONED)

    def frame(self) -> None:
        super().frame()
        self.button(self.layout.staff, self._(STAFF), self.flow.staff.begin, QUIET)
