"""Where a command puts what it makes, and in which form."""

from pathlib import Path

import pytest

from retention.base.output import form_for


@pytest.mark.parametrize(
    ("asked", "output", "form"),
    [
        (None, None, "text"),
        (None, "list.PDF", "pdf"),
        (None, "list.json", "json"),
        (None, "list.txt", "text"),
        ("text", "list.pdf", "text"),
        ("pdf", None, "pdf"),
    ],
)
def test_the_form_is_what_was_asked_for_else_what_the_name_ends_in(
    asked: str | None, output: str | None, form: str
) -> None:
    assert form_for(asked, Path(output) if output else None) == form
