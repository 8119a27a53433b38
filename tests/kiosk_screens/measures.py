"""The rules every widget of every screen is held against: FIELD.md section 4 and LOOKS.md, enlarged where asked."""

from kiosk.layout import CAPITAL
from kiosk.screens.paged import Paged
from kiosk.screens.parts import Card, Doorway, Glyph, Ground, Press, Words
from kiosk.theme import Contrast, contrast

ROUNDING = 0.2  # millimetres: a pixel of a coarse panel and its neighbour
LOWEST = 251  # where a panel hangs at 850 mm above the floor, 1100 mm is here


def pages_of(page):
    """The page, and each further page of its answers."""
    yield page
    if isinstance(page, Paged):
        while page.turn_on():
            yield page


def edges(page, widget) -> tuple[float, float, float, float]:
    """Left, bottom, right and top in millimetres."""
    density = page.layout.panel.density
    return widget.x / density, widget.y / density, widget.right / density, widget.top / density


def small_targets(page, widget):
    if isinstance(widget, Press):
        left, low, right, top = edges(page, widget)
        least, high = (20, 30 if widget.main else 20) if not page.layout.larger else (30, 45 if widget.main else 30)
        if right - left < least - ROUNDING or top - low < high - ROUNDING:
            yield f"is {right - left:.1f} x {top - low:.1f} mm"


def targets_at_the_edge(page, widget):
    if isinstance(widget, Press):
        left, low, right, top = edges(page, widget)
        nearest = min(left, low, page.layout.panel.width - right, page.layout.panel.height - top)
        if nearest < 15.5:
            yield f"lies {nearest:.1f} mm from the edge"


def small_letters(page, widget):
    if isinstance(widget, Words) and widget.text:
        capital = widget.font_size * CAPITAL / page.layout.panel.density
        # Long words of another language may stand smaller where they would be cut off, but never unreadably so.
        enlarged = page.layout.larger and page.flow.language == "nl"
        if capital < (7.3 * 1.5 if enlarged else 7.3):
            yield f"has capitals of {capital:.2f} mm"


def pale_text(page, widget):
    least = 7 if page.flow.choices.contrast is Contrast.PAPER else 15
    if isinstance(widget, Words | Glyph) and widget.text and contrast(widget.ink, widget.ground) < least:
        yield f"{widget.ink} on {widget.ground} is {contrast(widget.ink, widget.ground):.1f}:1"


def false_grounds(page, widget):
    """A text's ground is what is really painted under it: the topmost surface that holds its middle."""
    if not isinstance(widget, Words | Glyph) or not widget.text:
        return
    below = [
        part
        for part in reversed(page.children[page.children.index(widget) + 1 :])
        if part.collide_point(*widget.center)
    ]
    painted = [
        part for part in [page, *below] if isinstance(part, Card | Ground | Doorway) and type(part).__name__ != "Page"
    ]
    ground = painted[-1].tones[-1] if isinstance(painted[-1], Doorway) else painted[-1].ground
    if ground != widget.ground:
        yield f"is said to stand on {widget.ground} and stands on {ground}"


def faint_controls(page, widget):
    if isinstance(widget, Press):
        tones = [widget.ground] + ([widget.edge] if widget.edge else [])
        best = max(contrast(tone, widget.around) for tone in tones)
        if best < 3:
            yield f"stands out at {best:.1f}:1"


def cut_text(page, widget):
    if isinstance(widget, Words) and widget.text:
        _, low, _, top = ink(widget)
        if widget.texture_size[0] > widget.width + 2 or low < widget.y - 2 or top > widget.top + 2:
            yield f"needs {widget.texture_size[0]} x {top - low:.0f} px and has {widget.width} x {widget.height}"
        words = widget.text.split()
        if any(widget._label.wide(word) > widget.width + 2 for word in words):
            yield "is broken within a word"


def text_outside_its_card(page, widget):
    if isinstance(widget, Words | Glyph) and widget.text:
        for press in page.children:
            if isinstance(press, Press) and press.collide_point(*widget.center):
                inside = press.x - 1 <= widget.x and widget.right <= press.right + 1 and press.y - 1 <= widget.y
                if not (inside and widget.top <= press.top + 1):
                    yield "stands out of what it names"


def overlapping(page, widget):
    if isinstance(widget, Press):
        for other in page.children:
            if isinstance(other, Press) and other is not widget and widget.collide_widget(other):
                yield "lies over something else to tap"


def overlapping_words(page, widget):
    if isinstance(widget, Words) and widget.text:
        for other in page.children:
            if isinstance(other, Words) and other is not widget and other.text and overlap(ink(widget), ink(other)):
                yield f"runs into {other.text!r}"


def ink(words) -> tuple[float, float, float, float]:
    """Where the letters of a text are: Andika leaves blank under its last line and over its first."""
    if not words.texture_size[1]:
        words.texture_update()
    along, em = words.texture_size[1], words.font_size
    return words.x, words.center_y - along / 2 + em * 0.12, words.right, words.center_y + along / 2 - em * 0.2


def overlap(one, other) -> bool:
    return one[0] < other[2] - 3 and other[0] < one[2] - 3 and one[1] < other[3] - 1 and other[1] < one[3] - 1


def far_up(page, widget):
    if isinstance(widget, Press) and page.layout.portrait:
        top = edges(page, widget)[3]
        if top > (LOWEST if page.layout.lower else max(page.layout.panel.height * 0.53, 280)):
            yield f"reaches up to {top:.0f} mm of {page.layout.panel.height:.0f}"


RULES = {
    "targets are 20 mm or more, main buttons 30 mm high": small_targets,
    "no target lies near the edge": targets_at_the_edge,
    "capitals are 7.3 mm or more": small_letters,
    "text keeps 7:1, and 15:1 in two colours": pale_text,
    "grounds are what is painted": false_grounds,
    "controls keep 3:1": faint_controls,
    "no text is cut off": cut_text,
    "no text stands out of its button": text_outside_its_card,
    "no targets overlap": overlapping,
    "no texts overlap": overlapping_words,
    "in portrait what is touched lies low": far_up,
}
