"""The screens that tell: the pass as the hero, the farewell, waiting, the idle question, and who helps further."""

from kiosk.layout import GRID, Box
from kiosk.passes import COLOUR, PICTURE
from kiosk.screens.page import ATTENTION, SECOND, TONED, Look, Page
from kiosk.screens.parts import Card, Ribbon
from kiosk.screens.text import LINE_EM, line_count
from retention.base.translations import N_

DONE, HOURGLASS, GREETING, DESK = "\uf5e0", "\uf51f", "\uf64a", "\uf00c"
OWN, NOBODY = "\uf004", "\uf156"


class PassShown(Page):
    """The pass, as large as the panel allows, with its name as people say it."""

    goes_back = False
    lead, last = N_("Your pass"), N_("Remember your pass.")

    def build(self) -> None:
        given = self.flow.visitor.given
        places = self.layout.hero()
        self.band(places.band)
        if given is None:
            return
        self.card(places.card, given.colour, given.picture, given.digit)
        if places.lead is not None:
            self.words(self._(self.lead), places.lead, self.layout.title_size, kind=TONED, bold=True)
        self.say(given.spoken(self.flow.language), places.words, lead=places.lead is None)
        size = self.layout.title_size
        self.button(places.go_on, self._("Done"), self.flow.begin_again, self.primary, size=size, main=True)

    def frame(self) -> None:
        """Where "Terug" stands on other screens: the way to what was just told."""
        if self.flow.visitor.own is not None:
            self.strip(self.layout.back, OWN, self._("Name"), self.flow.own.look)
        super().frame()

    def card(self, place: Box, colour: str, picture: str, digit: int | None) -> None:
        kind, density = self.pass_kind(colour), self.layout.panel.density
        around = self.palette.tone
        card = Card(
            ground=kind.ground,
            around=around,
            edge=self.palette.ink,
            edge_width=0.6 * density,
            corner=2 * GRID * density,
            **self.place(place),
        )
        self.add_widget(card)
        height = place.h * 0.075
        for low in (place.y + height * 0.8, place.top - height * 1.8):
            stripe = Box(place.x + 2 * GRID, low, place.w - 4 * GRID, height)
            self.add_widget(Ribbon(COLOUR[colour].pattern, kind.ink, **self.place(stripe)))
        inner = place.inset(GRID, height * 2.2)
        if digit is not None:
            part = inner.right_part(inner.w * 0.32)
            label = self.words(str(digit), part, inner.h * 0.5, kind=kind, bold=True, halign="center")
            label.spoken = " "  # it is said with the pass
            inner = inner.left_part(inner.w * 0.68)
        self.glyph(PICTURE[picture].glyph, inner, kind=kind)

    def say(self, name: str, room: Box, *, lead: bool) -> None:
        """The pass as people say it, large, between smaller sentences; together in the middle of the room."""
        body, large = self.layout.body, self.layout.title_size * 1.1
        if line_count(name, room.w, large * 0.85, bold=True) == 1:
            large = self.fitting(name, room, large, bold=True, lines=1)
        sentences = [(self._(self.lead), body)] if lead else []
        sentences += [(name, large), (self._(self.last), body)]
        heights = [size * LINE_EM * line_count(text, room.w, size, bold=text == name) for text, size in sentences]
        top = room.top - max(room.h - sum(heights), 0) / 2
        for (text, size), height in zip(sentences, heights, strict=True):
            self.words(text, Box(room.x, top - height, room.w, height), size, bold=text == name)
            top -= height


class Farewell(Page):
    """ "Tot ziens": the same whether or not the pass was in use."""

    goes_back = False

    def build(self) -> None:
        room = telling_room(self, TONED)
        self.picture_title(DONE, self._("Goodbye!"), self._("You are signed out."), room, TONED)
        size, place = self.layout.title_size, self.layout.wide_button
        self.button(place, self._("Done"), self.flow.begin_again, self.primary, size=size, main=True)


class Waiting(Page):
    """ "Een moment": shown only when the work takes longer than a blink."""

    def build(self) -> None:
        self.picture_title(HOURGLASS, self._("One moment."), "", telling_room(self, TONED, 0), TONED)

    def frame(self) -> None:
        """Nothing can be tapped here."""


class StillThere(Page):
    """ "Bent u er nog?" One big button; nothing personal is on this screen."""

    goes_back = False

    def build(self) -> None:
        touch = (
            self.layout.stage()[1] if self.layout.portrait else self.layout.content.lower(self.layout.content.h * 0.42)
        )
        room = telling_room(self, TONED, touch.top + self.layout.gap)
        self.picture_title(GREETING, self._("Are you still there?"), "", room, TONED)
        self.button(touch, self._("Yes"), self.flow.back, self.primary, size=self.layout.title_size * 1.6, main=True)

    def frame(self) -> None:
        """For whoever comes next, and must not see what stood here."""
        self.strip(self.layout.back, NOBODY, self._("No"), self.flow.begin_again)
        super().frame()


class Attention(Page):
    """Something failed: where to go, never what went wrong."""

    goes_back = False

    def build(self) -> None:
        telephone = self.flow.config.site.reception_telephone
        under = self._("Or call {number}.").format(number=telephone) if telephone else self._("They will help you.")
        self.picture_title(DESK, self._("Please go to reception."), under, telling_room(self, ATTENTION), ATTENTION)
        size, place = self.layout.title_size, self.layout.wide_button
        self.button(place, self._("Start again"), self.flow.begin_again, SECOND, size=size, main=True)


def telling_room(page: Page, kind: Look, low: float | None = None) -> Box:
    """One tone over all but the buttons (in landscape over the strip too); the room in it for what is told."""
    layout = page.layout
    low = low if low is not None else layout.main_button.top + layout.gap
    tone = Box(0, low, layout.panel.width, layout.panel.height - low)
    page.area(tone, page.look(kind).ground)
    if not layout.portrait:
        page.under_strip = kind
    room = Box(layout.content.x, low, layout.content.w, layout.inner.top - low)
    return room.inset(0, 2 * GRID)
