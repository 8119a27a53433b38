"""What is said, and when: every page whole, then what changes, what has the focus, and each letter typed.

What is personal, the name and its letters, is said through the headphone, or aloud once the visitor was warned.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from kiosk.flow import Flow
from kiosk.keyboard import LETTERS
from kiosk.steps import Step
from kiosk.told import Group, Item, Target, Told
from kiosk.voice.letters import UP_TO, called
from kiosk.voice.saying import Saying
from kiosk.voice.scripts import voiced
from kiosk.voice.speaker import Speaker
from kiosk.ways.listening import LOUDEST
from retention.base.translations import N_, translator

CHOSEN = N_("chosen")
AWAY = N_("wiped")


class Narrator:
    """Follows the pages of one flow and hands what is to be said to the speaker."""

    def __init__(self, flow: Flow, speaker: Speaker) -> None:
        self._flow, self._speaker = flow, speaker
        self._told, self._typed = Told(), ""

    def hush(self) -> None:
        self._speaker.hush()

    def page(self, told: Told) -> None:
        """Another page: all of it, in the place of whatever was being said."""
        self._told, self._typed = told, self._flow.visitor.typed.text
        self.hush()
        self.again()

    def again(self) -> None:
        """The page, from its question on."""
        self._say(self._whole())

    def changed(self, told: Told) -> None:
        """What is different on the same page."""
        before, self._told = self._told, told
        self._say(self._different(before))

    def at(self, item: Item | None) -> None:
        """What the focus is on now."""
        if isinstance(item, Group):
            self._say(self._group(item))
        elif item is not None and item.question:
            self.again()
        elif item is not None:
            self._say(self._target(item))

    # Composing

    def _whole(self) -> Iterator[Saying]:
        yield from (self._public(sentence) for sentence in self._told.words)
        yield from (self._personal(sentence) for sentence in self._told.personal)
        yield from self._targets(target for target in self._told.targets if not target.letter)

    def _different(self, before: Told) -> Iterator[Saying]:
        yield from self._letters()
        yield from (self._public(sentence) for sentence in self._told.words if sentence not in before.words)
        known = {(target.name, target.chosen, target.told) for target in before.targets}
        changed = (one for one in self._told.targets if (one.name, one.chosen, one.told) not in known)
        yield from self._targets(target for target in changed if not target.letter)

    def _letters(self) -> Iterator[Saying]:
        """What was typed or wiped since the last time."""
        before, now = self._typed, self._flow.visitor.typed.text
        self._typed = now
        if now.startswith(before):
            for sign in now[len(before) :][-1:]:
                yield self._personal(called(sign, self._translate))
        elif before.startswith(now):
            yield self._personal(f"{called(before[-1], self._translate)}, {self._translate(AWAY)}")
        else:
            yield self._personal(called(now[-1], self._translate))

    def _group(self, group: Group) -> Iterator[Saying]:
        if all(target.letter and len(target.name) == 1 for target in group.targets) and self._follow(group):
            first, last = (called(target.name, self._translate) for target in (group.targets[0], group.targets[-1]))
            yield self._personal(self._translate(UP_TO).format(first=first, last=last))
        else:
            yield from self._targets(group.targets)

    def _follow(self, group: Group) -> bool:
        """Whether these letters follow one another in the alphabet; for one switch they stand in another order."""
        typed = self._flow.visitor.typed
        alphabet = [typed.face(letter) for letter in LETTERS[typed.page]]
        places = [alphabet.index(target.name) for target in group.targets if target.name in alphabet]
        return all(later == earlier + 1 for earlier, later in pairwise(places))

    def _target(self, target: Target) -> Iterator[Saying]:
        """Its name, and what was told there."""
        yield self._named(target)
        if target.told:
            yield self._personal(target.told)

    def _targets(self, targets: Iterable[Target]) -> Iterator[Saying]:
        for target in targets:
            yield from self._target(target)

    def _named(self, target: Target) -> Saying:
        if target.letter:
            return self._personal(called(target.name, self._translate))
        if not target.chosen:
            return self._public(target.name, target.language)
        name = f"{target.name}, {self._translate(CHOSEN)}"
        # The help somebody wants says something of their health.
        return self._personal(name) if self._flow.step is Step.HELP else self._public(name, target.language)

    def _public(self, text: str, language: str = "") -> Saying:
        """What everybody may hear, unless the name stands in it."""
        visitor = self._flow.visitor
        here = visitor.all_here
        names = [one.typed.text.strip() for one in here] + [one.own.details.name for one in here if one.own]
        if any(len(name) > 1 and name in text for name in names):
            return self._personal(text)
        return Saying(text, language or self._flow.language)

    def _personal(self, text: str) -> Saying:
        allowed = self._flow.listening.aloud and not self._told.secret
        return Saying(text, self._flow.language, personal=True, allowed=allowed)

    def _say(self, sayings: Iterable[Saying]) -> None:
        said = list(sayings)
        if self._flow.listening.speaks:
            pieces = [piece for saying in said for piece in voiced(saying)]
            volume = LOUDEST if self._flow.listening.must_be_heard else self._flow.choices.volume
            self._speaker.say(pieces, volume)

    @property
    def _translate(self) -> Callable[[str], str]:
        return translator(self._flow.language, "kiosk")
