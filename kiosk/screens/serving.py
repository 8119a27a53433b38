"""How a visitor wants this screen: in another language, larger, lower, in two colours."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from kiosk.languages import OWN_NAME, others
from kiosk.layout import Box
from kiosk.screens.page import CHECK, GLOBE, PRIMARY, SECOND, Look, Page
from kiosk.screens.text import LINE_EM
from kiosk.theme import Contrast
from retention.base.translations import N_

LARGER, LOWER, COLOURS = "\uf27f", "\uf046", "\uf197"
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
        places = self.places(len(offers), go_on.h)
        self.header(self._("What helps you?"), places[0].top)
        for place, offer in zip(places, offers, strict=True):
            # What is chosen carries a tick, and the primary colour where it has none of its own.
            look = PRIMARY if offer.chosen and offer.look is SECOND else offer.look
            glyph = CHECK if offer.chosen else offer.glyph
            self.tile(place, glyph, offer.text, offer.act, look, pad=0.3, needed=True)
        self.button(go_on, self._("Next"), self.flow.back, PRIMARY, size=self.layout.title_size, main=True)

    def places(self, count: int, below: float) -> list[Box]:
        """Rows of two from the last on; enlarged, the last row is higher, for its words take two lines."""
        rows = -(-count // 2)
        cells = self.layout.choices(1, rows, below=below, tallest=50)
        whole = Box(cells[-1].x, cells[-1].y, cells[0].w, cells[0].top - cells[-1].y)
        gap = cells[0].y - cells[1].top
        shares = [1.0] * rows
        if self.layout.larger and self.layout.portrait:
            last = 2 * LINE_EM * self.layout.readable + 1.2
            shares = [(whole.h - last - (rows - 1) * gap) / (rows - 1)] * (rows - 1) + [last]
        bands = whole.stack(shares, gap)
        halves = [half for band in bands for half in band.grid(2, 1)]
        return halves if count % 2 == 0 else [bands[0], *halves[2:]]

    def offers(self) -> Iterator[Offer]:
        """What there is to choose; in landscape everything is low already."""
        serving, now = self.flow.serving, self.flow.choices
        other = others(self.flow.config.kiosk.languages, self.flow.language)
        if len(other) == 1:
            yield Offer(GLOBE, OWN_NAME[other[0]], partial(serving.language, other[0]))
        elif other:
            yield Offer(GLOBE, self._("language"), self.flow.serving.begin_language)
        yield Offer(LARGER, self._("larger"), serving.toggle_larger, chosen=now.larger)
        if self.layout.portrait:
            yield Offer(LOWER, self._("lower"), serving.toggle_lower, chosen=now.lower)
        for contrast, text in CONTRASTS.items():
            look = self.setting.theme.palette(contrast).kind(SECOND)
            act, chosen = partial(serving.colours, contrast), now.contrast is contrast
            yield Offer(COLOURS, self._(text), act, look, chosen)
