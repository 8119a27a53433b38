"""Another language: chosen by its own name, for this visitor only."""

from dataclasses import replace

from kiosk.conversation import Conversation
from kiosk.steps import Step


class Tongue:
    """Looks aside and comes back to the same screen in other words."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk

    def ask(self) -> None:
        """Somebody wants another language."""
        if self._talk.step is not Step.LANGUAGE:
            self._talk.ask(Step.LANGUAGE)

    def others(self) -> list[str]:
        """The languages that are not spoken now."""
        return [language for language in self._talk.config.kiosk.languages if language != self._talk.language]

    def choose(self, language: str) -> None:
        """This language from now on, with its own letters to type in; what was told stays."""
        talk = self._talk
        talk.choices = replace(talk.choices, language=language)
        talk.visitor.typed = talk.visitor.typed.speak(language)
        if talk.step is Step.LANGUAGE:
            talk.back()
        else:
            talk.changed()
