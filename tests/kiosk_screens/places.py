"""Where the answers of signing out stand, for a finger that knows no page: with all of them on the screen at once."""

from kiosk.layout import Box, Layout


def colour_places(layout: Layout) -> list[Box]:
    """The eight colours, in the order of `kiosk.passes`."""
    return layout.choices(2, 4, tallest=44) if layout.portrait else layout.choices(4, 2, tallest=70)


def picture_places(layout: Layout) -> list[Box]:
    """The twenty-four pictures, in the order of `kiosk.passes`."""
    return layout.choices(*layout.picture_grid, gap=3.0, tallest=42)
