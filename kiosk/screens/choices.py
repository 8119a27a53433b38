"""The screens on which one of several large answers is tapped: the host, the help wanted, and the pass on leaving."""

from functools import partial

from kiosk.layout import GRID, READABLE, Box
from kiosk.passes import COLOUR, COLOURS, DIGITS, PICTURE, PICTURES, Pass, colour_name, picture_name
from kiosk.screens.page import PRIMARY, SECOND, Page
from kiosk.screens.parts import Press, Ribbon
from kiosk.screens.text import LINE_EM, fits
from kiosk.visits import Help
from retention.base.translations import N_

CHECK, NEXT_PAGE = "\uf12c", "\uf054"
HELPS = {
    Help.STAIRS: ("\uf4cd", N_("stairs")),
    Help.HEARING: ("\uf09b", N_("hearing")),
    Help.SIGHT: ("\uf208", N_("seeing")),
    Help.COMPANION: ("\uf00e", N_("companion")),
}


class Host(Page):
    """ "Voor wie komt u?" A few names at a time; whoever does not know goes on all the same."""

    def build(self) -> None:
        self.first = 0
        self.tiles: list[Press] = []
        columns, rows = (1, 4) if self.layout.portrait else (2, 3)
        low = self.layout.main_button
        self.places = self.layout.choices(columns, rows, below=low.h, tallest=32)
        self.header(self._("Who are you visiting?"), self.places[0].top)
        hosts = self.flow.config.visits.hosts
        half = self.layout.content.lower(low.h).grid(2, 1)
        more = len(hosts) > len(self.places)
        unknown = half[0] if more else self.layout.content.lower(low.h)
        act = partial(self.flow.coming.choose_host, None)
        self.button(unknown, self._("I do not know"), act, SECOND, size=self.layout.body * 1.2, main=True)
        if more:
            self.button(half[1], self._("More names"), self.turn, SECOND, size=self.layout.body * 1.2, main=True)
        self.show_hosts()

    def show_hosts(self) -> None:
        """The names of this page of hosts, in the order of the configuration."""
        for tile in self.tiles:
            self.remove_widget(tile.label)
            self.remove_widget(tile)
        hosts = self.flow.config.visits.hosts[self.first :]
        self.tiles = [
            self.button(
                place,
                cut(host.name, place),
                partial(self.flow.coming.choose_host, host.name),
                self.primary,
                size=self.layout.body * 1.3,
            )
            for place, host in zip(self.places, hosts, strict=False)
        ]

    def turn(self) -> None:
        """The next names; after the last the first again."""
        self.first += len(self.places)
        if self.first >= len(self.flow.config.visits.hosts):
            self.first = 0
        self.show_hosts()


class HelpWanted(Page):
    """ "Hulp bij brand?" Each answer is a tap, withdrawn by the same tap; going on costs no tap more."""

    def build(self) -> None:
        go_on = self.layout.wide_button
        places = self.layout.choices(2, 2, below=go_on.h, tallest=58, lines=1)
        self.header(self._("Help in a fire?"), places[0].top, under=self._("We come to get you."))
        self.tiles = {wanted: self.tile(wanted, place) for wanted, place in zip(HELPS, places, strict=True)}
        self.button(go_on, self._("Next"), self.flow.coming.go_on, self.primary, size=self.layout.title_size, main=True)
        self.refresh()

    def tile(self, wanted: Help, place: Box) -> Press:
        picture, text = HELPS[wanted]
        tile = self.surface(place, partial(self.flow.coming.toggle_help, wanted), SECOND)
        inside = place.inset(GRID * 1.5, GRID)
        if place.w > 2.2 * place.h:
            across = min(place.h * 0.6, place.w * 0.25)
            tile.glyph = self.glyph(picture, inside.left_part(across))
            words = Box(inside.x + across + GRID, inside.y, inside.w - across - 4 * GRID, inside.h)
            tile.label = self.words(self._(text), words, self.layout.body * 1.1)
        else:
            words = inside.lower(self.layout.body * LINE_EM * (2 if place.h > 50 else 1))
            tile.label = self.words(self._(text), words, self.layout.body, halign="center")
            tile.glyph = self.glyph(picture, inside.above(words, 0))
        side = 3 * GRID
        tile.check = self.glyph(CHECK, Box(place.right - side - GRID / 2, place.top - side - GRID / 2, side, side))
        return tile

    def refresh(self) -> None:
        for wanted, tile in self.tiles.items():
            chosen = wanted in self.flow.visitor.help
            kind = self.look(PRIMARY if chosen else SECOND)
            tile.ground, tile.check.text = kind.ground, CHECK if chosen else ""
            for part in (tile.label, tile.glyph, tile.check):
                part.ink, part.ground = kind.ink, kind.ground


class LeaveColour(Page):
    """ "Welke kleur heeft uw pasje?" Each with its pattern and its name."""

    def build(self) -> None:
        places = self.layout.colour_places()
        self.header(self._("What colour is your pass?"), places[0].top)
        for colour, place in zip(COLOURS, places, strict=True):
            kind = self.pass_kind(colour)
            self.surface(place, partial(self.flow.leaving.choose_colour, colour), kind, main=True)
            stripe = Box(place.x + GRID, place.y + GRID * 1.2, place.w - 2 * GRID, 2.2 * GRID)
            self.add_widget(Ribbon(COLOUR[colour].pattern, kind.ink, **self.place(stripe)))
            words = place.inset(GRID, GRID / 2).above(stripe, -place.y)
            words = Box(place.x + GRID, stripe.top, place.w - 2 * GRID, place.top - stripe.top)
            self.words(
                colour_name(colour, self.flow.language), words, self.layout.title_size, kind=kind, halign="center"
            )


class LeavePicture(Page):
    """ "Welk plaatje heeft uw pasje?" All pictures, always, in the colour just chosen."""

    def build(self) -> None:
        places = self.layout.picture_places()
        self.header(self._("Which picture is on it?"), places[0].top)
        kind = self.pass_kind(self.flow.visitor.colour or COLOURS[0])
        for picture, place in zip(PICTURES, places, strict=True):
            spoken = Pass(self.flow.visitor.colour or COLOURS[0], picture).spoken(self.flow.language)
            self.surface(place, partial(self.flow.leaving.choose_picture, picture), kind, spoken=spoken)
            # The picture is what is looked for: the word takes no more than a third.
            size = max(min(place.h * 0.25, self.layout.body * 1.2), READABLE)
            words = Box(place.x + 0.5, place.y + 0.2, place.w - 1, size * 1.34)
            self.words(picture_name(picture, self.flow.language), words, size, kind=kind, halign="center")
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
            self.button(place, text, act, kind, size=self.layout.title_size * 1.4, main=True)


def cut(name: str, place: Box) -> str:
    """A host's name as far as the tile holds it."""
    room, shown = place.inset(GRID, 0), name
    while shown and not fits(shown, room, READABLE):
        shown = shown[:-2].rstrip(" -") + "…"
    return shown
