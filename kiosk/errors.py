"""The errors of visits and passes.

KioskError                      70
├── NameRefused                 64  a name nobody could read out; `sentence` is for the visitor
├── VisitUnknown                64  no visit of today has this id
├── VisitElsewhere              64  the visit is not in the state that is needed
├── InvitationUnknown           64  the code of an invitation lets nobody in now
├── NoFreePass                  75  every pass is in use
├── PinUnreadable               78  the PIN of staff is set, but its file cannot be read
└── VoiceSilent                 69  nothing can be spoken: a program is missing, or ended
"""

from retention.base.errors import PortierError


class KioskError(PortierError):
    """Root of what goes wrong around visits."""


class NameRefused(KioskError):
    """The name cannot be kept. `sentence` says why, in English, and is in the catalogue for other languages."""

    exit_code = 64

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class VisitUnknown(KioskError):
    """There is no such visit today."""

    exit_code = 64


class VisitElsewhere(KioskError):
    """The visit is not where this act begins: somebody who left cannot stay."""

    exit_code = 64


class InvitationUnknown(KioskError):
    """The code is of no invitation, or of one that is used, or of another day: which of them is not said."""

    exit_code = 64


class NoFreePass(KioskError):
    """Every pass with every digit is in use."""

    exit_code = 75


class PinUnreadable(KioskError):
    """The file with the hash of the PIN is there and cannot be used."""

    exit_code = 78

    def __init__(self) -> None:
        super().__init__("the PIN of the screen by the door cannot be read: set it anew with `portier account pin`")


class VoiceSilent(KioskError):
    """Nothing can be spoken: `program` is missing, ended, or has no sound to play through."""

    exit_code = 69

    def __init__(self, program: str, why: str) -> None:
        self.program = program
        super().__init__(f"{program} {why}")
