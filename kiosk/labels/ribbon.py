"""The pattern of a pass's colour as Typst draws it, the same on a sticker and on a card to cut out."""

from functools import cache
from pathlib import Path


@cache
def with_ribbon(source: Path) -> bytes:
    """A Typst source that draws passes, with `ribbon` before it."""
    return Path(__file__).with_name("ribbon.typ").read_bytes() + source.read_bytes()
