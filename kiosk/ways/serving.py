"""How a visitor wants to be served: larger, lower, in other colours. Asked on every screen."""

from kiosk.conversation import Conversation
from kiosk.steps import Step
from kiosk.theme import Contrast


class Serving:
    """Every choice is a tap, withdrawn by the same tap, and ends with the visitor."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk

    def begin(self) -> None:
        """Somebody wants it another way."""
        self._talk.ask(Step.SERVING)

    def begin_language(self) -> None:
        """Somebody looks for their language, by its own name."""
        self._talk.ask(Step.LANGUAGE)

    def language(self, language: str) -> None:
        """This language, chosen by its own name, with its own letters to type in; what was told stays."""
        talk = self._talk
        talk.visitor.typed = talk.visitor.typed.speak(language)
        talk.choose(language=language)
        if talk.step is Step.LANGUAGE:
            talk.back()

    def toggle_larger(self) -> None:
        """Everything half as large again."""
        self._talk.choose(larger=not self._talk.choices.larger)

    def toggle_lower(self) -> None:
        """What is touched within the reach of somebody who sits."""
        self._talk.choose(lower=not self._talk.choices.lower)

    def colours(self, contrast: Contrast) -> None:
        """These colours; the same tap again brings the usual ones back."""
        usual = self._talk.choices.contrast is contrast
        self._talk.choose(contrast=Contrast.PAPER if usual else contrast)
