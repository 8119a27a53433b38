"""The screens on which one of several large answers is tapped: the host, the help wanted, and the pass on leaving."""

from functools import partial
from typing import Any

from kiosk.layout import GRID, Box
from kiosk.passes import COLOUR, COLOURS, DIGITS, PICTURE, PICTURES, Pass, colour_name, picture_name
from kiosk.screens.about import about_left_of
from kiosk.screens.page import CHECK, PRIMARY, SECOND, Page
from kiosk.screens.paged import Paged
from kiosk.screens.parts import Card, Press, Ribbon
from kiosk.screens.text import LINE_EM, fits, publish, text_width
from kiosk.visits import Help
from retention.base.config import Host as HostEntry
from retention.base.translations import N_

HELPS = {
    Help.STAIRS: ("\uf4cd", N_("stairs")),
    Help.HEARING: ("\uf09b", N_("hearing")),
    Help.SIGHT: ("\uf208", N_("seeing")),
    Help.COMPANION: ("\uf00e", N_("together")),
}


class Host(Paged):
    """ "Bij wie komt u?" A few names at a time.

    Where an answer is asked, who has none says so; where it is optional, going on is enough, as on the screen of help.
    """

    def build(self) -> None:
        flow, layout = self.flow, self.layout
        low = layout.content.lower(layout.main if layout.larger else layout.main_button.h)
        two_lines = 2 * LINE_EM * layout.readable
        shape = (1, 4) if layout.portrait else (2, 3)
        places = self.shape(shape, (layout.target, max(layout.target, two_lines)), below=low.h, tallest=32)
        self.header(self._("Who are you visiting?"), places[0].top)
        # Whoever corrects an entry says "I do not know" to withdraw the name.
        self.optional = flow.config.visits.ask_host == "optional" and flow.visitor.own is None
        hosts = flow.config.visits.hosts
        more, large = len(hosts) > len(places), layout.larger
        low = about_left_of(self, low)
        words, kind = (N_("Next"), self.primary) if self.optional else (N_("I do not know"), SECOND)
        text = self._(words)
        without, on = low.split((96, 62) if large else self.shares(text, low)) if more else (low, low)
        how: dict[str, Any] = {"size": layout.body * (1 if large else 1.2), "main": not large}
        self.button(without, text, partial(flow.coming.choose_host, None), kind, **how)
        if more:
            self.button(on, self._("More" if large else "More names"), self.turn, SECOND, **how)
        self.show(hosts, places, self.name, own=False)

    def shares(self, text: str, low: Box) -> tuple[float, float]:
        """Of the two buttons: halves, unless that would break a word of the first."""
        least = max(text_width(word, self.layout.readable, bold=True) for word in text.split()) + 2 * GRID + 1
        return (1, 1) if 2 * least <= low.w - GRID else (least, low.w - GRID - least)

    def name(self, host: HostEntry, place: Box) -> None:
        """A name, as far as its tile holds it."""
        act, room, shown = partial(self.flow.coming.choose_host, host.name), place.inset(GRID, 0), host.name
        while shown and not fits(shown, room, self.layout.readable):
            shown = shown[:-2].rstrip(" -") + "…"
        self.button(place, shown, act, SECOND if self.optional else PRIMARY, size=self.layout.body * 1.3)


class HelpWanted(Page):
    """ "Hulp bij brand?" Each answer is a tap, withdrawn by the same tap; going on costs no tap more."""

    def build(self) -> None:
        go_on = self.layout.wide_button
        places = self.layout.choices(2, 2, below=go_on.h, tallest=58, lines=1)
        question = N_("Help in a fire too?") if self.flow.visitor.beside else N_("Help in a fire?")
        self.header(self._(question), places[0].top, under=self._("We come to get you."))
        # Of two who come together, the second has nobody else along; and who corrects an entry names nobody else here.
        visitor = self.flow.visitor
        alone = visitor.beside is not None or (visitor.own is not None and Help.COMPANION not in visitor.help)
        asked = [wanted for wanted in HELPS if not (wanted is Help.COMPANION and alone)]
        self.tiles = {wanted: self.answer(wanted, place) for wanted, place in zip(asked, places, strict=False)}
        go_on = about_left_of(self, go_on)
        self.button(go_on, self._("Next"), self.flow.coming.go_on, self.primary, size=self.layout.title_size, main=True)
        self.refresh()

    def answer(self, wanted: Help, place: Box) -> Press:
        picture, text = HELPS[wanted]
        tile = self.tile(place, picture, self._(text), partial(self.flow.coming.toggle_help, wanted), SECOND, pad=1)
        side = 3 * GRID
        tile.check = self.glyph(CHECK, Box(place.right - side - GRID / 2, place.top - side - GRID / 2, side, side))
        return tile

    def refresh(self) -> None:
        for wanted, tile in self.tiles.items():
            chosen = wanted in self.flow.visitor.help
            kind = self.look(PRIMARY if chosen else SECOND)
            tile.ground, tile.check.text = kind.ground, CHECK if chosen else ""
            for part in (tile.label, tile.glyph, tile.check):
                if part is not None:
                    part.ink, part.ground = kind.ink, kind.ground


