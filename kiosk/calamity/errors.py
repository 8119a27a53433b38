"""What can go wrong between the roll and the paper.

Unavailable                69
├── PaperRefused           69  the PDF cannot be made; plain text can
├── NothingPrints          69  no printer took the list
└── ServiceAway            69  the calamity service does not answer on its socket
"""

from retention.base.errors import Unavailable


class PaperRefused(Unavailable):
    """The PDF cannot be made; the same list still prints as plain text."""


class NothingPrints(Unavailable):
    """No printer took the list, in any form."""


class ServiceAway(Unavailable):
    """The calamity service does not answer; the command does the work itself."""
