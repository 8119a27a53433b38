"""What is said of a wrong key: in Portier's own words, with the key and how it is written."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from retention.base.config import CameraSection, Config, Host, load
from retention.base.errors import ConfigurationRefused
from retention.base.refusals import sentence
from tests.support.state import write_config

WRONG: tuple[Any, ...] = (
    *(1, -1, 1.5, 10**9, 10**5000, float("nan"), True, "", "x", "x" * 500, date(2026, 1, 1)),
    *([], [""], ["x"], [1], [[1]], [{"a": 1}], {}, {"a": 1}),
)
"""One of each kind that TOML has, and some too many."""
PYDANTIC = re.compile(r"Input|valid (tuple|dict|string|int|bool)|String should|Tuple|Field required|Section|Extra")


def keys(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key of a section and of those within it."""
    for name, field in model.model_fields.items():
        here = (*path, field.alias or name)
        yield here
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys(field.annotation, here)


def told(path: tuple[str, ...], wrong: Any) -> list[str]:
    """What a file is refused with that has this at this key; nothing where it may."""
    for key in reversed(path):
        wrong = {key: wrong}
    if path[0] == "camera" and len(path) > 1:
        wrong = {"camera": [{"name": "entree", **wrong["camera"]}]}
    elif path[:2] == ("visits", "hosts") and len(path) > 2:
        wrong = {"visits": {"hosts": [wrong["visits"]["hosts"]]}}
    try:
        Config.model_validate(wrong)
    except ValidationError as error:
        return [sentence(part) for part in error.errors()]
    return []


EVERY = [*keys(Config), *keys(CameraSection, ("camera",)), *keys(Host, ("visits", "hosts"))]


@pytest.mark.parametrize("path", EVERY, ids=".".join)
def test_no_key_is_refused_in_the_words_of_a_library(path: tuple[str, ...]) -> None:
    said = [one for wrong in WRONG for one in told(path, wrong)]
    assert said
    assert [one for one in said if PYDANTIC.search(one) or not one.startswith(path[0])] == []


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"kiosk": {"languages": "nl"}}, 'kiosk.languages: write a list, as languages = ["nl", "en"]'),
        ({"kiosk": {"languages": ["nl", "xx"]}}, 'kiosk.languages.1: choose one of "nl", "en", "de"'),
        ({"calamity": {"printers": "hal"}}, 'calamity.printers: write a list, as printers = ["hal", "kantoor"]'),
        ({"visits": {"hosts": ["Marieke"]}}, 'visits.hosts.0: write each host between braces, as { name = "Marieke'),
        ({"camera": {"name": "entree"}}, "camera: each camera is a part of its own, under a line [[camera]]"),
        ({"kiosk": {"diagonal_inches": "21"}, "desk": {"port": 99999}}, "desk.port: 65 535 is the most"),
        ({"recorder": {"buffer": "2 GB"}}, 'recorder.buffer: "1000 MB" is the most'),
        ({"desk": {"prot": 1}}, "desk.prot: there is no such key; take it out or correct its spelling"),
    ],
)
def test_a_refusal_names_the_key_and_how_it_is_written(tmp_path: Path, sections: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        load(write_config(tmp_path / "portier.toml", sections))
    assert [one for one in refused.value.problems if one.startswith(said)]
