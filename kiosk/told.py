"""What a page tells, apart from how it looks: its sentences and what can be chosen, in the order of reading."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.layout import Box


@dataclass(frozen=True)
class Target:
    """Something to choose, by the name it is spoken with."""

    name: str
    act: Callable[[], object]
    place: Box
    chosen: bool = False
    letter: bool = False
    strip: bool = False  # in the strip that is the same on every screen
    language: str = ""  # where the name is in another language than the page: the name of a language
    role: str = ""  # "back" and "help", which have keys of their own
    told: str = ""  # what the visitor told, said behind the name; not everybody may hear it
    question: bool = False  # not to choose: the question itself, to be heard again


@dataclass(frozen=True)
class Group:
    """Targets that stand together, chosen in two steps."""

    targets: tuple[Target, ...]

    @property
    def place(self) -> Box:
        """The smallest rectangle round all of them."""
        boxes = [target.place for target in self.targets]
        left, low = min(box.x for box in boxes), min(box.y for box in boxes)
        return Box(left, low, max(box.right for box in boxes) - left, max(box.top for box in boxes) - low)


Item = Target | Group


@dataclass(frozen=True)
class Told:
    """One page: `words` in order, `personal` words that not everybody may hear, and the targets."""

    words: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    targets: tuple[Target, ...] = field(default=(), repr=False)
    heading: Box | None = None
    secret: bool = False  # what is typed here is said to nobody else, whatever was chosen before
