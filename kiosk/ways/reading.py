"""What happens with a name, read in layers: three sentences, the terms, and the whole statement page by page."""

from typing import Final

from kiosk.conversation import Conversation
from kiosk.statement import Statement
from kiosk.steps import Step

LAYERS: Final = (Step.PRIVACY, Step.TERMS, Step.STATEMENT)


class Reading:
    """Looks aside from wherever it begins, and leads back there."""

    def __init__(self, talk: Conversation, statement: Statement) -> None:
        self._talk, self.statement = talk, statement
        self.page = 0
        """Which sheet of the layer is open; the screen knows how many there are."""

    def begin(self) -> None:
        """Somebody wants to know what happens with their name."""
        self.page = 0
        self._talk.ask(Step.PRIVACY)

    def go_on(self) -> None:
        """One layer deeper."""
        self.page = 0
        self._talk.ask(LAYERS[LAYERS.index(self._talk.step) + 1])

    def turn(self) -> None:
        """The next sheet of this layer."""
        self.page += 1
        self._talk.changed()

    def turned_back(self) -> bool:
        """One sheet back, where there is one before."""
        if self._talk.step not in LAYERS or not self.page:
            return False
        self.page -= 1
        self._talk.changed()
        return True

    def end(self) -> None:
        """Read enough: back to where it began, whichever sheet is open."""
        self.page = 0
        self._talk.look_back()
