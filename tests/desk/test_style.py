"""The style sheets: a brace that a merge lost makes every rule after it hold on narrow screens alone."""

import re
from pathlib import Path

import pytest

SHEETS = sorted((Path(__file__).parents[2] / "desk/static").glob("*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_block_is_closed_and_no_media_rule_stands_in_another(sheet: Path) -> None:
    depth = 0
    for found in re.finditer(r"(@media[^{]*)?([{}])", sheet.read_text(encoding="utf-8")):
        assert depth == 0 or not found[1], found[0]
        depth += 1 if found[2] == "{" else -1
        assert depth >= 0
    assert depth == 0
