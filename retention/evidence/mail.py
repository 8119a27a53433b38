"""Mails the head of every day to the privacy officer, so that it is kept elsewhere; again until a server takes it.

A mail holds days, numbers, hashes and counts, nothing else. Whoever keeps it can prove later what was cut off here.
"""

import json
import logging
import smtplib
import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from retention.base.command import Office
from retention.base.errors import PortierError, Unavailable
from retention.base.files import locked, replace_file
from retention.base.health import Problem
from retention.base.service import Life
from retention.base.translations import N_, translator
from retention.evidence.archive import Archive
from retention.evidence.digest import Digest, is_sound
from retention.evidence.wording import KINDS, OTHERS, kinds

log = logging.getLogger("portier.retention")
EVERY: Final = 60
AFTER_FAILURE: Final = 600
TIMEOUT: Final = 20
PATIENCE: Final = timedelta(hours=26)
MOST: Final = 31  # days in one mail


class HeadPost:
    """What is mailed for one site. Two processes that have one do not mail twice: what was sent is noted on disk."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._archive = Archive.of(office.state)
        self._noted = office.state.evidence / "mailed.json"
        self._why = ""

    @property
    def is_set_up(self) -> bool:
        """Whether there is anybody to mail to, and a server to do it."""
        config = self._office.config
        return bool(config.mail.server and config.organisation.privacy_officer_email)

    def run(self, life: Life) -> None:
        """In a thread of its own: a server that hangs delays nothing else."""
        wait = 0
        while self.is_set_up and not life.stop.wait(wait):
            try:
                self.turn()
                wait, self._why = EVERY, ""
            except PortierError as error:
                wait, self._why = AFTER_FAILURE, str(error)
                log.warning("%s", error)

    def turn(self) -> int:
        """Mail what was not mailed yet; how many days. Raises Unavailable, DiskRefused."""
        if not self._pending():
            return 0
        with locked(self._office.state.evidence / ".mailer"):
            days = self._pending()  # another process may have been faster
            if days:
                self._send(message(self._office, days, self._archive.first_keys()[:1]))
                noted = {"number": days[-1].number, "hash": days[-1].hash, "at": self._office.clock.now().isoformat()}
                replace_file(self._noted, json.dumps(noted).encode(), 0o660)
        return len(days)

    def mailed(self) -> int:
        """The number of the last digest whose head was mailed; 0 where none was."""
        try:
            return int(json.loads(self._noted.read_text())["number"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def problems(self) -> list[Problem]:
        """A head that nobody took for more than a day."""
        pending = self._pending() if self.is_set_up else []
        if not pending or self._office.clock.now() - _made_at(pending[0]) < PATIENCE:
            return []
        sentence = N_("the head of %(day)s is not mailed yet (%(why)s): see [mail]")
        return [Problem("P6", sentence, {"day": str(pending[0].day), "why": self._why or N_("no server took it")})]

    def _pending(self) -> list[Digest]:
        """Whole digests that were not mailed, oldest first; at the very first only the newest."""
        mailed = self.mailed()
        found: list[Digest] = []
        for day in reversed(self._archive.days()[-MOST:]):
            digest = self._archive.digest(day)
            if digest is not None and digest.number <= mailed:
                break
            if digest is not None and digest.body is not None and is_sound(digest.body):
                found.insert(0, digest)
        return found if mailed else found[-1:]

    def _send(self, mail: EmailMessage) -> None:
        settings = self._office.config.mail
        assert settings.server is not None
        try:
            safe = ssl.create_default_context()
            if settings.security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(settings.server, settings.port, timeout=TIMEOUT, context=safe)
            else:
                server = smtplib.SMTP(settings.server, settings.port, timeout=TIMEOUT)
            with server:
                if settings.security == "starttls":
                    server.starttls(context=safe)
                if settings.user:
                    server.login(settings.user, settings.password())
                server.send_message(mail)
        except (OSError, UnicodeError) as error:  # smtplib's own errors are among them
            what = type(error).__name__ if isinstance(error, smtplib.SMTPException) else error
            raise Unavailable(
                f"the mail server {settings.server} did not take the head of a day ({what}): see [mail] in the "
                "configuration, and that this service may reach the network"
            ) from error


def message(office: Office, days: list[Digest], first_keys: list[str]) -> EmailMessage:
    """One mail with the heads of these days."""
    mail, last = EmailMessage(), days[-1]
    mail["Subject"] = f"Portier {office.config.site.name}: kop {last.number}, {last.day}"
    mail["From"] = office.config.mail.sender or office.config.organisation.privacy_officer_email
    mail["To"] = office.config.organisation.privacy_officer_email
    mail["Date"] = format_datetime(office.clock.now().astimezone(UTC))
    mail["Auto-Submitted"] = "auto-generated"
    keep = N_(
        "Keep this mail. With the heads in it, it can be verified later that nothing in the proof of erasure was "
        "changed or left out."
    )
    told = [translator(language, "evidence")(keep) for language in ("nl", "en")]
    for digest in days:
        told += ["", *_lines(digest)]
    told += ["", f"eerste openbare sleutel / first public key: {first_keys[0] if first_keys else '-'}"]
    mail.set_content("\n".join(told) + "\n")
    return mail


def _lines(digest: Digest) -> list[str]:
    figures = (digest.body or {})["figures"]
    dutch = translator("nl", "evidence")
    counts = [
        f"  {count:>6}  {dutch(KINDS.get(kind, OTHERS))}" for kind, count in kinds(figures["erased"]).items() if count
    ]
    return [
        f"{digest.day} (UTC)",
        digest.head,
        f"hier overschreven / overwritten here: {sum(figures['erased'].values())}; te laat / late: {figures['late']}",
        *counts,
    ]


def _made_at(digest: Digest) -> datetime:
    return datetime.fromisoformat((digest.body or {})["made_at"])
