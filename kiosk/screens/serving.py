"""How a visitor wants this screen: in another language, larger, lower, in two colours."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from kiosk.languages import OWN_NAME
from kiosk.layout import GRID, Box
from kiosk.screens.page import GLOBE, PRIMARY, SECOND, Look, Page
from kiosk.screens.parts import Press
from kiosk.screens.text import LINE_EM, line_count
from kiosk.theme import Contrast
from retention.base.translations import N_

LARGER, LOWER, COLOURS, CHECK = "\uf27f", "\uf046", "\uf197", "\uf12c"
CONTRASTS = {Contrast.YELLOW_ON_BLACK: N_("black screen"), Contrast.BLACK_ON_YELLOW: N_("yellow screen")}


@dataclass(frozen=True)
class Offer:
    """One way to be served: what a tap on it does, and whether it is chosen now."""

    glyph: str
    text: str
    act: Callable[[], object]
    look: Look = SECOND
    chosen: bool = False


class Serving(Page):
    """ "Wat helpt u?" Every answer shows at once, and the same tap takes it back."""

    def build(self) -> None:
        go_on = self.layout.wide_button
        offers = list(self.offers())
        columns = 2 if self.layout.portrait or len(offers) == 4 else 3
        rows = -(-len(offers) // columns)
        places = self.layout.choices(columns, rows, below=go_on.h, tallest=50)
        if len(offers) < len(places):  # the first stands over the whole width
            wide = Box(places[0].x, places[0].y, places[columns - 1].right - places[0].x, places[0].h)
            places = [wide, *places[columns:]]
        self.header(self._("What helps you?"), places[0].top)
        for place, offer in zip(places, offers, strict=False):
            self.tile(place, offer)
        self.button(go_on, self._("Next"), self.flow.back, PRIMARY, size=self.layout.title_size, main=True)

    def offers(self) -> Iterator[Offer]:
        """What there is to choose; in landscape everything is low already."""
        serving, now = self.flow.serving, self.flow.choices
        other = self.flow.tongue.others()
        if len(other) == 1:
            yield Offer(GLOBE, OWN_NAME[other[0]], partial(self.flow.tongue.choose, other[0]))
        elif other:
            yield Offer(GLOBE, self._("language"), self.flow.tongue.ask)
        yield Offer(LARGER, self._("larger"), serving.toggle_larger, chosen=now.larger)
        if self.layout.portrait:
            yield Offer(LOWER, self._("lower"), serving.toggle_lower, chosen=now.lower)
        for contrast, text in CONTRASTS.items():
            look = self.setting.theme.palette(contrast).kind(SECOND)
            act, chosen = partial(serving.colours, contrast), now.contrast is contrast
            yield Offer(COLOURS, self._(text), act, look, chosen)

    def tile(self, place: Box, offer: Offer) -> Press:
        """An answer; what is chosen carries a tick, and the primary colour where it has none of its own."""
        look = PRIMARY if offer.chosen and offer.look is SECOND else offer.look
        press = self.surface(place, offer.act, look)
        picture = CHECK if offer.chosen else offer.glyph
        inside, size = place.inset(GRID, GRID / 2), self.layout.body
        lines = line_count(offer.text, inside.w, size)
        if inside.h < size * LINE_EM * lines + size:  # beside one another in a low place
            side = min(inside.h * 0.6, size * 1.2)
            words = inside.right_part(inside.w - side - GRID)
            press.glyph = self.glyph(picture, inside.left_part(side), kind=look)
            press.label = self.words(offer.text, words, size, kind=look)
            return press
        words = inside.lower(size * LINE_EM * lines)
        press.label = self.words(offer.text, words, size, kind=look, halign="center")
        press.glyph = self.glyph(picture, inside.above(words, 0), kind=look)
        return press
