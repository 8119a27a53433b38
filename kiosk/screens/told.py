"""What a visitor told, shown again over several lines, in runs of one font. Nothing of it is kept in any cache."""

from typing import Any

from kiosk import fonts
from kiosk.layout import READABLE, Box
from kiosk.screens.field import FROM_THE_END, Field
from kiosk.screens.page import LINE_EM


class Told(Field):
    """Text without a frame and a caret; on white, as its letters are drawn."""

    def __init__(self, page: Any, box: Box, size: float) -> None:
        self._page, self._room, self._box, self._size = page, box, box, size
        self._parts = []

    def show(self, text: str) -> None:
        """As large as asked or as fits; what finds no place at the smallest size ends in dots."""
        size = self._size
        lines = self._lines(text, size)
        while size > READABLE and len(lines) * size * LINE_EM > self._room.h:
            size = max(size - 1, READABLE)
            lines = self._lines(text, size)
        most = max(int(self._room.h / (size * LINE_EM)), 1)
        if len(lines) > most:
            lines = [*lines[: most - 1], self._cut(lines[most - 1] + FROM_THE_END, size)]
        height = size * LINE_EM
        top = self._room.top - (self._room.h - height * len(lines)) / 2
        for line in lines:
            top -= height
            self._box = Box(self._room.x, top, self._room.w, height)
            left = self._room.x
            for run in fonts.runs(line):
                left += self._draw(run, left, size)

    def _lines(self, text: str, size: float) -> list[str]:
        """Broken between words, and within one that is longer than a line."""
        lines, room = [""], self._room.w - 1
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}".strip()
            if self._width(longer, size) <= room:
                lines[-1] = longer
                continue
            rest = word
            while self._width(rest, size) > room:
                part = self._cut(rest, size)
                lines.append(part)
                rest = rest[len(part) :]
            lines.append(rest)
        return [line for line in lines if line]

    def _cut(self, text: str, size: float) -> str:
        """As much of the text as one line holds; dots at its end stay."""
        end = FROM_THE_END if text.endswith(FROM_THE_END) else ""
        kept = text.removesuffix(end)
        while len(kept) > 1 and self._width(kept + end, size) > self._room.w - 1:
            kept = kept[:-1]
        return kept + end
