"""Labels, their printers and the devices that read codes, as a configuration names them."""

import re
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import AfterValidator

_WRITTEN: Final = re.compile(r"(\d{2,3})x(\d{2,3}) mm")
_NUMBERS: Final = {
    "DK-11201": "29x90 mm",
    "DK-11202": "62x100 mm",
    "DK-11208": "38x90 mm",
    "DK-22205": "62x100 mm",  # a continuous roll, cut to this length
    "DK-22251": "62x100 mm",
    "99012": "36x89 mm",
    "99014": "54x101 mm",
    "11352": "25x54 mm",
    "11354": "57x32 mm",
    "S0722430": "54x101 mm",
}
"""Rolls by the number on their box: Brother (DK), Dymo."""
SHORTEST, LEAST_LONG, LONGEST = 25, 50, 200


@dataclass(frozen=True)
class Label:
    """One label, in millimetres, across the printer and along the paper."""

    width: int
    height: int


def label_size(text: str) -> Label:
    """The label of "62x100 mm", or of a number on a box as "DK-11202"; ValueError with the remedy for anything else."""
    match = _WRITTEN.fullmatch(_NUMBERS.get(text, text))
    if match is None:
        raise ValueError(f'write a label as "62x100 mm" (across, along), or as one of {", ".join(_NUMBERS)}')
    label = Label(int(match[1]), int(match[2]))
    shorter, longer = sorted((label.width, label.height))
    if shorter < SHORTEST or not LEAST_LONG <= longer <= LONGEST:
        raise ValueError(f"a label is {SHORTEST} mm or more one way and {LEAST_LONG} to {LONGEST} mm the other")
    return label


def _size(value: str) -> str:
    label_size(value)
    return value


def _queue(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,127}", value):
        raise ValueError("a label printer is a queue of CUPS, as `lpstat -e` names it")
    return value


def _device(value: str) -> str:
    if not re.fullmatch(r"/dev/[A-Za-z0-9/._:+@-]{1,200}", value):
        raise ValueError('a device is "/dev/video0", "/dev/input/by-id/...", "/dev/ttyACM0"')
    return value


LabelSize = Annotated[str, AfterValidator(_size)]
Queue = Annotated[str, AfterValidator(_queue)]
Device = Annotated[str, AfterValidator(_device)]
