"""The screens about the voice: how it reads, whether everybody may hear the name, and how fast one switch scans."""

from collections.abc import Iterator
from functools import partial

from kiosk.screens.page import PRIMARY, SECOND, TONED, Page
from kiosk.screens.serving import Offer, Serving
from kiosk.screens.telling import telling_room
from kiosk.ways.listening import PACES
from retention.base.translations import N_

LOUDER, SOFTER, DARK, STOP, TEMPO = "\uf57e", "\uf57f", "\uf209", "\uf4db", "\uf4c5"
SILENT = "\uf581"
SECONDS = {1.0: N_("1 second"), 2.0: N_("2 seconds"), 3.0: N_("3 seconds"), 5.0: N_("5 seconds")}


class ReadAloud(Serving):
    """ "Voorlezen": louder, softer, the screen off, no more, once more; or that there is no sound now."""

    def build(self) -> None:
        listening = self.flow.listening
        if listening.silent and not self.flow.choices.scanning:
            text, under = self._("The sound does not work now."), self._("Reception can help you.")
            self.picture_title(SILENT, text, under, telling_room(self, TONED), TONED)
            size = self.layout.title_size
            self.button(self.layout.wide_button, self._("Next"), self.flow.back, PRIMARY, size=size, main=True)
            return
        again = self.layout.wide_button
        offers = list(self.offers())
        columns = min(len(offers), 2)
        places = self.layout.choices(columns, -(-len(offers) // 2), below=again.h, tallest=50, lines=1)
        volume = self._("Volume {number} of 5.").format(number=self.flow.choices.volume)
        self.header(self._("Listen"), places[0].top, under=volume if listening.speaks else "")
        for place, offer in zip(places, offers, strict=False):
            self.tile(place, offer.glyph, offer.text, offer.act, offer.look, needed=True)
        text, act = (N_("Once more"), self.flow.back) if listening.speaks else (N_("Read"), listening.start)
        if not listening.silent and listening.offered:
            self.button(again, self._(text), act, PRIMARY, size=self.layout.title_size, main=True)

    def offers(self) -> Iterator[Offer]:
        """What can be changed now; the pace only for whoever scans."""
        listening = self.flow.listening
        if self.flow.choices.scanning:
            yield Offer(TEMPO, self._("Pace"), listening.ask_pace)
        if listening.speaks:
            yield Offer(LOUDER, self._("Louder"), listening.louder)
            yield Offer(SOFTER, self._("Softer"), listening.softer)
            yield Offer(STOP, self._("Stop reading"), listening.stop)
            if not self.flow.choices.scanning:
                yield Offer(DARK, self._("Screen off"), listening.darken)


class NameAloud(Page):
    """ "Iedereen kan uw naam horen." Asked once, before the first letter is said."""

    def build(self) -> None:
        places = self.layout.choices(1, 2, tallest=44, lines=int(self.layout.larger))
        self.header(self._("Everybody can hear your name."), places[0].top)
        size, answer = self.layout.title_size, self.flow.listening.answer
        for place, text, glyph, yes in (
            (places[0], N_("Say my name"), LOUDER, True),
            (places[1], N_("Do not say it"), SILENT, False),
        ):
            self.button(place, self._(text), partial(answer, yes), SECOND, size=size, glyph=glyph, main=True)


class Pace(Page):
    """ "Hoe snel?" The pace of scanning, chosen with the switch itself."""

    def build(self) -> None:
        places = self.layout.choices(1, 4, tallest=40)
        self.header(self._("How fast shall we go on?"), places[0].top)
        for place, seconds in zip(places, PACES, strict=True):
            act = partial(self.flow.listening.choose_pace, seconds)
            self.button(
                place, self._(SECONDS[seconds]), act, SECOND, size=self.layout.title_size, main=not self.layout.larger
            )
