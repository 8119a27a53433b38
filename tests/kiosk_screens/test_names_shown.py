"""Any name is shown without boxes, listed and printed without loss; a script without a font is said at typing."""

import re
import subprocess
import unicodedata
from functools import cache

import pytest

from kiosk import fonts
from kiosk.calamity.paper import paper
from kiosk.calamity.roll import assemble
from kiosk.calamity.text import text as plain_text
from kiosk.calamity.thelist import compose
from kiosk.keyboard import Typed
from kiosk.visits import clean_name
from kiosk.ways.typing import CANNOT_DRAW, Typing
from tests.calamity.lobby import arrival
from tests.calamity.visitors import NOW, SITE
from tests.kiosk_screens.scenes import panel, setting
from tests.support.bars import Bars
from tests.support.names import FROM_THE_RIGHT, Name, names

SEEDED, ALL, SEED = 200, 10_000, 26
ON_A_LIST = 100
JOINED = (*FROM_THE_RIGHT, "devanagari")  # read back from a PDF in the order of their shapes
NOBODY = "\U0010fffd"


class Glass:
    """The screen that asks a name, on which names are typed one after another."""

    def __init__(self) -> None:
        from kiosk.screens.all import page_for  # noqa: PLC0415 - Kivy is loaded by these tests alone

        self._page = page_for(setting("name, empty", panel(15.6, 1080, 1920)))
        self._flow = self._page.flow
        self._typing = Typing(self._flow, fonts.drawable)
        self._at = 0.0

    def type(self, name: str) -> tuple[str, str]:
        """What is shown of a name, and what is said about it. It must stand in its frame."""
        self._flow.visitor.typed = Typed()
        self._at += 60  # a minute between two people: quicker typing is taken for a scanner's
        self._typing.enter(name, self._at)
        self._page.refresh()
        words = next(part for part in self._page.field._parts if hasattr(part, "text"))
        words.texture_update()
        assert words.texture_size[0] <= words.width + 2
        return words.text, self._flow.notice


@cache
def drawn(face: fonts.Face, letter: str) -> bytes:
    """The pixels of a letter in a font."""
    from kivy.core.text import Label  # noqa: PLC0415

    label = Label(font_name=face.file, font_size=40, font_script_name=face.script, font_direction="ltr")
    label.resolve_font_name()
    label._size = (160, 160)
    label._render_begin()
    label._render_text(letter, 60, 20)
    return bytes(label._render_end().data)


def boxes(name: str) -> list[str]:
    """The letters of a name that its font draws as it draws what it does not have."""
    found = []
    for run in fonts.runs(name):
        if run.face is None:
            found += list(run.text)
        else:
            blank = drawn(run.face, NOBODY)
            found += [letter for letter in run.text if not letter.isspace() and drawn(run.face, letter) == blank]
    return found


def shown_wrongly(glass: Glass, name: Name) -> list[str]:
    """What is wrong with a name on the glass."""
    shown, said = glass.type(name.text)
    faults = []
    if not name.text.endswith(shown.removeprefix("…")) or not shown:
        faults.append("is not what was typed")
    if (said == CANNOT_DRAW) is name.drawable:
        faults.append("is said to be drawable, or not, against the truth")
    if name.drawable and boxes(name.text):
        faults.append(f"shows boxes for {boxes(name.text)!a}")
    return [f"{name.text!a} {fault}" for fault in faults]


def squeezed(words: str) -> str:
    """Letters alone, as a reader compares them; a time may stand between the lines of a long name."""
    words = re.sub(r"\d\d:\d\d", "", words)
    return re.sub(r"[\s\u200b-\u200f\ufe0f\u2066-\u2069-]", "", unicodedata.normalize("NFKC", words))


def read_back(pdf: bytes) -> str:
    """What stands on paper, as poppler reads it."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


def lost(some: list[Name]) -> list[str]:
    """Which names do not stand whole on a list of these, as plain text or as a PDF."""
    kept = [clean_name(name.text) for name in some]
    roll = assemble([arrival(text, visit=f"v{number}", minute=number % 60) for number, text in enumerate(kept)])
    the_list = compose(roll, organisation="O", site=SITE, as_of=NOW)
    plain = squeezed(plain_text(the_list))
    printed = squeezed(read_back(paper().pdf(the_list)))
    faults = [f"{text!a} is not in the text" for text in kept if squeezed(text) not in plain]
    for name, text in zip(some, kept, strict=True):
        letters = squeezed(text)
        whole = letters in printed
        if name.marked or set(JOINED) & set(name.scripts):
            whole = len(set(letters) & set(printed)) >= len(set(letters)) / 2
        if not whole:
            faults.append(f"{text!a} is not on the paper")
    if "(?)" in printed:
        faults.append("something could not be printed")
    return faults


def held(count: int) -> tuple[list[str], list[str]]:
    """The faults of so many names on the glass, and on lists."""
    glass, every = Glass(), list(names(count, SEED))
    glassy = [fault for name in every for fault in shown_wrongly(glass, name)]
    papery = [fault for start in range(0, count, ON_A_LIST) for fault in lost(every[start : start + ON_A_LIST])]
    return glassy, papery


def test_names_of_every_script_are_shown_without_boxes_and_listed_without_loss(frames):
    assert held(SEEDED) == ([], [])


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_ten_thousand_names_are_shown_without_boxes_and_listed_without_loss(frames, bars: Bars):
    glass, papers = held(ALL)
    bars.at_least("generated names on the glass and on lists", ALL, 10_000)
    bars.at_most("... shown with a box, not whole, or not said", len(glass), 0)
    bars.at_most("... lost in the text or on the paper", len(papers), 0)


def test_a_font_that_lacks_a_letter_is_seen_to_draw_a_box(frames):
    assert drawn(fonts.TEXT, "م") == drawn(fonts.TEXT, NOBODY) != drawn(fonts.TEXT, "m")
