"""Being served by ear and by keys: whether the screen speaks, how loud, who may hear the name, and scanning.

All of it is this visitor's alone, and ends with the visitor.
"""

from dataclasses import replace
from typing import Final

from kiosk.conversation import Conversation
from kiosk.steps import Step

LOUDEST: Final = 5
PACES: Final = (1.0, 2.0, 3.0, 5.0)
FIRST_PACE: Final = 2.0
"""The pace at which the pace is chosen, before there is one."""


class Listening:
    """`plugged` is whether a headphone is in; `silent` whether nothing can be heard at all, whatever is chosen."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self.plugged = self.silent = False

    @property
    def offered(self) -> bool:
        """Whether this kiosk has a voice at all."""
        return self._talk.config.kiosk.voice.speak != "off"

    @property
    def must_be_heard(self) -> bool:
        """Whether what is on the screen concerns everybody near it: the way out, in an emergency."""
        return self._talk.step is Step.EMERGENCY

    @property
    def speaks(self) -> bool:
        """Whether every screen is read aloud now."""
        choices = self._talk.choices
        if not self.offered or self.silent:
            return False
        if self.must_be_heard:
            return True  # whoever does not see the way out hears it
        if choices.voice is not None:
            return choices.voice
        return self._talk.config.kiosk.voice.speak == "always" or self.plugged or choices.keys

    @property
    def aloud(self) -> bool:
        """Whether the visitor wants the name said although everybody hears it."""
        return self._talk.choices.aloud is True

    @property
    def must_warn(self) -> bool:
        """Whether what is personal would be said, and everybody would hear it, and the visitor does not know yet."""
        return self.speaks and not self.plugged and self._talk.choices.aloud is None

    # The button in the strip

    def begin(self) -> None:
        """ "Voorlezen": read from now on; once it reads, or cannot, the screen on which that is changed."""
        if self.speaks or self.silent or self._talk.choices.scanning:
            self._talk.ask(Step.VOICE)
        else:
            self._talk.choose(voice=True)

    def start(self) -> None:
        """Read from now on, and back to what is to be read."""
        self._choose(voice=True)
        self._talk.back()

    def stop(self) -> None:
        """Read no more."""
        self._choose(voice=False)
        self._talk.back()

    def louder(self) -> None:
        self._talk.choose(volume=min(self._talk.choices.volume + 1, LOUDEST))

    def softer(self) -> None:
        self._talk.choose(volume=max(self._talk.choices.volume - 1, 1))

    def darken(self) -> None:
        """Let nobody look on: the screen goes black, until a finger touches it or the visitor is done."""
        self._choose(dark=True)
        self._talk.back()

    def lighten(self) -> None:
        self._talk.choose(dark=False)

    # Who may hear the name

    def warn(self) -> None:
        """Everybody would hear what is said next."""
        self._talk.ask(Step.ALOUD)

    def answer(self, aloud: bool) -> None:
        """Whether the name is said all the same."""
        self._choose(aloud=aloud)
        self._talk.back()

    def plug(self, plugged: bool) -> None:
        """A headphone came or went."""
        if plugged == self.plugged:
            return
        self.plugged = plugged
        if plugged and self._talk.step is Step.ALOUD:
            self._talk.back()
        else:
            self._talk.changed()

    # Keys and the switch

    def use_keys(self) -> None:
        """A key of the keypad was pressed: show the focus, and speak, for whoever uses keys may not see."""
        if not self._talk.choices.keys:
            self._talk.choose(keys=True)

    def scan(self) -> None:
        """The switch was pressed for the first time: let the focus go round by itself, once its pace is chosen.

        Nothing keeps an alarm that counts down from being raised, or its button from being reached.
        """
        if self._talk.step is Step.ALARM:
            self._talk.choose(scanning=True, pace=FIRST_PACE)
            return
        self._choose(scanning=True, pace=FIRST_PACE)
        self._talk.ask(Step.PACE)

    def choose_pace(self, seconds: float) -> None:
        self._choose(pace=seconds)
        self._talk.back()

    def ask_pace(self) -> None:
        self._talk.ask(Step.PACE)

    def _choose(self, **chosen: object) -> None:
        """Without showing the screen anew: another one comes at once."""
        self._talk.choices = replace(self._talk.choices, **chosen)  # type: ignore[arg-type]
