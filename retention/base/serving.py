"""The sections of the configuration about people who hear the screen, or work it with keys or one switch.

Keys that could write are refused: what works the screen never types.
"""

from string import Formatter
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

KEY_NAMES: Final = (
    *("up", "down", "left", "right", "enter", "escape", "backspace", "tab", "space", "insert", "delete"),
    *("home", "end", "page up", "page down", "keypad enter", "keypad plus", "keypad minus"),
    *(f"f{number}" for number in range(1, 16)),
    *(f"keypad {digit}" for digit in range(10)),
)
"""The keys that may work the screen: none of them is a letter of a name."""

PLACEHOLDERS: Final = frozenset({"voice", "language", "speed"})


def _command(words: tuple[str, ...]) -> tuple[str, ...]:
    """A program with its arguments, in which nothing but known placeholders is filled in."""
    if not words or not words[0]:
        raise ValueError('name a program with its arguments, as ["espeak-ng", "--stdin", "--stdout"]')
    for word in words:
        try:
            names = {name for _, name, _, _ in Formatter().parse(word) if name is not None}
        except ValueError as error:
            raise ValueError(f"{word} has a brace without its other half") from error
        if names - PLACEHOLDERS:
            raise ValueError(
                f"only {{voice}}, {{language}} and {{speed}} are filled in, not {', '.join(sorted(names))}: "
                "what is spoken comes on standard input"
            )
    return words


def _command_or_none(words: tuple[str, ...]) -> tuple[str, ...]:
    return _command(words) if words else words


def _key(name: str) -> str:
    if name not in KEY_NAMES:
        raise ValueError(f"{name!r} cannot work the screen: choose one of {', '.join(KEY_NAMES)}")
    return name


Command = Annotated[tuple[str, ...], AfterValidator(_command)]
KeyName = Annotated[str, AfterValidator(_key)]


class VoiceSection(BaseModel):
    """Who speaks, through what, and when. An engine reads text from standard input and writes WAV, 16 bits a sample."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    speak: Literal["off", "on_demand", "always"] = "on_demand"
    command: Command = ("espeak-ng", "-v", "{voice}", "-s", "{speed}", "--stdin", "--stdout")
    voices: dict[str, str] = Field(default_factory=dict)
    speed: int = Field(default=150, ge=80, le=400)
    player: Command = ("aplay", "--quiet", "--buffer-time=200000", "-")
    headphone_player: Annotated[tuple[str, ...], AfterValidator(_command_or_none)] = ()
    volume: int = Field(default=3, ge=1, le=5)
    jack: str = "auto"


class KeysSection(BaseModel):
    """The five keys of a keypad, and the one switch."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    up: KeyName = "up"
    down: KeyName = "down"
    ok: KeyName = "enter"
    back: KeyName = "escape"
    help: KeyName = "f1"
    switch: KeyName = "f8"

    @model_validator(mode="after")
    def _all_different(self) -> Self:
        names = list(self.model_dump().values())
        if len(set(names)) < len(names):
            raise ValueError("each key does one thing: give the five keys and the switch names of their own")
        return self
