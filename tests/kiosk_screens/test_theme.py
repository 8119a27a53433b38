"""What is refused before a visitor could meet it: colours nobody can read, fonts that are not there, no display."""

import zlib
from colorsys import rgb_to_hls
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk import display, fonts
from kiosk.fonts import Face
from kiosk.languages import OWN_NAME
from kiosk.theme import INK, PAPER, WHITE, Contrast, Role, Theme, contrast
from kiosk.themefile import PNG, read_theme
from retention.base.config import Config, KioskSection, OrganisationSection
from retention.base.errors import ConfigurationRefused, Unavailable


def test_contrast_is_what_the_standard_says():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast(INK, PAPER) == pytest.approx(14.1, abs=0.05)


@pytest.mark.parametrize("tone", ["#E7DFCE", "#DDE8F0", "#E8E0F0", "#DDEEDD", "#F4E3E0"])
def test_the_frame_of_the_door_is_a_deeper_tone_of_the_houses_own(tone: str):
    frame = Theme("Onze organisatie", tone=tone).palette(Contrast.PAPER).frame
    (hue, *_), (of_frame, _, colourful) = (
        rgb_to_hls(*(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))) for colour in (tone, frame)
    )
    assert of_frame == pytest.approx(hue, abs=0.02)
    assert colourful > 0.2
    assert 1.15 < contrast(frame, tone) < 1.5


def test_an_action_colour_nobody_can_read_is_refused_with_one_that_would_do():
    with pytest.raises(ConfigurationRefused, match="would do") as refused:
        Theme("Onze organisatie", action="#20B2AA")
    better = next(word for word in str(refused.value).split() if word.startswith("#") and word != "#20B2AA")
    assert contrast(WHITE, better.rstrip(";")) >= 7


@pytest.fixture
def themed(tmp_path: Path):
    """Write a theme file and read it as the kiosk does at its start."""

    def read(text: str) -> Theme:
        path = tmp_path / "theme.toml"
        path.write_text(text, encoding="utf-8")
        return read_theme(Config(organisation=OrganisationSection(name="De Hoofdzaak"), kiosk=KioskSection(theme=path)))

    return read


def a_logo(path: Path) -> bytes:
    cv2.imwrite(str(path), np.full((40, 120, 3), 90, np.uint8))
    return path.read_bytes()


def test_a_theme_file_gives_name_logo_and_colours(themed, tmp_path: Path):
    a_logo(tmp_path / "logo.png")
    theme = themed('name = "De Linde"\nlogo = "logo.png"\naction = "#123456"\n')
    assert (theme.organisation, theme.action, theme.logo) == ("De Linde", "#123456", tmp_path / "logo.png")
    assert theme.palette(Contrast.PAPER).kind(Role.PRIMARY).ground == "#123456"


def test_a_logo_of_one_tone_is_taken_however_large_it_unpacks(themed, tmp_path: Path):
    (tmp_path / "logo.png").write_bytes(with_points(zlib.compress(b"\0" * 5_000_000)))
    assert themed('logo = "logo.png"').logo is not None


def test_what_a_theme_file_leaves_out_is_as_usual(themed):
    assert themed("") == Theme("De Hoofdzaak")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('paper = "#445566"', "would do"),
        ('tone = "#777777"', "would do"),
        ('action = "green"', "action"),
        ('colour = "#123456"', "colour"),
        ("name = 'x", "cannot be read"),
        ('logo = "nowhere.png"', "logo"),
    ],
)
def test_a_theme_nobody_could_read_is_refused_with_the_remedy(themed, text: str, problem: str):
    with pytest.raises(ConfigurationRefused, match=problem):
        themed(text)


def test_a_theme_that_is_not_there_is_told_with_the_place_where_it_was_looked_for(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationRefused, match=f"{tmp_path}/ours.toml"):
        read_theme(Config(kiosk=KioskSection(theme=Path("ours.toml"))))


def with_points(packed: bytes) -> bytes:
    """A PNG of one point whose sums are right, whatever its points are packed like."""
    parts = ((b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0"), (b"IDAT", packed), (b"IEND", b""))
    sums = ((len(data).to_bytes(4, "big"), kind + data) for kind, data in parts)
    return PNG + b"".join(length + part + zlib.crc32(part).to_bytes(4, "big") for length, part in sums)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-30],
        lambda data: b"GIF89a" + data,
        lambda data: data[:60] + b"x" + data[61:],
        lambda _: with_points(b"no points"),
        lambda _: with_points(zlib.compress(b"\0" * 5_000_000)[:-9]),
    ],
)
def test_a_logo_that_could_not_be_drawn_is_refused_at_the_start(themed, tmp_path: Path, spoil):
    logo = tmp_path / "logo.png"
    logo.write_bytes(spoil(a_logo(logo)))
    with pytest.raises(ConfigurationRefused, match="whole PNG"):
        themed('logo = "logo.png"')


@pytest.mark.parametrize("wanted", [Contrast.YELLOW_ON_BLACK, Contrast.BLACK_ON_YELLOW])
def test_two_colours_keep_far_more_than_15_to_1_in_every_role(wanted: Contrast):
    palette = Theme("Onze organisatie").palette(wanted)
    kinds = [palette.kind(role) for role in Role]
    assert min(contrast(kind.ink, kind.ground) for kind in kinds) > 17


@pytest.mark.parametrize("wanted", Contrast)
def test_every_role_can_be_read(wanted: Contrast):
    palette = Theme("Onze organisatie").palette(wanted)
    assert min(contrast(palette.kind(role).ink, palette.kind(role).ground) for role in Role) >= 7


def test_a_font_that_is_missing_is_named_with_the_package_that_brings_it():
    with pytest.raises(Unavailable, match="install the Debian package fonts-nowhere"):
        assert Face("No Such Font", "Regular", "truetype/nowhere.ttf", "fonts-nowhere").file


def test_the_fonts_of_the_screens_are_here():
    fonts.check(OWN_NAME)


def test_a_language_whose_letters_no_font_can_draw_is_not_offered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fonts, "OTHERS", (replace(fonts.OTHERS[1], name="No Such Font", path="nowhere.ttf"),))
    fonts.check(["nl", "uk"])
    with pytest.raises(Unavailable, match="install the Debian package fonts-noto-core"):
        fonts.check(["nl", "fa"])


def test_without_a_display_nothing_is_opened(monkeypatch: pytest.MonkeyPatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Unavailable, match="display"):
        display.check()


def test_a_display_says_how_large_it_is(make_display, monkeypatch: pytest.MonkeyPatch):
    glass = make_display(1280, 800)
    monkeypatch.setenv("DISPLAY", glass.name)
    assert display.display_size() == (1280, 800)
