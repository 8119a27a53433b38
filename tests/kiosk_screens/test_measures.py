"""Every widget of every screen against the numbers: FIELD.md section 4 and LOOKS.md, on panels large and small."""

import re

import pytest

from kiosk.layout import CAPITAL, Layout, Panel
from kiosk.passes import COLOUR
from kiosk.theme import contrast
from retention.base.config import KioskSection
from tests.kiosk_screens.scenes import SCENES, config, panel, setting

PANELS = {
    "15.6 portrait, full HD": panel(15.6, 1080, 1920),
    "15.6 landscape, full HD": panel(15.6, 1920, 1080),
    "15.6 portrait, 100 ppi": panel(15.6, 768, 1366),
    "15.6 landscape, 100 ppi": panel(15.6, 1366, 768),
    "15.6 portrait, 4K": panel(15.6, 2160, 3840),
    "15.6 landscape, 16:10": panel(15.6, 1920, 1200),
    "21.5 portrait": panel(21.5, 1080, 1920),
    "21.5 landscape": panel(21.5, 1920, 1080),
    "24 portrait, 92 ppi": panel(24, 1080, 1920),
    "24 landscape, 184 ppi": panel(24, 3840, 2160),
    "24 portrait, 16:10": panel(24, 1200, 1920),
}
OFTEN = (
    "15.6 portrait, full HD",
    "15.6 landscape, 16:10",
    "21.5 portrait",
    "24 landscape, 184 ppi",
)
LANGUAGES = ("nl", "en")


def pages(kiosk: KioskSection, **how: str):
    """Every screen in every state and language on this panel."""
    from kiosk.screens.all import page_for  # noqa: PLC0415 - Kivy is loaded by these tests alone

    for language in LANGUAGES:
        for scene in SCENES:
            yield f"{scene} ({language})", page_for(setting(scene, kiosk, language, **how))


def faults(kiosk: KioskSection, rules: dict[str, object], **how: str) -> list[str]:
    """Which widget breaks which rule, all at once."""
    return [
        f"{name}: {type(widget).__name__} {getattr(widget, 'text', '')!r} {fault} ({rule})"
        for name, page in pages(kiosk, **how)
        for widget in page.walk(restrict=True)
        for rule, look in rules.items()
        for fault in look(page, widget)
    ]


def edges(page, widget) -> tuple[float, float, float, float]:
    """Left, bottom, right and top in millimetres."""
    density = page.layout.panel.density
    return widget.x / density, widget.y / density, widget.right / density, widget.top / density


def small_targets(page, widget):
    from kiosk.screens.parts import Press  # noqa: PLC0415

    if isinstance(widget, Press):
        left, low, right, top = edges(page, widget)
        if right - left < 20 or top - low < (30 if widget.main else 20):
            yield f"is {right - left:.1f} x {top - low:.1f} mm"


def targets_at_the_edge(page, widget):
    from kiosk.screens.parts import Press  # noqa: PLC0415

    if isinstance(widget, Press):
        left, low, right, top = edges(page, widget)
        nearest = min(left, low, page.layout.panel.width - right, page.layout.panel.height - top)
        if nearest < 15.5:
            yield f"lies {nearest:.1f} mm from the edge"


def small_letters(page, widget):
    from kiosk.screens.parts import Words  # noqa: PLC0415

    if isinstance(widget, Words) and widget.text:
        capital = widget.font_size * CAPITAL / page.layout.panel.density
        if capital < 7.3:
            yield f"has capitals of {capital:.2f} mm"


def pale_text(page, widget):
    from kiosk.screens.parts import Glyph, Words  # noqa: PLC0415

    if isinstance(widget, Words | Glyph) and widget.text and contrast(widget.ink, widget.ground) < 7:
        yield f"{widget.ink} on {widget.ground} is {contrast(widget.ink, widget.ground):.1f}:1"


def false_grounds(page, widget):
    """A text's ground is what is really painted under it: the topmost surface that holds its middle."""
    from kiosk.screens.parts import Card, Doorway, Glyph, Ground, Words  # noqa: PLC0415

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
    from kiosk.screens.parts import Press  # noqa: PLC0415

    if isinstance(widget, Press):
        tones = [widget.ground] + ([widget.edge] if widget.edge else [])
        best = max(contrast(tone, widget.around) for tone in tones)
        if best < 3:
            yield f"stands out at {best:.1f}:1"


