"""A state directory and a configuration for one test."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from retention.base.config import Config
from retention.base.state import State


def make_config(directory: Path, **sections: Any) -> Config:
    """The default configuration with its state in `directory`: `make_config(tmp_path, site={"name": "Zuid"})`."""
    return Config.model_validate({"state": {"directory": str(directory)}, **sections})


def make_state(directory: Path) -> State:
    """A prepared state directory."""
    state = State(directory)
    state.prepare()
    return state


def write_config(path: Path, sections: Mapping[str, Any]) -> Path:
    """Write a configuration file, as an operator would: nested mappings become tables, lists of them arrays."""
    path.write_text("\n".join(_lines(sections)) + "\n", encoding="utf-8")
    return path


def _lines(table: Mapping[str, Any], prefix: str = "") -> list[str]:
    plain = [f"{key} = {_value(value)}" for key, value in table.items() if not _is_table(value)]
    for key, value in table.items():
        if isinstance(value, Mapping):
            plain += [f"[{prefix}{key}]", *_lines(value, f"{prefix}{key}.")]
        elif _is_table(value):
            for row in value:
                plain += [f"[[{prefix}{key}]]", *_lines(row, f"{prefix}{key}.")]
    return plain


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, Sequence) and not isinstance(value, str) and bool(value) and isinstance(value[0], Mapping)
    )


def _value(value: object) -> str:
    # A JSON string, number, boolean or flat list is also TOML.
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)
