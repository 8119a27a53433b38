"""The style sheet is whole: a missing brace takes every rule behind it from wide screens, and no browser says so."""

import re

from desk.app import STATIC

SHEETS = sorted(STATIC.glob("*.css"))


def bare(sheet: str) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)


def test_every_block_is_closed_where_the_next_begins() -> None:
    for path in SHEETS:
        depth = 0
        for line in bare(path.read_text(encoding="utf-8")).splitlines():
            assert not (line.startswith(("@", ".")) and depth), f"{path.name}: a block is open before {line!r}"
            depth += line.count("{") - line.count("}")
        assert depth == 0, path.name


def test_no_rule_stands_there_twice() -> None:
    for path in SHEETS:
        rules = [line for line in bare(path.read_text(encoding="utf-8")).splitlines() if re.match(r"\S.*\{.*\}", line)]
        assert sorted({rule for rule in rules if rules.count(rule) > 1}) == []
