"""What is said of a wrong key in a configuration: its name, what belongs there, and how it is written in TOML.

Pydantic finds what is wrong, and speaks to programmers. What was written is not repeated: it may be a password.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

_LISTS: Final = {
    "organisation.working_days": '["monday", "tuesday"]',
    "visits.hosts": '[{ name = "Marieke de Vries", telephone = "06 12345678" }]',
    "kiosk.languages": '["nl", "en"]',
    "kiosk.voice.command": '["espeak-ng", "-v", "{voice}", "-s", "{speed}", "--stdin", "--stdout"]',
    "kiosk.voice.player": '["aplay", "--quiet", "-"]',
    "kiosk.voice.headphone_player": '["aplay", "--quiet", "-D", "headphones", "-"]',
    "calamity.printers": '["hal", "kantoor"]',
    "camera.mask": "[[[0, 0], [0.5, 0], [0.5, 0.3]]]",
}
"""How the lists of a configuration are written."""
_SIZES: Final = ("recorder.quota", "recorder.reserve", "recorder.buffer")

_Sentence = Callable[[str, Mapping[str, Any]], str]


def sentence(error: Mapping[str, Any]) -> str:
    """One of pydantic's errors in Portier's words."""
    where = ".".join(str(step) for step in error["loc"]) or "the file"
    key = ".".join(step for step in error["loc"] if isinstance(step, str))
    said = _SAID.get(error["type"])
    if said is None:
        return f"{where}: {error['msg'].removeprefix('Value error, ')}"
    return f"{where}: {said(key, error.get('ctx', {}))}"


def _last(key: str) -> str:
    return key.rpartition(".")[2]


def _list(key: str, _: Mapping[str, Any]) -> str:
    if key == "camera":
        return 'each camera is a part of its own, under a line [[camera]], as name = "entree"'
    example = _LISTS.get(key)
    return f"write a list, as {_last(key)} = {example}" if example else "write a list between brackets"


def _part(key: str, _: Mapping[str, Any]) -> str:
    if key == "camera":
        return _list(key, {})
    if key == "visits.hosts":
        return 'write each host between braces, as { name = "Marieke de Vries", telephone = "06 12345678" }'
    return f"this is a part of the file: write its keys under a line [{key}]"


def _one_of(_: str, context: Mapping[str, Any]) -> str:
    return f"choose one of {context['expected'].replace(chr(39), chr(34))}"


def _at_least(key: str, context: Mapping[str, Any]) -> str:
    return f"{_written(key, context['ge'])} is the least"


def _at_most(key: str, context: Mapping[str, Any]) -> str:
    return f"{_written(key, context['le'])} is the most"


def _written(key: str, bound: float) -> str:
    return f'"{bound // 1_000_000} MB"' if key in _SIZES else f"{bound:,}".replace(",", " ")


def _too_long(_: str, context: Mapping[str, Any]) -> str:
    return f"this is too long: at most {context['max_length']} letters"


def _always(said: str) -> _Sentence:
    return lambda key, _: said.format(key=_last(key))


_WHOLE: Final = _always("write a whole number without quotes, as {key} = 300")
_NUMBER: Final = _always("write a number without quotes, as {key} = 21.5")
_YES_OR_NO: Final = _always("write {key} = true or {key} = false, without quotes")
_TIME: Final = _always('write a time between quotes, as {key} = "17:30"')
_SAID: Final[Mapping[str, _Sentence]] = {
    "extra_forbidden": _always("there is no such key; take it out or correct its spelling"),
    "missing": _always('this key must be there: {key} = "..."'),
    "model_type": _part,
    "tuple_type": _list,
    "too_short": _always("name one at least"),
    "too_long": _always("there are too many of them"),
    "dict_type": _always('write pairs between braces, as {key} = {{ nl = "nl", en = "en-gb" }}'),
    "literal_error": _one_of,
    "string_type": _always('write text between quotes, as {key} = "..."'),
    "string_too_short": _always("this must not be empty"),
    "string_too_long": _too_long,
    "string_pattern_mismatch": _always('write a colour as {key} = "#0B5D57"'),
    "path_type": _always('write the path of a file between quotes, as {key} = "/etc/portier/..."'),
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "greater_than_equal": _at_least,
    "less_than_equal": _at_most,
    "time_type": _TIME,
    "time_parsing": _TIME,
}
