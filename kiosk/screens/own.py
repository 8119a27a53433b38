"""A visitor's own entry: what they told a moment ago, each line to be corrected by a tap; and taking the name back."""

from functools import partial
from typing import Final

from kiosk.layout import GRID, Box
from kiosk.screens.choices import HELPS
from kiosk.screens.page import KEY, PRIMARY, SECOND, Page
from kiosk.screens.telling import PassShown
from kiosk.screens.text import LINE_EM, text_width
from kiosk.screens.told import CHANGE, show_told
from kiosk.steps import Step
from kiosk.visits import Details, Help
from retention.base.translations import N_

ROW: Final = KEY
SIGNS: Final = {Step.NAME: "\uf004", Step.HOST: "\uf00e", Step.HELP: HELPS[Help.STAIRS][0]}
TITLE, ASKED = N_("Your details"), N_("Take your name away?")
NOT_CHOSEN: Final = N_("not chosen")
COMMA: Final = {"ar": "، ", "fa": "، "}


class OwnShown(Page):
    """ "Uw gegevens": a line for each question that was asked; a tap asks it again."""

    def build(self) -> None:
        own = self.flow.visitor.own
        if own is None:
            return
        away, other = self.layout.wide_button, self.flow.own.other()
        if not self.layout.portrait:
            away = away.lower(self.layout.target if self.layout.larger else min(away.h, 33.0 * self.layout.growth))
        lines = self.lines(own.details)
        places = self.places(len(lines), away)
        self.header(self._(self.flow.notice or TITLE), places[0].top)
        self.column = max(text_width(self._translate(what), self.layout.body) for _, what, _ in lines) + 2 * GRID
        for place, (question, what, told) in zip(places, lines, strict=True):
            self.line(place, question, self._(what), told)
        size, main = self.layout.body * 1.2, not self.layout.larger
        if other:
            narrow = self.layout.larger and not self.layout.portrait
            beside, away = away.split((72, 141) if narrow else (1, 1))
            self.button(beside, self._("The other"), self.flow.own.look_at_other, SECOND, size=size, main=main)
        self.button(away, self._("Take my name away"), self.flow.own.ask_to_take_back, SECOND, size=size, main=main)

    def places(self, count: int, away: Box) -> list[Box]:
        """As high as can be reached, with one line for the title above: what was told may be long."""
        room = self.layout.content.above(away, self.layout.gap)
        title = self.layout.title_size * LINE_EM
        if self.layout.larger:  # at least the lines that a notice takes
            title = (
                max(title, 2 * self.layout.readable * LINE_EM)
                if self.layout.portrait
                else self.layout.readable * LINE_EM
            )
        title += 0.2 + self.layout.gap * (2 if self.layout.portrait else 1)
        top = min(room.top - title, self.layout.reach) if self.layout.portrait else room.top - title
        most = 48.0 * self.layout.growth * count
        return room.lower(min(top - room.y, most)).grid(1, count)

    def lines(self, details: Details) -> list[tuple[Step, str, str]]:
        visits = self.flow.config.visits
        found = [(Step.NAME, N_("Name"), details.name)]
        if visits.ask_host != "off" and visits.hosts:
            found.append((Step.HOST, N_("Visiting"), details.host or self._translate(NOT_CHOSEN)))
        if visits.ask_help:
            wanted = COMMA.get(self.flow.language, ", ").join(
                self._translate(text) for help_, (_, text) in HELPS.items() if help_ in details.help
            )
            found.append((Step.HELP, N_("Help"), wanted or self._translate(NOT_CHOSEN)))
        return found

    def line(self, place: Box, question: Step, what: str, told: str) -> None:
        self.surface(place, partial(self.flow.own.correct, question), ROW)
        inside, size = place.inset(1.5 * GRID, 0), self.layout.body
        side = 3.5 * GRID
        self.glyph(CHANGE, Box(inside.right - side, place.y + (place.h - side) / 2, side, side), kind=ROW)
        wide = inside.left_part(inside.w - side - GRID)
        line = size * LINE_EM
        if self.layout.larger and inside.h >= 2 * line:  # large letters need the whole width
            self.words(what, wide.upper(line), size, kind=ROW)
            told_in = wide.lower(inside.h - line)
        elif self.layout.larger:
            self.glyph(SIGNS[question], wide.left_part(size), kind=ROW)
            told_in = wide.right_part(wide.w - size - GRID)
        else:
            self.words(what, wide.left_part(self.column), size, kind=ROW)
            told_in = wide.right_part(wide.w - self.column)
        show_told(self, told, told_in, size * 1.25)


class TakeBack(Page):
    """ "Uw naam wissen?" Asked once, for the next tap cannot be taken back here."""

    def build(self) -> None:
        go = self.layout.wide_button
        stay = Box(go.x, go.top + self.layout.gap, go.w, go.h)
        self.header(self._(ASKED), stay.top, under=self._("You keep your pass."))
        size = self.layout.title_size
        self.button(stay, self._("Yes, take it away"), self.flow.own.take_back, SECOND, size=size, main=True)
        self.button(go, self._("No, keep it"), self.flow.back, PRIMARY, size=size, main=True)


class Taken(PassShown):
    """ "Uw naam is gewist." The pass stays: somebody is inside all the same."""

    lead, last = N_("Your name is gone."), N_("Please tell reception.")
    may_bring = False

    def below(self, *, both: bool = False, waits: bool) -> str:
        return self.last