def cut_text(page, widget):
    from kiosk.screens.parts import Words  # noqa: PLC0415

    if isinstance(widget, Words) and widget.text:
        _, low, _, top = ink(widget)
        if widget.texture_size[0] > widget.width + 2 or low < widget.y - 2 or top > widget.top + 2:
            yield f"needs {widget.texture_size[0]} x {top - low:.0f} px and has {widget.width} x {widget.height}"
        words = widget.text.split() if widget.text_size[0] else [widget.text]
        if any(widget._label.get_extents(word)[0] > widget.width + 2 for word in words):
            yield "is broken within a word"


def text_outside_its_card(page, widget):
    from kiosk.screens.parts import Glyph, Press, Words  # noqa: PLC0415

    if isinstance(widget, Words | Glyph) and widget.text:
        for press in page.children:
            if isinstance(press, Press) and press.collide_point(*widget.center):
                inside = press.x - 1 <= widget.x and widget.right <= press.right + 1 and press.y - 1 <= widget.y
                if not (inside and widget.top <= press.top + 1):
                    yield "stands out of what it names"


def overlapping(page, widget):
    from kiosk.screens.parts import Press  # noqa: PLC0415

    if isinstance(widget, Press):
        for other in page.children:
            if isinstance(other, Press) and other is not widget and widget.collide_widget(other):
                yield "lies over something else to tap"


def overlapping_words(page, widget):
    from kiosk.screens.parts import Words  # noqa: PLC0415

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
    from kiosk.screens.parts import Press  # noqa: PLC0415

    if isinstance(widget, Press) and page.layout.portrait:
        top = edges(page, widget)[3]
        if top > max(page.layout.panel.height * 0.53, 280):
            yield f"reaches up to {top:.0f} mm of {page.layout.panel.height:.0f}"


RULES = {
    "targets are 20 mm or more, main buttons 30 mm high": small_targets,
    "no target lies near the edge": targets_at_the_edge,
    "capitals are 7.3 mm or more": small_letters,
    "text keeps 7:1": pale_text,
    "grounds are what is painted": false_grounds,
    "controls keep 3:1": faint_controls,
    "no text is cut off": cut_text,
    "no text stands out of its button": text_outside_its_card,
    "no targets overlap": overlapping,
    "no texts overlap": overlapping_words,
    "in portrait what is touched lies low": far_up,
}


@pytest.mark.parametrize(
    "size", [size if size in OFTEN else pytest.param(size, marks=pytest.mark.slow) for size in PANELS]
)
def test_every_widget_of_every_screen_keeps_to_the_numbers(size: str, frames):
    assert faults(PANELS[size], RULES) == []


# Always in the same place on every screen, or the face of a key; not what somebody has to read.
NOT_READ = {"Terug", "Anders", "Hulp", "Voorlezen", "spatie"}
READ_AT_LEISURE = {"privacy", "terms"}
CHANGED_TWICE = {"name, missing", "name, not shown"}


@pytest.mark.parametrize("scene", sorted(SCENES.keys() - CHANGED_TWICE))
def test_a_screen_says_little_and_in_short_sentences(scene: str, frames):
    from kiosk.screens.all import page_for  # noqa: PLC0415

    said = set(page_for(setting(scene, PANELS["21.5 portrait"])).said) - NOT_READ
    assert sum(len(text.split()) for text in said) <= (40 if scene in READ_AT_LEISURE else 12)
    assert all(len(sentence.split()) <= 8 for text in said for sentence in re.split(r"[.!?]", text))


@pytest.mark.parametrize("size", ["15.6 portrait, full HD", "15.6 landscape, full HD"])
def test_a_long_name_of_the_organisation_is_not_cut_off(size: str, frames):
    name = "Stichting Samenwerkende Zorgaanbieders Oost-Nederland e.o."
    assert faults(PANELS[size], {"no text is cut off": cut_text}, organisation=name) == []


@pytest.mark.parametrize("pattern", [colour.pattern for colour in COLOUR.values()])
def test_every_pattern_is_drawn(pattern: str, frames):
    from kiosk.screens.parts import Ribbon  # noqa: PLC0415

    ribbon = Ribbon(pattern, "#000000", pos=(0, 0), size=(200, 20), size_hint=(None, None))
    assert len(ribbon.canvas.children) > 1


def test_in_a_smaller_window_everything_keeps_its_proportions():
    kiosk = config().kiosk
    whole, half = Layout(Panel.of(kiosk)), Layout(Panel.of(kiosk, (540, 960)))
    assert half.panel.density == pytest.approx(whole.panel.density / 2)
    assert half.main_button == whole.main_button