class LeaveColour(Paged):
    """ "Welke kleur is uw pasje?" Each with its pattern and its name."""

    def build(self) -> None:
        names = [colour_name(colour, self.flow.language) for colour in COLOURS]
        lines = int(self.flow.config.kiosk.reads_codes)
        usual, high = ((2, 4), 44) if self.layout.portrait else ((4, 2), 70)
        wide, target = widest(names, self.layout.readable) + 2, self.layout.target
        if not self.layout.portrait and self.layout.choices(*usual, tallest=high)[0].w < wide:
            usual = 3, 3
        places = self.shape(
            usual, (max(target, wide), max(target, 2.2 * self.layout.readable)), tallest=high, lines=lines
        )
        slip = self._("Or show your slip.") if self.flow.config.kiosk.reads_codes else ""
        self.header(self._("What colour is your pass?"), places[0].top, under=slip)
        room, size = places[0].inset(1, 0), self.layout.title_size
        self.one_size = min(self.fitting(name, room, size, lines=1) for name in names)
        self.show(COLOURS, places, self.colour)

    def colour(self, colour: str, place: Box) -> None:
        kind, own = self.pass_kind(colour), COLOUR[colour]
        self.surface(place, partial(self.flow.leaving.choose_colour, colour), kind)
        stripe = Box(place.x + GRID, place.y + GRID * 1.2, place.w - 2 * GRID, min(2.2 * GRID, place.h * 0.22))
        words = Box(place.x + 1, stripe.top, place.w - 2, place.top - stripe.top)
        if self.palette.spare:  # the colour itself, with its pattern in it, under its name
            swatch = Box(stripe.x, place.y + GRID / 2, stripe.w, stripe.h + GRID)
            self.add_widget(Card(ground=own.fill, corner=GRID, edge=self.palette.ink, **self.place(swatch)))
            stripe = swatch.inset(GRID / 2, GRID / 2)
        self.add_widget(Ribbon(own.pattern, own.ink, **self.place(stripe)))
        self.words(colour_name(colour, self.flow.language), words, self.one_size, kind=kind, halign="center")


class LeavePicture(Paged):
    """ "Welk plaatje staat erop?" All pictures, always, in the colour just chosen."""

    def build(self) -> None:
        size, target = self.layout.readable, self.layout.target
        names = [picture_name(picture, self.flow.language) for picture in PICTURES]
        least = max(target, widest(names, size) + 1.2), max(target, size * 2.4)
        places = self.shape(self.layout.picture_grid, least, gap=3.0, tallest=42)
        self.header(self._("Which picture is on it?"), places[0].top)
        self.show(PICTURES, places, self.picture)

    def picture(self, picture: str, place: Box) -> None:
        kind = self.pass_kind(self.flow.visitor.colour or COLOURS[0])
        spoken = Pass(self.flow.visitor.colour or COLOURS[0], picture).spoken(self.flow.language)
        self.surface(place, partial(self.flow.leaving.choose_picture, picture), kind, spoken=spoken)
        # The picture is what is looked for: the word takes no more than a third.
        size = max(min(place.h * 0.25, self.layout.body * 1.2), self.layout.readable)
        words = Box(place.x + 0.5, place.y + 0.2, place.w - 1, size * 1.34)
        name = picture_name(picture, self.flow.language)
        self.words(name, words, size, kind=kind, halign="center", fitted=True)
        above = Box(place.x, words.top - size * 0.24, place.w, place.top - words.top + size * 0.24)
        self.glyph(PICTURE[picture].glyph, above.inset(0, 0.5), kind=kind)


class LeaveDigit(Page):
    """ "Welk cijfer staat erop?" Asked only while passes with a digit are out."""

    def build(self) -> None:
        places = self.layout.choices(3, 3, tallest=48)
        self.header(self._("Which number is on it?"), places[0].top)
        kind = self.pass_kind(self.flow.visitor.colour or COLOURS[0])
        for digit, place in zip((None, *DIGITS), places, strict=True):
            text = self._("none") if digit is None else str(digit)
            act = partial(self.flow.leaving.choose_digit, digit)
            self.button(place, text, act, kind, size=self.layout.title_size * 1.4, main=not self.layout.larger)


def widest(names: list[str], size: float) -> float:
    """How wide the widest of these names of colours or pictures is."""
    for name in names:
        publish(name)
    return max(text_width(name, size) for name in names)
