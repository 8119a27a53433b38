"""The screens that tell: the pass as the hero, waiting, the idle question, and who helps further."""

from kiosk.layout import GRID, Box, Hero
from kiosk.passes import COLOUR, PICTURE, Pass
from kiosk.screens.calling import or_call
from kiosk.screens.page import ATTENTION, LOCK, SECOND, TONED, Look, Page
from kiosk.screens.parts import Card, Ribbon
from kiosk.screens.text import LINE_EM, line_count
from kiosk.screens.two import end_of_two, show_two
from kiosk.screens.welcome import PRIVACY
from retention.base.translations import N_

REMEMBER, REMEMBER_BOTH, WAIT = N_("Remember your pass."), N_("Remember your passes."), N_("Sit down. We come to you.")
ANOTHER, HELPED_THERE = N_("One more person"), N_("They will help you.")
HOURGLASS, GREETING, DESK = "\uf51f", "\uf64a", "\uf00c"
OWN, NOBODY = "\uf004", "\uf156"


class PassShown(Page):
    """The pass, as large as the panel allows, with its name as people say it."""

    goes_back = False
    lead, last = N_("Your pass"), N_("Remember your pass.")
    may_bring = True  # another person, where no question asked for one

    def build(self) -> None:
        here = [(one, one.given) for one in self.flow.visitor.all_here if one.given is not None]
        places = self.layout.hero()
        self.band(places.band)
        if not here:
            return
        waits = self.flow.config.visits.confirm
        go_on, size = places.go_on, self.layout.title_size
        if self.may_bring and self.flow.coming.offers_another:
            places, another = self.layout.hero_of_two_buttons()
            go_on = places.go_on
            self.button(
                another, self._(ANOTHER), self.flow.coming.another, SECOND, size=self.layout.body * 1.2, main=True
            )
        if len(here) == 1:
            self.card(places.card, here[0][1])
            self.say(places, here[0][1].spoken(self.flow.language), self._(self.lead), self._(self.below(waits=waits)))
        else:
            go_on = end_of_two(self)
            show_two(self, here, self._(self.below(both=True, waits=waits)))
        self.button(go_on, self._("Done"), self.flow.begin_again, self.primary, size=size, main=True)

    def frame(self) -> None:
        """Where "Terug" stands on other screens: the way to what was just told; two have it at their names.

        Who told no name here, for they were invited, reads there what to do about theirs.
        """
        visitor = self.flow.visitor
        if visitor.own is not None and visitor.beside is None:
            self.strip(self.layout.back, OWN, self._("Name"), self.flow.own.look)
        else:
            self.strip(self.layout.back, LOCK, self._(PRIVACY), self.flow.reading.begin)
        super().frame()

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
            tall = Box(part.x, place.y, part.w, place.h)  # a figure is lower than its line
            label = self.words(str(given.digit), tall, size, kind=kind, bold=True, halign="center")
            label.spoken = " "  # it is said with the pass
            inner = inner.left_part(inner.w * 0.68)
        self.glyph(PICTURE[given.picture].glyph, inner, kind=kind)

    def slab(self, place: Box, ground: str, around: str, corner: float) -> None:
        """A surface with an edge in ink."""
        density = self.layout.panel.density
        edge = {"edge": self.palette.ink, "edge_width": 0.6 * density, "corner": corner * density}
        self.add_widget(Card(ground=ground, around=around, **edge, **self.place(place)))

    def below(self, *, both: bool = False, waits: bool) -> str:
        """What to do next."""
        if waits:
            return WAIT
        return REMEMBER_BOTH if both else self.last

    def say(self, places: Hero, name: str, lead: str, after: str) -> None:
        """Whose it is, as people say it, and what to do next; together in the middle of the room."""
        body, large, room = self.layout.body, self.layout.title_size * 1.1, places.words
        if places.lead is not None:
            self.words(lead, places.lead, self.layout.title_size, kind=TONED, bold=True)
        beside = places.lead is None and not self.layout.larger
        if line_count(name, room.w, large * 0.85, bold=True) == 1:
            large = self.fitting(name, room, large, bold=True, lines=1)
        under = body * LINE_EM * (line_count(after, room.w, body) + beside)
        large = self.fitting(name, Box(room.x, room.y, room.w, room.h - under), large, bold=True)
        sentences = [(lead, body)] if beside else []
        sentences += [(name, large), (after, body)]
        heights = [size * LINE_EM * line_count(text, room.w, size, bold=text == name) for text, size in sentences]
        top = room.top - max(room.h - sum(heights), 0) / 2
        for (text, size), height in zip(sentences, heights, strict=True):
            self.words(text, Box(room.x, top - height, room.w, height), size, bold=text == name)
            top -= height


class Waiting(Page):
    """ "Een moment": shown only when the work takes longer than a blink."""

    def build(self) -> None:
        inner, room = self.layout.inner, telling_room(self, TONED, 0)
        whole = Box(inner.x, room.y, inner.w, room.h)  # without a strip beside it
        self.picture_title(HOURGLASS, self._("One moment."), "", whole, TONED)

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
        under = or_call(self, HELPED_THERE)
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
