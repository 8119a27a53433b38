"""One thing said aloud, and who may hear it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Saying:
    """A sentence or a word in one language. What is personal is said only where others cannot hear it, or may."""

    text: str
    language: str
    personal: bool = False
    allowed: bool = False  # the visitor was warned that everybody hears it, and wants it all the same

    def __repr__(self) -> str:
        # What is said may be a name: it shall stand in no log and no traceback.
        return f"Saying({len(self.text)} letters, {self.language})"
