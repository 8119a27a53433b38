"""What a page is built with. Without Kivy, so that the service can make it before Kivy is loaded."""

from dataclasses import dataclass

from kiosk.flow import Flow
from kiosk.layout import Layout
from kiosk.taps import Taps
from kiosk.theme import Palette, Theme


@dataclass(frozen=True)
class Setting:
    """The flow a page shows, the places on its panel, its looks, and which touches count."""

    flow: Flow
    layout: Layout
    theme: Theme
    taps: Taps

    @property
    def palette(self) -> Palette:
        """The colours as this visitor wants them."""
        return self.theme.palette(self.flow.choices.contrast)
