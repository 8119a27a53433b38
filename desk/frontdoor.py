"""The one way in: name and password to a log-in, slowed down when guessed, with one answer for every refusal."""

from dataclasses import dataclass

from desk import accounts, logins
from desk.accounts import Staff
from desk.errors import AccountRefused
from desk.invitation import Invitation
from desk.throttle import Throttle
from retention.base.clock import Clock
from retention.base.database import Database
from retention.base.translations import N_

GONE = N_("This link does not work any more. Restart the desk for a new one, or use `portier account add`.")

TAKEN = N_("There is an account already. Log in.")


@dataclass(frozen=True)
class Refused:
    """Not in; after `wait` seconds the name may be tried again."""

    wait: float


class FrontDoor:
    """Opens and closes log-ins; each call is one or two short transactions."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.invitation = Invitation(clock)
        self._throttle = Throttle(clock)
        self._database = database
        self._clock = clock

    def log_in(self, name: str, password: str) -> str | Refused:
        """The token for the cookie, or a refusal that does not say whether there is such an account."""
        name = accounts.login_name(name)
        if wait := self._throttle.wait(name):
            return Refused(wait)
        now = self._clock.now()
        with self._database.read() as session:
            found = accounts.may_try(session, name, now=now)
        if not accounts.matches(found[1] if found else None, password) or found is None:
            self._throttle.failed(name)
            return Refused(self._throttle.wait(name))
        self._throttle.passed(name)
        return self._open(found[0])

    def who(self, token: str | None) -> Staff | None:
        """Whose cookie this is."""
        if not token:
            return None
        with self._database.read() as session:
            return logins.who(session, token, now=self._clock.now())

    def log_out(self, token: str) -> None:
        with self._database.write() as session:
            logins.log_out(session, token)

    def anyone(self) -> bool:
        """Whether there is an account yet."""
        with self._database.read() as session:
            return accounts.anyone(session)

    def make_first(self, link: str, name: str, password: str) -> str:
        """Make the first account by the one-time link, and log it in. Raises AccountRefused."""
        if self.anyone():
            raise AccountRefused(TAKEN)
        if not self.invitation.fits(link):
            raise AccountRefused(GONE)
        kept = accounts.hashed(name, password)
        with self._database.write() as session:
            if accounts.anyone(session):
                raise AccountRefused(TAKEN)
            staff = accounts.add(session, name, kept, now=self._clock.now())
        self.invitation.spend()
        return self._open(staff)

    def _open(self, staff: Staff) -> str:
        now = self._clock.now()
        with self._database.write() as session:
            accounts.came_in(session, staff, now=now)
            return logins.log_in(session, staff, now=now)
