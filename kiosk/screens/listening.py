"""The screens about the voice: how it reads, whether everybody may hear the name, and how fast one switch scans."""

from collections.abc import Callable
from functools import partial

from kiosk.screens.page import SECOND, Page
from kiosk.ways.listening import PACES
from retention.base.translations import N_

TITLE, SILENT_NOW = N_("Read aloud"), N_("The sound does not work now.")
LOUDER, SOFTER, DARK, STOP, START = N_("Louder"), N_("Softer"), N_("Screen off"), N_("Stop reading"), N_("Read")
AGAIN, PACE = N_("Once more"), N_("Pace")
EVERYBODY = N_("Everybody can hear your name.")
ALOUD, QUIETLY = N_("Say my name"), N_("Do not say it")
HOW_FAST = N_("How fast shall we go on?")
SECONDS = {1.0: N_("1 second"), 2.0: N_("2 seconds"), 3.0: N_("3 seconds"), 5.0: N_("5 seconds")}
VOLUME = N_("Volume {number} of 5.")


class ReadAloud(Page):
    """ "Voorlezen": louder, softer, once more, the screen off, no more."""

    def build(self) -> None:
        listening, again = self.flow.listening, self.layout.wide_button
        places = self.layout.choices(2, 2, below=again.h, tallest=44, lines=1)
        volume = self._(VOLUME).format(number=self.flow.choices.volume)
        under = self._(SILENT_NOW) if listening.silent else volume
        self.header(self._(TITLE), places[0].top, under=under)
        size = self.layout.title_size
        for place, (text, act) in zip(places, self.acts(), strict=False):
            self.button(place, self._(text), act, SECOND, size=size, main=True)
        text = AGAIN if listening.speaks else START
        act = self.flow.back if listening.speaks else listening.start
        if not listening.silent:
            self.button(again, self._(text), act, self.primary, size=size, main=True)

    def acts(self) -> list[tuple[str, Callable[[], object]]]:
        """What can be changed now."""
        listening, choices = self.flow.listening, self.flow.choices
        acts: list[tuple[str, Callable[[], object]]] = []
        if listening.speaks:
            acts = [(LOUDER, listening.louder), (SOFTER, listening.softer)]
            acts += [(DARK, listening.darken), (STOP, listening.stop)]
        if choices.scanning:
            acts = [*acts[:3], (PACE, listening.ask_pace)]
        return acts


class NameAloud(Page):
    """ "Iedereen kan uw naam horen." Asked once, before the first letter is said."""

    def build(self) -> None:
        places = self.layout.choices(1, 2, tallest=44)
        self.header(self._(EVERYBODY), places[0].top)
        size, answer = self.layout.title_size, self.flow.listening.answer
        self.button(places[0], self._(ALOUD), partial(answer, True), SECOND, size=size, main=True)
        self.button(places[1], self._(QUIETLY), partial(answer, False), SECOND, size=size, main=True)


class Pace(Page):
    """ "Hoe snel?" The pace of scanning, chosen with the switch itself."""

    def build(self) -> None:
        places = self.layout.choices(1, 4, tallest=40)
        self.header(self._(HOW_FAST), places[0].top)
        for place, seconds in zip(places, PACES, strict=True):
            act = partial(self.flow.listening.choose_pace, seconds)
            self.button(place, self._(SECONDS[seconds]), act, SECOND, size=self.layout.title_size, main=True)
