"""A visitor who sees nothing: presses five keys and goes by what is said, never by what the screen shows."""

import re

from kiosk.keyboard import LETTERS, Typed
from kiosk.passes import COLOURS, PICTURES, Pass, colour_name
from retention.base.translations import translator
from tests.kiosk_screens.keypad import Keypad

MOST_PRESSES = 150
LAST = 99


class Listener:
    """Knows the language, the alphabet, and what people generally know of a lobby; keeps the pass in mind."""

    def __init__(self, keypad: Keypad, language: str) -> None:
        self._keypad, self._say = keypad, translator(language, "kiosk")
        self._language = language
        self._alphabet = LETTERS[Typed().speak(language).page]
        self._to = re.compile(
            re.escape(self._say("{first} to {last}")).replace(r"\{first\}", "(.)").replace(r"\{last\}", "(.+)")
        )

    def take(self, *words: str) -> list[str]:
        """Go down until one of these is heard, and press OK; what is heard then."""
        return self.take_as_said(*map(self._say, words))

    def take_as_said(self, *words: str) -> list[str]:
        """The same in words of the visitor's language. A row says all that is in it; the word is then in the row.

        What is not there may be among the next answers: "Meer" brings them.
        """
        more = self._say("More")
        for _ in range(MOST_PRESSES):
            heard = self._keypad.press("down")
            if len(heard) > 1 and self._say("Listen") in heard:
                continue  # the question again, with all there is to choose
            word = next((word for word in (*words, more) if word in heard), None)
            if word is not None:
                answer = self._within(word) if len(heard) > 1 else self._keypad.press("ok")
                if word != more:
                    return answer
        raise AssertionError(f"{words} is never heard")

    def type(self, letters: str) -> None:
        for letter in letters:
            assert self._is(self._letter(letter)[0], letter)

    def wake(self) -> list[str]:
        """The first press of a key: the screen begins to speak."""
        return self._keypad.press("down")

    def sign_in(self, name: str) -> list[str]:
        """From the first screen to the pass; what was said of it."""
        heard = self.take("I am visiting")
        if self._say("Everybody can hear your name.") in heard:
            heard = self.take("Say my name")
        assert self._say("What is your name?") in heard
        self.type(name)
        return self.take("Next")

    def sign_out(self, given: Pass) -> list[str]:
        self.take("I am leaving")
        self.take_as_said(colour_name(given.colour, self._language))
        return self.take_as_said(given.spoken(self._language))

    def known_pass(self, heard: list[str]) -> Pass:
        """The pass as it was said."""
        every = {
            Pass(colour, picture).spoken(self._language): (colour, picture)
            for colour in COLOURS
            for picture in PICTURES
        }
        return next(Pass(*every[sentence]) for sentence in heard if sentence in every)

    def _letter(self, letter: str) -> list[str]:
        """Down the rows and along one of them, over tiles that open where there are such; what is heard when typed."""
        heard = self._keypad.press("down")
        for _ in range(MOST_PRESSES):
            if len(heard) == 1 and self._is(heard[0], letter):
                return self._keypad.press("ok")
            heard = self._keypad.press("ok" if self._leads_to(heard, letter) else "down")
        raise AssertionError(f"{letter} is never heard")

    def _leads_to(self, heard: list[str], letter: str) -> bool:
        """Whether the letter, or a row from one letter to another with it in between, was heard."""
        if self._say("What is your name?") in heard:
            return False  # the question again, with what was typed
        ranges = filter(None, map(self._to.fullmatch, heard))
        return any(self._is(said, letter) for said in heard) or any(
            self._place(found[1]) <= self._place(letter) <= self._place(found[2]) for found in ranges
        )

    def _place(self, said: str) -> int:
        """Where in the alphabet; what stands for a sign comes behind it."""
        return next((place for place, letter in enumerate(self._alphabet) if self._is(said, letter)), LAST)

    @staticmethod
    def _is(said: str, letter: str) -> bool:
        return letter in (said, said.lower())

    def _within(self, word: str) -> list[str]:
        """Into the row that was heard, and along it."""
        heard = self._keypad.press("ok")
        for _ in range(MOST_PRESSES):
            if word in heard:
                return self._keypad.press("ok")
            heard = self._keypad.press("down")
        raise AssertionError(f"{word} is not in its row")
