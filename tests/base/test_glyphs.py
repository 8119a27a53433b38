"""Which letters can be printed is read from the fonts themselves."""

from pathlib import Path

import pytest

from retention.base.glyphs import REPLACEMENT, Face, Fonts

ANDIKA = Face("Andika", Path("/usr/share/fonts/truetype/andika/Andika-Regular.ttf"))
CJK = Face("Noto Sans CJK SC", Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), 2)


@pytest.mark.parametrize(("letter", "andika", "cjk"), [("a", True, True), ("Ж", True, True), ("王", False, True)])
def test_a_font_tells_which_letters_it_has(letter: str, andika: bool, cjk: bool) -> None:
    assert (ANDIKA.has(letter), CJK.has(letter)) == (andika, cjk)


def test_the_first_font_that_has_a_letter_prints_it() -> None:
    assert Fonts([ANDIKA, CJK]).families("aя王") == ["Andika", "Noto Sans CJK SC"]


def test_what_no_font_has_is_replaced_by_a_mark_that_can_be_read() -> None:
    assert Fonts([ANDIKA]).printable("Jan 王") == f"Jan {REPLACEMENT}"


def test_marks_of_direction_and_controls_are_left_out() -> None:
    assert Fonts([ANDIKA]).printable("Ja\u202en\x07") == "Jan"


@pytest.mark.parametrize(
    "content", [b"", b"no font at all, but long enough to be read as one" * 9, b"\0\1\0\0" + bytes(99)]
)
def test_a_font_that_cannot_be_read_has_no_letters(tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(content)
    assert not Face("Broken", broken).has("a")
    assert not Face("Absent", tmp_path / "absent.ttf").has("a")
