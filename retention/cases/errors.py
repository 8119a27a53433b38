"""What goes wrong with cases.

UsageRefused
└── CaseRefused     64  it may not be so: the rule that forbids it, as a sentence for staff
    └── NoSuchCase  64  it was never there, was let go of, or has ended
Unavailable
└── CaseBusy        69  another process works at it, or it is not ready yet
"""

from retention.base.errors import Unavailable, UsageRefused


class CaseRefused(UsageRefused):
    """A rule of cases forbids it. `sentence` is a message id with `values`; the desk says it in its own language."""

    def __init__(self, sentence: str, **values: object) -> None:
        self.sentence, self.values = sentence, values
        super().__init__(sentence % values if values else sentence)


class NoSuchCase(CaseRefused):
    """There is no such case, or none any more."""


class CaseBusy(Unavailable):
    """Its footage is not yet secured: try again in a moment."""
