"""What is refused before a visitor could meet it: colours nobody can read, fonts that are not there, no display."""

import pytest

from kiosk import display, fonts
from kiosk.fonts import Face
from kiosk.theme import INK, PAPER, WHITE, Theme, contrast
from retention.base.errors import ConfigurationRefused, Unavailable


def test_contrast_is_what_the_standard_says():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast(INK, PAPER) == pytest.approx(14.1, abs=0.05)


def test_an_action_colour_nobody_can_read_is_refused_with_one_that_would_do():
    with pytest.raises(ConfigurationRefused, match="would do") as refused:
        Theme("Onze organisatie", action="#20B2AA")
    better = next(word for word in str(refused.value).split() if word.startswith("#") and word != "#20B2AA")
    assert contrast(WHITE, better.rstrip(";")) >= 7


def test_a_font_that_is_missing_is_named_with_the_package_that_brings_it():
    with pytest.raises(Unavailable, match="install the Debian package fonts-nowhere"):
        assert Face("No Such Font", "Regular", "truetype/nowhere.ttf", "fonts-nowhere").file


def test_the_fonts_of_the_screens_are_here():
    fonts.check()


def test_without_a_display_nothing_is_opened(monkeypatch: pytest.MonkeyPatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Unavailable, match="display"):
        display.check()


def test_a_display_says_how_large_it_is(make_display, monkeypatch: pytest.MonkeyPatch):
    glass = make_display(1280, 800)
    monkeypatch.setenv("DISPLAY", glass.name)
    assert display.display_size() == (1280, 800)
