"""A long text cut into pages that stand on the screen as they are: nothing is scrolled. Without Kivy."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.statement import Paragraph

SENTENCE_ENDS = r"(?<=[.!?\u061f]) "
SHORTEST = 2
"""So many lines of a paragraph stay together on a page."""


@dataclass(frozen=True)
class Piece:
    """A paragraph, or what of it stands on one page: its lines, each as wide as the page or narrower."""

    lines: tuple[str, ...]
    heading: bool


@dataclass(frozen=True)
class Measure:
    """The page a text is set on: the width of a text in millimetres, the room, the height of a line, and gaps."""

    width_of: Callable[[str, bool], float]
    width: float
    height: float
    line: float
    gap: float


def pages(paragraphs: Sequence[Paragraph], measure: Measure) -> list[list[Piece]]:
    """Every word once and in order; a heading never stands last on a page."""
    found: list[list[Piece]] = [[]]
    room = measure.height
    for number, paragraph in enumerate(paragraphs):
        lines = broken(paragraph, measure)
        under = broken(paragraphs[number + 1], measure) if paragraph.heading and number + 1 < len(paragraphs) else []
        needed = (len(lines) + min(len(under), SHORTEST + 1)) * measure.line
        if found[-1] and room < needed and (paragraph.heading or room < SHORTEST * measure.line):
            found.append([])
            room = measure.height
        while lines:
            holds = max(int((room + 0.001) / measure.line), 0)
            if len(lines) - holds == 1 and (holds > SHORTEST or not _under_a_heading(found[-1])):
                holds = holds - 1 if holds > SHORTEST else 0  # nobody turns a page for one line
                room = holds * measure.line
            if not holds and found[-1]:
                found.append([])
                room = measure.height
                continue
            taken, lines = _cut(lines, max(holds, 1), measure)
            found[-1].append(Piece(tuple(taken), paragraph.heading))
            room -= (max(holds, 1) if lines else len(taken)) * measure.line
        room -= 0 if paragraph.heading else measure.gap
    return found


def _cut(lines: list[str], holds: int, measure: Measure) -> tuple[list[str], list[str]]:
    """What stands on this page and what on the next: whole sentences, where these are lines enough on both."""
    if len(lines) <= holds:
        return lines, []
    sentences = re.split(SENTENCE_ENDS, " ".join(lines))
    for many in range(len(sentences) - 1, 0, -1):
        here, there = (broken(Paragraph(" ".join(part)), measure) for part in (sentences[:many], sentences[many:]))
        if SHORTEST <= len(here) <= holds and len(there) >= SHORTEST:
            return here, there
    return lines[:holds], lines[holds:]


def _under_a_heading(page: list[Piece]) -> bool:
    return bool(page) and page[-1].heading


def broken(paragraph: Paragraph, measure: Measure) -> list[str]:
    """The lines of a paragraph: broken between words, and within one that is wider than the page."""
    lines = [""]
    for word in paragraph.text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if measure.width_of(longer, paragraph.heading) <= measure.width:
            lines[-1] = longer
            continue
        *parts, rest = _parts(word, paragraph.heading, measure)
        lines += [*parts, rest]
    return [line for line in lines if line]


def _parts(word: str, heading: bool, measure: Measure) -> list[str]:
    parts = [""]
    for letter in word:
        if parts[-1] and measure.width_of(parts[-1] + letter, heading) > measure.width:
            parts.append("")
        parts[-1] += letter
    return parts
