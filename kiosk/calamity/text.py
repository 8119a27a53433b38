"""The calamity list as plain text, for terminals and for when there is no PDF: 72 columns, form feeds between pages."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from kiosk.calamity.sheet import Row, Said, Sheet, sheet
from kiosk.calamity.thelist import CalamityList

WIDTH: Final = 72
PAGE_LINES: Final = 54
_NAME: Final = 40


def text(the_list: CalamityList) -> str:
    """The whole list, page by page, each with its number and time."""
    content = sheet(the_list)
    pages = _pages([_cover(content), *_rows(content), *_gone(content)])
    whole = []
    for number, page in enumerate(pages, 1):
        head = f"{content.place}, {content.as_of.nl} {content.time}"
        mark = f"{content.heads['page'].nl} {number}/{len(pages)}"
        whole.append("\n".join([_sides(head, mark), "=" * WIDTH, *page, "", *_footer(content)]) + "\n")
    return "\f".join(whole)


def _cover(content: Sheet) -> list[str]:
    lines = [f"{_both(content.title)}   {content.organisation}"]
    if content.drill:
        lines.append(f"*** {_both(content.drill)} ***")
    lines.append(f"{content.as_of.nl} {content.time}, {content.day.nl}")
    if content.alarm:
        lines.append(f"{content.alarm.nl} {content.alarm_time}")
    lines.append(f"{content.assembly.nl}: {content.assembly_point}")
    if content.reception_telephone:
        lines.append(f"{content.reception.nl}: {content.reception_telephone}")
    for said in content.remarks:
        lines += _wrapped(f"! {said.nl}")
    lines = [part for line in lines for part in _wrapped(line)]
    lines += ["", *(f"{count.number:>5}  {_both(count.what)}" for count in content.counts)]
    lines += [f"_____  {_both(said)}" for said in content.to_count]
    return lines if content.blocks else [*lines, "", content.nobody.nl, content.nobody.en]


def _rows(content: Sheet) -> Iterator[list[str]]:
    for block in content.blocks:
        # A heading never stands alone at the foot of a page.
        heading = ["", _clip(f"--- {_both(block.heading)} {block.aside} ".ljust(WIDTH, "-")), _columns(content)]
        for place, row in enumerate(block.rows):
            yield (heading if place == 0 else []) + _row(row)


def _columns(content: Sheet) -> str:
    return f"{content.heads['number'].nl:>4} [{content.heads['safe'].nl}] [{content.heads['missing'].nl}]"


def _row(row: Row) -> list[str]:
    first, *rest = _wrapped(row.name.nl, _NAME)
    note = f" {row.note.nl}" if row.note else ""
    lines = [f"{row.number:>4} [ ] [ ] {first}{' ' * max(1, _NAME + 1 - _width(first))}{row.came}"]
    lines += [f"{'':13}{part}" for part in rest]
    mark = "> " if row.helped else ""
    under = [said.nl for said in row.under]
    under[:1] = [mark + said for said in under[:1]]
    return lines + [f"{'':13}{part}" for line in (*under, note.strip()) if line for part in _wrapped(line, WIDTH - 13)]


def _gone(content: Sheet) -> Iterator[list[str]]:
    for place, gone in enumerate(content.gone):
        heading = ["", f"--- {_both(content.heads['gone'])} ".ljust(WIDTH, "-")] if place == 0 else []
        first, *rest = _wrapped(gone.name.nl, 42)
        line = f"{gone.at:>11}  {first}{' ' * max(1, 43 - _width(first))}{gone.how.nl}"
        yield [*heading, line, *(f"{'':13}{part}" for part in rest)]


def _footer(content: Sheet) -> list[str]:
    return ["-" * WIDTH, *_wrapped(" ".join(said.nl for said in content.footer))]


def _pages(parts: list[list[str]]) -> list[list[str]]:
    """Parts laid onto pages; a part is never broken unless it is longer than a page."""
    pages: list[list[str]] = [[]]
    for part in parts:
        if pages[-1] and len(pages[-1]) + len(part) > PAGE_LINES:
            pages.append([])
        pages[-1] += part
    return pages


def _both(said: Said) -> str:
    return said.nl if said.en in ("", said.nl) else f"{said.nl} / {said.en}"


def _sides(left: str, right: str) -> str:
    return left + " " * max(1, WIDTH - _width(left) - _width(right)) + right


def _clip(line: str) -> str:
    return line[:WIDTH]


def _wrapped(line: str, width: int = WIDTH) -> list[str]:
    """Lines of at most `width` columns, broken between words where that can be."""
    lines, words = [""], [piece for word in _plain(line).split(" ") for piece in _pieces(word, width)]
    for word in words:
        if lines[-1] and _width(lines[-1]) + 1 + _width(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines


def _pieces(word: str, width: int) -> list[str]:
    pieces = [""]
    for character in word:
        if _width(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _plain(line: str) -> str:
    """Without what would move the print head, or the letters beside it."""
    shown = (character for character in line.replace("\u00a0", " "))
    return "".join(character for character in shown if unicodedata.category(character)[0] != "C")


def _width(line: str) -> int:
    """Columns that a line takes: two for wide letters, none for marks on a letter."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in line)
    return len(line) + wide - sum(unicodedata.category(character) in ("Mn", "Me") for character in line)
