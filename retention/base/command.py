"""What every command shares: the office it works for, how it prints, how it takes what may not stand in an argument.

Names and free text come as JSON on standard input, or are asked for on a terminal.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import click

from retention.base.clock import Clock
from retention.base.config import Config
from retention.base.errors import ConfigurationRefused, UsageRefused
from retention.base.state import State


@dataclass(frozen=True)
class Office:
    """What a command or service works with: configuration, state directory, clock.

    `refused` is set where the file is wrong and the last valid copy is in force instead.
    """

    config: Config
    state: State
    clock: Clock
    refused: ConfigurationRefused | None = None


pass_office = click.make_pass_decorator(Office)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def emit(data: Any, as_json: bool, text: Callable[[Any], Iterable[str]] | None = None) -> None:
    """Print `data`: as JSON, or in the lines `text` makes of it (else one `key: value` or table of our own)."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
        return
    for line in text(data) if text else plain(data):
        click.echo(line)


def plain(data: Any) -> list[str]:
    """Rows of equal keys as a table, one mapping as `key: value`, the rest as it is."""
    if isinstance(data, Mapping):
        return [f"{key}: {_cell(value)}" for key, value in data.items()]
    if isinstance(data, list) and data and all(isinstance(row, Mapping) for row in data):
        return _table(data)
    return [_cell(item) for item in data] if isinstance(data, list) else [_cell(data)]


def _table(rows: list[Mapping[str, Any]]) -> list[str]:
    heads = list(dict.fromkeys(key for row in rows for key in row))
    cells = [heads] + [[_cell(row.get(head)) for head in heads] for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(heads))]
    padded = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in cells)
    return ["  ".join(line).rstrip() for line in padded]


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value) or "-"
    # A name may hold a line end in old data; it shall not break a table or steer the terminal.
    return "".join(letter if letter.isprintable() else "�" for letter in str(value))


def asked(questions: Mapping[str, str], optional: Iterable[str] = ()) -> dict[str, Any]:
    """The object on standard input; on a terminal, the answers to `questions` (key to question) instead.

    Raises UsageRefused when standard input holds no JSON object.
    """
    if sys.stdin.isatty():
        answers = {key: _ask(question, key in set(optional)) for key, question in questions.items()}
        return {key: answer for key, answer in answers.items() if answer}
    return read_object()


def read_object() -> dict[str, Any]:
    """The one JSON object on standard input."""
    try:
        given = json.loads(sys.stdin.buffer.read().decode("utf-8") or "null")
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, a number of thousands of digits
        raise UsageRefused('standard input is no JSON: give one object, as {"name": "..."}') from error
    if not isinstance(given, dict):
        raise UsageRefused('standard input holds no JSON object: give one, as {"name": "..."}')
    return given


def _ask(question: str, optional: bool) -> str:
    return str(click.prompt(question, default="" if optional else None, show_default=False)).strip()
