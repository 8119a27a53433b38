"""Staff accounts: adding, resetting, disabling, and checking a password at log-in.

An unknown, disabled or lapsed name takes as long and gets the same answer as a wrong password. The caller owns the
transaction, and hashes outside it. No password is kept, logged or shown.
"""

import re
import unicodedata
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk.errors import AccountRefused, NoSuchAccount
from desk.tables import StaffAccount, StaffLogin
from retention.base.translations import N_

KEPT = timedelta(days=365)
OFFICER = "privacy_officer"
ROLES = ("staff", OFFICER)
SHORTEST, LONGEST = 12, 200
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def _zeros(count: int) -> str:
    return b64encode(bytes(count)).decode().rstrip("=")


# RFC 9106, second recommended option: 64 MiB, three passes.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
# What no password gives, checked with the same work; hashing one would cost each process that starts 0.2 s.
_NOBODY = (
    f"$argon2id$v=19$m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    f"${_zeros(_HASHER.salt_len)}${_zeros(_HASHER.hash_len)}"
)
# 64 MiB each: a burst of log-ins waits its turn instead of filling the memory.
_AT_ONCE = BoundedSemaphore(2)

NAME_RULE = N_("Choose a log-in name of 2 to 40 small letters, digits, dots or dashes.")
SHORT = N_("Choose a password of at least 12 characters.")
LONG = N_("Choose a password of at most 200 characters.")
SAME = N_("The password may not be the log-in name.")
TAKEN = N_("There is already an account of this name.")


@dataclass(frozen=True)
class Staff:
    """Somebody who is logged in, or one line of the list of accounts."""

    id: int
    name: str
    disabled: bool
    made_at: datetime
    last_login_at: datetime | None
    expires_at: datetime
    role: str = "staff"

    @property
    def is_officer(self) -> bool:
        """Whether this is the privacy officer: who renews cases, and signs off what others looked at."""
        return self.role == OFFICER

    @property
    def actor(self) -> str:
        """How the trail names this person."""
        return f"staff:{self.name}"


def login_name(text: str) -> str:
    """The name as it is stored: small letters, no spaces around it."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def hashed(name: str, password: str) -> str:
    """What to keep of a password; slow on purpose, so call it outside a transaction. Raises AccountRefused."""
    if len(password) < SHORTEST:
        raise AccountRefused(SHORT)
    if len(password) > LONGEST:
        raise AccountRefused(LONG)
    if login_name(password) == login_name(name):
        raise AccountRefused(SAME)
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one; for an unknown account (None) it takes as long and says no."""
    try:
        with _AT_ONCE:
            return _HASHER.verify(password_hash or _NOBODY, password[: LONGEST + 1]) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def add(session: Session, name: str, password_hash: str, *, now: datetime) -> Staff:
    """Make an account. Raises AccountRefused with the rule that is broken."""
    name = login_name(name)
    if not _NAME.fullmatch(name):
        raise AccountRefused(NAME_RULE)
    if _find(session, name):
        raise AccountRefused(TAKEN)
    account = StaffAccount(
        name=name,
        password_hash=password_hash,
        disabled=False,
        made_at=now,
        last_login_at=None,
        expires_at=now + KEPT,
    )
    session.add(account)
    session.flush()
    return as_staff(account)


def reset(session: Session, name: str, password_hash: str, *, now: datetime) -> None:
    """Set another password, enable the account again, and log it out everywhere."""
    account = _must_find(session, name)
    account.password_hash = password_hash
    account.disabled = False
    account.expires_at = now + KEPT
    _log_out_everywhere(session, account)


def disable(session: Session, name: str) -> None:
    """Let nobody in under this name, and log it out everywhere; a second call changes nothing."""
    account = _must_find(session, name)
    account.disabled = True
    _log_out_everywhere(session, account)


def appoint(session: Session, name: str, role: str) -> None:
    """Give an account one of `ROLES`; a second call changes nothing."""
    _must_find(session, name).role = role


def everyone(session: Session) -> list[Staff]:
    """All accounts, by name."""
    return [as_staff(account) for account in session.scalars(select(StaffAccount).order_by(StaffAccount.name))]


def anyone(session: Session) -> bool:
    """Whether there is any account at all; if not, the first one may be made by the one-time link."""
    return session.scalar(select(StaffAccount.id).limit(1)) is not None


def may_try(session: Session, name: str, *, now: datetime) -> tuple[Staff, str] | None:
    """The account a name may log in to, with what is kept of its password; None when unknown, disabled or lapsed."""
    account = _find(session, login_name(name))
    if account is None or account.disabled or account.expires_at <= now:
        return None
    return as_staff(account), account.password_hash


def came_in(session: Session, staff: Staff, *, now: datetime) -> None:
    """Note the log-in; the account's year begins anew."""
    account = _must_find(session, staff.name)
    account.last_login_at = now
    account.expires_at = now + KEPT


def as_staff(account: StaffAccount) -> Staff:
    """A copy that outlives its session."""
    return Staff(
        account.id,
        account.name,
        account.disabled,
        account.made_at,
        account.last_login_at,
        account.expires_at,
        account.role,
    )


def _find(session: Session, name: str) -> StaffAccount | None:
    if not _NAME.fullmatch(name):
        return None  # nobody has such a name, and a server may refuse to look for it
    return session.scalar(select(StaffAccount).where(StaffAccount.name == name))


def _must_find(session: Session, name: str) -> StaffAccount:
    account = _find(session, login_name(name))
    if account is None:
        raise NoSuchAccount(f"there is no account {login_name(name)!r}: see `portier account list`")
    return account


def _log_out_everywhere(session: Session, account: StaffAccount) -> None:
    session.execute(delete(StaffLogin).where(StaffLogin.account_id == account.id))
