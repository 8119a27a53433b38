"""A page read as people read it: its sentences from the top, then what can be chosen, row by row, the strip last.

It goes by what stands where, so a page that was never thought of here is read as well; a part says what it is called
(`spoken`) only where its words are not its name.
"""

from collections.abc import Iterator
from typing import Any

from kiosk import bidi
from kiosk.languages import OWN_NAME
from kiosk.layout import Box
from kiosk.screens.page import CHECK, Page
from kiosk.screens.parts import Glyph, Press, Words
from kiosk.told import Target, Told

SILENT = " "  # the spoken name of what is said elsewhere on the page


def told(page: Page) -> Told:
    """All the page tells."""
    pressed = _in_order(page, [part for part in page.children if isinstance(part, Press)])
    words = _in_order(page, [part for part in page.children if isinstance(part, Words) and part.text])
    named: dict[Press, list[Words]] = {press: [] for press in pressed}
    free: list[Words] = []
    for part in words:
        owner = next((press for press in reversed(pressed) if press.collide_point(*part.center)), None)
        if owner is None:
            free.append(part)
        else:
            named[owner].append(part)
    targets = [_target(page, press, named[press]) for press in pressed]
    return Told(
        words=tuple(_sentences(part for part in free if not part.personal)),
        personal=tuple(_sentences(part for part in free if part.personal)),
        targets=tuple(targets),
        secret=page.secret,
        heading=_box(page, free[0]) if free else None,
    )


def _target(page: Page, press: Press, parts: list[Words]) -> Target:
    words = " ".join(_text(part) for part in parts if not part.personal)
    marks = (part for part in page.children if isinstance(part, Glyph))
    place = _box(page, press)
    return Target(
        name=press.spoken or words,
        act=press.act,
        place=place,
        chosen=any(mark.text == CHECK and press.collide_point(*mark.center) for mark in marks),
        letter=press.key or (page.secret and press.letter and len(words) == 1),
        strip=_in_strip(page, press),
        told=" ".join(_text(part) for part in parts if part.personal),
        language=press.language or next((code for code, name in OWN_NAME.items() if name == words), ""),
        role=_role(page, press),
    )


def _role(page: Page, press: Press) -> str:
    roles = {"back": page.flow.back, "help": page.flow.helping.call}
    return next((name for name, act in roles.items() if press.act == act), "")


def _text(part: Words) -> str:
    return str(part.spoken or part.text)


def _sentences(parts: Iterator[Words]) -> Iterator[str]:
    return (text for text in map(_text, parts) if text != SILENT)


def _in_order(page: Page, parts: list[Any]) -> list[Any]:
    """Row by row from the top, the strip last: in landscape it lies beside the rows, each part as high as two."""
    strip = [part for part in parts if _in_strip(page, part)]
    return [*_row_by_row(page, [part for part in parts if part not in strip]), *_row_by_row(page, strip)]


def _row_by_row(page: Page, parts: list[Any]) -> list[Any]:
    """From the top, each row as the language runs; what stands at one height is one row."""
    waiting = sorted(parts, key=lambda part: -part.top)
    ordered: list[Any] = []
    while waiting:
        first = waiting[0]
        row = [part for part in waiting if first.y < part.center_y < first.top or part is first]
        row.sort(key=lambda part: part.x, reverse=_leftward(page, row))
        ordered += row
        waiting = [part for part in waiting if part not in row]
    return ordered


def _leftward(page: Page, row: list[Any]) -> bool:
    """As the screen runs; a row of letters as those are read."""
    letters = "".join(part.label.text for part in row if isinstance(part, Press) and part.key and part.label)
    return bidi.leftward(letters) if letters else page.rtl


def _box(page: Page, part: Any) -> Box:
    density = page.layout.panel.density
    return Box(part.x / density, part.y / density, part.width / density, part.height / density)


def _in_strip(page: Page, part: Any) -> bool:
    """Whether it stands in the strip, on whichever side that is in this language."""
    frame = page.place(page.layout.frame)
    (left, low), (wide, along) = frame["pos"], frame["size"]
    return bool(left <= part.center_x <= left + wide and low <= part.center_y <= low + along)
