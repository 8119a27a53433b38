"""The screens that tell: the pass as the hero, waiting, the idle question, and who helps further."""

from kiosk.layout import GRID, Box, Hero
from kiosk.passes import COLOUR, PICTURE, Pass
from kiosk.screens.page import ATTENTION, SECOND, TONED, Look, Page
from kiosk.screens.parts import Card, Ribbon
from kiosk.screens.text import LINE_EM, line_count
from retention.base.translations import N_

REMEMBER, REMEMBER_BOTH, WAIT = N_("Remember your pass."), N_("Remember your passes."), N_("Sit down. We come to you.")
BOTH = N_("Your passes")
HOURGLASS, GREETING, DESK = "\uf51f", "\uf64a", "\uf00c"
OWN, NOBODY = "\uf004", "\uf156"


class PassShown(Page):
    """The pass, as large as the panel allows, with its name as people say it."""

    goes_back = False
    lead, last = N_("Your pass"), N_("Remember your pass.")

    def build(self) -> None:
        visitor = self.flow.visitor
        coming = [visitor.beside, visitor] if visitor.beside else [visitor]
        given = [one.given for one in coming if one.given is not None]
        places = self.layout.hero()
        self.band(places.band)
        if not given:
            return
        for pass_, place in zip(given, self.cards(places.card, len(given)), strict=True):
            self.card(place, pass_)
        self.say(places, [pass_.spoken(self.flow.language) for pass_ in given])
        size = self.layout.title_size
        self.button(places.go_on, self._("Done"), self.flow.begin_again, self.primary, size=size, main=True)

    def frame(self) -> None:
        """Where "Terug" stands on other screens: the way to what was just told."""
        if self.flow.visitor.own is not None:
            self.strip(self.layout.back, OWN, self._("Name"), self.flow.own.look)
        super().frame()

    def cards(self, room: Box, count: int) -> list[Box]:
        """One pass fills the room; two stand side by side in it, or above one another beside their names."""
        if count == 1:
            return [room]
        if self.layout.portrait:
            return Box(self.layout.inner.x, room.y, self.layout.inner.w, room.h).grid(2, 1, 2 * GRID)
        return room.grid(1, 2, GRID if self.layout.larger else 2 * GRID)

    def card(self, place: Box, given: Pass) -> None:
        """The pass in its own colours; where there are two colours, these are a frame round the picture."""
        own, around = COLOUR[given.colour], self.palette.tone
        self.slab(place, own.fill, around, 2 * GRID)
        height = min(place.h, place.w) * 0.075
        for low in (place.y + height * 0.8, place.top - height * 1.8):
            stripe = Box(place.x + 2 * GRID, low, place.w - 4 * GRID, height)
            self.add_widget(Ribbon(own.pattern, own.ink, **self.place(stripe)))
        inner, kind = place.inset(GRID, height * 2.2), self.pass_kind(given.colour)
        if self.palette.spare:
            inner = place.inset(height * 1.2, height * 2.4)
            self.slab(inner, kind.ground, own.fill, GRID)
            inner = inner.inset(GRID / 2)
        if given.digit is not None:
            part = inner.right_part(inner.w * 0.32)
            size = min(max(inner.h * 0.5, self.layout.readable), part.w)
            label = self.words(str(given.digit), part, size, kind=kind, bold=True, halign="center")
            label.spoken = " "  # it is said with the pass
            inner = inner.left_part(inner.w * 0.68)
        self.glyph(PICTURE[given.picture].glyph, inner, kind=kind)

    def slab(self, place: Box, ground: str, around: str, corner: float) -> None:
        """A surface with an edge in ink."""
        density = self.layout.panel.density
        edge = {"edge": self.palette.ink, "edge_width": 0.6 * density, "corner": corner * density}
        self.add_widget(Card(ground=ground, around=around, **edge, **self.place(place)))

    def sentences(self, *, both: bool, waits: bool) -> tuple[str, str]:
        """Whose passes they are, and what to do next; two who wait know whose they are."""
        if waits:
            return "" if both else self.lead, WAIT
        return (BOTH, REMEMBER_BOTH) if both else (self.lead, self.last)

    def say(self, places: Hero, names: list[str]) -> None:
        """Whose they are, each as people say it, and what to do next; together in the middle of the room."""
        body, large, room = self.layout.body, self.layout.title_size * 1.1, places.words
        both, waits = len(names) > 1, self.flow.config.visits.confirm
        above, below = self.sentences(both=both, waits=waits)
        lead, after = self._(above) if above else "", self._(below)
        if places.lead is not None and lead:
            self.words(lead, places.lead, self.layout.title_size, kind=TONED, bold=True)
        beside = bool(lead) and places.lead is None and not self.layout.larger
        if both:
            lines = 2 if self.layout.larger else 1
            large = min(self.fitting(name, room, self.layout.title_size, bold=True, lines=lines) for name in names)
        elif line_count(names[0], room.w, large * 0.85, bold=True) == 1:
            large = self.fitting(names[0], room, large, bold=True, lines=1)
        under = body * LINE_EM * (line_count(after, room.w, body) + beside)
        large = self.together(names, Box(room.x, room.y, room.w, room.h - under), large)
        sentences = [(lead, body)] if beside else []
        sentences += [*((name, large) for name in names), (after, body)]
        heights = [size * LINE_EM * line_count(text, room.w, size, bold=text in names) for text, size in sentences]
        top = room.top - max(room.h - sum(heights), 0) / 2
        for (text, size), height in zip(sentences, heights, strict=True):
            self.words(text, Box(room.x, top - height, room.w, height), size, bold=text in names)
            top -= height

    def together(self, names: list[str], room: Box, size: float) -> float:
        """The size at which all names stand in the room, however many lines each takes."""
        size = min(self.fitting(name, room, size, bold=True) for name in names)
        while size > self.layout.readable:
            if sum(line_count(name, room.w, size, bold=True) for name in names) * size * LINE_EM <= room.h:
                break
            size = max(size - 0.5, self.layout.readable)
        return size


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
