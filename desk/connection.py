"""A connection to the desk that does not wait for ever: who has not asked in time is hung up on.

A desk answers so many at once; callers who never come to the end of their question would take every place, also that
of whoever needs the alarm.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

LOOK_SECONDS: Final = 10.0
"""Twice within this time the same question, still not whole: nobody asks so slowly, no form is so large."""


class Impatient(H11Protocol):
    """uvicorn's own, and a look now and then."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._waited_for: Any = None
        self._look = self.loop.call_later(LOOK_SECONDS, self._look_again)

    def connection_lost(self, exc: Exception | None) -> None:
        self._look.cancel()
        super().connection_lost(exc)

    def _look_again(self) -> None:
        asked: Any = self.cycle  # None until the first question was understood
        listens = asked is None or asked.response_complete or asked.more_body
        if listens and self._waited_for is asked:
            self.transport.close()
            return
        # While an answer is on its way, a film may be, the connection is looked at and left alone.
        self._waited_for = asked if listens else self
        self._look = self.loop.call_later(LOOK_SECONDS, self._look_again)
