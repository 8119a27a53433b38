"""The theme file of an organisation, `kiosk.theme`: its name on the screen, its logo and its colours, checked at start.

    name = "Zorghuis De Linde"
    logo = "logo.png"       # a PNG, beside this file unless the path is whole
    action = "#0B5D57"      # of the main buttons, under white letters
    paper = "#F6F3EC"       # under what is read
    tone = "#E7DFCE"        # under the question

Every entry may be left out. What could not be read is refused with a colour that would do.
"""

import struct
import tomllib
import zlib
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, ValidationError

from kiosk.theme import ACTION, PAPER, SAND, Theme
from retention.base.config import Config, Section
from retention.base.errors import ConfigurationRefused
from retention.base.refusals import sentence

PNG: Final = b"\x89PNG\r\n\x1a\n"
LARGEST_FILE, LARGEST_SIDE = 4 * 1024**2, 4000
PIECE: Final = 1024**2

Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


class ThemeFile(Section):
    """What the file may say."""

    name: str | None = Field(default=None, min_length=1, max_length=60)
    logo: Path | None = None
    action: Colour = ACTION
    paper: Colour = PAPER
    tone: Colour = SAND


def read_theme(config: Config) -> Theme:
    """The theme of the configuration; the usual one with the organisation's name where there is none.

    Raises ConfigurationRefused with every problem at once.
    """
    path = config.kiosk.theme
    if path is None:
        return Theme(config.organisation.name)
    said = _read(path)
    logo = None if said.logo is None else path.parent / said.logo
    if logo is not None:
        _check_logo(logo)
    return Theme(said.name or config.organisation.name, said.action, said.paper, said.tone, logo)


def _read(path: Path) -> ThemeFile:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationRefused(str(path.absolute()), [f"it cannot be read: {error.strerror}"]) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationRefused(str(path), [f"it cannot be read: {error}"]) from error
    try:
        return ThemeFile.model_validate(raw)
    except ValidationError as error:
        raise ConfigurationRefused(str(path), [sentence(part) for part in error.errors()]) from error


def _check_logo(path: Path) -> None:
    """A logo is drawn at the first screen: what cannot be drawn is found before that."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigurationRefused(str(path), [f"the logo cannot be read: {error.strerror}"]) from error
    if len(data) > LARGEST_FILE or not _is_whole(data):
        raise ConfigurationRefused(str(path), ["the logo must be a whole PNG of 4 MB at most"])
    width, height = struct.unpack_from(">II", data, 16)
    if not 0 < min(width, height) <= max(width, height) <= LARGEST_SIDE:
        raise ConfigurationRefused(str(path), [f"the logo must be {LARGEST_SIDE} pixels wide and high at most"])


def _is_whole(data: bytes) -> bool:
    """Whether every part of the PNG is there, with the check sum it should have, and its points can be unpacked."""
    if not data.startswith(PNG + b"\x00\x00\x00\x0dIHDR"):
        return False
    at, points = len(PNG), b""
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, end = data[at + 4 : at + 8], at + 8 + length
        if data[end : end + 4] != zlib.crc32(data[at + 4 : end]).to_bytes(4, "big"):
            return False
        if kind == b"IEND":
            return _unpacks(points)
        points += data[at + 8 : end] if kind == b"IDAT" else b""
        at = end + 4
    return False


def _unpacks(packed: bytes) -> bool:
    """Piece by piece: what a few bytes unfold to may be large."""
    points = zlib.decompressobj()
    try:
        while packed and not points.eof:
            points.decompress(packed, PIECE)
            packed = points.unconsumed_tail
        points.flush()
    except zlib.error:
        return False
    return points.eof
