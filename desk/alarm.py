"""The alarm as the desk raises it: through the calamity service, or in this process when the service is gone.

Nothing here waits for log-in, trail or database. Printing takes its time, so it goes on in the background: whoever
raised the alarm sees at once that it is raised, and a little later what came out of which printer.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillBusy
from dataclasses import asdict, dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from kiosk.calamity.alarm import last_on_disk
from kiosk.calamity.errors import PaperRefused, ServiceAway
from kiosk.calamity.post import CalamityPost, make_pdf
from kiosk.calamity.sheet import Sheet, sheet
from kiosk.calamity.text import text
from kiosk.calamity.thelist import Calamity
from kiosk.calamity.triggers import ask, start_and_print, told
from retention.base.command import Office
from retention.base.errors import PortierError
from retention.base.translations import N_

_log = logging.getLogger(__name__)
# How long a browser waits for the answer; the work goes on after that.
AT_MOST_SECONDS = 2.0
# A service that is silent for so long is taken for dead. At worst two lists come out of the printer.
SILENT_SECONDS = 20.0

PRINTING = N_("The list is being printed.")
PRINTED = N_("Printed on %(printer)s.")
AS_TEXT = N_("Printed on %(printer)s, as plain text.")
NOT_PRINTED = N_("No printer took the list. Show it here or fetch the PDF, and see to the printer.")
NOT_DONE = N_("That was not done. Try it at the screen by the door, or with `portier calamity`.")
DRILL_REFUSED = N_("A real alarm is on. End it before a drill.")


@dataclass(frozen=True)
class Said:
    """What came of the last thing asked: a msgid and what fills it in; `bad` when somebody must act."""

    sentence: str
    values: dict[str, str]
    bad: bool = False


@dataclass(frozen=True)
class Document:
    """The list to take along: a PDF, or plain text where Typst fails."""

    content: bytes
    media_type: str


class Alarm:
    """The alarm of one office; safe to use from several threads."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._post = CalamityPost(office)
        self._hands = ThreadPoolExecutor(4, "alarm")
        self._lock = Lock()
        self._said: Said | None = None
        # What the service answered: on a full disk it alone knows that an alarm is on.
        self._answered: Calamity | None = None

    def current(self) -> Calamity | None:
        """The calamity that is on."""
        return self._post.calamity() or self._known_to_the_service_alone()

    def _known_to_the_service_alone(self) -> Calamity | None:
        """What was answered here, unless the disk knows it too: then the disk says that somebody ended it elsewhere."""
        answered, kept = self._answered, last_on_disk(self._office.state)
        return None if answered and kept and kept.number >= answered.number else answered

    def said(self) -> Said | None:
        """What came of the last thing asked of the printer or the service."""
        return self._said

    def sheet(self, by: str | None) -> Sheet:
        """The list in words; `by` is noted as having looked."""
        if by:
            self._post.looked(by, "screen")
        return sheet(self._post.the_list())

    def has_frozen(self) -> bool:
        """Whether there still is the list of the last real calamity."""
        return self._post.frozen_list() is not None

    def document(self, by: str, *, frozen: bool = False) -> Document | None:
        """The list as it is now, or of the last real calamity; None when that is destroyed."""
        the_list = self._post.frozen_list() if frozen else self._post.the_list()
        if the_list is None:
            return None
        self._post.looked(by, "frozen" if frozen else "pdf")
        try:
            return Document(make_pdf(the_list), "application/pdf")
        except PaperRefused as error:
            _log.warning("%s", error)
            return Document(text(the_list).replace("\f", "\n").encode(), "text/plain; charset=utf-8")

    def start(self, *, drill: bool, by: str) -> None:
        """Raise the alarm and print; a second call changes nothing."""
        self._say(Said(PRINTING, {}))
        self._do({"do": "start", "drill": drill, "by": by}, lambda: start_and_print(self._post, drill=drill, by=by))

    def print(self, by: str) -> None:
        """Print the list as it is now."""
        self._say(Said(PRINTING, {}))
        self._do({"do": "print", "by": by}, lambda: {"printed": asdict(self._post.print(by))})

    def end(self, by: str, *, cancelled: bool = False) -> None:
        """End it; or withdraw what was a mistake, and then its frozen list is destroyed at once."""
        question = {"do": "cancel" if cancelled else "end", "by": by}
        self._do(question, lambda: {"calamity": told(self._post.end(by=by, cancelled=cancelled))})

    def forget(self) -> None:
        """Keep no name in memory whose day is over."""
        self._post.forget()

    def close(self) -> None:
        """Finish what is being printed."""
        self._hands.shutdown()

    def _do(self, question: dict[str, Any], here: Callable[[], dict[str, Any]]) -> None:
        done: Future[None] = self._hands.submit(self._carry_out, question, here)
        try:
            done.result(AT_MOST_SECONDS)
        except StillBusy:
            return

    def _carry_out(self, question: dict[str, Any], here: Callable[[], dict[str, Any]]) -> None:
        """Ask the service; do it here where there is none, so that a dead service costs nobody the list."""
        try:
            answer = ask(self._office.state, question, SILENT_SECONDS)
        except (ServiceAway, TypeError):  # away, silent, or what answers there is no calamity service
            answer = self._done_here(here)
        self._heard(question["do"], answer)

    def _done_here(self, here: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            return {"ok": True} | here()
        except PortierError as error:
            return {"ok": False, "exit_code": error.exit_code}

    def _heard(self, asked: str, answer: dict[str, Any]) -> None:
        with self._lock:
            if answer.get("ok") and asked in ("start", "end", "cancel"):
                self._answered = _calamity(answer.get("calamity"))
        self._say(_outcome(asked, answer))

    def _say(self, said: Said | None) -> None:
        with self._lock:
            self._said = said


def _outcome(asked: str, answer: dict[str, Any]) -> Said | None:
    if not answer.get("ok"):
        if asked == "start" and answer.get("exit_code") == 75:
            return Said(DRILL_REFUSED, {}, bad=True)
        return Said(NOT_PRINTED if asked == "print" else NOT_DONE, {}, bad=True)
    if asked in ("end", "cancel"):
        return None
    printed = answer.get("printed")
    if not printed:
        return Said(NOT_PRINTED, {}, bad=True)
    return Said(PRINTED if printed["form"] == "pdf" else AS_TEXT, {"printer": str(printed["printer"])})


def _calamity(raw: dict[str, Any] | None) -> Calamity | None:
    """The open calamity of an answer."""
    if not raw or raw["ended"]:
        return None
    triggered = datetime.fromisoformat(raw["triggered"])
    number = int(raw["number"])
    return Calamity(int(triggered.timestamp()), triggered, bool(raw["drill"]), str(raw["by"]), number=number)
