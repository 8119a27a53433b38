"""The monthly review as a PDF, made by Typst: tagged (PDF/UA), in letters made for weak readers."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from retention.base.audit import Entry
from retention.base.config import Config
from retention.base.typeset import typesetter
from retention.review.findings import Review
from retention.review.sheet import sheet
from retention.review.words import ReviewWords


def paper(review: Review, signature: Entry | None, config: Config, language: str, at: datetime) -> bytes:
    """The PDF. Raises TypesettingRefused."""
    setter = typesetter()
    data = _printable(sheet(review, signature, config, ReviewWords(language, config.site.zone)), setter.printable)
    return setter.pdf(_source(), data | {"fonts": setter.families(str(data))}, at)


def _printable(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _printable(item, change) for key, item in value.items()}
    return [_printable(item, change) for item in value] if isinstance(value, list) else value


@cache
def _source() -> bytes:
    return Path(__file__).with_name("review.typ").read_bytes()
